"""What the service looks after from time to time, besides the files that come and go.

``ROUNDS`` is the list of it. Each is done between two sweeps, so it must be short; one that fails
is logged and done again when its time has come again, and keeps no other waiting.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from pipeline.archive.bag import sweep
from pipeline.office import Office
from pipeline.service.sealing import seal_in_background
from pipeline.service.work import forget_old_work, take_up_failed, take_up_stranded
from pipeline.sop.lying.unsent import UnsentForms
from pipeline.sop.opened import look_for_opened
from pipeline.sop.renewal import ask_for_renewal

MINUTE_S, HOUR_S = 60.0, 3600.0
log = structlog.get_logger()


Go = Callable[[Office], object]


@dataclass(frozen=True)
class Round:
    """Something to do every ``every_s`` seconds (0: at each sweep), ``at_start`` too.

    ``go`` is a class where it keeps what it has seen: each office has one of its own.
    """

    go: Go | type[UnsentForms]
    every_s: float
    at_start: bool = True


def _renew(office: Office) -> None:
    ask_for_renewal(office, office.now().date())


def _clear_archive(office: Office) -> None:
    """What filings that were cut short left there."""
    if office.archive.is_dir():
        sweep(office.archive)


ROUNDS: dict[str, Round] = {
    "opened documents": Round(look_for_opened, 0),
    "forms filled but not sent": Round(UnsentForms, MINUTE_S),
    "failed work": Round(take_up_failed, 5 * MINUTE_S),
    "stranded work": Round(take_up_stranded, MINUTE_S, at_start=False),
    "work done long ago": Round(forget_old_work, HOUR_S, at_start=False),
    "leftovers in the archive": Round(_clear_archive, HOUR_S),
    "renewal of the master data": Round(_renew, HOUR_S),
    "seals of the ledger": Round(seal_in_background, MINUTE_S),
}


class Rounds:
    """The rounds of one office, by a clock that does not jump."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._go = {n: r.go() if isinstance(r.go, type) else r.go for n, r in ROUNDS.items()}
        now = time.monotonic()
        self._due = {name: now + (0 if r.at_start else r.every_s) for name, r in ROUNDS.items()}

    def go(self) -> None:
        """Do what is due."""
        for name, round_ in ROUNDS.items():
            if time.monotonic() < self._due[name]:
                continue
            self._due[name] = time.monotonic() + round_.every_s
            try:
                self._go[name](self._office)
            except Exception:
                log.exception("a round failed and is done again at its time", round=name)
