"""The name of a key on a token: a PKCS#11 URI (RFC 7512).

``pkcs11:token=BSrE;object=tanda%20tangan?module-path=/usr/lib/libtoken.so``
"""

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import unquote, unquote_to_bytes

SCHEME = "pkcs11:"
WHERE = ("token", "serial", "manufacturer", "model", "slot-id", "object", "id", "type")
SECRETS = ("pin-value", "pin-source")
EXAMPLE = "pkcs11:token=NAMA;object=NAMA?module-path=/usr/lib/….so"


@dataclass(frozen=True)
class TokenUri:
    """Which module, which token and which object on it; what is None may be anything.

    ``module`` is the absolute path of the shared library, ``id`` the object's CKA_ID.
    """

    module: str
    token: str | None = None
    serial: str | None = None
    manufacturer: str | None = None
    model: str | None = None
    slot_id: int | None = None
    object: str | None = None
    id: bytes | None = None

    @property
    def about(self) -> str:
        """The token as people know it: ``token BSrE``."""
        known = self.token or self.serial or self.model or self.manufacturer
        return f"token {known}" if known else "token"


def parse_token_uri(text: str) -> TokenUri:
    """The parts of a PKCS#11 URI.

    Raises:
        ValueError: it is none, names no module, holds a PIN, or says what is not understood here;
            in Indonesian, with the mend.
    """
    if not text.startswith(SCHEME):
        raise ValueError(f"bukan alamat kunci di token; tulis seperti {EXAMPLE}")
    path, _, query = text.removeprefix(SCHEME).partition("?")
    where, how = _attributes(path, ";"), _attributes(query, "&")
    if any(name in SECRETS for name in (*where, *how)):
        raise ValueError("memuat PIN; hapus, sebab PIN hanya diketik saat menandatangani")
    for name in (*(set(where) - set(WHERE)), *(set(how) - {"module-path"})):
        raise ValueError(f"bagian “{name}” tidak dikenal di sini; hapus, atau tulis {EXAMPLE}")
    module = _text(how.get("module-path", ""), "module-path")
    if not PurePosixPath(module).is_absolute():
        raise ValueError(f"belum menyebut modul token dengan lengkap; tulis seperti {EXAMPLE}")
    if where.get("type", "private") not in {"private", "cert"}:
        raise ValueError("type bukan private atau cert; hapus bagian itu")
    named = {
        name: _text(where[name], name)
        for name in ("token", "serial", "manufacturer", "model", "object")
        if name in where
    }
    slot, id_ = where.get("slot-id"), where.get("id")
    if slot is not None and not re.fullmatch(r"\d{1,18}", slot):
        raise ValueError("slot-id bukan bilangan; betulkan, atau hapus dan pakai token=NAMA")
    return TokenUri(
        module=module,
        slot_id=None if slot is None else int(slot),
        id=None if id_ is None else unquote_to_bytes(id_),
        **named,
    )


def _attributes(text: str, separator: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, equals, value = part.partition("=")
        if not equals or not value:
            raise ValueError(f"bagian “{name}” tanpa nilai; tulis nama=nilai")
        if name in found:
            raise ValueError(f"bagian “{name}” disebut dua kali; sisakan satu")
        found[name] = value
    return found


def _text(value: str, name: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError as wrong:
        raise ValueError(f"bagian “{name}” bukan teks UTF-8; tulis ulang") from wrong
