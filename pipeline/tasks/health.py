"""Whether the running service is well: what a monitor asks every minute, so nothing slow."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from pipeline.errors import LedgerError
from pipeline.intake.pulse import Pulse
from pipeline.ledger.tables import Arrival
from pipeline.office import Office
from pipeline.tasks.room import short_of_room


@dataclass(frozen=True)
class Health:
    """How the service is: its database, its folders, its disks, and what it has to do.

    ``unjudged`` files await judgement, ``failed`` chains gave up, ``full`` are the places that are
    almost full or read-only. Of the watcher: whether it ``hangs``, how often its events had to be
    started again, the seconds since it last went round.
    """

    database: bool
    inbox: bool = True
    hangs: bool = False
    full: tuple[str, ...] = ()
    unjudged: int = 0
    failed: int = 0
    restarts: int = 0
    swept_s: float | None = None

    @property
    def status(self) -> str:
        """``ok``, or the gravest of what an administrator must mend."""
        troubles = {
            "unreachable": not self.database,
            "inbox away": not self.inbox,
            "stuck": self.hangs,
            "full": bool(self.full),
            "failing": bool(self.failed),
        }
        return next((name for name, found in troubles.items() if found), "ok")


def health(office: Office, pulse: Pulse | None = None) -> Health:
    """How the office's service is; never raises for what it finds wrong.

    ``pulse`` is that of the service's watcher, where the service asks itself.
    """
    database, unjudged, failed = _work(office)
    return Health(
        database=database,
        inbox=office.mark.is_there(),
        hangs=pulse is not None and pulse.is_stuck,
        full=tuple(short_of_room(office)),
        unjudged=unjudged,
        failed=failed,
        restarts=pulse.restarts if pulse else 0,
        swept_s=pulse.since_last_sweep_s if pulse else None,
    )


def _work(office: Office) -> tuple[bool, int, int]:
    """Whether the database answers, how many files await judgement, how many chains gave up."""
    waiting = Arrival.office_id == office.id, Arrival.outcome.is_(None)
    try:
        office.ledger.check()
        with office.ledger.read() as session:
            unjudged = session.scalar(select(func.count()).select_from(Arrival).where(*waiting))
        return True, unjudged or 0, len(office.ledger.failed_work())
    except (LedgerError, SQLAlchemyError):
        return False, 0, 0
