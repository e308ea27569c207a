import logging
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID

from pipeline.errors import KeyAccessError
from pipeline.signing.keys import KEY_BACKENDS, open_key
from pipeline.signing.practice import PracticePki

from .conftest import HEAD, NOW, PIN

USAGES = (
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
)


def write_key(path, key, *, usage, name="Penguji"):
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    digest = None if isinstance(key, ed25519.Ed25519PrivateKey) else hashes.SHA256()
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=1))
    )
    if usage:
        flags = dict.fromkeys(USAGES, False)
        builder = builder.add_extension(x509.KeyUsage(**{**flags, usage: True}), critical=True)
    data = pkcs12.serialize_key_and_certificates(
        b"x", key, builder.sign(key, digest), None, BestAvailableEncryption(PIN.encode())
    )
    path.write_bytes(data)
    return str(path)


@pytest.mark.parametrize("pin", [PIN, bytearray(PIN.encode())])
def test_opens_with_the_right_pin(pki: PracticePki, pin) -> None:
    key = open_key("pkcs12", str(pki.keys[HEAD]), pin, at=NOW)
    assert key.common_name == "Rina Marlina, S.Pi., M.Si."
    assert key.certificate_sha256 == pki.certificates[HEAD]
    assert pin in (PIN, bytearray(PIN.encode()))  # the caller's, untouched


def test_wrong_pin_is_said_without_saying_it(pki: PracticePki, caplog) -> None:
    with caplog.at_level(logging.DEBUG), pytest.raises(KeyAccessError) as caught:
        open_key("pkcs12", str(pki.keys[HEAD]), "salah-999", at=NOW)
    assert "PIN" in str(caught.value)
    assert "salah-999" not in str(caught.value) + caplog.text + repr(caught.value.__cause__)


def test_missing_and_damaged_files(tmp_path: Path, pki: PracticePki) -> None:
    with pytest.raises(KeyAccessError, match=r"tiada\.p12 tidak dapat dibuka"):
        open_key("pkcs12", str(tmp_path / "tiada.p12"), PIN, at=NOW)
    broken = tmp_path / "rusak.p12"
    broken.write_bytes(pki.keys[HEAD].read_bytes()[:300])
    with pytest.raises(KeyAccessError, match="rusak atau bukan PKCS#12"):
        open_key("pkcs12", str(broken), PIN, at=NOW)


def test_expired_and_not_yet_valid(pki: PracticePki) -> None:
    with pytest.raises(KeyAccessError, match="kedaluwarsa"):
        open_key("pkcs12", str(pki.keys["Kedaluwarsa"]), PIN, at=NOW)
    with pytest.raises(KeyAccessError, match="baru berlaku mulai"):
        open_key("pkcs12", str(pki.keys[HEAD]), PIN, at=NOW - timedelta(days=30))


def test_certificate_must_be_for_signing(tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    for usage in ("key_encipherment", None):
        location = write_key(tmp_path / "k.p12", key, usage=usage)
        with pytest.raises(KeyAccessError, match="keyUsage"):
            open_key("pkcs12", location, PIN, at=NOW)
    location = write_key(tmp_path / "k.p12", key, usage="content_commitment")
    assert open_key("pkcs12", location, PIN, at=NOW).common_name == "Penguji"


def test_unsupported_key_kind(tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.generate()
    location = write_key(tmp_path / "ed.p12", key, usage="digital_signature")
    with pytest.raises(KeyAccessError, match="RSA atau ECDSA"):
        open_key("pkcs12", location, PIN, at=NOW)


def test_file_without_a_certificate(tmp_path: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = tmp_path / "kunci.p12"
    encryption = BestAvailableEncryption(PIN.encode())
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, None, None, encryption))
    with pytest.raises(KeyAccessError, match="beserta sertifikatnya"):
        open_key("pkcs12", str(path), PIN, at=NOW)


def test_unknown_backend_names_the_known_ones() -> None:
    with pytest.raises(KeyAccessError, match="pkcs12"):
        open_key("kartu", "x", PIN, at=NOW)
    assert set(KEY_BACKENDS) == {"pkcs12"}
