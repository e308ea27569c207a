"""The key of the machine itself; what it signs, openssl verifies."""

import os
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pipeline.errors import KeyAccessError, SigningError
from pipeline.signing.sealing_key import (
    SealingKey,
    load_sealing_key,
    make_sealing_key,
    readable_by_others,
    signer_of,
)

from .conftest import NOW

DATA = b'{"segel": 1}\r\n\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "keadaan/segel.pem"


@pytest.fixture
def key(path: Path) -> SealingKey:
    return make_sealing_key(path, "uji", NOW)


def test_a_key_is_made_once_and_is_the_owner_s(path: Path) -> None:
    assert load_sealing_key(path) is None
    made = make_sealing_key(path, "uji", NOW)
    loaded = load_sealing_key(path)
    assert loaded is not None
    assert loaded.fingerprint == made.fingerprint
    assert path.stat().st_mode & 0o777 == 0o600
    assert not readable_by_others(path)
    path.chmod(0o640)
    assert readable_by_others(path)


def test_its_signature_names_its_certificate(key: SealingKey) -> None:
    assert signer_of(DATA, key.sign(DATA)) == key.fingerprint


def test_it_outlives_everybody(key: SealingKey) -> None:
    assert key.certificate.not_valid_after_utc.year == 9999
    assert key.certificate.not_valid_before_utc < NOW - timedelta(hours=1)
    assert b"PRIVATE" not in key.certificate_pem


def test_a_change_of_one_byte_is_seen(key: SealingKey) -> None:
    signature = key.sign(DATA)
    for at in range(len(DATA)):
        changed = DATA[:at] + bytes([DATA[at] ^ 1]) + DATA[at + 1 :]
        with pytest.raises(SigningError):
            signer_of(changed, signature)


@pytest.mark.parametrize("spoilt", [b"", b"\x30\x03\x02\x01\x01", b"bukan CMS", os.urandom(300)])
def test_what_is_no_signature_is_refused(spoilt: bytes) -> None:
    with pytest.raises(SigningError):
        signer_of(DATA, spoilt)


def test_a_truncated_signature_is_refused(key: SealingKey) -> None:
    signature = key.sign(DATA)
    for length in range(0, len(signature), 7):
        with pytest.raises(SigningError):
            signer_of(DATA, signature[:length])


def test_another_key_is_another_signer(key: SealingKey, tmp_path: Path) -> None:
    other = make_sealing_key(tmp_path / "lain.pem", "uji", NOW)
    assert signer_of(DATA, other.sign(DATA)) == other.fingerprint != key.fingerprint


def test_openssl_verifies_it(key: SealingKey, tmp_path: Path) -> None:
    (tmp_path / "segel.json").write_bytes(DATA)
    (tmp_path / "segel.json.p7s").write_bytes(key.sign(DATA))
    (tmp_path / "sertifikat.pem").write_bytes(key.certificate_pem)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "segel.json.p7s"]
    command += ["-content", "segel.json", "-CAfile", "sertifikat.pem", "-out", "keluar"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "keluar").read_bytes() == DATA
    (tmp_path / "segel.json").write_bytes(DATA + b" ")
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode != 0


def _pem(private: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey) -> bytes:
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def test_a_damaged_key_is_not_silently_replaced(key: SealingKey, path: Path) -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    of_another_kind = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    whole = path.read_bytes()
    damaged = [
        whole[:100],
        b"",
        _pem(other),
        _pem(other) + key.certificate_pem,
        _pem(of_another_kind) + key.certificate_pem,
    ]
    for data in damaged:
        path.write_bytes(data)
        with pytest.raises(KeyAccessError, match=r"segel\.pem is damaged"):
            load_sealing_key(path)
    path.unlink()
    path.mkdir()
    with pytest.raises(KeyAccessError, match="cannot be opened"):
        load_sealing_key(path)
