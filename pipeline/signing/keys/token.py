"""Tokens behind PKCS#11 modules: found by their URI, logged in once a process.

A login takes 34 ms or more, and a second one to the same token is refused (PKCS#11 v2.40 §5.6,
CKR_USER_ALREADY_LOGGED_IN): so a session is kept until the process ends. Modules are not told of
threads, hence `AT_THE_TOKEN`.
"""

import atexit
import contextlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pkcs11
from pkcs11 import Attribute, ObjectClass, PKCS11Error, Session, Token, TokenFlag
from pkcs11.exceptions import (
    PinExpired,
    PinIncorrect,
    PinInvalid,
    PinLenRange,
    PinLocked,
    TokenNotPresent,
    TokenNotRecognised,
    UserPinNotInitialized,
)

from pipeline.errors import KeyAccessError
from pipeline.signing.keys.key import Pin
from pipeline.token_uri import TokenUri

AT_THE_TOKEN = threading.RLock()
"""Held while a module is called."""
WRONG_PIN = (PinIncorrect, PinInvalid, PinLenRange)
BLOCKED = "Mintalah penerbitnya membuka blokir token itu (PUK), atau menggantinya."


@dataclass(frozen=True)
class Kept:
    """A session that is logged in, and by which PIN: a digest under a key of this process."""

    session: Session
    proof: bytes


class _Spelled:
    """A PIN as python-pkcs11 takes it, without a copy that nobody could wipe."""

    def __init__(self, pin: bytearray) -> None:
        self._pin = pin

    def encode(self, _encoding: str) -> bytearray:
        return self._pin


_kept: dict[tuple[str, int, bytes], Kept] = {}
_of_this_process = secrets.token_bytes(32)


def find_token(uri: TokenUri) -> Token:
    """The token that the URI names, as it stands now; no PIN is needed.

    Raises:
        KeyAccessError: its module is missing or no module, the token is not there, or several are.
    """
    with AT_THE_TOKEN:
        present = _present(uri)
    fitting = [token for token in present if _fits(token, uri)]
    if not fitting:
        others = ", ".join(token.label for token in present) or "tidak ada"
        raise KeyAccessError(
            f"{_capital(uri.about)} tidak terpasang. Colokkan tokennya, tunggu lampunya menyala,"
            f" lalu ulangi. Yang terpasang sekarang: {others}."
        )
    if len(fitting) > 1:
        serials = ", ".join(token.serial.decode("utf-8", "replace") for token in fitting)
        raise KeyAccessError(
            f"Ada {len(fitting)} token yang cocok dengan {uri.about}. Cabut yang lain, atau"
            f" tambahkan serial=… pada alamat kuncinya di kinerja.toml; nomor serinya: {serials}."
        )
    return fitting[0]


def pin_warning(flags: TokenFlag) -> str:
    """What the signer should know of the token's PIN before typing it; empty: nothing.

    By the flags of PKCS#11 v2.40 §3.2 (CKF_USER_PIN_LOCKED, …_FINAL_TRY, …_COUNT_LOW).
    """
    if flags & TokenFlag.USER_PIN_LOCKED:
        return f"PIN token ini terblokir karena terlalu sering salah. {BLOCKED}"
    if flags & TokenFlag.USER_PIN_FINAL_TRY:
        return "Tinggal satu kesempatan: bila PIN salah sekali lagi, token ini terblokir."
    if flags & TokenFlag.USER_PIN_COUNT_LOW:
        return "PIN token ini pernah salah diketik; kesempatan mencobanya terbatas."
    return ""


def logged_in(uri: TokenUri, pin: Pin) -> Session:
    """The session of this process with the token, opened with ``pin`` where there is none yet.

    Another PIN than the one that opened it is put to the token itself; what was open is closed.

    Raises:
        KeyAccessError: as `find_token` says; or the PIN is wrong, locked, expired or not set.
    """
    secret = bytearray(pin, "utf-8") if isinstance(pin, str) else pin
    with AT_THE_TOKEN:
        token = find_token(uri)
        place = (uri.module, int(token.slot.slot_id), token.serial)
        proof = hmac.digest(_of_this_process, secret, "sha256")
        kept = _kept.get(place)
        if kept and hmac.compare_digest(kept.proof, proof) and _is_alive(kept.session):
            return kept.session
        if kept:
            _log_out(place)
        session = _log_in(token, uri, secret)
        _kept[place] = Kept(session, proof)
        return session


def public_session(uri: TokenUri) -> Session:
    """A session for what anybody may read from the token; the caller closes it.

    Raises:
        KeyAccessError: as `find_token` says, or the token does not answer.
    """
    token = find_token(uri)
    try:
        with AT_THE_TOKEN:
            return token.open()
    except PKCS11Error as error:
        raise unreachable(uri, error) from error


def objects(session: Session, kind: ObjectClass, uri: TokenUri) -> list[Any]:
    """The objects of a kind that the URI names, of which ``object`` and ``id`` may be unsaid."""
    wanted: dict[Attribute, Any] = {Attribute.CLASS: kind}
    if uri.object is not None:
        wanted[Attribute.LABEL] = uri.object
    if uri.id is not None:
        wanted[Attribute.ID] = uri.id
    return list(session.get_objects(wanted))


def log_out_everywhere() -> None:
    """End every session of this process; the keys that were opened by them sign no more."""
    with AT_THE_TOKEN:
        for place in list(_kept):
            _log_out(place)


def unreachable(uri: TokenUri, error: PKCS11Error) -> KeyAccessError:
    """What to say where a token fails in a way that no PIN and no setting explains."""
    return KeyAccessError(
        f"{_capital(uri.about)} tidak menjawab atau dicabut ({type(error).__name__}). Pasang"
        " kembali tokennya, lalu ulangi dengan PIN."
    )


def _present(uri: TokenUri) -> list[Token]:
    if not Path(uri.module).is_file():
        raise KeyAccessError(
            f"Modul token {uri.module} tidak ada. Pasang perangkat lunak token dari penerbitnya,"
            " atau perbaiki module-path pada alamat kuncinya di kinerja.toml."
        )
    found = []
    try:
        for slot in pkcs11.lib(uri.module).get_slots(token_present=True):
            with contextlib.suppress(TokenNotPresent, TokenNotRecognised):
                found.append(slot.get_token())
    except PKCS11Error as error:
        raise KeyAccessError(
            f"Modul token {uri.module} tidak dapat dipakai ({str(error) or type(error).__name__})."
            " Pastikan itu modul PKCS#11 untuk sistem ini dan layanan pembaca kartunya berjalan."
        ) from error
    return [token for token in found if token.flags & TokenFlag.TOKEN_INITIALIZED]


def _fits(token: Token, uri: TokenUri) -> bool:
    told = (
        (uri.token, token.label),
        (uri.serial, token.serial.decode("utf-8", "replace")),
        (uri.manufacturer, token.manufacturer_id),
        (uri.model, token.model),
        (uri.slot_id, int(token.slot.slot_id)),
    )
    return all(wanted in (None, known) for wanted, known in told)


def _log_in(token: Token, uri: TokenUri, secret: bytearray) -> Session:
    if token.flags & TokenFlag.USER_PIN_LOCKED:
        raise KeyAccessError(f"{_capital(uri.about)}: {pin_warning(token.flags)}")
    try:
        return token.open(user_pin=_Spelled(secret))
    except WRONG_PIN as error:
        left = pin_warning(_flags_now(token))
        raise KeyAccessError(
            f"PIN untuk {uri.about} salah. Belum ada yang ditandatangani. Periksa Caps Lock lalu"
            f" ketik ulang. {left}".rstrip()
        ) from error
    except PinLocked as error:
        locked = pin_warning(TokenFlag.USER_PIN_LOCKED)
        raise KeyAccessError(f"{_capital(uri.about)}: {locked}") from error
    except (PinExpired, UserPinNotInitialized) as error:
        raise KeyAccessError(
            f"PIN {uri.about} belum dibuat atau sudah habis masanya. Buat PIN baru dengan perangkat"
            " lunak token dari penerbitnya, lalu ulangi."
        ) from error
    except PKCS11Error as error:
        raise unreachable(uri, error) from error


def _flags_now(token: Token) -> TokenFlag:
    try:
        return token.slot.get_token().flags
    except PKCS11Error:
        return TokenFlag(0)


def _is_alive(session: Session) -> bool:
    """Whether the token is still there and the session logged in: it shows private keys only so."""
    try:
        return bool(list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})))
    except PKCS11Error:
        return False


def _log_out(place: tuple[str, int, bytes]) -> None:
    with contextlib.suppress(PKCS11Error):
        _kept.pop(place).session.close()


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


atexit.register(log_out_everywhere)
