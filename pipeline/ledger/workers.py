"""Who runs the office's chains besides the service, and who of them is still there.

Each writes into its row every few seconds. Clocks are not compared, since one of them may jump:
whose row has not changed over several looks is silent, whatever time it bears.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.ledger.database import Ledger
from pipeline.ledger.queue import queue_of
from pipeline.ledger.tables import Worker

LOOKS = 5
"""After how many looks in a row without a change a worker is taken for dead."""


def executor_of(office_id: str, name: str) -> str:
    """The name under which a worker's chains are known in the queue."""
    return f"{queue_of(office_id)}:{name}"


def beat(ledger: Ledger, executor: str, host: str) -> None:
    """Say that this executor is there."""
    with ledger.write() as tx:
        row = tx.session.get(Worker, executor)
        if row is None:
            row = Worker(
                id=executor,
                office_id=tx.office_id,
                host=host,
                started_at=tx.now(),
                seen_at=tx.now(),
            )
            tx.session.add(row)
        elif row.ended_at is not None:  # ended before, or taken for dead
            row.started_at, row.ended_at = tx.now(), None
        row.host, row.seen_at = host, tx.now()


def say_ended(ledger: Ledger, executor: str) -> None:
    """Say that this executor runs nothing any more."""
    with ledger.write() as tx:
        row = tx.session.get(Worker, executor)
        if row is not None:
            row.ended_at = tx.now()


def rows_of(session: Session, office_id: str) -> list[Worker]:
    """All who have ever run chains of the office, by name."""
    query = select(Worker).where(Worker.office_id == office_id).order_by(Worker.id)
    return list(session.scalars(query))


class Lookout:
    """Tells who is silent, by looking again and again."""

    def __init__(self, ledger: Ledger, own: str) -> None:
        self._ledger = ledger
        self._own = own
        self._seen: dict[str, tuple[object, int]] = {}

    def look(self) -> tuple[set[str], set[str]]:
        """The executors besides our own: those who are there, and those who are gone."""
        with self._ledger.read() as session:
            rows = rows_of(session, self._ledger.office_id)
        there, gone = set[str](), set[str]()
        for row in rows:
            if row.id == self._own:
                continue
            mark = (row.started_at, row.seen_at, row.ended_at)
            before, unchanged = self._seen.get(row.id, (None, 0))
            unchanged = unchanged + 1 if before == mark else 0
            self._seen[row.id] = (mark, unchanged)
            silent = row.ended_at is not None or unchanged >= LOOKS
            (gone if silent else there).add(row.id)
        return there, gone
