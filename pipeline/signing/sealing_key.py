"""The key with which the machine itself seals the ledger, and its detached signatures (CMS).

ECDSA on P-256, made at first use, with a certificate that it signs itself and that does not end
(RFC 5280 §4.1.2.5). It lies without a passphrase in the state folder, readable by the service's
account only, since nobody stands by to type one. So a signature shows that whoever could read that
file made the seal: this machine, or somebody who has its account. That the seal is as old as it
says is shown by a timestamp alone, or by a copy out of that account's reach.
"""

import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from asn1crypto import cms
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from cryptography.x509.oid import NameOID
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from pipeline.errors import KeyAccessError, SigningError
from pipeline.files import make_folder, write_whole
from pipeline.signing.evidence import Unreadable, attempt
from pipeline.signing.usage import key_usage

NO_END = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
BACKDATED = timedelta(days=1)  # a clock that was ahead when it was made
OWNER_ONLY = 0o600


@dataclass(frozen=True)
class SealingKey:
    """The loaded key and its certificate."""

    private: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over the DER certificate, lower-case hex."""
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def certificate_pem(self) -> bytes:
        """The certificate, for whoever wants to verify a seal."""
        return self.certificate.public_bytes(Encoding.PEM)

    def sign(self, data: bytes) -> bytes:
        """A detached CMS signature over ``data`` (RFC 5652), in DER."""
        builder = PKCS7SignatureBuilder().set_data(data)
        signed = builder.add_signer(self.certificate, self.private, hashes.SHA256())
        options = [PKCS7Options.DetachedSignature, PKCS7Options.Binary]
        return signed.sign(Encoding.DER, options)


def load_sealing_key(path: Path) -> SealingKey | None:
    """The key in the file at ``path``; ``None`` where there is none yet.

    Raises:
        KeyAccessError: the file cannot be read, or is no such key.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyAccessError(
            f"The sealing key {path.name} cannot be opened ({error.strerror}). Give the service's"
            " account the right to read it."
        ) from error
    try:
        private = load_pem_private_key(data, None)
        certificate = x509.load_pem_x509_certificate(data)
    except (ValueError, TypeError) as error:
        raise KeyAccessError(_damaged(path)) from error
    if not isinstance(private, ec.EllipticCurvePrivateKey):
        raise KeyAccessError(_damaged(path))
    if private.public_key() != certificate.public_key():
        raise KeyAccessError(_damaged(path))
    return SealingKey(private, certificate)


def make_sealing_key(path: Path, office_id: str, now: datetime) -> SealingKey:
    """A new key, kept in the file at ``path``."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, office_id),
            x509.NameAttribute(NameOID.COMMON_NAME, "kinerja: segel buku kejadian"),
        ]
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BACKDATED)
        .not_valid_after(NO_END)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(key_usage("digital_signature"), critical=True)
        .sign(private, hashes.SHA256())
    )
    key = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    make_folder(path.parent)
    write_whole(path, key + certificate.public_bytes(Encoding.PEM), mode=OWNER_ONLY)
    return SealingKey(private, certificate)


def readable_by_others(path: Path) -> bool:
    """Whether another account than the owner's may read or change the key's file."""
    return bool(os.stat(path).st_mode & 0o077)


def signer_of(data: bytes, signature: bytes) -> str:
    """The fingerprint of the certificate that the detached ``signature`` over ``data`` is by.

    That the certificate is one of ours is for the caller to see.

    Raises:
        SigningError: it is no signature over these bytes.
    """
    found = attempt(lambda: _by_whom(data, signature))
    if isinstance(found, Unreadable):
        raise SigningError(f"The signature cannot be read ({found.reason}).")
    certificate, sound = found
    if not sound:
        raise SigningError("The signature is not over these bytes.")
    return sha256(certificate.dump()).hexdigest()


def _by_whom(data: bytes, signature: bytes) -> tuple[asn1_x509.Certificate, bool]:
    content = cms.ContentInfo.load(signature, strict=True)["content"]
    certificate = extract_certificate_info(content).signer_cert
    intact, valid = validate_sig_integrity(
        extract_signer_info(content), certificate, "data", sha256(data).digest()
    )
    return certificate, intact and valid


def _damaged(path: Path) -> str:
    return (
        f"The sealing key {path.name} is damaged. Restore it from the backup; where there is none,"
        " move the file away, and a new key is made at the next seal."
    )
