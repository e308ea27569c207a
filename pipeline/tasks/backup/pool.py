"""A folder of backups: one pool of files under their SHA-256, and a manifest for each backup.

::

    <folder>/kinerja-cadangan.json      whose backups these are
    <folder>/pool/ab/<sha256>           each file once, however many backups need it
    <folder>/cadangan/<nomor> <saat>.json

A manifest is written last, by rename: a backup that was cut short is none. Whoever writes here
holds the lock of the folder.
"""

import errno
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from pipeline.archive import generation
from pipeline.errors import BackupError, UsageError
from pipeline.files import (
    CHUNK,
    drop_halves,
    make_folder,
    private,
    sha256_of,
    sync_folder,
    write_whole,
)
from pipeline.tasks.backup.manifest import FORMAT, Manifest, from_bytes, to_bytes

MARK = "kinerja-cadangan.json"
OWNER_ONLY, PRIVATE = 0o700, 0o600
Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and of how many (0: not known)."""

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class UnreadableError(Exception):
    """A file of the office could not be read, for the reason ``why``."""

    def __init__(self, why: OSError) -> None:
        super().__init__(why.strerror or str(why))
        self.is_gone = isinstance(why, FileNotFoundError)


class Pool:
    """The backups in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = folder / "pool"
        self._manifests = folder / "cadangan"
        self._unsynced: set[Path] = set()

    @contextmanager
    def opened(self, office_id: str) -> Iterator[None]:
        """Make the folder ready for the backups of an office, and be the only one to write there.

        Raises:
            UsageError: something else lies there, or the backups of another office.
            BackupError: it cannot be written.
        """
        with telling(self.folder):
            self._refuse_foreign(office_id)
            make_folder(self.folder)
            self.folder.chmod(OWNER_ONLY)
            with generation.locked(self.folder):
                drop_halves(self.folder)
                mark = json.dumps({"format": FORMAT, "office": office_id}).encode()
                write_whole(self.folder / MARK, mark, mode=PRIVATE)
                make_folder(self._files)
                make_folder(self._manifests)
                yield

    def path(self, sha256: str) -> Path:
        """Where the file with this digest lies, or will."""
        return self._files / sha256[:2] / sha256

    def holds(self, sha256: str) -> bool:
        """Whether a file of this digest is there; `damaged` says whether it is whole."""
        return self.path(sha256).is_file()

    def put(self, source: Path) -> tuple[str, int]:
        """Keep a copy of ``source``; its SHA-256 and its size, as they were read.

        Raises:
            UnreadableError: the source cannot be read.
            OSError: the pool cannot be written.
        """
        temporary = self._files / f".{uuid4().hex}.tmp"
        hasher, size = hashlib.sha256(), 0
        try:
            with open(temporary, "xb", opener=private) as copy:
                for block in _blocks(source):
                    hasher.update(block)
                    copy.write(block)
                    size += len(block)
                copy.flush()
                os.fsync(copy.fileno())
            sha256 = hasher.hexdigest()
            place = self.path(sha256)
            place.parent.mkdir(exist_ok=True)
            os.replace(temporary, place)
        finally:
            temporary.unlink(missing_ok=True)
        self._unsynced |= {place.parent, self._files}
        return sha256, size

    def drop(self, sha256: str) -> None:
        """Remove a damaged file."""
        self.path(sha256).unlink(missing_ok=True)

    def damaged(self, digests: Iterable[str], progress: Progress) -> list[str]:
        """Which of these files are missing, or are not what their name says; all are read."""
        wanted, bad = sorted(set(digests)), []
        for done, sha256 in enumerate(wanted):
            progress("verifying", done, len(wanted))
            try:
                whole = sha256_of(self.path(sha256)) == sha256
            except OSError:
                whole = False
            if not whole:
                bad.append(sha256)
        return bad

    def backups(self) -> list[Manifest]:
        """All whole backups, oldest first; a manifest that cannot be read is left out."""
        return [manifest for _, manifest in self._readable()]

    def next_number(self) -> int:
        """One more than the last backup's, readable or not."""
        return max(map(_number_of, self._manifest_files()), default=0) + 1

    def enter(self, manifest: Manifest) -> Path:
        """Make a backup one: all that it needs is durable before its manifest appears.

        Raises:
            BackupError: the manifest does not read back as it was written.
        """
        for folder in sorted(self._unsynced):
            sync_folder(folder)
        self._unsynced.clear()
        path = self._manifests / f"{manifest.name}.json"
        data = to_bytes(manifest)
        if from_bytes(data, manifest.name) != manifest:
            raise BackupError(f"The backup '{manifest.name}' does not read back. Please report it.")
        write_whole(path, data, mode=PRIVATE)
        return path

    def prune(self, keep: int) -> list[str]:
        """Give up all backups but the last ``keep``; the names of those that are gone.

        Raises:
            BackupError: a manifest cannot be read, so that what it needs is not known.
        """
        files = self._manifest_files()
        known = self._readable()
        if len(known) < len(files):
            raise BackupError(
                f"{self.folder}: {len(files) - len(known)} manifest(s) of older backups cannot be"
                " read, so nothing was pruned. Move them elsewhere, then run the backup again."
            )
        gone = known[:-keep]
        for path, _ in gone:
            path.unlink()
        sync_folder(self._manifests)
        needed = {sha256 for _, manifest in known[-keep:] for sha256 in manifest.digests()}
        for path in self._files.glob("*/*"):
            if path.name not in needed:
                path.unlink()
        return [manifest.name for _, manifest in gone]

    def _readable(self) -> list[tuple[Path, Manifest]]:
        """The manifests with their files, whose names people may have changed, oldest first."""
        found = []
        for path in self._manifest_files():
            with suppress(BackupError):
                found.append((path, from_bytes(path.read_bytes(), path.stem)))
        return sorted(found, key=lambda pair: pair[1].number)

    def _manifest_files(self) -> list[Path]:
        return sorted(self._manifests.glob("*.json"))

    def _refuse_foreign(self, office_id: str) -> None:
        if self.folder.exists() and not self.folder.is_dir():
            raise UsageError(f"{self.folder} is a file. Name a folder for the backups.")
        mark = self.folder / MARK
        if not mark.exists():
            if self.folder.exists() and any(self.folder.iterdir()):
                raise UsageError(
                    f"{self.folder} holds other things. Name a new folder, or an empty one, for"
                    " the backups."
                )
            return
        whose = owner_of(self.folder)
        if whose != office_id:
            raise UsageError(
                f"{self.folder} holds the backups of the office '{whose}', and this is"
                f" '{office_id}'. Name another folder."
            )


def _blocks(source: Path) -> Iterator[bytes]:
    """The content of a file of the office; what goes wrong with it is not the pool's."""
    try:
        with source.open("rb") as file:
            while block := file.read(CHUNK):
                yield block
    except OSError as why:
        raise UnreadableError(why) from why


def _number_of(path: Path) -> int:
    """The number that a manifest's name begins with; its own where somebody renamed the file."""
    told = path.name.partition(" ")[0]
    if told.isdecimal():
        return int(told)
    try:
        return from_bytes(path.read_bytes(), path.stem).number
    except BackupError:
        return 0


def owner_of(folder: Path) -> str:
    """The office whose backups lie in ``folder``.

    Raises:
        BackupError: it is no folder of backups.
    """
    try:
        told = json.loads((folder / MARK).read_bytes())
        if told["format"] != FORMAT:
            raise ValueError(f"format {told['format']}")
        return str(told["office"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BackupError(
            f"{folder} is no folder of backups that this version can read ({error}). Name the"
            " folder that was given to `kinerja backup`."
        ) from error


@contextmanager
def telling(folder: Path) -> Iterator[None]:
    """What the disk refuses, said to whoever keeps the backups.

    Raises:
        BackupError: the disk refused.
    """
    try:
        yield
    except OSError as error:
        raise BackupError(f"{folder}: {_reason(error)}") from error


def _reason(error: OSError) -> str:
    if error.errno in _FULL:
        return (
            "the disk is full. What was copied so far stands in the pool, but is no backup yet;"
            " make room, or prune with --keep, then repeat."
        )
    if error.errno in {errno.EROFS, errno.EACCES, errno.EPERM}:
        return (
            f"it may not be written or read ({error.strerror}). Give the right, or choose another."
        )
    return f"the disk refused ({error}). Check it, then repeat."
