"""Rows, a clock, and a look into the queue."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from dbos import DBOSClient
from sqlalchemy.orm import Session

from pipeline.domain.document import code_from
from pipeline.ledger.database import Ledger
from pipeline.ledger.events import ChainFault, check_chains
from pipeline.ledger.queue import APP, queue_of
from pipeline.ledger.tables import Collection, Document

OFFICE = "uji"


def clock() -> datetime:
    return datetime.now(UTC)


def a_collection(period: str = "2026-TW3") -> Collection:
    return Collection(
        id=uuid4().hex,
        office_id=OFFICE,
        procedure="data-kinerja",
        period=period,
        stage="draft",
        opened_at=clock(),
        stage_since=clock(),
    )


def documents(session: Session, count: int) -> list[str]:
    """The ids of new documents in a new collection."""
    collection = a_collection()
    session.add(collection)
    session.flush()
    made = [
        Document(
            id=uuid4().hex,
            office_id=OFFICE,
            collection_id=collection.id,
            code=code_from(uuid4().bytes),
            kind="formulir",
            post=f"Pejabat {number}",
            name="Formulir",
            state="terbit",
            updated_at=clock(),
        )
        for number in range(count)
    ]
    session.add_all(made)
    session.flush()
    return [document.id for document in made]


def queued(ledger: Ledger) -> list[str]:
    """The ids of the chains in the queue."""
    client = DBOSClient(system_database_url=ledger.url, application_name=APP)
    try:
        return [
            flow.workflow_id
            for flow in client.list_workflows(queue_name=queue_of(ledger.office_id))
        ]
    finally:
        client.destroy()


def faults(ledger: Ledger) -> list[ChainFault]:
    with ledger.read() as session:
        return list(check_chains(session, OFFICE))


def at_once(work: Callable[[int], None], count: int) -> None:
    """Run ``work`` in so many threads, all let go together; the first failure is raised."""
    gate, failures = threading.Barrier(count), list[BaseException]()

    def run(number: int) -> None:
        gate.wait()
        try:
            work(number)
        except BaseException as failure:  # raised again below
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
