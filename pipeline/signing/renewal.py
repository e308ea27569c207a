"""What a signed PDF proves, until when, and how it goes on proving it (EN 319 142-1 §5.5).

A timestamp proves as long as its certificate can be validated; before that ends, a further one must
cover all that came before, with what validates it. No Evidence Records (RFC 4998) are needed: the
chain of document timestamps is one.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import x509
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import extract_certs_for_validation, extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.path import ValidationPath

from pipeline.errors import SigningError, TrustError
from pipeline.signing.ades import has_signature_timestamp
from pipeline.signing.evidence import FileEvidence, gather, is_timestamp
from pipeline.signing.report import SignatureReport, VerificationReport
from pipeline.signing.stamping import Proof, archived
from pipeline.signing.trust import Trust
from pipeline.signing.verify import verify

UNPROVEN = ("B-B", "B-T")
"""Levels at which a file lacks what validates its signatures later."""


@dataclass(frozen=True)
class Standing:
    """What a signed PDF proves now.

    ``level`` is the lowest measured of its signatures. ``holds_until`` is when the certificates of
    the timestamp end on which all rests: of the last document timestamp, or, without any, of the
    signatures' own, or, without these, of the first signer (None where nothing is signed).
    ``stamped`` tells whether a document timestamp covers it.
    """

    level: str
    holds_until: datetime | None
    stamped: bool


def standing(report: VerificationReport) -> Standing:
    """What the file proves that was judged in ``report``."""
    stamps = [s.certificate_ends for s in report.signatures if s.kind == "timestamp"]
    if stamps:
        return Standing(report.level, stamps[-1], stamped=True)
    ends = [end for s in report.signatures if (end := _proven_until(s))]
    return Standing(report.level, min(ends, default=None), stamped=False)


def _proven_until(signature: SignatureReport) -> datetime | None:
    """When the certificates of its own timestamp end, else of its signer."""
    if signature.proven_time is None or not signature.time_chain:
        return signature.certificate_ends
    ends = (link.ends for link in signature.time_chain if not link.anchor)
    return min(ends, default=signature.certificate_ends)


def attainable(trust: Trust, *, stamps: bool) -> str:
    """The highest PAdES level that is to be had here: by revocation data, and if ``stamps``."""
    if not stamps:
        return "B-B"
    return "B-LTA" if trust.checks_revocation else "B-T"


def renew(
    pdf: bytes,
    trust: Trust,
    timestamper: TimeStamper,
    *,
    at: datetime,
    document: str = "Dokumen ini",
) -> bytes:
    """``pdf`` and what keeps it provable: validation data of all before, and a timestamp over it.

    What was signed without a timestamp gets one first, so that its time is proven by more than the
    very timestamp that covers it. The first bytes are ``pdf``.

    Raises:
        SigningError: it does not hold now, its last timestamp has ended among the reasons; or the
            service failed.
        TrustError: what validates it cannot be had: no path, or no revocation data.
    """
    report = _require_valid(pdf, trust, at, document)
    try:
        renewed = asyncio.run(_renewed(pdf, report, trust, timestamper, at))
    except (PathError, ValidationError) as error:
        raise TrustError(
            f"{document} tidak dapat diperbarui: jalur sertifikat atau data pencabutannya tidak"
            f" lengkap ({error}). Perbarui folder kepercayaan, lalu ulangi."
        ) from error
    except OSError as error:
        raise SigningError(
            f"Layanan stempel waktu tidak memberi stempel ({error}), sehingga {document} belum"
            " diperbarui. Periksa [signing] tsa_url dan sambungannya, lalu ulangi."
        ) from error
    _require_valid(renewed, trust, at, document)
    return renewed


def _require_valid(pdf: bytes, trust: Trust, at: datetime, document: str) -> VerificationReport:
    report = verify(pdf, trust, at=trust.moment(at))
    if not report.accepted:
        raise SigningError(f"{document} tidak dapat diperbarui. {report.verdict_text()}")
    return report


async def _renewed(
    pdf: bytes, report: VerificationReport, trust: Trust, timestamper: TimeStamper, at: datetime
) -> bytes:
    unproven = [
        embedded
        for embedded, judged in zip(_signatures(pdf), report.signatures, strict=True)
        if judged.level in UNPROVEN
    ]
    if not all(map(has_signature_timestamp, unproven)) and not _stamps(pdf):
        pdf = await archived(pdf, timestamper)
    context = trust.context(at)
    proven = {judged.field for judged in report.signatures if judged.proven_time}
    try:
        paths = [
            path
            for embedded in (*unproven, *_stamps(pdf)[-1:])
            async for path in _validations(embedded, context, proven=embedded.fq_name in proven)
        ]
        last = _signatures(pdf)[-1].pkcs7_content
        return await archived(pdf, timestamper, Proof(last, context, paths))
    finally:
        await context.aclose()  # type: ignore[no-untyped-call]


def _signatures(pdf: bytes) -> tuple[EmbeddedPdfSignature, ...]:
    evidence = gather(pdf)
    return evidence.signatures if isinstance(evidence, FileEvidence) else ()


def _stamps(pdf: bytes) -> list[EmbeddedPdfSignature]:
    return [embedded for embedded in _signatures(pdf) if is_timestamp(embedded)]


async def _validations(
    embedded: EmbeddedPdfSignature, context: ValidationContext, *, proven: bool
) -> AsyncIterator[ValidationPath]:
    """The paths of a signature and of the timestamps over it, or of a timestamp.

    A signature whose time is ``proven`` may have outlived its certificate, of which then nothing
    more is to be had; the timestamps go on without.
    """
    stamping = is_timestamp(embedded)
    others = embedded.other_embedded_certs
    try:
        yield await _path(embedded.signer_cert, others, context, stamping=stamping)
    except (PathError, ValidationError):
        if stamping or not proven:
            raise
    for token in extract_tst_data_iter(embedded.signer_info, signed=False):
        found = extract_certs_for_validation(token)
        yield await _path(found.signer_cert, found.other_certs, context, stamping=True)


async def _path(
    certificate: x509.Certificate,
    others: list[x509.Certificate],
    context: ValidationContext,
    *,
    stamping: bool,
) -> ValidationPath:
    validator = CertificateValidator(certificate, others, context)
    usage = {"time_stamping"} if stamping else None
    path: ValidationPath = await validator.async_validate_usage(set(), usage)  # type: ignore[no-untyped-call]
    return path
