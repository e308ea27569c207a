"""Whether somebody has a published file open, and taking it away where nobody has."""

import os
import time
from collections.abc import Collection
from enum import Enum
from pathlib import Path

from pipeline.files import free_name, sync_folder
from pipeline.intake.settle import NoFileError, Reading, reading, sha256_held
from pipeline.intake.stillness import Stillness

STILL_S = 5.0


class Taking(Enum):
    """What became of taking a file away."""

    GONE = "gone"
    KEPT = "kept"
    """Somebody has changed it, or what lies there is no file of ours: it is theirs now."""
    OPEN = "open"


def is_open(path: Path) -> bool:
    """Whether somebody has ``path`` open: by a lock file beside it, or by a writer's lease.

    Where no lease can be had, a file changed within the last seconds is taken for open.
    """
    if is_locked(path):
        return True
    try:
        with reading(path) as file:
            recent = abs(time.time() - file.info.st_ctime) < STILL_S
            return file.is_written or (recent and not file.leased)
    except PermissionError:  # not ours to read yet
        return True
    except OSError:  # not there any more, or never a file of ours
        return False


def is_locked(path: Path) -> bool:
    """Whether the lock file of Word or LibreOffice lies beside ``path``: somebody has it open.

    Word's replaces the first characters of a name: none of a stem of up to six, one of seven, two
    of a longer one.
    """
    name = path.name
    locks = (f"~${name}", f"~${name[1:]}", f"~${name[2:]}", f".~lock.{name}#")
    return any(os.path.lexists(path.parent / lock) for lock in locks)


def take_away(target: Path, known: Collection[str], aside: Path, stillness: Stillness) -> Taking:
    """Delete ``target`` if its bytes have a SHA-256 in ``known`` and nobody has it open.

    1. What an earlier try left at ``aside`` goes back first; where another file has come to its
       place meanwhile, it is that which is deleted.
    2. The file is held under a lease, and its bytes are compared.
    3. It is renamed to ``aside``, beside it: whoever opens it from now on does not find it.
    4. It is deleted only if that is still the very file, and nobody came to it meanwhile; else it
       goes back.

    Raises:
        OSError: it may not be read or removed.
    """
    if _is_replaced(aside, target):
        cleared = _clear(aside, known, stillness)
        if cleared is not Taking.KEPT:
            return cleared
    _bring_back(aside, target)
    return Taking.OPEN if is_locked(target) else _take(target, known, aside, stillness)


def _take(target: Path, known: Collection[str], aside: Path, stillness: Stillness) -> Taking:
    """(2) to (4)."""
    try:
        with reading(target) as file:
            if _is_in_use(file, target, stillness):
                return Taking.OPEN
            if sha256_held(file) not in known:
                return Taking.KEPT
            return _remove(target, aside, file)
    except NoFileError:
        return Taking.KEPT
    except FileNotFoundError:
        if target.parent.is_dir():
            sync_folder(target.parent)  # a crash may have come between its removal and that
        return Taking.GONE


def _is_in_use(file: Reading, path: Path, stillness: Stillness) -> bool:
    left_alone = file.leased or stillness.seconds(path, file.state) >= STILL_S
    return file.is_written or not left_alone


def _is_replaced(aside: Path, target: Path) -> bool:
    """Whether there is a file at ``aside``, and another where it lay."""
    try:
        return not os.path.samestat(os.lstat(aside), os.lstat(target))
    except FileNotFoundError:
        return False


def _clear(aside: Path, known: Collection[str], stillness: Stillness) -> Taking:
    """(1) Delete what lies at ``aside`` if its bytes are known; nobody finds it there."""
    try:
        with reading(aside) as file:
            if _is_in_use(file, aside, stillness):
                return Taking.OPEN
            if sha256_held(file) not in known:
                return Taking.KEPT
            aside.unlink()
    except (NoFileError, FileNotFoundError):
        return Taking.KEPT
    sync_folder(aside.parent)
    return Taking.GONE


def _remove(target: Path, aside: Path, file: Reading) -> Taking:
    """(3) and (4)."""
    os.rename(target, aside)
    now, then = os.lstat(aside), file.info
    same = (now.st_ino, now.st_size, now.st_mtime_ns) == (
        then.st_ino,
        then.st_size,
        then.st_mtime_ns,
    )
    if not same or is_locked(target) or file.is_awaited():
        _bring_back(aside, target)
        return Taking.OPEN
    aside.unlink()
    sync_folder(target.parent)
    return Taking.GONE


def _bring_back(aside: Path, target: Path) -> None:
    """Put a file that was moved aside where it lay, or beside what has come there meanwhile."""
    while os.path.lexists(aside):
        try:
            os.link(aside, target, follow_symlinks=False)
        except FileExistsError:
            if _is_replaced(aside, target):
                target = free_name(target)
                continue  # else a crash came between the two steps of an earlier try
        aside.unlink()
