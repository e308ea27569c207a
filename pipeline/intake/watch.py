"""Watches an inbox: events are hints that wake the sweep, a rescan is the truth."""

import threading
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
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

HINTS: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirMovedEvent,
]
WAITING_S = 0.5
log = structlog.get_logger()


class Watcher:
    """Calls ``sweep`` at every hint and at least every ``rescan_s`` seconds, until stopped.

    ``sweep`` returns how much is still waiting; while something is, it is called twice a second.
    """

    def __init__(self, inbox: Path, sweep: Callable[[], int], *, rescan_s: float) -> None:
        self._inbox = inbox
        self._sweep = sweep
        self._rescan_s = rescan_s
        self._hint = threading.Event()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Watch until `stop`; a sweep that fails is logged and tried again."""
        observer = self._observe()
        try:
            while not self._stopping.is_set():
                waiting = self._sweep_once()
                self._hint.wait(WAITING_S if waiting else self._rescan_s)
                self._hint.clear()
                if not observer.is_alive():
                    log.warning("the watcher died and is started again", inbox=str(self._inbox))
                    observer = self._observe()
        finally:
            observer.stop()
            observer.join()

    def wake(self) -> None:
        """Sweep now."""
        self._hint.set()

    def stop(self) -> None:
        """Let `run` return."""
        self._stopping.set()
        self._hint.set()

    def _observe(self) -> BaseObserver:
        observer = Observer()
        observer.schedule(_Hint(self._hint), str(self._inbox), recursive=True, event_filter=HINTS)
        observer.start()
        return observer

    def _sweep_once(self) -> int:
        try:
            return self._sweep()
        except Exception:
            log.exception("the sweep failed and is tried again", inbox=str(self._inbox))
            return 1


class _Hint(FileSystemEventHandler):
    def __init__(self, hint: threading.Event) -> None:
        self._hint = hint

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._hint.set()
