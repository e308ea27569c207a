"""Who issued a signer's certificate, as a seal may say it: by where its root came from.

The office says of an anchor whose it is (`anchors.toml`: ``psre``), bound to that certificate's
SHA-256. What a certificate calls itself or its issuer is never a reason to believe it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from asn1crypto import x509

from pipeline.signing.trust import Anchor, Trust

BSRE = "BSrE"
"""The ``psre`` of an anchor that is of Balai Besar Sertifikasi Elektronik."""
BSRE_LINE = (
    "Dokumen ini ditandatangani secara elektronik menggunakan sertifikat elektronik yang"
    " diterbitkan oleh Balai Besar Sertifikasi Elektronik (BSrE), BSSN."
)
PRACTICE_LINE = (
    "LATIHAN: sertifikat ini untuk latihan dan tidak berlaku sebagai tanda tangan elektronik resmi."
)
LONGEST_NAME = 60
_SELDOM = "penerbit yang tertulis di dalamnya"


@dataclass(frozen=True)
class Issuer:
    """What is known of who issued a certificate: by its ``anchor``, else only its own words.

    ``name`` is for reading; ``anchor`` None says that nobody has vouched for it.
    """

    name: str
    anchor: Anchor | None = None

    @property
    def practice(self) -> bool:
        """Whether it is of a PKI for exercises."""
        return bool(self.anchor and self.anchor.practice)

    @property
    def line(self) -> str:
        """One sentence for the foot of a signature (PP 71/2019 art. 60: tersertifikasi or not)."""
        if self.practice:
            return PRACTICE_LINE
        if self.anchor and self.anchor.certified:
            if self.anchor.psre == BSRE:
                return BSRE_LINE
            return (
                f"Sertifikat elektronik diterbitkan oleh {self.name}, PSrE Indonesia"
                " (tersertifikasi)."
            )
        return f"Sertifikat elektronik diterbitkan oleh {self.name} (tidak tersertifikasi)."


def issuer_of(
    certificate: x509.Certificate, path: Sequence[x509.Certificate], trust: Trust | None
) -> Issuer:
    """The issuer of a signer's ``certificate``, by the anchor in its validated ``path``.

    ``path`` runs from the root to the signer. Of several anchors in it the one next to the signer
    counts: a national root vouches for many issuers, an issuer's own certificate for itself.
    """
    found = (trust.anchor_of(one) for one in reversed(path)) if trust else iter(())
    anchor = next((one for one in found if one is not None), None)
    return Issuer(anchor.psre if anchor and anchor.psre else _called(certificate.issuer), anchor)


def _called(name: x509.Name) -> str:
    """The common name, else the organization, in letters that can be printed; never too long."""
    parts = name.native
    said = str(parts.get("common_name") or parts.get("organization_name") or "")
    plain = " ".join("".join(c for c in said if c.isprintable() and ord(c) < 0x180).split())
    if not plain:
        return _SELDOM
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1].rstrip()}…"
