"""Durable work (DBOS): a chain is enqueued in the very transaction that makes it necessary.

DBOS carries ids only. The command line and the web enqueue; the service and its workers execute.
"""

import logging
from typing import Any

from dbos import DBOS, DBOSClient
from dbos import EnqueueOptions as Options
from sqlalchemy.orm import Session

QUEUE = "kinerja"
WORKFLOW = "kinerja.chain"
APP = "kinerja"
# Pinned: a new release goes on with the work that an old one left.
APP_VERSION = "1"

logging.getLogger("dbos").setLevel(logging.WARNING)


class Enqueuer:
    """Puts chains into the queue of one database."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._client: DBOSClient | None = None

    def enqueue(self, session: Session, chain: str, key: str, *, once: str) -> None:
        """Enqueue ``chain`` for ``key`` in the session's transaction; ``once`` makes it unique."""
        options: Options = {
            "queue_name": QUEUE,
            "workflow_name": WORKFLOW,
            "workflow_id": once,
            "app_version": APP_VERSION,
        }
        self._connected().enqueue_in_transaction(session, options, chain, key)

    def migrate(self) -> None:
        """Create or update the queue's own tables."""
        DBOS.migrate(system_database_url=self._url)

    def close(self) -> None:
        """Let the connections go."""
        if self._client is not None:
            self._client.destroy()
            self._client = None

    def _connected(self) -> DBOSClient:
        if self._client is None:
            self._client = DBOSClient(system_database_url=self._url, application_name=APP)
        return self._client


def failed_chains(url: str) -> list[str]:
    """The chains that gave up, as ``chain key: error``; the service takes them up when started."""
    client = DBOSClient(system_database_url=url, application_name=APP)
    try:
        failed = client.list_workflows(status="ERROR", name=WORKFLOW)
        return [f"{_called(f.input)}: {f.error}" for f in failed]
    finally:
        client.destroy()


def _called(arguments: Any) -> str:
    return " ".join(map(str, arguments["args"])) if arguments else "?"
