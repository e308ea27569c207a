"""The version of a database's tables: brought up, taken back, and never past what is known.

Before a database that is in use is brought up, a copy of its file is kept (SQLite): the last three,
in the folder ``sebelum-migrasi`` beside it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.resources import as_file, files
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, inspect, text

from pipeline.errors import LedgerError
from pipeline.files import make_folder, sync_folder
from pipeline.ledger.sqlite_file import copy_sqlite, require_sound

COPIES, KEPT = "sebelum-migrasi", 3
OWNER_ONLY, PRIVATE = 0o700, 0o600


def known_revisions() -> frozenset[str]:
    """The versions of tables that this program knows."""
    with _scripts() as scripts:
        return frozenset(script.revision for script in scripts.walk_revisions())


def newest_revision() -> str:
    """The version that this program wants."""
    with _scripts() as scripts:
        return scripts.get_current_head() or ""


def revision_of(engine: Engine) -> str | None:
    """The version of a database's tables; ``None`` where it has none of ours."""
    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def bring_up(engine: Engine) -> None:
    """Bring a database to this program's version; a copy of its file is kept before.

    Raises:
        LedgerError: it is damaged, or newer than this program.
    """
    file = sqlite_file(engine)
    if file is not None and file.exists():
        require_sound(file)
    current, wanted = revision_of(engine), newest_revision()
    if current is not None and current not in known_revisions():
        raise LedgerError(
            f"The database was made by a newer kinerja: its tables are of version {current}, and"
            f" this program knows {wanted}. Nothing was changed. Install the newer program again,"
            " or restore a backup from before."
        )
    if current == wanted:
        return
    if current is not None and file is not None:
        _keep_copy(file, current)
    with engine.begin() as connection:
        _run(connection, wanted, down=False)


def take_back(engine: Engine, revision: str, *, discard: bool) -> None:
    """Take a database back to an older version, as for an older program.

    Raises:
        LedgerError: no such version; or rows stand in tables that it does not know, and they are
            not to be discarded. Nothing was changed then.
    """
    if revision not in known_revisions():
        known = ", ".join(sorted(known_revisions()))
        raise LedgerError(f"There is no version {revision} of the tables. Known: {known}.")
    with engine.begin() as connection:
        before = _filled(connection)
        _run(connection, revision, down=True)
        lost = {table: n for table, n in before.items() if table not in _tables(connection)}
        if lost and not discard:
            told = ", ".join(f"{table} ({rows} rows)" for table, rows in sorted(lost.items()))
            raise LedgerError(
                f"Version {revision} of the tables does not know what stands in {told}; going back"
                " would lose that. Nothing was changed. Make a backup first, then say that it may"
                " be discarded."
            )


def sqlite_file(engine: Engine) -> Path | None:
    """The file of a SQLite database; ``None`` for another one."""
    if engine.dialect.name != "sqlite" or not engine.url.database:
        return None
    return Path(engine.url.database)


def _keep_copy(file: Path, revision: str) -> None:
    folder = file.parent / COPIES
    make_folder(folder)
    folder.chmod(OWNER_ONLY)
    for half in folder.glob("*.tmp"):  # an earlier copy was cut short
        half.unlink()
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    copy = folder / f"{file.stem}-{moment}-{revision}.db"
    half = copy.with_suffix(".tmp")
    copy_sqlite(file, half)
    half.chmod(PRIVATE)
    half.rename(copy)
    sync_folder(folder)
    for old in sorted(folder.glob("*.db"))[:-KEPT]:
        old.unlink()


def _run(connection: Connection, revision: str, *, down: bool) -> None:
    with as_file(files("pipeline.ledger") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        (command.downgrade if down else command.upgrade)(config, revision)


def _tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


def _filled(connection: Connection) -> dict[str, int]:
    counted = {
        table: connection.execute(text(f'SELECT count(*) FROM "{table}"')).scalar_one()  # noqa: S608
        for table in _tables(connection)
    }
    return {table: rows for table, rows in counted.items() if rows}


@contextmanager
def _scripts() -> Iterator[ScriptDirectory]:
    with as_file(files("pipeline.ledger") / "migrations") as folder:
        yield ScriptDirectory(str(folder))
