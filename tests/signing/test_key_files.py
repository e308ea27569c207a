"""What only a PKCS#12 file can have wrong with it."""

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from pipeline.errors import KeyAccessError
from pipeline.signing.keys import open_key
from tests.keys_of_all_kinds import PIN, KeyRing

ENCRYPTION = BestAvailableEncryption(PIN.encode())


def test_a_damaged_file(key_ring: KeyRing, tmp_path: Path) -> None:
    broken = tmp_path / "rusak.p12"
    whole = Path(key_ring.location("pkcs12", "rsa")).read_bytes()
    broken.write_bytes(whole[:300])
    with pytest.raises(KeyAccessError, match="rusak atau bukan PKCS#12"):
        open_key("pkcs12", str(broken), PIN, at=key_ring.now)


def test_unsupported_key_kind(key_ring: KeyRing, tmp_path: Path) -> None:
    key, path = ed25519.Ed25519PrivateKey.generate(), tmp_path / "ed.p12"
    certificate = key_ring.ca.issue("Penguji", key.public_key())
    path.write_bytes(
        pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, ENCRYPTION)
    )
    with pytest.raises(KeyAccessError, match="RSA atau ECDSA"):
        open_key("pkcs12", str(path), PIN, at=key_ring.now)


def test_a_file_without_a_certificate(key_ring: KeyRing, tmp_path: Path) -> None:
    key, path = ec.generate_private_key(ec.SECP256R1()), tmp_path / "kunci.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"x", key, None, None, ENCRYPTION))
    with pytest.raises(KeyAccessError, match="beserta sertifikatnya"):
        open_key("pkcs12", str(path), PIN, at=key_ring.now)
