"""What a verification reports: every finding, and the verdict that follows from them."""

from dataclasses import asdict, dataclass
from dataclasses import field as kept_as
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pipeline.domain.plain_text import visible
from pipeline.signing.chain import ChainLink
from pipeline.signing.findings import ADES_FINDINGS, FINDINGS, Weight

Language = Literal["id", "en"]
Kind = Literal["signature", "timestamp"]
PKCS7 = "PKCS7"
"""Begins the level of a signature that is no PAdES: other programs' ``adbe.pkcs7.detached``."""


class Verdict(StrEnum):
    """The one-word outcome. Only ``VALID`` may be accepted."""

    VALID = "valid"
    INCOMPLETE = "incomplete"
    UNSIGNED = "unsigned"
    INDETERMINATE = "indeterminate"
    INVALID = "invalid"


VERDICTS: dict[Verdict, dict[Language, str]] = {
    Verdict.VALID: {
        "id": "SAH: semua tanda tangan berlaku dan dokumen tidak berubah.",
        "en": "VALID: all signatures hold and the document is unchanged.",
    },
    Verdict.INCOMPLETE: {
        "id": "BELUM LENGKAP: yang sudah dibubuhkan berlaku, tetapi masih ada yang kurang.",
        "en": "INCOMPLETE: what has been signed holds, but a signature is still missing.",
    },
    Verdict.UNSIGNED: {
        "id": "BELUM DITANDATANGANI: dokumen ini tidak memuat tanda tangan elektronik.",
        "en": "NOT SIGNED: this document bears no electronic signature.",
    },
    Verdict.INDETERMINATE: {
        "id": "TIDAK DAPAT DIPASTIKAN: tanda tangannya ada, tetapi tidak cukup bukti.",
        "en": "CANNOT BE DETERMINED: there is a signature, but not enough evidence.",
    },
    Verdict.INVALID: {
        "id": "TIDAK SAH: dokumen ini tidak boleh diterima.",
        "en": "INVALID: this document must not be accepted.",
    },
}


class Certification(StrEnum):
    """What a certificate makes of an electronic signature (PP 71/2019 Art. 60).

    *Tersertifikasi* asks for a certificate of an Indonesian PSrE and a certified device that made
    the signature (par. 3). The first is known by the anchor's provenance; no file shows the second.
    """

    PSRE = "psre"
    OTHER = "other"
    PRACTICE = "practice"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """One thing found: its code in ``FINDINGS``, the field it is about, and what it names."""

    code: str
    field: str | None = None
    detail: str = ""

    @property
    def weight(self) -> Weight:
        """How much it bears on the verdict."""
        return FINDINGS[self.code].weight

    def text(self, lang: Language = "id") -> str:
        """The finding in words on one line, its field in front; whoever made the file named it."""
        words = FINDINGS[self.code]
        sentence = (words.id if lang == "id" else words.en).format(detail=visible(self.detail))
        return f"{visible(self.field)}: {sentence}" if self.field else sentence


@dataclass(frozen=True)
class SignatureReport:
    """What was found of one signature or document timestamp.

    ``signing_time`` is the signer's own claim unless ``proven_time`` (a trusted timestamp) backs
    it. ``certificate_ends`` is when the first ends of its certificate and those between it and the
    anchor. ``ades`` is the sub-indication of ETSI EN 319 102-1, ``OK`` when passed; ``ades_reason``
    the library's own words, in English. ``level`` is the PAdES level measured (of a signature that
    is no PAdES ``PKCS7-…``), empty where it does not hold. ``after`` lists what followed.
    ``chain`` runs from the signer's certificate as far up as it is known, ``time_chain`` likewise
    from the authority whose timestamp lies in the signature. ``algorithm`` is digest and key.
    """

    field: str
    kind: Kind
    signer: str = ""
    serial: str = ""
    certificate_sha256: str = ""
    issuer: str = ""
    anchor: str = ""
    certified: bool = False
    practice: bool = False
    signing_time: datetime | None = None
    proven_time: datetime | None = None
    certificate_ends: datetime | None = None
    ades: str = "NOT_EVALUATED"
    ades_reason: str = ""
    intact: bool = False
    valid: bool = False
    docmdp_ok: bool = False
    coverage: str = "UNCLEAR"
    level: str = ""
    after: tuple[str, ...] = ()
    subfilter: str = ""
    algorithm: str = ""
    chain: tuple[ChainLink, ...] = ()
    time_chain: tuple[ChainLink, ...] = ()

    @property
    def certification(self) -> Certification:
        """Whose the certificate is, by the provenance of the anchor that its path ends in."""
        if not self.anchor:
            return Certification.UNKNOWN
        if self.practice:
            return Certification.PRACTICE
        return Certification.PSRE if self.certified else Certification.OTHER

    @property
    def holds(self) -> bool:
        """Whether this signature, taken alone, is acceptable."""
        return self.ades == "OK" and self.intact and self.valid and self.docmdp_ok


@dataclass(frozen=True)
class VerificationReport:
    """A verified file: its SHA-256, its signatures in signing order, and everything found.

    ``at`` is the moment as of which it was judged; ``revocation`` says whether the trust had the
    means to check that no certificate was revoked.
    """

    sha256: str
    size: int
    signatures: tuple[SignatureReport, ...] = ()
    findings: tuple[Finding, ...] = ()
    revocation: bool = False
    at: datetime | None = kept_as(default=None, compare=False)

    @property
    def verdict(self) -> Verdict:
        """The heaviest finding decides; without any signature there is nothing to accept."""
        heaviest = max((finding.weight for finding in self.findings), default=Weight.NOTE)
        signed = [report for report in self.signatures if report.kind == "signature"]
        if heaviest is Weight.FAULT:
            return Verdict.INVALID
        if heaviest is Weight.DOUBT:
            return Verdict.INDETERMINATE
        if not signed:
            return Verdict.UNSIGNED
        if not all(report.holds for report in signed):  # never accept by omission
            return Verdict.INVALID
        return Verdict.INCOMPLETE if heaviest is Weight.PENDING else Verdict.VALID

    @property
    def accepted(self) -> bool:
        """Whether the document may be taken as signed."""
        return self.verdict is Verdict.VALID

    @property
    def level(self) -> str:
        """The lowest PAdES level among the signatures; empty where one does not hold."""
        levels = [report.level for report in self.signatures if report.kind == "signature"]
        return min(levels, key=LEVELS.index, default="")

    def verdict_text(self, lang: Language = "id") -> str:
        """The verdict and its reasons, one a line, for people."""
        lines = [VERDICTS[self.verdict][lang]]
        lines.extend(f"- {text}" for text in dict.fromkeys(f.text(lang) for f in self.findings))
        return "\n".join(lines)

    def to_dict(self) -> dict[str, Any]:
        """The whole report as plain JSON values."""
        return {
            "verdict": self.verdict.value,
            "accepted": self.accepted,
            "level": self.level,
            "sha256": self.sha256,
            "size": self.size,
            "verified_at": _plain(self.at),
            "revocation_checked": self.revocation,
            "text": VERDICTS[self.verdict]["id"],
            "text_en": VERDICTS[self.verdict]["en"],
            "signatures": [
                {**_plain(asdict(report)), "certification": report.certification.value}
                for report in self.signatures
            ],
            "findings": [
                {
                    "code": finding.code,
                    "weight": finding.weight.name.lower(),
                    "field": finding.field,
                    "text": finding.text("id"),
                    "text_en": finding.text("en"),
                }
                for finding in self.findings
            ],
        }


LEVELS = (
    "",
    *(f"{PKCS7}-{reached}" for reached in ("B", "T", "LT", "LTA")),
    *("B-B", "B-T", "B-LT", "B-LTA"),
)
"""From the weakest to the strongest."""


def ades_finding(subindication: str, field: str, *, failed: bool) -> Finding | None:
    """The finding for an AdES sub-indication, or None when it passed."""
    if subindication == "OK":
        return None
    code = ADES_FINDINGS.get(subindication, "failed" if failed else "undetermined")
    return Finding(code, field, subindication)


def _plain(value: Any) -> Any:
    """Dates as ISO 8601, and what holds them in turn."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value
