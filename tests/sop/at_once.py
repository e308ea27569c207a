"""Two people at the same moment: what they do really runs side by side."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from threading import Barrier

from pipeline.errors import KinerjaError
from pipeline.intake.claim import Claimer
from pipeline.office import Office
from pipeline.settings import load_settings
from pipeline.sop.runner import run

from .under_way import UnderWay


def at_once(*works: Callable[[], object]) -> list[object]:
    """What each work gave, or the error that it was told, in order; they begin together."""
    start = Barrier(len(works))

    def one(work: Callable[[], object]) -> object:
        start.wait()
        try:
            return work()
        except KinerjaError as told:
            return told

    with ThreadPoolExecutor(len(works)) as threads:
        return list(threads.map(one, works))


@contextmanager
def twin(at: UnderWay) -> Iterator[Office]:
    """The same office opened once more, as a second program has it."""
    office = Office(at.office.root, load_settings(at.office.root), at.desk.clock)
    try:
        yield office
    finally:
        office.close()


def take_in(at: UnderWay) -> None:
    """Enter what was sent, without judging it yet."""
    office, quiet = at.office, at.office.settings.watch.quiet_s
    claimer = Claimer(office.inbox, office.work, office.store, office.ledger, patience_s=quiet)
    claimer.sweep(office.procedures)


def chains_at_once(at: UnderWay, *others: Callable[[], object]) -> list[object]:
    """Run every chain that waits side by side, and ``others`` with them; what the others gave."""
    waiting = at.desk.waiting()
    works = [partial(run, at.office, chain, key) for _, chain, key in waiting]
    given = at_once(*works, *others)
    assert given[: len(works)] == [None] * len(works)
    for workflow, _, _ in waiting:
        at.desk._done(workflow)
    at.desk.work()
    return given[len(works) :]
