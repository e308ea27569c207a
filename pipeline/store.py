"""The office's own store: every file that came or was made, under its SHA-256, never changed."""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from pipeline.errors import NotFoundError
from pipeline.files import (
    copy_beside,
    make_folder,
    make_folders,
    side_by_side,
    sync_folder,
    write_whole,
)

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
        if place.exists():
            self.make_durable([sha256])
        else:
            make_folder(place.parent)
            write_whole(place, data, mode=READ_ONLY)
        return sha256

    def put_many(self, files: Sequence[bytes]) -> list[str]:
        """Keep each of them, as `put` does; their SHA-256s, in order."""
        digests = [hashlib.sha256(data).hexdigest() for data in files]
        make_folders(self._place(sha256).parent for sha256 in digests)
        side_by_side(self.put, list(dict(zip(digests, files, strict=True)).values()))
        return digests

    def copy_in(self, source: int, alive: Callable[[], object] = lambda: None) -> str:
        """Copy an open file in, reading it once; its SHA-256. ``alive`` as for `copy_beside`.

        Only `make_durable` makes sure that it is found again after a power cut.
        """
        make_folder(self.folder)
        temporary, sha256 = copy_beside(source, self.folder / "new", mode=READ_ONLY, alive=alive)
        try:
            place = self._place(sha256)
            make_folder(place.parent)
            os.link(temporary, place)
        except FileExistsError:
            pass  # the same bytes came before
        finally:
            temporary.unlink(missing_ok=True)
        return sha256

    def make_durable(self, sha256s: Iterable[str]) -> None:
        """Make the names of files that were copied in outlive a power cut."""
        side_by_side(sync_folder, list({self._place(sha256).parent for sha256 in sha256s}))

    def size(self, sha256: str) -> int:
        """Bytes of the file with this hash."""
        return os.stat(self.path(sha256)).st_size

    def _place(self, sha256: str) -> Path:
        return self.folder / sha256[:2] / sha256
