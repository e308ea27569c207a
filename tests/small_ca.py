"""A certificate authority of the tests, which issues what the practice PKI would not."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from pipeline.signing.usage import key_usage

YEAR = timedelta(days=365)


def name_of(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


@dataclass(frozen=True)
class SmallCa:
    """A root with its key, good for a year around ``now``."""

    now: datetime
    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @classmethod
    def made(cls, now: datetime, name: str = "Akar Uji") -> "SmallCa":
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(name_of(name), name_of(name), key.public_key(), (now - YEAR, now + YEAR))
        builder = builder.add_extension(
            x509.BasicConstraints(ca=True, path_length=1), critical=True
        ).add_extension(key_usage("key_cert_sign", "crl_sign"), critical=True)
        return cls(now, key, builder.sign(key, hashes.SHA256()))

    def issue(
        self,
        common: str,
        public: CertificatePublicKeyTypes,
        *,
        usage: str | None = "digital_signature",
        first: timedelta = timedelta(hours=-1),
        last: timedelta = timedelta(days=90),
    ) -> x509.Certificate:
        """A certificate from ``first`` to ``last``, both counted from now."""
        span = (self.now + first, self.now + last)
        builder = _builder(name_of(common), self.certificate.subject, public, span)
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
            critical=False,
        )
        if usage:
            builder = builder.add_extension(key_usage(usage), critical=True)
        return builder.sign(self.key, hashes.SHA256())

    def write_trust(self, folder: Path, *revoked: x509.Certificate) -> Path:
        """A trust folder that relies on this root, with its revocation list."""
        builder = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.certificate.subject)
            .last_update(self.now - timedelta(hours=1))
            .next_update(self.now + YEAR)
        )
        for certificate in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(certificate.serial_number)
            builder = builder.add_revoked_certificate(
                entry.revocation_date(self.now - timedelta(hours=1)).build()
            )
        for part in ("anchors", "crls"):
            (folder / part).mkdir(parents=True, exist_ok=True)
        root = self.certificate.public_bytes(Encoding.PEM)
        (folder / "anchors" / "akar-uji.pem").write_bytes(root)
        crl = builder.sign(self.key, hashes.SHA256()).public_bytes(Encoding.DER)
        (folder / "crls" / "akar-uji.crl").write_bytes(crl)
        return folder


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: CertificatePublicKeyTypes,
    span: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0])
        .not_valid_after(span[1])
    )
