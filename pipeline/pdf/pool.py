"""The offices of one converter, handed out one thread at a time."""

import contextlib
import threading
from collections.abc import Iterator

from pipeline.errors import ConversionError, Interrupted
from pipeline.pdf.office import Office
from pipeline.pdf.program import find_office


class OfficePool:
    """At most `size` offices, each started at its first use and replaced after `recycle_after`."""

    def __init__(self, size: int, recycle_after: int) -> None:
        self._size = size
        self._recycle_after = recycle_after
        self._changed = threading.Condition()
        self._idle: list[Office] = []
        self._busy = 0
        self._closed = False

    @contextlib.contextmanager
    def office(self) -> Iterator[Office]:
        """A started office for one job; waits for one while all are at work.

        Raises:
            ConversionError: LibreOffice is missing or does not start.
            Interrupted: The pool is closed.
        """
        office = self._take(warm_only=False)
        try:
            office.start()
            yield office
        finally:
            self._give_back(office)

    def warm(self) -> None:
        """Start all offices in the background; what goes wrong is reported by the first use."""
        for _ in range(self._size):
            threading.Thread(target=self._warm_one, name="kinerja-office").start()

    def _warm_one(self) -> None:
        with contextlib.suppress(ConversionError, Interrupted):
            office = self._take(warm_only=True)
            try:
                office.start()
            finally:
                self._give_back(office)

    def close(self) -> None:
        """Hand out nothing more, wait for running jobs, stop every office."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._busy == 0)
            offices, self._idle = self._idle, []
        for office in offices:
            office.stop()

    def _take(self, *, warm_only: bool) -> Office:
        """For a job a started office comes first; for warming up, one that is not started."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._idle or self._busy < self._size)
            if self._closed:
                raise Interrupted("Pengubah PDF sudah ditutup. Jalankan lagi layanannya.")
            self._idle.sort(key=lambda office: office.started is not warm_only)
            wanted = bool(self._idle) and self._idle[-1].started is not warm_only
            room = len(self._idle) + self._busy < self._size
            office = self._idle.pop() if wanted or not room else Office(find_office())
            self._busy += 1
            return office

    def _give_back(self, office: Office) -> None:
        if office.served >= self._recycle_after:
            office.stop()
        with self._changed:
            self._idle.append(office)
            self._busy -= 1
            self._changed.notify_all()
