"""The ledger is sealed beside the service's other work: disks and networks may let it wait."""

import threading
from collections.abc import Callable

import structlog

from pipeline.errors import ConflictError
from pipeline.office import Office
from pipeline.tasks.sealing.ledger import seal_at_end, seal_when_due

FAREWELL_S = 10.0
log = structlog.get_logger()


def seal_in_background(office: Office) -> None:
    """Seal if it is time; what is still under way from last time goes on, and is not doubled."""
    _start(office, seal_when_due)


def seal_and_end(office: Office) -> None:
    """Seal what is not sealed yet; a copy or a timestamp that hangs is left for the next start."""
    _start(office, seal_at_end).join(FAREWELL_S)


def _start(office: Office, do: Callable[[Office], None]) -> threading.Thread:
    def go() -> None:
        try:
            do(office)
        except ConflictError:
            log.info("the ledger is being sealed already")
        except Exception:
            log.exception("the ledger could not be sealed; tried again at its time")

    thread = threading.Thread(target=go, name="seals", daemon=True)
    thread.start()
    return thread
