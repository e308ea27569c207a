"""Whether there is room to take what people send; said when that changes, not at every look."""

import structlog

from pipeline.office import Office
from pipeline.service.work import take_up_failed
from pipeline.tasks.room import NEEDED_TO_TAKE, short_of_room

log = structlog.get_logger()


class Room:
    """The room on the disks of one office, as it was found last."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._short: set[str] = set()

    def is_enough(self) -> bool:
        """Whether new files may be taken.

        A disk that fills up is logged; when there is room again, work that gave up is begun anew.
        """
        before, short = self._short, set(short_of_room(self._office))
        if short - before:
            least = self._office.settings.watch.least_free_mb
            taken = "nothing is taken" if short & NEEDED_TO_TAKE else "nothing can be filed"
            log.error(
                f"a disk is almost full or read-only: {taken}", places=sorted(short), least_mb=least
            )
        if before - short:
            log.info("a disk has room again", places=sorted(before - short))
            take_up_failed(self._office)
        self._short = short
        return not short & NEEDED_TO_TAKE
