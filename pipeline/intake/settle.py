"""Whether a file that arrived is whole: nobody writes to it any more, and it has its end."""

import fcntl
import os
import time
import zipfile
from pathlib import Path

STILL_S = 2.0
PDF_TAIL = 2048
_IGNORED_STARTS = ("~$", ".", "~WR")
_IGNORED_ENDS = (".tmp", ".crdownload", ".part", ".partial", "~")
_IGNORED_NAMES = {"thumbs.db", "desktop.ini"}


def is_ignored(name: str) -> bool:
    """Whether a name is a program's own: lock files, half-saved files, folder views."""
    lower = name.lower()
    return (
        name.startswith(_IGNORED_STARTS) or lower.endswith(_IGNORED_ENDS) or lower in _IGNORED_NAMES
    )


def is_readable(path: Path) -> bool:
    """Whether this account, as which the service acts, may read the file."""
    return os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids)


def is_quiet(path: Path) -> bool:
    """Whether no program has the file open for writing: a read lease is granted only then.

    Where we may not ask for a lease (not our file), a file untouched for two seconds is quiet.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except PermissionError:  # not ours to read yet
        return False
    try:
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    except BlockingIOError:
        return False
    except OSError:
        return time.time() - os.fstat(handle).st_ctime > STILL_S
    finally:
        os.close(handle)
    return True


def is_whole(path: Path) -> bool:
    """Whether the content has its end: a zip its directory, a PDF its ``%%EOF``, any a byte.

    A hole is what a cut connection leaves where the size was set first and the bytes never came.
    """
    size = path.stat().st_size
    if size == 0:
        return False
    with path.open("rb") as file:
        if os.lseek(file.fileno(), 0, os.SEEK_HOLE) < size:
            return False
        file.seek(0)
        head = file.read(4)
        if head == b"%PDF":
            file.seek(max(0, size - PDF_TAIL))
            return b"%%EOF" in file.read()
    if head == b"PK\x03\x04":
        return zipfile.is_zipfile(path)
    return True
