"""Files appear whole or not at all: temporary name, fsync, rename or link, fsync of the folder."""

import hashlib
import os
import pwd
import re
import shutil
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

CHUNK = 1 << 20
_HALF = re.compile(r"\.[0-9a-f]{32}\.tmp")


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


def remove_if_unchanged(target: Path, sha256: str) -> bool:
    """Delete ``target`` if it still holds the bytes we published; whether it is gone now."""
    try:
        if sha256_of(target) != sha256:
            return False
        target.unlink()
    except FileNotFoundError:
        return True
    except IsADirectoryError:  # somebody's folder of that name
        return False
    sync_folder(target.parent)
    return True


def free_name(target: Path) -> Path:
    """``target``, or ``name (2).ext`` and so on where that name is taken."""
    number = 2
    candidate = target
    while os.path.lexists(candidate):
        candidate = target.with_name(f"{target.stem} ({number}){target.suffix}")
        number += 1
    return candidate


def make_folder(folder: Path) -> None:
    """Create ``folder`` and its parents, durably."""
    if folder.is_dir():
        return
    folder.mkdir(parents=True, exist_ok=True)
    sync_folder(folder.parent)


def drop_tree(folder: Path) -> None:
    """Remove a work folder that holds nothing of value any more."""
    shutil.rmtree(folder, ignore_errors=True)


def drop_halves(folder: Path) -> None:
    """Remove what a crash left half-written in ``folder`` and below; nobody may write there now."""
    for path in folder.rglob(".*.tmp"):
        if _HALF.fullmatch(path.name):
            path.unlink(missing_ok=True)


def _write_beside(target: Path, chunks: Iterable[bytes], mode: int) -> Path:
    temporary = target.with_name(f".{uuid4().hex}.tmp")
    try:
        with temporary.open("xb") as file:
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
