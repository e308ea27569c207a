"""Where signing keys live: one file a backend, chosen by name from this registry.

A key here signs bytes, wherever it is kept: what pyHanko can drive as a ``Signer``. A service that
takes a whole PDF and gives it back signed is no key; its place is beside `pipeline.signing.seal`.
"""

from datetime import datetime

from pipeline.errors import KeyAccessError
from pipeline.signing.keys.key import OpenKey, Pin, SigningKey
from pipeline.signing.keys.pkcs11 import open_pkcs11
from pipeline.signing.keys.pkcs12 import open_pkcs12

KEY_BACKENDS: dict[str, OpenKey] = {
    "pkcs11": open_pkcs11,
    "pkcs12": open_pkcs12,
}


def open_key(backend: str, location: str, pin: Pin, *, at: datetime) -> SigningKey:
    """Open the key at ``location`` with the named backend, for signing at ``at`` (aware).

    ``location`` is a path or a URI, as the backend has it. The PIN is used once and not kept; a
    ``bytearray`` is not copied either, and stays the caller's, to be wiped by him.

    Raises:
        KeyAccessError: no such backend, or the backend's own reason.
    """
    opener = KEY_BACKENDS.get(backend)
    if opener is None:
        raise KeyAccessError(
            f"Jenis penyimpan kunci “{backend}” tidak dikenal. Yang tersedia: "
            f"{', '.join(KEY_BACKENDS)}. Perbaiki pengaturan kunci pejabat ini."
        )
    return opener(location, pin, at=at)


__all__ = ["KEY_BACKENDS", "OpenKey", "Pin", "SigningKey", "open_key"]
