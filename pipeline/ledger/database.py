"""One office's database: opened, migrated, and written in short transactions.

SQLite runs in WAL mode with ``synchronous=FULL``, and every writing transaction takes the write
lock at its start (``BEGIN IMMEDIATE``), so that two of them never deadlock. No file is read or
written inside a transaction. On PostgreSQL an advisory lock per office does what that write lock
does here: one writer at a time, so that a number or a place in a chain is read and taken as one.
"""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, func, make_url, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from pipeline.errors import LedgerError
from pipeline.ledger.address import shown
from pipeline.ledger.events import Happening, append_events
from pipeline.ledger.queue import Enqueuer
from pipeline.ledger.tables import Event
from pipeline.ledger.versions import bring_up, newest_revision, revision_of, take_back

IMMEDIATE = "kinerja_immediate"
FROZEN_S = 20
LOOK_S = 0.2


@dataclass(frozen=True)
class Transaction:
    """A writing transaction: rows, events and the chains they set off commit together."""

    session: Session
    office_id: str
    _now: Callable[[], datetime]
    _enqueuer: Enqueuer

    def record(
        self,
        kind: str,
        *,
        chain: str | None,
        actor: str,
        via: str,
        document_id: str | None = None,
        **payload: Any,
    ) -> Event:
        """Append an event to a collection's chain, or to the office's own where it has none."""
        about = [(document_id, payload)]
        return self.record_each(kind, about, chain=chain, actor=actor, via=via)[0]

    def record_each(
        self,
        kind: str,
        about: Iterable[tuple[str | None, dict[str, Any]]],
        *,
        chain: str | None,
        actor: str,
        via: str,
    ) -> list[Event]:
        """Append the same kind of event for each document ``about`` which it is, with its payload.

        For many documents that is much quicker than one event after the other.
        """
        return append_events(
            self.session,
            office_id=self.office_id,
            chain=chain or f"kantor:{self.office_id}",
            kind=kind,
            actor=actor,
            via=via,
            happenings=(
                Happening(document_id, self._now().isoformat(timespec="milliseconds"), payload)
                for document_id, payload in about
            ),
        )

    def enqueue(self, chain: str, key: str, *, once: str) -> None:
        """Have a worker run ``chain`` for ``key`` after the commit; ``once`` names the occasion."""
        self._enqueuer.enqueue(self.session, chain, key, once=f"{self.office_id}:{chain}:{once}")

    def now(self) -> datetime:
        """The office's clock."""
        return self._now()


class Ledger:
    """The office's database."""

    def __init__(self, url: str, office_id: str, now: Callable[[], datetime]) -> None:
        self.url = url
        self.office_id = office_id
        self.now = now
        self.engine = _create_engine(url)
        self._enqueuer = Enqueuer(url, office_id)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session for looking; nothing is committed."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that commits at the end of the block, or leaves no trace."""
        engine = self.engine.execution_options(**{IMMEDIATE: True})
        with Session(engine, expire_on_commit=False) as session, session.begin():
            if engine.dialect.name == "postgresql":
                session.execute(select(func.pg_advisory_xact_lock(_lock_key(self.office_id))))
            yield Transaction(session, self.office_id, self.now, self._enqueuer)

    def migrate(self) -> None:
        """Bring the tables to this version; a copy of a SQLite database in use is kept before.

        Raises:
            LedgerError: the database cannot be reached, is damaged, or is newer than this program.

        """
        try:
            with _alone(self.engine):
                bring_up(self.engine)
                self._enqueuer.migrate()
        except LedgerError:
            raise
        except Exception as failed:
            raise LedgerError(
                f"The database {shown(self.url)} could not be brought to this"
                f" version: {failed}. Check that it can be reached, and that there is room."
            ) from failed

    def downgrade(self, revision: str, *, discard: bool = False) -> None:
        """Take the tables back to an older version, for an older program.

        Raises:
            LedgerError: there is no such version, or rows of newer tables would be lost and are
                not to be discarded.
        """
        take_back(self.engine, revision, discard=discard)

    def failed_work(self) -> list[str]:
        """The chains that gave up; the service takes them up again when it is started."""
        return self._enqueuer.failed()

    def waiting_work(self, chain: str) -> set[str]:
        """The keys for which ``chain`` is not done yet."""
        return self._enqueuer.waiting(chain)

    def versions(self) -> tuple[str | None, str | None]:
        """The version of the database's tables, and the one that this program wants."""
        return revision_of(self.engine), newest_revision()

    def check(self) -> None:
        """Reach the database once.

        Raises:
            LedgerError: it does not answer or holds no office.

        """
        try:
            with self.read() as session:
                session.query(Event.id).limit(1).all()
        except SQLAlchemyError as failed:
            raise LedgerError(
                f"The database {shown(self.url)} does not answer as one of"
                " ours. Run `kinerja doctor`, and restore it from the backup if it is damaged."
            ) from failed

    def close(self) -> None:
        """Let the connections go."""
        self._enqueuer.close()
        self.engine.dispose()


def _create_engine(url: str) -> Engine:
    if make_url(url).get_backend_name() == "postgresql":
        # A process that was frozen in the middle of a transaction would hold the office's lock.
        limit = {"options": f"-c idle_in_transaction_session_timeout={FROZEN_S * 1000}"}
        return create_engine(url, pool_pre_ping=True, connect_args=limit)
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
    ):
        connection.execute(f"PRAGMA {pragma}")


@contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """On PostgreSQL, service and workers that start together bring the tables up in turn."""
    if engine.dialect.name != "postgresql":
        yield
        return
    key = _lock_key("")  # of the database, which several offices may share
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # Asked again and again: an index that is being built waits for whoever waits in a query.
        while not connection.scalar(select(func.pg_try_advisory_lock(key))):
            time.sleep(LOOK_S)
        try:
            yield
        finally:
            connection.execute(select(func.pg_advisory_unlock(key)))


def _lock_key(office_id: str) -> int:
    """A signed 64-bit number for the office, as PostgreSQL names an advisory lock."""
    digest = hashlib.sha256(f"kinerja:{office_id}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _begin_sqlite(connection: Connection) -> None:
    immediate = connection.get_execution_options().get(IMMEDIATE, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
