"""How long things have not changed, by a clock that does not jump."""

import time
from collections.abc import Callable, Container, Hashable


class Stillness:
    """Remembers when each thing was last seen to change.

    The wall clock is set by hand, by radio and by time servers, and the times of a file by whoever
    copies it: neither tells how long a file has been left alone. ``clock`` runs in seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[Hashable, tuple[object, float]] = {}

    def seconds(self, thing: Hashable, state: object) -> float:
        """For how long ``thing`` has been seen in ``state``; 0 where it is new or has changed."""
        now = self._clock()
        known = self._seen.get(thing)
        if known is None or known[0] != state:
            self._seen[thing] = state, now
            return 0.0
        return now - known[1]

    def forget(self, thing: Hashable) -> None:
        """It is gone."""
        self._seen.pop(thing, None)

    def keep_only(self, things: Container[Hashable]) -> None:
        """Everything else is gone."""
        for thing in [t for t in self._seen if t not in things]:
            del self._seen[thing]
