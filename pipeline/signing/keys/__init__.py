"""Where signing keys live: one file a backend, chosen by name from this registry."""

from datetime import datetime

from pipeline.errors import KeyAccessError
from pipeline.signing.keys.key import OpenKey, Pin, SigningKey
from pipeline.signing.keys.pkcs12 import open_pkcs12

KEY_BACKENDS: dict[str, OpenKey] = {
    "pkcs12": open_pkcs12,
}


def open_key(backend: str, location: str, pin: Pin, *, at: datetime) -> SigningKey:
    """Open the key at ``location`` with the named backend, for signing at ``at`` (aware).

    The PIN is used once and not kept. A ``bytearray`` stays the caller's, to be wiped by him.

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
