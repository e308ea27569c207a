"""A PKI for exercises, demonstrations and tests: real certificates that nobody should believe.

Every subject says ``O=LATIHAN kinerja``. Root → issuing CA → one certificate a person, with
revocation lists. The distribution points use the reserved ``.invalid`` domain (RFC 6761 §6.4).
"""

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from pipeline.signing.usage import key_usage

ORGANIZATION = "LATIHAN kinerja"
CRL_BASE = "http://latihan.invalid"
KDF_ROUNDS = 100_000  # a tenth of a second for whoever tries PINs, and for the owner
AUTHORITIES_LAST = timedelta(days=3650)  # their revocation lists too: nobody renews them
BACKDATED = timedelta(hours=1)  # clocks differ; a fresh certificate should work at once


@dataclass(frozen=True)
class Person:
    """Someone who signs: the post is his certificate's OU, the name its CN.

    ``expired`` makes a certificate that ended yesterday, ``revoked`` one that its issuer's list
    names.
    """

    post: str
    name: str
    expired: bool = False
    revoked: bool = False


@dataclass(frozen=True)
class PracticePki:
    """What was written: the trust folder, and by post each key file and certificate's SHA-256."""

    trust: Path
    keys: dict[str, Path] = field(default_factory=dict)
    certificates: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Authority:
    name: x509.Name
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate
    slug: str


def make_practice_pki(
    folder: Path,
    people: Sequence[Person],
    pins: Mapping[str, str],
    *,
    now: datetime,
    days: int = 365,
) -> PracticePki:
    """Write ``folder/trust`` and ``folder/keys/<post>.p12``, valid for ``days`` from ``now``.

    Authorities last ten years, so that old exercises can still be judged.

    ``pins`` holds each post's PIN. Key files are encrypted with AES-256 and readable by their
    owner only.
    """
    start, end = now - BACKDATED, now + timedelta(days=days)
    mark = token_hex(3)  # two practice PKIs must not be taken for one another
    lasting = (start, max(end, now + AUTHORITIES_LAST))
    root = _authority(f"Akar {mark}", "akar", None, lasting)
    issuer = _authority(f"Penerbit {mark}", "penerbit", root, lasting)
    pki = PracticePki(trust=folder / "trust")
    revoked: list[int] = []
    for person in people:
        span = (
            (start - timedelta(days=2), now - timedelta(days=1)) if person.expired else (start, end)
        )
        key = _new_key()
        certificate = _person_certificate(person, key, issuer, span)
        path = folder / "keys" / f"{slug(person.post)}.p12"
        _write(path, _pkcs12(person, key, certificate, (issuer, root), pins[person.post]), 0o600)
        pki.keys[person.post] = path
        der = certificate.public_bytes(Encoding.DER)
        pki.certificates[person.post] = sha256(der).hexdigest()
        if person.revoked:
            revoked.append(certificate.serial_number)
    _write_trust(pki.trust, root, issuer, revoked, lasting)
    return pki


def slug(post: str) -> str:
    """A post as a file name: ``Kabid Perikanan Tangkap`` → ``kabid-perikanan-tangkap``."""
    return re.sub(r"[^a-z0-9]+", "-", post.lower()).strip("-") or "tanpa-nama"


def _authority(
    title: str, name: str, parent: _Authority | None, span: tuple[datetime, datetime]
) -> _Authority:
    key = _new_key()
    subject = _name(f"LATIHAN CA {title}", None)
    builder = _builder(subject, parent.name if parent else subject, key, span)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=0 if parent else 1), critical=True
    ).add_extension(key_usage("key_cert_sign", "crl_sign"), critical=True)
    if parent:
        builder = _issued_by(builder, parent)
    certificate = builder.sign(parent.key if parent else key, hashes.SHA256())
    return _Authority(subject, key, certificate, name)


def _person_certificate(
    person: Person, key: rsa.RSAPrivateKey, issuer: _Authority, span: tuple[datetime, datetime]
) -> x509.Certificate:
    builder = _builder(_name(person.name, person.post), issuer.name, key, span)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=False, path_length=None), critical=True
    ).add_extension(key_usage("digital_signature", "content_commitment"), critical=True)
    return _issued_by(builder, issuer).sign(issuer.key, hashes.SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPrivateKey, span: tuple[datetime, datetime]
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(span[0])
        .not_valid_after(span[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _issued_by(builder: x509.CertificateBuilder, issuer: _Authority) -> x509.CertificateBuilder:
    point = x509.DistributionPoint(
        [x509.UniformResourceIdentifier(f"{CRL_BASE}/{issuer.slug}.crl")], None, None, None
    )
    return builder.add_extension(
        x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key()), critical=False
    ).add_extension(x509.CRLDistributionPoints([point]), critical=False)


def _name(common: str, post: str | None) -> x509.Name:
    parts = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANIZATION),
    ]
    if post:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, post[:64]))
    return x509.Name([*parts, x509.NameAttribute(NameOID.COMMON_NAME, common[:64])])


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pkcs12(
    person: Person,
    key: rsa.RSAPrivateKey,
    certificate: x509.Certificate,
    chain: tuple[_Authority, ...],
    pin: str,
) -> bytes:
    authorities = [authority.certificate for authority in chain]
    return pkcs12.serialize_key_and_certificates(
        slug(person.post).encode(),
        key,
        certificate,
        authorities,
        PrivateFormat.PKCS12.encryption_builder()
        .kdf_rounds(KDF_ROUNDS)
        .key_cert_algorithm(pkcs12.PBES.PBESv2SHA256AndAES256CBC)
        .hmac_hash(hashes.SHA256())
        .build(pin.encode()),
    )


def _write_trust(
    folder: Path,
    root: _Authority,
    issuer: _Authority,
    revoked: Sequence[int],
    span: tuple[datetime, datetime],
) -> None:
    _write(folder / "anchors" / "latihan-akar.pem", root.certificate.public_bytes(Encoding.PEM))
    _write(
        folder / "intermediates" / "latihan-penerbit.pem",
        issuer.certificate.public_bytes(Encoding.PEM),
    )
    for authority, serials in ((root, ()), (issuer, revoked)):
        _write(folder / "crls" / f"latihan-{authority.slug}.crl", _crl(authority, serials, span))
    fingerprint = sha256(root.certificate.public_bytes(Encoding.DER)).hexdigest()
    note = (
        '[[anchor]]\nfile = "latihan-akar.pem"\nname = "LATIHAN CA Akar"\n'
        'source = "dibuat oleh kinerja untuk latihan; bukan PSrE"\n'
        f'obtained = "{span[0]:%Y-%m-%d}"\nsha256 = "{fingerprint}"\npractice = true\n'
    )
    _write(folder / "anchors.toml", note.encode())


def _crl(authority: _Authority, revoked: Sequence[int], span: tuple[datetime, datetime]) -> bytes:
    number = x509.CRLNumber(1)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.name)
        .last_update(span[0])
        .next_update(span[1])
        .add_extension(number, critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()),
            critical=False,
        )
    )
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(span[0])
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(authority.key, hashes.SHA256()).public_bytes(Encoding.DER)


def _write(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Write the file whole, and never for a moment more readable than ``mode``."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700 if mode == 0o600 else 0o755)
    temporary = path.with_name(f".{path.name}.tmp")
    temporary.unlink(missing_ok=True)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
