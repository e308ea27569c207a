"""Several processes on one office's chains (PostgreSQL): each is looked after by the others.

1. Every few seconds each says that it is there, by a thread of its own.
2. Each looks who has gone silent, and enqueues anew what that one had at work.
3. While others are at work, the service looks twice a second for what they want laid out.

Who was frozen and wakes finds its work with another. Both may then do the same for a moment: every
chain looks once more, inside the transaction that commits it, whether it is done already.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import structlog
from dbos import DBOS

from pipeline.errors import LedgerError
from pipeline.ledger.queue import is_away, queue_of
from pipeline.ledger.workers import Lookout, beat, say_ended
from pipeline.office import Office
from pipeline.service.work import end_work, start_work

BEAT_S = 3.0
LAY_OUT_S = 0.5
log = structlog.get_logger()


class Peers:
    """One executor among others; ``lay_out`` is what the service does for the others' sake."""

    def __init__(
        self, office: Office, executor: str, lay_out: Callable[[], object] | None = None
    ) -> None:
        self._office = office
        self._executor = executor
        self._lay_out = lay_out
        self._lookout = Lookout(office.ledger, executor)
        self._ending = threading.Event()
        self._others = threading.Event()
        self._threads = [threading.Thread(target=self._look_after, name="kinerja-peers")]
        if lay_out is not None:
            self._threads.append(threading.Thread(target=self._serve, name="kinerja-lay-out"))

    def start(self) -> None:
        """Say that we are there, and look after the others from now on."""
        beat(self._office.ledger, self._executor, socket.gethostname())
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Look after nobody any more."""
        self._ending.set()
        self._others.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def leave(self) -> None:
        """Say that we run nothing any more; what is left of ours may be taken over."""
        with suppress(Exception):  # the database may be away: then we are taken for silent
            say_ended(self._office.ledger, self._executor)

    def _look_after(self) -> None:
        told = False  # once in an outage is enough
        while not self._ending.wait(BEAT_S):
            try:
                beat(self._office.ledger, self._executor, socket.gethostname())
                there, gone = self._lookout.look()
                if there:
                    self._others.set()
                elif not self._ending.is_set():
                    self._others.clear()
                take_over(self._office, gone)
                told = False
            except Exception as error:
                if not is_away(error):
                    log.exception("workers were not looked after; it is tried again")
                elif not told:
                    log.warning("the database is away; workers are looked after later")
                    told = True

    def _serve(self) -> None:
        while not self._ending.is_set():
            self._others.wait()
            if self._ending.wait(LAY_OUT_S):
                return
            try:
                if self._lay_out is not None:
                    self._lay_out()
            except Exception as error:
                if not is_away(error):
                    log.exception("what workers made was not laid out; it is tried again")


@contextmanager
def working(office: Office, peers: Peers | None, executor: str = "") -> Iterator[None]:
    """Run chains, among ``peers`` where there may be any, and end in good order.

    Raises:
        LedgerError: the database went away meanwhile, where nobody waits for it.
    """
    try:
        start_work(office, executor, lays_out=executor == "")
        if peers is not None:
            peers.start()
        yield
    except Exception as error:
        if is_away(error):
            raise LedgerError(
                "The database went away while the program started. Nothing is lost: start it again"
                " when the database answers."
            ) from error
        raise
    finally:
        if peers is not None:
            peers.stop()
        end_work()
        if peers is not None:
            peers.leave()


def take_over(office: Office, gone: set[str]) -> int:
    """Enqueue anew what those who are ``gone`` had at work; how many chains that is."""
    if not (gone and _left_by(gone)):
        return 0
    with office.ledger.write():  # one takes over at a time
        left = _left_by(gone)
        if left:
            DBOS.resume_workflows(left, queue_name=queue_of(office.id))
            log.warning("the work of others is taken over", chains=len(left), executors=len(gone))
    return len(left)


def _left_by(gone: set[str]) -> list[str]:
    pending = DBOS.list_workflows(
        status="PENDING", executor_id=sorted(gone), load_input=False, load_output=False
    )
    return [chain.workflow_id for chain in pending]
