"""Whether an office has lost its database: then nothing makes a new one in its place."""

from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import LedgerError
from pipeline.ledger.versions import sqlite_file
from pipeline.office import Office


def require_database(office: Office) -> None:
    """An office whose store or archive holds something has its database.

    Raises:
        LedgerError: it is gone, or empty; a new one would know nothing of what is there.
    """
    if not _holds_something(office) or _is_there(office):
        return
    raise LedgerError(
        f"The database of {office.root} is gone or empty, although the office holds documents."
        " Nothing was changed, and no new database was made: it would know nothing of them. Put the"
        " database back, check [database] url in kinerja.toml, or restore the last backup into a"
        f" new folder: `kinerja restore BACKUPS NEW --archive {office.archive}`."
    )


def _holds_something(office: Office) -> bool:
    stored = (path for path in office.store.folder.glob("*/*") if not path.name.startswith("."))
    return any(stored) or any(office.archive.glob("*/*/*/bagit.txt"))


def _is_there(office: Office) -> bool:
    file = sqlite_file(office.ledger.engine)
    if file is not None and (not file.exists() or file.stat().st_size == 0):
        return False
    try:
        return office.ledger.versions()[0] is not None
    except SQLAlchemyError:  # it does not answer: whoever opens it says why
        return True
