"""How often one client may ask: a token bucket each."""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

CLIENTS = 10_000
"""Buckets kept; beyond, the client that asked longest ago is forgotten."""


@dataclass(frozen=True)
class Bucket:
    """Tokens left at a moment, in the clock's seconds."""

    tokens: float
    at: float


class RateLimiter:
    """``capacity`` requests at once, and as many again spread over each ``period_s`` seconds."""

    def __init__(
        self,
        capacity: int = 30,
        period_s: float = 60,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._capacity = capacity
        self._per_s = capacity / period_s
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait_s(self, client: str) -> float:
        """Take a token: 0 where the client may go on, else the seconds until the next one."""
        with self._lock:
            now = self._clock()
            held = self._buckets.pop(client, Bucket(self._capacity, now))
            tokens = min(self._capacity, held.tokens + (now - held.at) * self._per_s)
            granted = tokens >= 1
            self._buckets[client] = Bucket(tokens - 1 if granted else tokens, now)
            if len(self._buckets) > CLIENTS:
                self._buckets.popitem(last=False)
        return 0.0 if granted else (1 - tokens) / self._per_s
