"""What the disk refuses, said to whoever called a command: it is no bug, and he can mend it."""

import errno
import sqlite3
from collections.abc import Iterator

from pipeline.errors import DiskError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, sqlite3.SQLITE_FULL})
CLOSED = frozenset({errno.EROFS, sqlite3.SQLITE_READONLY})
BROKEN = frozenset({errno.EIO, sqlite3.SQLITE_IOERR})
_AGAIN = "Nothing is half done; run the same command again after that."


def disk_error(error: BaseException) -> DiskError | None:
    """What the disk refused, where that is at the bottom of ``error``."""
    for cause in _causes(error):
        where = f" ({cause.filename})" if isinstance(cause, OSError) and cause.filename else ""
        match _code(cause):
            case code if code in FULL:
                return DiskError(f"The disk is full{where}. Make room, or enlarge it. {_AGAIN}")
            case code if code in CLOSED:
                return DiskError(f"The disk is read-only{where}. Have it made writable. {_AGAIN}")
            case code if code in BROKEN:
                return DiskError(f"The disk reports a fault{where}. Have it examined. {_AGAIN}")
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _code(error: BaseException) -> int | None:
    """The number of an error of the system, or of SQLite without its details."""
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF
    return error.errno if isinstance(error, OSError) else None
