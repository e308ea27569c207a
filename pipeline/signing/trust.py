"""Whom we believe: a folder of trust anchors, with what is known about where each came from.

::

    anchors/*.pem|crt|cer      roots, PEM or DER
    anchors.toml               optional provenance: [[anchor]] file, name, source, obtained,
                               sha256, practice, certified, psre
    intermediates/*            certificates that help to build a path, trusted for nothing
    crls/*.crl                 revocation lists kept at hand
"""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn1crypto import crl, pem, x509
from pyhanko.sign.validation.policy_decl import (
    LocalKnowledge,
    RevinfoOnlineFetchingRule,
    RevocationInfoGatheringSpec,
    SignatureValidationSpec,
)
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.context import CertValidationPolicySpec
from pyhanko_certvalidator.policy_decl import (
    NO_REVOCATION,
    REQUIRE_REVINFO,
    CertRevTrustPolicy,
    RevocationCheckingPolicy,
)
from pyhanko_certvalidator.registry import SimpleTrustManager
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from pipeline.errors import TrustError
from pipeline.signing.keys.key import SIGNING_USAGES

ANCHORS, INTERMEDIATES, CRLS, PROVENANCE = "anchors", "intermediates", "crls", "anchors.toml"


@dataclass(frozen=True)
class Anchor:
    """One root certificate, and its provenance as the office recorded it.

    ``practice`` marks a PKI for exercises; ``certified`` an Indonesian PSrE (PP 71/2019 Art. 60),
    ``psre`` which one it is, as seals name it: ``BSrE``. Both hold of one certificate, by SHA-256.
    ``pinned`` says that its SHA-256 is recorded too, so that another in its place is noticed.
    """

    certificate: x509.Certificate
    file: str
    name: str
    source: str = ""
    obtained: str = ""
    practice: bool = False
    certified: bool = False
    psre: str = ""
    pinned: bool = False

    @property
    def lacking(self) -> tuple[str, ...]:
        """The keys of its provenance that nobody has recorded."""
        recorded = {"source": self.source, "obtained": self.obtained, "sha256": self.pinned}
        return tuple(key for key, value in recorded.items() if not value)

    @property
    def sha256(self) -> str:
        """SHA-256 over the DER certificate, lower-case hex."""
        return sha256(self.certificate.dump()).hexdigest()


@dataclass(frozen=True)
class Trust:
    """Anchors, helping certificates and revocation lists; and whether the network may be asked."""

    anchors: tuple[Anchor, ...]
    intermediates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    allow_fetching: bool = False

    @classmethod
    def load(cls, folder: Path, *, allow_fetching: bool = False) -> "Trust":
        """Read the trust folder.

        Raises:
            TrustError: no anchor at all, an unreadable file, or an anchor that is not the one its
                provenance describes.
        """
        notes = _provenance(folder / PROVENANCE)
        anchors = tuple(
            _anchor(path, certificate, notes.get(path.name, {}))
            for path in _files(folder / ANCHORS, {".pem", ".crt", ".cer"})
            for certificate in _load_all(path, x509.Certificate.load)
        )
        if not anchors:
            raise TrustError(
                f"Folder kepercayaan {folder.name}/{ANCHORS} kosong atau tidak ada, sehingga tanda "
                "tangan siapa pun tidak dapat dipastikan. Taruh sertifikat induk (.pem atau .crt) "
                "yang dipercaya di sana."
            )
        return cls(
            anchors=anchors,
            intermediates=tuple(
                certificate
                for path in _files(folder / INTERMEDIATES, None)
                for certificate in _load_all(path, x509.Certificate.load)
            ),
            crls=tuple(
                found
                for path in _files(folder / CRLS, {".crl"})
                for found in _load_all(path, crl.CertificateList.load)
            ),
            allow_fetching=allow_fetching,
        )

    @property
    def revocation(self) -> RevocationCheckingPolicy:
        """Every certificate must be shown not revoked, wherever we have the means to ask.

        Stricter than pyHanko's ``hard-fail``, which passes a certificate that names no source of
        revocation data even when its issuer's list lies in the folder.
        """
        return REQUIRE_REVINFO if self.crls or self.allow_fetching else NO_REVOCATION

    @property
    def checks_revocation(self) -> bool:
        """Whether revocation is checked, and may be embedded for the long term."""
        return bool(self.crls) or self.allow_fetching

    def moment(self, at: datetime | None) -> datetime | None:
        """``at``, where what lies here must do; None, which is now, where it may be asked for.

        Nobody answers today what was revoked another day.
        """
        return None if self.allow_fetching else at

    def context(self, at: datetime | None = None) -> ValidationContext:
        """A fresh validation context for signing at ``at`` (aware); None is now.

        It keeps what it fetches. Use one per signer, and renew it often.
        """
        return ValidationContext(
            trust_roots=self._roots,
            other_certs=list(self.intermediates),
            crls=list(self.crls),
            allow_fetching=self.allow_fetching,
            moment=self.moment(at),
            revinfo_policy=CertRevTrustPolicy(self.revocation),
        )

    def specification(
        self,
        *,
        crls: Iterable[crl.CertificateList] = (),
        ocsps: Iterable[OCSPContainer] = (),
        certificates: Iterable[x509.Certificate] = (),
    ) -> SignatureValidationSpec:
        """How to validate a signature, knowing also what the document itself brings along."""
        rule = RevinfoOnlineFetchingRule
        return SignatureValidationSpec(
            cert_validation_policy=CertValidationPolicySpec(
                trust_manager=SimpleTrustManager.build(trust_roots=self._roots),
                revinfo_policy=CertRevTrustPolicy(self.revocation),
            ),
            revinfo_gathering_policy=RevocationInfoGatheringSpec(
                rule.NO_HISTORICAL_FETCH if self.allow_fetching else rule.LOCAL_ONLY
            ),
            local_knowledge=LocalKnowledge(
                known_ocsps=list(ocsps),
                known_crls=[CRLContainer(found) for found in (*self.crls, *crls)],
                known_certs=[*self.intermediates, *certificates],
            ),
            key_usage_settings=KeyUsageConstraints(key_usage=set(SIGNING_USAGES)),
        )

    def anchor_of(self, certificate: x509.Certificate) -> Anchor | None:
        """The anchor that is this very certificate."""
        wanted = certificate.dump()
        return next((a for a in self.anchors if a.certificate.dump() == wanted), None)

    @property
    def _roots(self) -> list[x509.Certificate]:
        return [anchor.certificate for anchor in self.anchors]


def _files(folder: Path, suffixes: set[str] | None) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(
        path
        for path in folder.iterdir()
        if path.is_file()
        and not path.name.startswith(".")
        and (suffixes is None or path.suffix.lower() in suffixes)
    )


def _load_all(path: Path, load: Callable[..., Any]) -> list[Any]:
    """Every object in a PEM bundle, or the one in a DER file; parsed to the last byte."""
    try:
        data = path.read_bytes()
        ders = (
            [der for _, _, der in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        )
        found = [load(der, strict=True) for der in ders]
        for item in found:
            _ = item.native  # asn1crypto parses lazily: find damage now, not at the first signature
    except (OSError, ValueError, TypeError) as error:
        raise TrustError(
            f"Berkas {path.parent.name}/{path.name} dalam folder kepercayaan tidak dapat dibaca. "
            "Ganti dengan salinan yang utuh dari sumber resminya, atau keluarkan dari folder."
        ) from error
    return found


def _provenance(path: Path) -> dict[str, dict[str, Any]]:
    if not path.is_file():
        return {}
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("anchor", [])
        return {str(entry["file"]): entry for entry in entries}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise TrustError(
            f"{path.name} dalam folder kepercayaan salah tulis: {error}. Tiap [[anchor]] "
            "memerlukan kunci file; perbaiki lalu ulangi."
        ) from error


def _anchor(path: Path, certificate: x509.Certificate, note: dict[str, Any]) -> Anchor:
    anchor = Anchor(
        certificate=certificate,
        file=path.name,
        name=str(note.get("name") or certificate.subject.human_friendly),
        source=str(note.get("source", "")),
        obtained=str(note.get("obtained", "")),
        practice=bool(note.get("practice", False)),
        certified=bool(note.get("certified", False)),
        psre=str(note.get("psre", "")).strip(),
        pinned=bool(note.get("sha256")),
    )
    if (anchor.certified or anchor.psre) and not note.get("sha256"):
        raise TrustError(
            f"{PROVENANCE}: {path.name} dicatat sebagai milik PSrE Indonesia, tetapi tanpa sidik"
            f" SHA-256. Bandingkan sidiknya dengan yang diumumkan PSrE itu, lalu tulis: sha256 ="
            f' "{anchor.sha256}".'
        )
    recorded = str(note.get("sha256", anchor.sha256)).lower().replace(":", "")
    if recorded != anchor.sha256:
        raise TrustError(
            f"Sertifikat induk {path.name} bukan yang tercatat dalam {PROVENANCE}: sidik "
            f"SHA-256-nya {anchor.sha256}. Pastikan asalnya, lalu perbaiki berkas atau catatannya."
        )
    return anchor
