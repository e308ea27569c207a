"""The office's own store: every file that came or was made, under its SHA-256, never changed."""

import hashlib
import os
from pathlib import Path

from pipeline.errors import NotFoundError
from pipeline.files import make_folder, place_new, sha256_of, write_whole

READ_ONLY = 0o444


class Store:
    """Content-addressed files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where the bytes with this hash lie.

        Raises:
            NotFoundError: the store does not hold them.
        """
        path = self._place(sha256)
        if not path.is_file():
            raise NotFoundError(
                f"{sha256}: berkas ini tidak ada lagi di penyimpanan kantor. Jalankan"
                " `kinerja audit`, lalu pulihkan dari cadangan."
            )
        return path

    def read(self, sha256: str) -> bytes:
        """The bytes with this hash.

        Raises:
            NotFoundError: the store does not hold them.
        """
        return self.path(sha256).read_bytes()

    def put(self, data: bytes) -> str:
        """Keep ``data``; its SHA-256."""
        sha256 = hashlib.sha256(data).hexdigest()
        place = self._place(sha256)
        if not place.exists():
            make_folder(place.parent)
            write_whole(place, data, mode=READ_ONLY)
        return sha256

    def put_file(self, source: Path) -> str:
        """Keep a copy of ``source``; its SHA-256."""
        sha256 = sha256_of(source)
        place = self._place(sha256)
        if not place.exists():
            make_folder(place.parent)
            place_new(place, source, mode=READ_ONLY)
        return sha256

    def size(self, sha256: str) -> int:
        """Bytes of the file with this hash."""
        return os.stat(self.path(sha256)).st_size

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256
