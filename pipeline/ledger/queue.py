"""Durable work (DBOS): a chain is enqueued in the very transaction that makes it necessary.

DBOS carries ids only. The command line and the web enqueue; the service and its workers execute.
"""

import logging
import sys
import time
from sqlite3 import sqlite_version, sqlite_version_info

from dbos import DBOS, DBOSClient
from dbos import EnqueueOptions as Options
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.orm import Session

from pipeline.errors import LedgerError

WORKFLOW = "kinerja.chain"
APP = "kinerja"
# Pinned: a new release goes on with the work that an old one left.
APP_VERSION = "1"

SUBSECONDS = (3, 42)  # from here on SQLite tells the time in parts of a second

QUIET_S = 60.0
"""How long the same complaint of the queue is not repeated: it asks ten times a second."""


class Seldom(logging.Filter):
    """Lets a message pass that has not been told for `QUIET_S`, by its beginning."""

    def __init__(self) -> None:
        super().__init__()
        self._told: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether to tell it."""
        start, now = record.getMessage()[:60], time.monotonic()
        if now - self._told.get(start, -QUIET_S) < QUIET_S:
            return False
        self._told = {text: at for text, at in self._told.items() if now - at < QUIET_S}
        self._told[start] = now
        return True


_logger = logging.getLogger("dbos")
_logger.setLevel(logging.WARNING)
_logger.addFilter(Seldom())


def queue_of(office_id: str) -> str:
    """The queue of one office; several offices may share a database."""
    return f"kinerja-{office_id}"


def is_away(error: BaseException) -> bool:
    """Whether an error says that the database did not answer: it ends, starts, or is cut off.

    What was asked of it may have been committed or not.
    """
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | InterfaceError)


class Enqueuer:
    """Puts chains into the queue of one office."""

    def __init__(self, url: str, office_id: str) -> None:
        self._url = url
        self._office_id = office_id
        self._client: DBOSClient | None = None

    def enqueue(self, session: Session, chain: str, key: str, *, once: str) -> None:
        """Enqueue ``chain`` for ``key`` in the session's transaction; ``once`` makes it unique."""
        options: Options = {
            "queue_name": queue_of(self._office_id),
            "workflow_name": WORKFLOW,
            "workflow_id": once,
            "app_version": APP_VERSION,
        }
        self._connected().enqueue_in_transaction(session, options, chain, key)

    def migrate(self) -> None:
        """Create or update the queue's own tables.

        Raises:
            LedgerError: the SQLite of this Python is too old for them.
        """
        on_sqlite = self._url.startswith("sqlite")
        if on_sqlite and sys.version_info >= (3, 12) and sqlite_version_info < SUBSECONDS:
            raise LedgerError(
                f"SQLite {sqlite_version} is too old under this Python: 3.42 is needed from Python"
                " 3.12 on. Run kinerja with Python 3.11, or with PostgreSQL as its database."
            )
        DBOS.migrate(system_database_url=self._url)

    def waiting(self, chain: str) -> set[str]:
        """The keys for which ``chain`` waits for a worker, or is with one."""
        found = self._connected().list_workflows(
            status=["ENQUEUED", "PENDING"], workflow_id_prefix=f"{self._office_id}:{chain}:"
        )
        return {str(w.input["args"][1]) for w in found if w.input}

    def failed(self) -> list[str]:
        """The office's chains that gave up, as ``chain key: error``."""
        found = self._connected().list_workflows(
            status="ERROR", name=WORKFLOW, workflow_id_prefix=f"{self._office_id}:"
        )
        return [f"{' '.join(w.input['args']) if w.input else '?'}: {w.error}" for w in found]

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def _connected(self) -> DBOSClient:
        if self._client is None:
            self._client = DBOSClient(system_database_url=self._url, application_name=APP)
        return self._client
