"""Times what a process of ours spends in fsync and in SQLite, for `tests.bench.bench_durability`.

Python runs this at its start where the folder lies on its path. At the end of the process a line of
JSON is left in the folder named by ``KINERJA_TIMED``.
"""

import atexit
import json
import os
import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

OUT = os.environ.get("KINERJA_TIMED", "")
T = TypeVar("T")
totals = {"fsync_s": 0.0, "fsyncs": 0, "sql_s": 0.0, "commits": 0}
lock = threading.Lock()


def timed(kind: str, call: Callable[..., T], *arguments: Any, **options: Any) -> T:
    """Make a call and add its time."""
    start = time.perf_counter()
    try:
        return call(*arguments, **options)
    finally:
        seconds = time.perf_counter() - start
        with lock:
            totals[kind] += seconds


def count(what: str) -> None:
    """One more of something."""
    with lock:
        totals[what] += 1


class TimedCursor(sqlite3.Cursor):
    """A cursor whose statements are timed."""

    def execute(self, *arguments: Any) -> "TimedCursor":
        timed("sql_s", super().execute, *arguments)
        return self

    def executemany(self, *arguments: Any) -> "TimedCursor":
        timed("sql_s", super().executemany, *arguments)
        return self


class TimedConnection(sqlite3.Connection):
    """A connection whose statements and commits are timed; a commit that wrote is counted."""

    written = 0

    def cursor(self, factory: Any = TimedCursor) -> Any:
        return super().cursor(factory)

    def execute(self, *arguments: Any) -> Any:
        return timed("sql_s", super().execute, *arguments)

    def commit(self) -> None:
        timed("sql_s", super().commit)
        if self.total_changes != self.written:
            self.written = self.total_changes
            count("commits")


def install() -> None:
    """From now on everything is timed."""
    sync, connect = os.fsync, sqlite3.dbapi2.connect

    def timed_sync(handle: Any) -> None:
        count("fsyncs")
        timed("fsync_s", sync, handle)

    def timed_connect(*arguments: Any, **options: Any) -> Any:
        return connect(*arguments, **{"factory": TimedConnection, **options})

    os.fsync = timed_sync
    sqlite3.dbapi2.connect = sqlite3.connect = timed_connect  # type: ignore[assignment]
    atexit.register(lambda: (Path(OUT) / f"{os.getpid()}.json").write_text(json.dumps(totals)))


if OUT:
    install()
