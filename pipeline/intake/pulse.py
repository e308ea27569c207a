"""The pulse of a watcher: whether it still goes round, for whoever asks."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

STUCK_S = 120.0
"""After so long without a sign of life something holds the sweep up: a disk that hangs, mostly."""


@dataclass
class Pulse:
    """Written by the watcher's thread, read by any; times by a clock that does not jump.

    ``restarts`` counts how often the events' own threads died and were started again,
    ``by_events`` is whether events wake the sweep at present; else the folders are only read every
    few seconds. ``inbox_there`` is false while its disk is away. ``waiting`` is what the last
    sweep left to be looked at again.
    """

    clock: Callable[[], float] = time.monotonic
    sweeps: int = 0
    failures: int = 0
    restarts: int = 0
    waiting: int = 0
    by_events: bool = False
    inbox_there: bool = True
    last_sweep: float | None = None
    sweeping_since: float | None = None
    last_sign: float = field(default=0.0)

    def __post_init__(self) -> None:
        """Alive from the start."""
        self.last_sign = self.clock()

    def begin(self) -> None:
        """A sweep begins."""
        self.sweeping_since = self.last_sign = self.clock()

    def beat(self) -> None:
        """A sign of life from within a long sweep."""
        self.last_sign = self.clock()

    def end(self, waiting: int, *, failed: bool = False) -> None:
        """A sweep has ended."""
        self.sweeps += 1
        self.failures += failed
        self.waiting = waiting
        self.sweeping_since = None
        self.last_sweep = self.last_sign = self.clock()

    @property
    def since_last_sweep_s(self) -> float | None:
        """Seconds since a sweep has ended; ``None`` before the first."""
        return None if self.last_sweep is None else self.clock() - self.last_sweep

    @property
    def silent_s(self) -> float:
        """Seconds without a sign of life."""
        return self.clock() - self.last_sign

    @property
    def is_stuck(self) -> bool:
        """Whether a sweep hangs, or the watcher's thread has ended."""
        return self.silent_s > STUCK_S
