"""A SQLite database as a file: copied while it is at work, and examined."""

import errno
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from pipeline.errors import LedgerError

_OF_THE_DISK = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_IOERR: errno.EIO,
    sqlite3.SQLITE_IOERR_WRITE: errno.EIO,
}
_PATIENCE_S = 30


def copy_sqlite(source: Path, target: Path) -> None:
    """An online copy in one file: of one instant, whoever writes meanwhile.

    Raises:
        LedgerError: the database cannot be read.
        OSError: there is no room for the copy, or the disk refused it.
    """
    source = source.resolve()
    address = f"{source.as_uri()}?mode=ro"
    try:
        with (
            closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_S)) as live,
            closing(sqlite3.connect(target)) as copy,
        ):
            live.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
    except sqlite3.Error as failed:
        if code := _OF_THE_DISK.get(getattr(failed, "sqlite_errorcode", sqlite3.SQLITE_OK)):
            raise OSError(code, os.strerror(code)) from failed
        raise LedgerError(
            f"The database {source} cannot be copied: {failed}. Run `kinerja doctor`; if it is"
            " damaged, restore the last backup (`kinerja restore`)."
        ) from failed


def require_sound(file: Path, *, whole: bool = False) -> None:
    """SQLite's own examination of a file that is there; ``whole`` compares its indexes too.

    Raises:
        LedgerError: it is damaged, or no database.
    """
    check = "integrity_check" if whole else "quick_check"
    address = f"{file.resolve().as_uri()}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=_PATIENCE_S)) as database:
            said = [str(row[0]) for row in database.execute(f"PRAGMA {check}(1)")]
    except sqlite3.Error as failed:
        said = [str(failed)]
    if said != ["ok"]:
        what = " ".join(said[0].split())
        raise LedgerError(
            f"The database {file} is damaged: {what}. Nothing was changed. Move it aside with its"
            " -wal and -shm, and restore the last backup (`kinerja restore`); the archive stays as"
            " it is."
        )
