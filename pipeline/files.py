"""Files appear whole or not at all: temporary name, fsync, rename or link, fsync of the folder."""

import hashlib
import os
import pwd
import re
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

CHUNK = 1 << 20
FEW, AT_ONCE = 4, 8
_HALF = re.compile(r"\.[0-9a-f]{32}\.tmp")
_T = TypeVar("_T")
_R = TypeVar("_R")


def side_by_side(work: Callable[[_T], _R], items: Sequence[_T]) -> list[_R]:
    """What ``work`` makes of each item, in order; of more than ``FEW``, ``AT_ONCE`` at a time.

    For work that waits for the disk: it makes several files durable in the time of one. After an
    error no more are begun, and it is raised when those at work have ended.
    """
    if len(items) <= FEW:
        return [work(item) for item in items]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        return list(threads.map(work, items))


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_whole(target: Path, data: bytes, *, mode: int = 0o644) -> None:
    """Put ``data`` at ``target``, replacing what was there; never a half-written file."""
    temporary = _write_beside(target, [data], mode)
    try:
        os.replace(temporary, target)
    except BaseException:
        temporary.unlink()
        raise
    sync_folder(target.parent)


def place_new(target: Path, source: Path, *, mode: int = 0o664) -> bool:
    """Copy ``source`` to ``target`` unless something is already there; whether it was placed."""
    with source.open("rb") as file:
        temporary = _write_beside(target, iter(lambda: file.read(CHUNK), b""), mode)
    try:
        os.link(temporary, target)
    except FileExistsError:
        return False
    finally:
        temporary.unlink()
    sync_folder(target.parent)
    return True


def copy_beside(
    source: int, target: Path, *, mode: int, alive: Callable[[], object] = lambda: None
) -> tuple[Path, str]:
    """Copy an open file, read once, to a temporary name beside ``target``; that, and its SHA-256.

    The bytes are durable, their name is not; the handle's own position is neither used nor moved.
    ``alive`` is called for every ``CHUNK`` bytes.
    """
    digest = hashlib.sha256()

    def chunks() -> Iterator[bytes]:
        offset = 0
        while chunk := os.pread(source, CHUNK, offset):
            digest.update(chunk)
            offset += len(chunk)
            alive()
            yield chunk

    return _write_beside(target, chunks(), mode), digest.hexdigest()


def free_name(target: Path) -> Path:
    """``target``, or ``name (2).ext`` and so on where that name is taken.

    Taken is also a name that differs only in case or in how its accents are composed: Windows
    shows but one of the two.
    """
    try:
        taken = {one_name(name) for name in os.listdir(target.parent)}
    except FileNotFoundError:
        return target
    number = 2
    candidate = target
    while one_name(candidate.name) in taken:
        candidate = target.with_name(f"{target.stem} ({number}){target.suffix}")
        number += 1
    return candidate


def one_name(name: str) -> str:
    """What is the same for names that a Windows client takes for one."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def make_folder(folder: Path) -> None:
    """Create ``folder`` and its parents, durably."""
    make_folders([folder])


def make_folders(folders: Iterable[Path]) -> None:
    """Create the folders and their parents, durably; each parent is synced once."""
    changed: dict[Path, None] = {}
    for folder in folders:
        _make(folder, changed)
    side_by_side(sync_folder, list(changed))


def _make(folder: Path, changed: dict[Path, None]) -> None:
    if folder.is_dir():
        return
    _make(folder.parent, changed)
    folder.mkdir(exist_ok=True)
    changed[folder.parent] = None


def open_beneath(base: Path, path: str = "", *, flags: int = os.O_RDONLY) -> int:
    """A handle on the folder ``path`` (parts joined by ``/``) below ``base``, through no link.

    ``flags`` may be ``os.O_PATH`` where the folder need not be read.

    Raises:
        OSError: a part is missing, closed to us, a link or no folder.
    """
    parts = [part for part in path.split("/") if part]
    handle = os.open(base, (os.O_PATH if parts else flags) | os.O_DIRECTORY)
    for number, part in enumerate(parts, 1):
        how = flags if number == len(parts) else os.O_PATH
        try:
            inner = os.open(part, how | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=handle)
        finally:
            os.close(handle)
        handle = inner
    return handle


def drop_halves(folder: Path, *, older_than_s: float = 0) -> None:
    """Remove what a crash left half-written in ``folder`` and below.

    What is younger than ``older_than_s`` seconds stays: give it where somebody may write just now.
    """
    latest = time.time() - older_than_s
    for path in folder.rglob(".*.tmp"):
        if _HALF.fullmatch(path.name):
            with suppress(FileNotFoundError):
                if not older_than_s or path.stat().st_mtime < latest:
                    path.unlink()


def private(path: str, flags: int) -> int:
    """As `open` calls it: a new file is its owner's alone until it is whole and gets its rights."""
    return os.open(path, flags, 0o600)


def _write_beside(target: Path, chunks: Iterable[bytes], mode: int) -> Path:
    temporary = target.with_name(f".{uuid4().hex}.tmp")
    try:
        with open(temporary, "xb", opener=private) as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    return temporary


def account_name(uid: int) -> str:
    """The account that a user id belongs to."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
