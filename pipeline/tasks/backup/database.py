"""A snapshot of the database while it is at work, and what can be said of the copy.

SQLite: its online backup, into a file. PostgreSQL: ``pg_dump`` of an exported snapshot. What is
checked is the very state that was copied, never the one that the service has gone on to. Taking
the snapshot is short; whatever else is done with it waits until nobody else has to.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from alembic.migration import MigrationContext
from sqlalchemy import create_engine, func, select, text
from sqlalchemy.orm import Session

from pipeline.ledger.events import check_chains
from pipeline.ledger.sqlite_file import copy_sqlite, require_sound
from pipeline.ledger.tables import Event, Publication, Record
from pipeline.office import Office
from pipeline.tasks.audit.files import named_files
from pipeline.tasks.backup import postgres
from pipeline.tasks.backup.files import database_file


@dataclass(frozen=True)
class Snapshot:
    """A copy of the database in ``file``, and what stands in it.

    ``named`` are the files that it says are in the store, with what they are; ``bags`` the path of
    each filed dossier with its bag's SHA-256; ``published`` the highest id of a publication;
    ``faults`` where its event chains do not hold.
    """

    file: Path
    kind: str
    revision: str
    events: int
    named: dict[str, list[str]]
    bags: dict[str, str]
    published: int
    faults: tuple[str, ...]


@contextmanager
def take_snapshot(office: Office, target: Path) -> Iterator[Callable[[], Snapshot]]:
    """Fix the database as it is now; the call that is yielded finishes the copy and checks it.

    With SQLite the copy is made at once, with PostgreSQL by that call. It takes its time, and sees
    nothing of what happens meanwhile. The same is raised by both.

    Raises:
        LedgerError: it cannot be copied, or the copy is damaged.
        BackupError: PostgreSQL's own programs are missing or fail.
        OSError: there is no room for the copy, or the disk refused it.
    """
    source = database_file(office)
    if source is not None:
        copy_sqlite(source, target)
        yield partial(_examined, office, target)
        return
    engine = office.ledger.engine.execution_options(isolation_level="REPEATABLE READ")
    with engine.connect() as connection, Session(connection) as session:
        # Dumping may take longer than an idle transaction is suffered elsewhere.
        session.execute(text("SET idle_in_transaction_session_timeout = 0"))
        name = session.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        yield partial(_dumped, office, session, name, target)


def last_published(office: Office) -> int:
    """The highest id of a publication; 0 where there is none."""
    with office.ledger.read() as session:
        return _last_published(session, office.id)


def published_since(office: Office, snapshot: Snapshot, through: int) -> set[str]:
    """The digests of what was laid out for people after the snapshot, up to the id ``through``."""
    query = select(Publication.sha256).where(
        Publication.office_id == office.id,
        Publication.id > snapshot.published,
        Publication.id <= through,
    )
    with office.ledger.read() as session:
        return set(session.scalars(query))


def chain_faults(session: Session, office_id: str) -> tuple[str, ...]:
    """Where the event chains of a copy do not hold."""
    return tuple(
        f"database: the events of chain {fault.chain} do not hold at {fault.seq}; somebody wrote to"
        " it past the program. Run `kinerja audit`"
        for fault in check_chains(session, office_id)
    )


@contextmanager
def _session_on(file: Path) -> Iterator[Session]:
    engine = create_engine(f"sqlite:///{file}")
    try:
        with Session(engine) as session:
            yield session
    finally:
        engine.dispose()


def _examined(office: Office, target: Path) -> Snapshot:
    require_sound(target, whole=True)
    with _session_on(target) as session:
        return _described(office, session, target, "sqlite")


def _dumped(office: Office, session: Session, name: str, target: Path) -> Snapshot:
    postgres.dump(office.ledger.url, name, target)
    postgres.read_through(office.ledger.url, target)
    return _described(office, session, target, "postgresql")


def _last_published(session: Session, office_id: str) -> int:
    query = select(func.max(Publication.id)).where(Publication.office_id == office_id)
    return session.scalar(query) or 0


def _described(office: Office, session: Session, target: Path, kind: str) -> Snapshot:
    filed = select(Record.path, Record.tagmanifest).where(
        Record.office_id == office.id, Record.filed_at.is_not(None)
    )
    events = select(func.count()).select_from(Event).where(Event.office_id == office.id)
    revision = MigrationContext.configure(session.connection()).get_current_revision()
    return Snapshot(
        file=target,
        kind=kind,
        revision=revision or "",
        events=session.scalar(events) or 0,
        named=named_files(session, office.id),
        bags={path: digest or "" for path, digest in session.execute(filed)},
        published=_last_published(session, office.id),
        faults=chain_faults(session, office.id),
    )
