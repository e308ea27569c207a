"""A signing key that was opened with its owner's PIN, whatever keeps it."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import Protocol

from asn1crypto import x509
from pyhanko.sign.signers import Signer

from pipeline.errors import KeyAccessError

Pin = str | bytearray
SIGNING_USAGES = frozenset({"digital_signature", "non_repudiation"})


@dataclass(frozen=True)
class SigningKey:
    """An opened key: the signer object that pyHanko drives, and the certificate it signs for.

    ``source`` names the key to people (a file name, a token label); it is never a secret.
    """

    signer: Signer
    source: str

    @property
    def certificate(self) -> x509.Certificate:
        """The signer's certificate."""
        certificate: x509.Certificate = self.signer.signing_cert
        return certificate

    @cached_property
    def certificate_sha256(self) -> str:
        """SHA-256 over the DER certificate, lower-case hex: what an enrolment records."""
        return sha256(self.certificate.dump()).hexdigest()

    @cached_property
    def common_name(self) -> str:
        """The name that the certificate gives its owner."""
        return common_name(self.certificate)

    def require_usable(self, at: datetime) -> None:
        """Check that the certificate may sign at ``at`` (aware).

        Raises:
            KeyAccessError: as :func:`require_usable` says.
        """
        require_usable(self.certificate, self.source, at)


def common_name(certificate: x509.Certificate) -> str:
    """The name that a certificate gives its owner."""
    return str(certificate.subject.native.get("common_name", ""))


def require_usable(certificate: x509.Certificate, source: str, at: datetime) -> None:
    """Check that ``certificate``, which ``source`` holds, may sign at ``at`` (aware).

    Raises:
        KeyAccessError: expired, not yet valid, or not meant for signatures (RFC 5280 §4.2.1.3:
            ``digitalSignature`` or ``nonRepudiation``).
    """
    told = f"Sertifikat “{common_name(certificate)}” pada {source}"
    start, end = certificate.not_valid_before, certificate.not_valid_after
    if at > end:
        raise KeyAccessError(
            f"{told} sudah kedaluwarsa sejak {end:%d-%m-%Y}. Mintalah sertifikat baru kepada"
            " penerbitnya, lalu daftarkan sertifikat itu sebelum menandatangani."
        )
    if at < start:
        raise KeyAccessError(
            f"{told} baru berlaku mulai {start:%d-%m-%Y}. Tunggu sampai tanggal itu, atau periksa"
            " jam komputer ini."
        )
    usage = certificate.key_usage_value
    if usage is None or not SIGNING_USAGES & usage.native:
        raise KeyAccessError(
            f"{told} tidak diterbitkan untuk tanda tangan (keyUsage). Gunakan sertifikat tanda"
            " tangan elektronik."
        )


class OpenKey(Protocol):
    """Opens one key of a backend; one such function per file in this folder."""

    def __call__(self, location: str, pin: Pin, *, at: datetime) -> SigningKey:
        """Open the key at ``location`` for signing at ``at`` (aware).

        Raises:
            KeyAccessError: the key cannot be reached, the PIN is wrong, or the certificate may
                not sign at that moment.
        """
        ...
