"""Whether a file that arrived is whole: nobody writes to it any more, and it has its end."""

import errno
import fcntl
import hashlib
import os
import signal
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PDF_TAIL = 2048
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_IGNORED_STARTS = ("~$", ".", "~WR")
_IGNORED_ENDS = (".tmp", ".crdownload", ".part", ".partial", "~")
_IGNORED_NAMES = {"thumbs.db", "desktop.ini"}
_ON_BREAK = signal.SIGURG
"""Told to us when a writer wants in; by default it would be SIGIO, which ends the process."""


def is_ignored(name: str) -> bool:
    """Whether a name is a program's own: lock files, half-saved files, folder views."""
    lower = name.lower()
    return (
        name.startswith(_IGNORED_STARTS) or lower.endswith(_IGNORED_ENDS) or lower in _IGNORED_NAMES
    )


class NoFileError(OSError):
    """What lies there is no regular file."""


@dataclass(frozen=True)
class Reading:
    """A file held open to be read; ``leased`` where the kernel keeps writers out meanwhile.

    ``is_written`` says that a program has it open for writing. Where neither holds, this account
    may not ask for a lease (not its file): only looking at it for a while tells.
    """

    handle: int
    info: os.stat_result
    leased: bool
    is_written: bool

    @property
    def state(self) -> tuple[int, int, int, int]:
        """What changes when somebody writes to the file, or puts another in its place."""
        return state_of(self.info)

    def is_unchanged(self) -> bool:
        """Whether it is still as it was opened, and no writer waits to be let in."""
        return state_of(os.fstat(self.handle)) == self.state and not self.is_awaited()

    def is_awaited(self) -> bool:
        """Whether a writer has come since and waits to be let in, as far as a lease can tell."""
        return self.leased and fcntl.fcntl(self.handle, fcntl.F_GETLEASE) != fcntl.F_RDLCK


def state_of(info: os.stat_result) -> tuple[int, int, int, int]:
    """Which file it is, its size, and when its content and its inode last changed."""
    return info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns


@contextmanager
def reading(path: Path) -> Iterator[Reading]:
    """Hold a file open, with a lease on it where one can be had; never waits for anybody.

    Raises:
        NoFileError: it is a link, a folder, a pipe, a device.
        OSError: it is not there, or may not be read.
    """
    if not stat.S_ISREG(os.lstat(path).st_mode):  # to open a device may already do something
        raise NoFileError(errno.EINVAL, "not a regular file", str(path))
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NoFileError(errno.EINVAL, "not a regular file", str(path))
        leased, is_written = _lease(handle)
        yield Reading(handle, os.fstat(handle), leased, is_written)
    finally:
        os.close(handle)


def sha256_held(file: Reading) -> str:
    """The SHA-256 of a file that is held open, in hex."""
    with open(file.handle, "rb", closefd=False) as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def bytes_held(file: Reading) -> bytes:
    """What a file that is held open holds."""
    with open(file.handle, "rb", closefd=False) as source:
        return source.read()


def _lease(handle: int) -> tuple[bool, bool]:
    """Ask for a read lease: whether it was granted, and whether a writer is why it was not."""
    try:
        fcntl.fcntl(handle, fcntl.F_SETSIG, _ON_BREAK)
        fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except BlockingIOError:
        return False, True
    except OSError:  # not our file, or a file system without leases
        return False, False
    return True, False


def is_whole(handle: int) -> bool:
    """Whether an open file has its end: a zip its directory, a PDF its ``%%EOF``, any a byte.

    A hole is what a cut connection leaves where the size was set first and the bytes never came.
    """
    size = os.fstat(handle).st_size
    if size == 0 or os.lseek(handle, 0, os.SEEK_HOLE) < size:
        return False
    head = os.pread(handle, 4, 0)
    if head == b"PK\x03\x04":
        with open(handle, "rb", closefd=False) as file:
            return zipfile.is_zipfile(file)
    if head == b"%PDF":
        return b"%%EOF" in os.pread(handle, PDF_TAIL, max(0, size - PDF_TAIL))
    return True


def is_surely_cut(handle: int) -> bool:
    """Whether what is not whole can be nothing but a broken copy.

    Not the files of older Office programs, which may have holes of their own.
    """
    return os.pread(handle, 4, 0) != OLD_OFFICE
