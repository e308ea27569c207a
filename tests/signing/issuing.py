"""Authorities of our own, where the practice PKI has none: ECDSA, time-stamping, borrowed names.

Authority → one person, with a revocation list of the authority's.
"""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.timestamps import DummyTimeStamper

from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.usage import key_usage

from .tsa import NOW, PrivateKey, named

LASTING = timedelta(days=3_650)
PIN = "839201"
# Without such a place DSS asks for no revocation data, and then calls them missing.
LISTS = x509.DistributionPoint(
    [x509.UniformResourceIdentifier("http://uji.invalid/daftar.crl")], None, None, None
)


@dataclass(frozen=True)
class Authority:
    """A root that issues to people."""

    name: x509.Name
    key: PrivateKey
    certificate: x509.Certificate

    def person(self, folder: Path, name: x509.Name, key: PrivateKey) -> SigningKey:
        """Somebody's opened key, certified by this authority."""
        certificate = self._issue(name, key, key_usage("digital_signature", "content_commitment"))
        packed = pkcs12.serialize_key_and_certificates(
            b"x", key, certificate, [self.certificate], BestAvailableEncryption(PIN.encode())
        )
        path = folder / f"{certificate.serial_number:x}.p12"
        path.write_bytes(packed)
        return open_key("pkcs12", str(path), PIN, at=NOW)

    def stamper(self) -> DummyTimeStamper:
        """A time-stamping service with a certificate of this authority's."""
        key = classic()
        stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        certificate = self._issue(named("Uji TSA"), key, stamping)
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        return DummyTimeStamper(
            asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER)),
            asn1_keys.PrivateKeyInfo.load(private),
        )

    def _issue(
        self, name: x509.Name, key: PrivateKey, purpose: x509.ExtensionType
    ) -> x509.Certificate:
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        builder = (
            _builder(name, self.name, key)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(purpose, critical=True)
            .add_extension(issuer, critical=False)
            .add_extension(x509.CRLDistributionPoints([LISTS]), critical=False)
        )
        return builder.sign(self.key, hashes.SHA256())

    def publish(self, trust: Path, name: str) -> None:
        """Put the root, and a list of nobody revoked, into a trust folder."""
        (trust / "anchors" / f"{name}.pem").write_bytes(self.certificate.public_bytes(Encoding.PEM))
        revoked = (
            x509.CertificateRevocationListBuilder()
            .issuer_name(self.name)
            .last_update(NOW - timedelta(hours=1))
            .next_update(NOW + LASTING)
            .add_extension(x509.CRLNumber(1), critical=False)
            .sign(self.key, hashes.SHA256())
        )
        (trust / "crls" / f"{name}.crl").write_bytes(revoked.public_bytes(Encoding.DER))


def authority(name: x509.Name, key: PrivateKey) -> Authority:
    """A root of that name."""
    builder = _builder(name, name, key).add_extension(
        x509.BasicConstraints(ca=True, path_length=1), critical=True
    )
    builder = builder.add_extension(key_usage("key_cert_sign", "crl_sign"), critical=True)
    return Authority(name, key, builder.sign(key, hashes.SHA256()))


def elliptic() -> ec.EllipticCurvePrivateKey:
    """A new ECDSA key."""
    return ec.generate_private_key(ec.SECP256R1())


def classic() -> rsa.RSAPrivateKey:
    """A new RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _builder(name: x509.Name, issuer: x509.Name, key: PrivateKey) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - timedelta(hours=1))
        .not_valid_after(NOW + LASTING)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )
