"""Validation by ETSI EN 319 102-1, with the process that suits what a signature carries.

Neither the sub-indication nor pyHanko's ``bottom_line`` is safe alone: both pass an added page.
``verify`` therefore asks for integrity and the modification policy besides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from asn1crypto import x509
from pyhanko.sign.ades.report import AdESIndeterminate, AdESPassed, AdESStatus, AdESSubIndic
from pyhanko.sign.validation.ades import (
    AdESBasicValidationResult,
    ades_basic_validation,
    ades_lta_validation,
    ades_timestamp_validation,
    ades_with_time_validation,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import PdfSignatureValidationSpec, SignatureValidationSpec
from pyhanko.sign.validation.status import (
    PdfSignatureStatus,
    SignatureCoverageLevel,
    SignatureStatus,
)
from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from pipeline.signing.evidence import SecurityStore

LTA, WALK = "lta", "walk"
LASTING = (LTA, WALK)


@dataclass(frozen=True)
class Opinion:
    """The outcome for one signature: sub-indication, cryptographic checks, path, proven time.

    ``measured`` is False where the signature's structure ended validation before any check of it.
    ``answers`` on revocation are those that validation had at hand, also what it fetched.
    """

    subindication: AdESSubIndic
    measured: bool = False
    intact: bool = False
    valid: bool = False
    path: tuple[x509.Certificate, ...] = ()
    timestamp_path: tuple[x509.Certificate, ...] = ()
    proven_time: datetime | None = None
    process: str = ""
    reason: str = ""
    answers: tuple[CRLContainer | OCSPContainer, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether the process ended with TOTAL-PASSED."""
        return self.subindication is AdESPassed.OK

    @property
    def failed(self) -> bool:
        """Whether it ended with TOTAL-FAILED, rather than without a conclusion."""
        return self.subindication.status is AdESStatus.FAILED


def timing(at: datetime | None) -> ValidationTimingInfo:
    """Validate as of ``at`` (aware), or now when None."""
    return ValidationTimingInfo.now() if at is None else ValidationTimingInfo(at, at, True)


async def assess_signature(
    embedded: EmbeddedPdfSignature,
    specification: SignatureValidationSpec,
    moment: ValidationTimingInfo,
    *,
    stamps: Sequence[EmbeddedPdfSignature],
) -> Opinion:
    """Validate a signature; integrity must be computed before. ``stamps`` are those after it.

    Long-term validation (§5.6) is tried first where it can apply, then from timestamp to timestamp,
    then validation with time (§5.5), then the basic one (§5.3); the first that passes counts, else
    the first opinion.
    """
    first: Opinion | None = None
    for process in _processes(embedded, archived=bool(stamps)):
        if process == WALK:
            opinion = await _walk_back(embedded, specification, moment, stamps)
        else:
            opinion = await _run(process, embedded, specification, moment)
        if opinion.passed:
            return opinion
        first = first or opinion
    return first or Opinion(AdESIndeterminate.GENERIC)


async def assess_timestamp(
    embedded: EmbeddedPdfSignature,
    specification: SignatureValidationSpec,
    moment: ValidationTimingInfo,
    *,
    stamps: Sequence[EmbeddedPdfSignature],
) -> Opinion:
    """Validate a document timestamp (§5.4): now, or else as of the next of the ``stamps`` after it.

    A certificate that has ended since proves what it proved, if a later timestamp covers it.
    """
    opinion = await _timestamp(embedded, specification, moment)
    if opinion.passed or not stamps:
        return opinion
    following = await _first_of(stamps, specification, moment)
    if not _proves(following):
        return opinion
    return await _timestamp(embedded, specification, timing(following.proven_time))


async def _timestamp(
    embedded: EmbeddedPdfSignature,
    specification: SignatureValidationSpec,
    moment: ValidationTimingInfo,
) -> Opinion:
    try:
        result = await ades_timestamp_validation(
            embedded.signed_data, specification, embedded.compute_digest, timing_info=moment
        )
    except SignatureValidationError as error:
        return Opinion(error.ades_subindication, reason=error.failure_message)
    status = result.api_status
    return Opinion(
        subindication=result.ades_subindic,
        measured=status is not None,
        intact=bool(status and status.intact),
        valid=bool(status and status.valid),
        path=_certificates(status.validation_path) if status else (),
        proven_time=status.timestamp if status else None,
        process="timestamp",
        reason=result.failure_msg or "",
        answers=_at_hand(result),
    )


def has_signature_timestamp(embedded: EmbeddedPdfSignature) -> bool:
    """Whether the signature carries its own timestamp (RFC 3161, CAdES-T)."""
    return next(iter(extract_tst_data_iter(embedded.signer_info, signed=False)), None) is not None


def measured_level(opinion: Opinion, store: SecurityStore, archived: SecurityStore) -> str:
    """The PAdES level reached (ETSI EN 319 142-1 §6), from what was validated; "" if nothing was.

    A time that is not proven is B-B, whatever revocation data the file holds. It is B-LTA where all
    that validates the signature is ``archived``: covered by a document timestamp.
    """
    if not opinion.passed:
        return ""
    if opinion.process == "basic":
        return "B-B"
    paths = (opinion.path, opinion.timestamp_path)
    if not all(_documented(path, store) for path in paths):
        return "B-T"
    lasting = opinion.process in LASTING and all(_documented(path, archived) for path in paths)
    return "B-LTA" if lasting else "B-LT"


def _processes(embedded: EmbeddedPdfSignature, *, archived: bool) -> Sequence[str]:
    applicable = {
        LTA: archived,
        WALK: archived,
        "time": has_signature_timestamp(embedded),
        "basic": True,
    }
    return [process for process, applies in applicable.items() if applies]


async def _first_of(
    stamps: Sequence[EmbeddedPdfSignature],
    specification: SignatureValidationSpec,
    moment: ValidationTimingInfo,
) -> Opinion:
    """The first of ``stamps``, each validated as of the next, or the one at which that ends."""
    opinion = Opinion(AdESIndeterminate.GENERIC)
    for stamp in reversed(stamps):
        opinion = await _timestamp(stamp, specification, moment)
        if stamp.evaluate_signature_coverage() < SignatureCoverageLevel.ENTIRE_REVISION:
            return replace(opinion, subindication=AdESIndeterminate.GENERIC)
        if not _proves(opinion):
            return opinion
        moment = timing(opinion.proven_time)
    return opinion


def _proves(stamp: Opinion) -> bool:
    return stamp.passed and stamp.intact and stamp.valid and stamp.proven_time is not None


async def _walk_back(
    embedded: EmbeddedPdfSignature,
    specification: SignatureValidationSpec,
    moment: ValidationTimingInfo,
    stamps: Sequence[EmbeddedPdfSignature],
) -> Opinion:
    """Validate the timestamps from the last to the first, then the signature as of that one.

    What a timestamp covers existed at its time. pyHanko's long-term validation cannot use one
    revocation list for several timestamps of one issuer; this can.
    """
    first = await _first_of(stamps, specification, moment)
    if not _proves(first):
        return replace(first, process=WALK)
    process = "time" if has_signature_timestamp(embedded) else "basic"
    opinion = await _run(process, embedded, specification, timing(first.proven_time))
    if process == "time":
        return replace(opinion, process=WALK)
    return replace(opinion, process=WALK, proven_time=first.proven_time, timestamp_path=first.path)


async def _run(
    process: str,
    embedded: EmbeddedPdfSignature,
    specification: SignatureValidationSpec,
    moment: ValidationTimingInfo,
) -> Opinion:
    result: AdESBasicValidationResult[SignatureStatus]
    try:
        if process == LTA:
            result = await ades_lta_validation(
                embedded, PdfSignatureValidationSpec(specification), timing_info=moment
            )
        elif process == "time":
            result = await ades_with_time_validation(
                embedded.signed_data,
                specification,
                timing_info=moment,
                raw_digest=embedded.compute_digest(),
                extra_status_kwargs=embedded.summarise_integrity_info(),
                status_cls=PdfSignatureStatus,
            )
        else:
            result = await ades_basic_validation(
                embedded.signed_data,
                specification,
                timing_info=moment,
                raw_digest=embedded.compute_digest(),
            )
    except SignatureValidationError as error:
        return Opinion(error.ades_subindication, process=process, reason=error.failure_message)
    return _opinion(process, result)


def _opinion(process: str, result: AdESBasicValidationResult[SignatureStatus]) -> Opinion:
    status = result.api_status
    stamped = getattr(status, "timestamp_validity", None)
    return Opinion(
        subindication=result.ades_subindic,
        measured=status is not None,
        intact=bool(status and status.intact),
        valid=bool(status and status.valid),
        path=_certificates(status.validation_path) if status else (),
        timestamp_path=_certificates(stamped.validation_path) if stamped else (),
        proven_time=None if process == "basic" else getattr(result, "best_signature_time", None),
        process=process,
        reason=result.failure_msg or "",
        answers=_at_hand(result),
    )


def _at_hand(result: AdESBasicValidationResult[Any]) -> tuple[CRLContainer | OCSPContainer, ...]:
    values = (found.value for found in result.validation_objects)
    return tuple(v for v in values if isinstance(v, CRLContainer | OCSPContainer))


def _certificates(path: object) -> tuple[x509.Certificate, ...]:
    """The certificates of a validation path, anchor first."""
    if path is None:
        return ()
    return tuple(c for c in path if isinstance(c, x509.Certificate))  # type: ignore[attr-defined]


def _documented(path: Sequence[x509.Certificate], store: SecurityStore) -> bool:
    """Whether the store answers for every certificate below the anchor: by CRL or by OCSP."""
    issuers = {found.issuer.dump() for found in store.crls}
    answered = {
        response["cert_id"]["serial_number"].native
        for container in store.ocsps
        if (response := container.extract_single_response()) is not None
    }
    return all(
        certificate.issuer.dump() in issuers
        or certificate.serial_number in answered
        or certificate.ocsp_no_check_value is not None
        for certificate in path[1:]
    )
