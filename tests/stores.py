"""Files brought into a store, as the intake brings them."""

from pathlib import Path

from pipeline.store import Store


def keep(store: Store, source: Path) -> str:
    """Keep a copy of ``source``, for good; its SHA-256."""
    with source.open("rb") as file:
        sha256 = store.copy_in(file.fileno())
    store.make_durable([sha256])
    return sha256
