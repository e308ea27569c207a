"""The judgement of a signed PDF: accepted only if everything holds at once.

A signature is accepted when its AdES validation passed, it is intact and valid, later changes keep
to its policy, exactly the expected fields are signed, its certificate is enrolled to that official
on that day, and nothing follows the last one but validation data and timestamps. A document that
falls short is no error: the report says everything that was found.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256

from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.policy_decl import SignatureValidationSpec
from pyhanko.sign.validation.status import SignatureCoverageLevel

from pipeline.signing.ades import (
    Opinion,
    assess_signature,
    assess_timestamp,
    measured_level,
    timing,
)
from pipeline.signing.background import (
    PADES,
    Background,
    algorithm_words,
    named_level,
    subfilter,
)
from pipeline.signing.evidence import (
    MOST_REVISIONS,
    FieldFact,
    FileEvidence,
    Unreadable,
    attempt,
    attempt_async,
    container_is_clean,
    envelope_fault,
    gather,
    is_timestamp,
    locks_signature,
    modification_level,
    revisions,
)
from pipeline.signing.fields import PLANNED_NAMES, SIGNATURE_FIELD
from pipeline.signing.report import (
    Finding,
    Kind,
    SignatureReport,
    VerificationReport,
    ades_finding,
)
from pipeline.signing.trust import Trust


@dataclass(frozen=True)
class Expectation:
    """Which fields must be signed, and by whom.

    Each field name maps to the SHA-256 (hex) of the certificates that were enrolled to its
    official on the day of signing.
    """

    fields: Mapping[str, frozenset[str]]


def verify(
    pdf: bytes,
    trust: Trust,
    *,
    expectation: Expectation | None = None,
    at: datetime | None = None,
) -> VerificationReport:
    """Judge ``pdf`` as of ``at`` (aware; None is now), never raising for what is wrong with it.

    Without ``expectation`` the set of fields and the signers' enrolment are left unjudged, except
    that a document with our field plan may hold no field outside it.
    """
    digest, size, now = sha256(pdf).hexdigest(), len(pdf), at or datetime.now(UTC)
    # (1) Read the file.
    saved = revisions(pdf)
    if saved > MOST_REVISIONS:
        many = Finding("too_many_revisions", detail=str(saved))
        return VerificationReport(digest, size, findings=(many,), at=now)
    evidence = gather(pdf)
    if isinstance(evidence, Unreadable):
        return VerificationReport(digest, size, findings=(Finding("unreadable"),), at=now)
    if evidence.reader.encrypted:
        return VerificationReport(digest, size, findings=(Finding("encrypted"),), at=now)
    judge = _Judge(evidence, trust, expectation, at)
    # (2) Judge each signature and timestamp.
    judged = [judge.signature(embedded) for embedded in evidence.signatures]
    # (3) Judge the set of fields; (4) what follows the last signature; (5) the file around them.
    findings = [finding for _, found in judged for finding in found]
    findings += [*judge.fields(), *judge.after_last(), *judge.file()]
    return VerificationReport(
        digest,
        size,
        tuple(report for report, _ in judged),
        tuple(dict.fromkeys(findings)),
        revocation=trust.checks_revocation,
        at=now,
    )


class _Judge:
    """One file under judgement: its evidence, whom we trust, what we expect."""

    def __init__(
        self,
        evidence: FileEvidence,
        trust: Trust,
        expectation: Expectation | None,
        at: datetime | None,
    ) -> None:
        self.evidence = evidence
        self.trust = trust
        self.expectation = expectation
        self.moment = timing(at)
        self.specification: SignatureValidationSpec = trust.specification(
            crls=(*evidence.store.crls, *evidence.in_signatures.crls),
            ocsps=(*evidence.store.ocsps, *evidence.in_signatures.ocsps),
            certificates=evidence.store.certificates,
        )
        self.planned = expectation is not None or any(
            field.name == SIGNATURE_FIELD for field in evidence.fields
        )
        self.regular = [e for e in evidence.signatures if not is_timestamp(e)]

    def signature(self, embedded: EmbeddedPdfSignature) -> tuple[SignatureReport, list[Finding]]:
        """Judge one signature or document timestamp by itself."""
        name = str(embedded.fq_name)
        kind: Kind = "timestamp" if is_timestamp(embedded) else "signature"
        unreadable = SignatureReport(name, kind), [Finding("unreadable_signature", name)]
        if isinstance(attempt(embedded.compute_integrity_info), Unreadable):
            return unreadable
        opinion = asyncio.run(attempt_async(self._assess(embedded)))
        if isinstance(opinion, Unreadable):
            return unreadable
        report = attempt(partial(self._report, embedded, opinion))
        if isinstance(report, Unreadable):
            return unreadable
        found = list(self._container(embedded, name, opinion))
        if kind == "timestamp":
            found += self._timestamp(report, opinion)
        else:
            found += self._signer(embedded, report, opinion)
        return report, found

    def fields(self) -> Iterator[Finding]:
        """Judge the set of signature fields against the expectation, or our plan."""
        allowed = set(self.expectation.fields) if self.expectation else PLANNED_NAMES
        signed = [str(embedded.fq_name) for embedded in self.regular]
        for name in signed:
            if self.planned and (name not in allowed or signed.count(name) > 1):
                yield Finding("unexpected_field", detail=name)
        for field in self.evidence.fields:
            yield from self._field(field)
        for name in sorted(allowed - set(signed)) if self.expectation else ():
            yield Finding("missing_signature", detail=name)

    def _field(self, field: FieldFact) -> Iterator[Finding]:
        timestamps = {str(e.fq_name) for e in self.evidence.signatures if is_timestamp(e)}
        if field.name in timestamps:
            return
        if not field.signed:
            if self.planned and field.name not in PLANNED_NAMES:
                yield Finding("unexpected_field", detail=field.name)
            elif self.regular and not self.expectation:
                yield Finding("pending_field", detail=field.name)
            return
        if field.name not in {str(e.fq_name) for e in self.regular}:
            yield Finding("unsupported", detail=field.name)
        if not field.visible:
            yield Finding("invisible", detail=field.name)

    def after_last(self) -> Iterator[Finding]:
        """Judge what follows the last signature: nothing but validation data and timestamps."""
        if not self.regular:
            return
        last = self.regular[-1]
        if modification_level(last) > ModificationLevel.LTA_UPDATES:
            yield Finding("followed", str(last.fq_name))
        if attempt(self._metadata_changed) is not False:
            yield Finding("metadata_changed" if self.planned else "metadata_changed_elsewhere")

    def _metadata_changed(self) -> bool:
        """Whether metadata differ that the last signature does not cover.

        In a document of ours a title, too, must be what it was at the first one; when and with what
        it was saved, each signing program enters, and its own signature or timestamp covers that.
        Where it adds validation data after signing, nothing covers it, and nothing else may differ.
        """
        known, newest = self.evidence.metadata, self.evidence.reader.total_revisions - 1
        covered = (self.evidence.signatures if self.planned else self.regular)[-1].signed_revision
        last, now = known(covered), known(newest)
        saved_validation_data = self.evidence.adds_validation_data(covered)
        if last != now and not (saved_validation_data and last.description == now.description):
            return True
        first = known(self.regular[0].signed_revision)
        return self.planned and first.description != now.description

    def file(self) -> Iterator[Finding]:
        """Judge the raw file around the signatures."""
        signed_fields = sum(field.signed for field in self.evidence.fields)
        if self.evidence.byte_ranges > signed_fields:
            yield Finding("lost_signature")
        if self.evidence.signatures and attempt(lambda: self.evidence.ends_cleanly) is not True:
            yield Finding("trailing_bytes")

    async def _assess(self, embedded: EmbeddedPdfSignature) -> Opinion:
        stamps = [later for later in self._later(embedded) if is_timestamp(later)]
        assess = assess_timestamp if is_timestamp(embedded) else assess_signature
        return await assess(embedded, self.specification, self.moment, stamps=stamps)

    def _later(self, embedded: EmbeddedPdfSignature) -> list[EmbeddedPdfSignature]:
        own = embedded.signed_revision
        return [e for e in self.evidence.signatures if e.signed_revision > own]

    def _report(self, embedded: EmbeddedPdfSignature, opinion: Opinion) -> SignatureReport:
        certificate = embedded.signer_cert
        integrity = embedded.summarise_integrity_info()
        anchor = self.trust.anchor_of(opinion.path[0]) if opinion.path else None
        behind = Background(self.evidence, self.trust, opinion)
        timestamp = is_timestamp(embedded)
        return SignatureReport(
            field=str(embedded.fq_name),
            kind="timestamp" if timestamp else "signature",
            signer=str(certificate.subject.native.get("common_name", "")),
            serial=f"{certificate.serial_number:x}",
            certificate_sha256=sha256(certificate.dump()).hexdigest(),
            issuer=str(certificate.issuer.human_friendly),
            anchor=anchor.name if anchor else "",
            certified=bool(anchor and anchor.certified),
            practice=bool(anchor and anchor.practice),
            signing_time=embedded.self_reported_timestamp,
            proven_time=opinion.proven_time,
            certificate_ends=_first_end(embedded, opinion),
            ades=opinion.subindication.standard_name,
            ades_reason=opinion.reason,
            intact=opinion.intact,
            valid=opinion.valid,
            docmdp_ok=bool(integrity["docmdp_ok"]),
            coverage=integrity["coverage"].name,
            level=""
            if timestamp
            else named_level(
                measured_level(opinion, self.evidence.store, self.evidence.archived), embedded
            ),
            after=self._after(embedded),
            subfilter=subfilter(embedded),
            algorithm=algorithm_words(embedded),
            chain=behind.chain(certificate),
            time_chain=behind.time_chain(),
        )

    def _after(self, embedded: EmbeddedPdfSignature) -> tuple[str, ...]:
        later = [
            f"{'timestamp' if is_timestamp(e) else 'signature'} {e.fq_name}"
            for e in self._later(embedded)
        ]
        revisions = self.evidence.reader.total_revisions - 1 - embedded.signed_revision
        others = revisions - len(later)
        return (*later, f"revisions {others}") if others > 0 else tuple(later)

    def _container(
        self, embedded: EmbeddedPdfSignature, name: str, opinion: Opinion
    ) -> Iterator[Finding]:
        if attempt(lambda: container_is_clean(self.evidence.pdf, embedded)) is not True:
            yield Finding("padding", name)
        if not self.planned:
            return
        known = {anchor.certificate.dump() for anchor in self.trust.anchors}
        helpers = (*self.trust.intermediates, *self.evidence.store.certificates, *opinion.path[1:])
        known.update(certificate.dump() for certificate in helpers)
        # Without a path to an anchor nobody can say which companions belong here.
        fault = attempt(lambda: envelope_fault(embedded, known if opinion.path else None))
        if isinstance(fault, Unreadable):
            yield Finding("unreadable_signature", name)
        elif fault:
            yield Finding("altered_envelope", name, fault)

    def _timestamp(self, report: SignatureReport, opinion: Opinion) -> Iterator[Finding]:
        if not opinion.intact or not opinion.valid:
            yield Finding("not_intact", report.field)
        elif not opinion.passed:
            yield Finding("timestamp_unsure", report.field, report.ades)

    def _signer(
        self, embedded: EmbeddedPdfSignature, report: SignatureReport, opinion: Opinion
    ) -> Iterator[Finding]:
        failed = opinion.failed or not opinion.measured
        found = ades_finding(report.ades, report.field, failed=failed)
        if found:
            yield found
        if opinion.passed and not (report.intact and report.valid):
            yield Finding("not_intact" if not report.intact else "not_valid", report.field)
        if embedded.coverage < SignatureCoverageLevel.ENTIRE_REVISION:
            yield Finding("coverage", report.field)
        elif not report.docmdp_ok:
            yield Finding("changed_after", report.field)
        if self.planned and report.field != SIGNATURE_FIELD and locks_signature(embedded):
            yield Finding("locked_too_early", report.field)
        if self.expectation:
            allowed = self.expectation.fields.get(report.field, frozenset())
            if report.field in self.expectation.fields and report.certificate_sha256 not in allowed:
                yield Finding("not_enrolled", report.field)
        if report.subfilter != PADES:
            code = "not_pades" if self.planned else "not_pades_elsewhere"
            yield Finding(code, report.field, report.subfilter)
        if report.practice:
            yield Finding("practice", report.field)


def _first_end(embedded: EmbeddedPdfSignature, opinion: Opinion) -> datetime:
    """When the first of its certificates ends, the anchor's aside (RFC 5280 §6.1)."""
    ends: list[datetime] = [c.not_valid_after for c in (embedded.signer_cert, *opinion.path[1:])]
    return min(ends)
