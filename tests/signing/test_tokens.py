"""What only a token can have wrong with it, and what it must never do."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pkcs11 import TokenFlag

from pipeline.errors import KeyAccessError
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.keys.pkcs11 import certificates_on_token
from pipeline.signing.keys.token import log_out_everywhere, pin_warning
from tests.keys_of_all_kinds import PIN, KeyRing

AGAIN = """
import asyncio, sys
from datetime import datetime, UTC
from pipeline.signing.keys import open_key
key = open_key("pkcs11", sys.argv[1], sys.stdin.readline().strip(), at=datetime.now(UTC))
print("dibuka", flush=True)
sys.stdin.readline()
try:
    asyncio.run(key.signer.async_sign_raw(b"naskah", "sha256"))
except Exception as error:
    print(type(error).__name__, error, flush=True)
"""


def signature(key: SigningKey) -> bytes:
    return asyncio.run(key.signer.async_sign_raw(b"naskah", "sha256"))


def refusal(ring: KeyRing, location: str, pin: str = PIN) -> str:
    with pytest.raises(KeyAccessError) as caught:
        open_key("pkcs11", location, pin, at=ring.now)
    return str(caught.value)


def test_one_session_serves_all_keys_of_a_token(key_ring: KeyRing) -> None:
    first, second = (
        open_key("pkcs11", key_ring.location("pkcs11", algorithm), PIN, at=key_ring.now)
        for algorithm in ("rsa", "ecdsa")
    )
    assert signature(first)
    assert signature(second)


def test_a_wrong_pin_never_rides_on_an_open_session(key_ring: KeyRing) -> None:
    location = key_ring.location("pkcs11", "rsa")
    before = open_key("pkcs11", location, PIN, at=key_ring.now)
    assert "salah" in refusal(key_ring, location, "000000")
    with pytest.raises(KeyAccessError, match="ulangi dengan PIN"):
        signature(before)
    assert signature(open_key("pkcs11", location, PIN, at=key_ring.now))


def test_a_key_signs_no_more_after_the_end_of_the_session(key_ring: KeyRing) -> None:
    key = open_key("pkcs11", key_ring.location("pkcs11", "rsa"), PIN, at=key_ring.now)
    log_out_everywhere()
    with pytest.raises(KeyAccessError, match="ulangi dengan PIN"):
        signature(key)


def test_the_module_is_missing_or_none(key_ring: KeyRing, tmp_path: Path) -> None:
    missing = f"pkcs11:token=x?module-path={tmp_path}/tiada.so"
    assert "tiada.so tidak ada. Pasang perangkat lunak token" in refusal(key_ring, missing)
    (tmp_path / "bukan.so").write_bytes(b"bukan modul")
    wrong = f"pkcs11:token=x?module-path={tmp_path}/bukan.so"
    assert "bukan.so tidak dapat dipakai" in refusal(key_ring, wrong)


def test_what_is_no_address_of_a_key(key_ring: KeyRing) -> None:
    assert "bukan alamat kunci di token" in refusal(key_ring, "keys/kasubag.p12")


def test_the_token_is_not_there(key_ring: KeyRing) -> None:
    said = refusal(key_ring, key_ring.token.uri(token="Tiada"))
    assert said.startswith("Token Tiada tidak terpasang. Colokkan")
    assert "Kunci Kasubag" in said


def test_two_tokens_of_one_name(key_ring: KeyRing) -> None:
    said = refusal(key_ring, key_ring.token.uri(token="Kembar"))
    assert "Ada 2 token yang cocok dengan token Kembar" in said
    assert "serial=" in said


def test_the_key_is_not_there_or_not_the_only_one(key_ring: KeyRing) -> None:
    said = refusal(key_ring, key_ring.token.uri(object="tiada"))
    assert "tidak ada di token Kunci Kasubag" in said
    assert "object=rsa-baik;id=%01" in said
    twins = refusal(key_ring, key_ring.token.uri(object="kembar"))
    assert "Ada 2 kunci di token Kunci Kasubag yang cocok" in twins
    by_id = key_ring.token.uri(object="kembar", id="%44")
    key = open_key("pkcs11", by_id, PIN, at=key_ring.now)
    wanted = key_ring.certificates["ecdsa-baik"].public_bytes(Encoding.DER)
    assert key.certificate.dump() == wanted


def test_a_key_without_a_certificate(key_ring: KeyRing) -> None:
    said = refusal(key_ring, key_ring.token.uri(object="tanpa-sertifikat"))
    assert "“tanpa-sertifikat” di token Kunci Kasubag tidak punya sertifikat" in said


def test_a_certificate_of_another_key_signs_nothing(key_ring: KeyRing) -> None:
    key = open_key("pkcs11", key_ring.token.uri(object="tertukar"), PIN, at=key_ring.now)
    with pytest.raises(KeyAccessError, match="bukan milik kuncinya"):
        signature(key)


def test_of_two_certificates_of_a_key_the_one_that_holds_is_taken(key_ring: KeyRing) -> None:
    """The token keeps the one before the renewal too."""
    on_token = certificates_on_token(key_ring.token.uri(object="rsa-baik"))
    assert len({each.serial_number for each in on_token}) == 3  # with the issuer's
    key = open_key("pkcs11", key_ring.location("pkcs11", "rsa"), PIN, at=key_ring.now)
    wanted = key_ring.certificates["rsa-baik"]
    assert key.certificate.serial_number == wanted.serial_number


def test_certificates_are_read_without_a_pin(key_ring: KeyRing) -> None:
    log_out_everywhere()
    (found,) = certificates_on_token(key_ring.token.uri(object="ecdsa-baik"))
    assert found.dump() == key_ring.certificates["ecdsa-baik"].public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        (TokenFlag.USER_PIN_COUNT_LOW, "pernah salah diketik"),
        (TokenFlag.USER_PIN_COUNT_LOW | TokenFlag.USER_PIN_FINAL_TRY, "Tinggal satu kesempatan"),
        (TokenFlag.USER_PIN_FINAL_TRY | TokenFlag.USER_PIN_LOCKED, "terblokir"),
    ],
)
def test_what_the_token_says_of_its_pin(flags: TokenFlag, said: str) -> None:
    assert said in pin_warning(flags)
    assert not pin_warning(TokenFlag.LOGIN_REQUIRED)


def test_few_tries_are_told_after_a_wrong_pin(key_ring: KeyRing) -> None:
    """SoftHSM raises the flag at the first wrong PIN, and takes it back at the next right one."""
    location = key_ring.location("pkcs11", "ecdsa")
    assert "pernah salah diketik" in refusal(key_ring, location, "1234")
    open_key("pkcs11", location, PIN, at=key_ring.now)


def test_the_key_is_pulled_out_while_signing(key_ring: KeyRing) -> None:
    """In a process of its own: SoftHSM says no more of any token where it has missed one."""
    with subprocess.Popen(
        [sys.executable, "-c", AGAIN, key_ring.loose.uri(object="rsa-baik")],
        env={**os.environ, "SOFTHSM2_CONF": str(key_ring.hsm.settings)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as signing:
        assert signing.stdin
        assert signing.stdout
        signing.stdin.write(f"{PIN}\n")
        signing.stdin.flush()
        assert signing.stdout.readline() == "dibuka\n"
        aside = key_ring.hsm.folder / "dicabut"
        key_ring.loose.folder.rename(aside)
        try:
            signing.stdin.write("\n")
            signing.stdin.flush()
            said = signing.stdout.readline()
        finally:
            aside.rename(key_ring.loose.folder)
    assert said.startswith("KeyAccessError Token Cabutan tidak menjawab atau dicabut")
    assert signing.returncode == 0


def test_the_pin_is_handed_over_without_a_copy(key_ring: KeyRing) -> None:
    pin = bytearray(PIN.encode())
    key = open_key("pkcs11", key_ring.location("pkcs11", "rsa"), pin, at=key_ring.now)
    pin[:] = bytes(len(pin))
    assert signature(key)
    assert not any(PIN in repr(part) for part in (key, key.signer, vars(key.signer)))
