"""One suite over every place that keeps keys, with RSA and ECDSA; see also test_tokens.py."""

import asyncio
import logging
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding

from pipeline.errors import KeyAccessError
from pipeline.signing.fields import prepare
from pipeline.signing.keys import KEY_BACKENDS, SigningKey, open_key
from pipeline.signing.report import Verdict
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from pipeline.signing.verify import Expectation, verify
from tests.keys_of_all_kinds import ALGORITHMS, BACKENDS, OWNER, PIN, KeyRing

from .conftest import FACE, PLAN

every = pytest.mark.parametrize(
    ("backend", "algorithm"),
    [pytest.param(b, a, id=f"{b}-{a}") for b in BACKENDS for a in ALGORITHMS],
)
each_backend = pytest.mark.parametrize("backend", BACKENDS)


def opened(ring: KeyRing, backend: str, algorithm: str, name: str = "baik") -> SigningKey:
    return open_key(backend, ring.location(backend, algorithm, name), PIN, at=ring.now)


def test_the_suite_runs_over_every_backend() -> None:
    assert set(BACKENDS) == set(KEY_BACKENDS)


@every
@pytest.mark.parametrize("kind", [str, bytearray])
def test_opens_with_the_right_pin(
    key_ring: KeyRing, backend: str, algorithm: str, kind: type
) -> None:
    pin = PIN if kind is str else bytearray(PIN.encode())
    key = open_key(backend, key_ring.location(backend, algorithm), pin, at=key_ring.now)
    assert key.common_name == OWNER
    known = key_ring.certificates[f"{algorithm}-baik"]
    assert key.certificate_sha256 == known.fingerprint(hashes.SHA256()).hex()
    root = key_ring.ca.certificate.public_bytes(Encoding.DER)
    assert root in [each.dump() for each in key.signer.cert_registry]
    assert pin in (PIN, bytearray(PIN.encode()))  # the caller's, untouched


@every
def test_a_signature_fits_the_certificate(key_ring: KeyRing, backend: str, algorithm: str) -> None:
    key = opened(key_ring, backend, algorithm)
    public = key_ring.certificates[f"{algorithm}-baik"].public_key()
    for digest, hashed in (("sha256", hashes.SHA256()), ("sha384", hashes.SHA384())):
        signature = asyncio.run(key.signer.async_sign_raw(b"naskah", digest))
        if isinstance(public, RSAPublicKey):
            public.verify(signature, b"naskah", PKCS1v15(), hashed)
        else:
            public.verify(signature, b"naskah", ECDSA(hashed))


@every
def test_seals_one_document_after_another(
    key_ring: KeyRing, base_pdf: bytes, backend: str, algorithm: str
) -> None:
    key, trust = opened(key_ring, backend, algorithm), Trust.load(key_ring.trust)
    sealer, allowed = Sealer(trust), frozenset({key.certificate_sha256})
    expectation = Expectation({"Paraf": allowed, "TandaTangan": allowed})
    prepared = prepare(base_pdf, PLAN)
    for qr in ("KNJ-1", "KNJ-2"):
        face = FACE.__class__(**{**vars(FACE), "qr_text": qr})
        initialled = sealer.initial(prepared, "Paraf", key, face, at=key_ring.now)
        signed = sealer.sign(initialled, key, face, at=key_ring.now)
        report = verify(signed, trust, expectation=expectation)
        assert report.verdict is Verdict.VALID, report.verdict_text("id")
        assert [found.signer for found in report.signatures] == [OWNER, OWNER]


@every
def test_wrong_pin_is_said_without_saying_it(
    key_ring: KeyRing, caplog: pytest.LogCaptureFixture, backend: str, algorithm: str
) -> None:
    location = key_ring.location(backend, algorithm)
    with caplog.at_level(logging.DEBUG), pytest.raises(KeyAccessError) as caught:
        open_key(backend, location, "salah-999", at=key_ring.now)
    assert "PIN untuk" in str(caught.value)
    assert "salah" in str(caught.value)
    assert "salah-999" not in str(caught.value) + caplog.text + repr(caught.value.__cause__)
    assert opened(key_ring, backend, algorithm).common_name == OWNER


@each_backend
@pytest.mark.parametrize("name", ["sandi", "tanpa-guna"])
def test_certificate_must_be_for_signing(key_ring: KeyRing, backend: str, name: str) -> None:
    with pytest.raises(KeyAccessError, match="keyUsage"):
        opened(key_ring, backend, "ecdsa", name)
    assert opened(key_ring, backend, "ecdsa", "sangkal").common_name == OWNER


@every
def test_expired_and_not_yet_valid(key_ring: KeyRing, backend: str, algorithm: str) -> None:
    with pytest.raises(KeyAccessError, match="kedaluwarsa"):
        opened(key_ring, backend, algorithm, "kedaluwarsa")
    with pytest.raises(KeyAccessError, match="baru berlaku mulai"):
        opened(key_ring, backend, algorithm, "nanti")
    location = key_ring.location(backend, algorithm)
    with pytest.raises(KeyAccessError, match="kedaluwarsa"):
        open_key(backend, location, PIN, at=key_ring.now + timedelta(days=91))


@each_backend
def test_what_is_not_there(key_ring: KeyRing, tmp_path: Path, backend: str) -> None:
    elsewhere = {
        "pkcs12": (str(tmp_path / "tiada.p12"), r"tiada\.p12 tidak dapat dibuka"),
        "pkcs11": (key_ring.token.uri(token="Tiada"), "Token Tiada tidak terpasang"),
    }
    location, said = elsewhere[backend]
    with pytest.raises(KeyAccessError, match=said):
        open_key(backend, location, PIN, at=key_ring.now)


def test_unknown_backend_names_the_known_ones(key_ring: KeyRing) -> None:
    with pytest.raises(KeyAccessError, match="pkcs11, pkcs12"):
        open_key("kartu", "x", PIN, at=key_ring.now)
