"""Who kills: the service, a worker, PostgreSQL; and who freezes."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from tests.journeys.office import Service
from tests.ledger.postgres import Cluster

WHILE_STARTING = (0.05, 1.5)
AT_WORK = (0.0, 6.0)
"""Seconds to the kill: from the start, or from the moment when it said that it runs."""
OFTEN_WHILE_STARTING = 0.4
START_S = 3.0
"""How long a start takes on a machine that has nothing else to do, at most."""
LONG_S, EVERY = 40.0, 15
"""So long it may work, every so many-th time: to file a dossier of 600 files takes its time."""


@dataclass
class Tally:
    """What was done to whom, and how often; and how slow the machine is at it."""

    done: Counter[str] = field(default_factory=Counter)
    slowness: float = 4.0  # until it is measured
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, what: str) -> None:
        """One more."""
        with self.lock:
            self.done[what] += 1


Pause = Callable[[threading.Event], bool]
"""Waits for the moment to strike; whether the torture has ended instead."""


class Killer:
    """A hand that strikes at random, in a thread of its own."""

    def __init__(self, strike: Callable[[], None], pause: Pause, name: str) -> None:
        self._strike = strike
        self._pause = pause
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._go, name=name)
        self.failed: BaseException | None = None

    def __enter__(self) -> "Killer":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()
        if self.failed is not None:
            raise AssertionError("a killer failed") from self.failed

    def _go(self) -> None:
        try:
            while not self._pause(self._ending):
                self._strike()
        except BaseException as error:  # told where the thread is joined
            self.failed = error


def killing(service: Service, tally: Tally, what: str) -> Callable[[], None]:
    """``kill -9`` of a program with all its processes; it is started again."""

    def strike() -> None:
        with service.lock:
            if service.runs:  # it may have ended by itself: the database was away at its start
                tally.count(what)
            service.kill()
            service.start()

    return strike


def freezing(service: Service, tally: Tally, how_long: Callable[[], float]) -> Callable[[], None]:
    """SIGSTOP for longer than others wait, then SIGCONT."""
    asleep = threading.Event()

    def strike() -> None:
        process = service.process
        if process is None or not service.ready:
            return
        os.kill(process.pid, signal.SIGSTOP)
        asleep.wait(how_long())
        os.kill(process.pid, signal.SIGCONT)
        tally.count("worker frozen")

    return strike


def killing_database(
    server: Cluster, programs: Sequence[Service], tally: Tally, how_long: Callable[[], float]
) -> Callable[[], None]:
    """``kill -9`` of PostgreSQL, which stays away for a while.

    Who could not start meanwhile is started again, as the system's own supervisor would.
    """
    away = threading.Event()

    def strike() -> None:
        server.kill()
        tally.count("database killed")
        away.wait(how_long())
        server.start()
        for program in programs:
            with program.lock:
                if not program.runs:
                    program.start()

    return strike


def at_any_moment(service: Service, chance: random.Random, tally: Tally) -> Pause:
    """While the program starts, or while it works; now and then it may work for longer.

    On a machine that is slow to start it, it gets more time in proportion.
    """
    turn = [0]

    def pause(ending: threading.Event) -> bool:
        turn[0] += 1
        if chance.random() < OFTEN_WHILE_STARTING:
            return ending.wait(chance.uniform(*WHILE_STARTING) * tally.slowness)
        start = time.monotonic()
        while service.runs and not service.ready:
            if ending.wait(0.02):
                return True
        tally.slowness = max(1.0, (time.monotonic() - start) / START_S)
        longer = turn[0] % EVERY == 0
        return ending.wait((LONG_S if longer else chance.uniform(*AT_WORK)) * tally.slowness)

    return pause


def between(low: float, high: float, chance: random.Random, tally: Tally) -> Pause:
    """Some seconds from now, more of them on a slow machine."""
    return lambda ending: ending.wait(chance.uniform(low, high) * tally.slowness)
