"""Watches an inbox: events are hints that wake the sweep, a rescan is the truth."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import structlog
from watchdog.events import (
    DirCreatedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers.inotify import InotifyObserver

from pipeline.intake.pulse import Pulse

HINTS: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
WAITING_S = 0.5
AGAIN_S = 30.0
"""How long events are done without before they are tried again where they cannot be had."""
log = structlog.get_logger()


class Watcher:
    """Calls ``sweep`` at every hint and at least every ``rescan_s`` seconds, until stopped.

    ``sweep`` returns how much is still waiting; while something is, it is called twice a second.
    Where events cannot be had (too few inotify watches, the inbox not there) it goes on without.
    """

    def __init__(
        self, inbox: Path, sweep: Callable[[], int], *, rescan_s: float, pulse: Pulse | None = None
    ) -> None:
        self.pulse = pulse or Pulse()
        self._inbox = inbox
        self._sweep = sweep
        self._rescan_s = rescan_s
        self._hint = threading.Event()
        self._stopping = threading.Event()
        self._events = _Events(inbox, self._hint, self.pulse)
        self._failure = ""

    def run(self) -> None:
        """Watch until `stop`; a sweep that fails is logged and tried again."""
        try:
            while not self._stopping.is_set():
                self._events.keep_up()
                waiting = self._sweep_once()
                self._hint.wait(WAITING_S if waiting else self._rescan_s)
                self._hint.clear()
        finally:
            self._events.end()

    def wake(self) -> None:
        """Sweep now."""
        self._hint.set()

    def stop(self) -> None:
        """Let `run` return."""
        self._stopping.set()
        self._hint.set()

    @property
    def is_stopping(self) -> bool:
        """Whether `stop` was called: a long sweep should end."""
        return self._stopping.is_set()

    def _sweep_once(self) -> int:
        self.pulse.begin()
        try:
            waiting = self._sweep()
        except Exception as failed:
            self.pulse.end(1, failed=True)
            if repr(failed) != self._failure:  # tried twice a second: once in the log is enough
                self._failure = repr(failed)
                log.exception("the sweep failed and is tried again", inbox=str(self._inbox))
            return 1
        self.pulse.end(waiting)
        if self._failure:
            self._failure = ""
            log.info("the sweep works again", inbox=str(self._inbox))
        return waiting


class _Events:
    """What tells of changes below the inbox, started again whenever it has died."""

    def __init__(self, inbox: Path, hint: threading.Event, pulse: Pulse) -> None:
        self._inbox = inbox
        self._handler = _Hint(hint)
        self._pulse = pulse
        self._observer: InotifyObserver | None = None
        self._watched: tuple[int, int] | None = None
        self._tried: tuple[float, tuple[int, int] | None] | None = None

    def keep_up(self) -> None:
        """See to it that events come, if they can be had; a dead thread is replaced."""
        there = self._identity()
        if self._observer is not None:
            if _is_alive(self._observer) and there == self._watched:
                return
            if there == self._watched:
                self._pulse.restarts += 1
                log.warning("the watcher died and is started again", inbox=str(self._inbox))
            self.end()
        elif self._tried and there == self._tried[1] and time.monotonic() < self._tried[0]:
            return
        self._begin(there)

    def end(self) -> None:
        """Let all threads go."""
        if self._observer is not None:
            _end(self._observer)
        self._observer = None
        self._pulse.by_events = False

    def _begin(self, there: tuple[int, int] | None) -> None:
        first = self._tried is None or self._tried[1] != there
        self._tried = time.monotonic() + AGAIN_S, there
        if there is None:
            return
        try:
            observer = InotifyObserver(generate_full_events=True)
        except OSError as refused:
            self._do_without(refused, first)
            return
        try:
            observer.schedule(self._handler, str(self._inbox), recursive=True, event_filter=HINTS)
            observer.start()
        except OSError as refused:
            _end(observer)
            self._do_without(refused, first)
            return
        self._observer, self._watched = observer, there
        self._tried = None
        self._pulse.by_events = True

    def _do_without(self, refused: OSError, first: bool) -> None:
        if first:
            log.warning(
                "no events: the folders are only read every few seconds",
                inbox=str(self._inbox),
                why=refused.strerror,
                mend="raise fs.inotify.max_user_watches and max_user_instances (sysctl)",
            )

    def _identity(self) -> tuple[int, int] | None:
        """Which folder lies there now: another one after its disk was mounted anew."""
        try:
            info = self._inbox.stat()
        except OSError:
            return None
        return info.st_dev, info.st_ino


def _is_alive(observer: InotifyObserver) -> bool:
    """Whether every thread that an event passes through is alive: reader, emitter, dispatcher."""
    threads = [observer, observer._inotify_fd, *observer.emitters]
    return len(observer.emitters) > 0 and all(thread.is_alive() for thread in threads)


def _end(observer: InotifyObserver) -> None:
    observer.stop()
    if observer.ident is not None:
        observer.join()


class _Hint(FileSystemEventHandler):
    def __init__(self, hint: threading.Event) -> None:
        self._hint = hint

    def on_any_event(self, event: FileSystemEvent) -> None:
        away = isinstance(event, FileMovedEvent | DirMovedEvent) and not event.dest_path
        if not away:  # what left the inbox, mostly by our own hand
            self._hint.set()
