"""What it costs that nothing is lost: ledger, DBOS and fsync, per form, beside the bare fsyncs.

The whole demo is played; in every process of ours the time inside `os.fsync` and inside SQLite
(statements, commits and the wait for its lock; DBOS works in the same database) is added up. The
floor writes 4 KiB and syncs it, as often, on the same disk, half before and half after the demo.
"""

import json
import os
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from pipeline.tasks.demo.play import play

OFFICIALS = 12
PROBES = 200
BLOCK = b"k" * 4096
TIMED = Path(__file__).with_name("timed")


def run() -> dict[str, dict[str, Any]]:
    """Milliseconds a form; ``share_of_demo`` is their part of the demo's wall time."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = _one_sync(folder)
        totals, wall = _played(folder)
        floor_s = (before + _one_sync(folder)) / 2
    syncs = totals["fsyncs"] + totals["commits"]
    spent = totals["fsync_s"] + totals["sql_s"]
    ours, floor = (1000 * seconds / OFFICIALS for seconds in (spent, syncs * floor_s))
    return {
        "durability/overhead": {
            "ratio": round(ours / floor, 2),
            "ours": round(ours, 1),
            "peer": round(floor, 1),
            "unit": "ms a form, peer = bare fsync",
            "fsyncs_per_form": round(totals["fsyncs"] / OFFICIALS, 1),
            "commits_per_form": round(totals["commits"] / OFFICIALS, 1),
            "fsync_ms": round(1000 * totals["fsync_s"] / OFFICIALS, 1),
            "ledger_and_dbos_ms": round(1000 * totals["sql_s"] / OFFICIALS, 1),
            "share_of_demo": round(spent / wall, 3),
        }
    }


def _played(folder: Path) -> tuple[Counter[str], float]:
    """The sums of all processes of a demo, and its wall time in seconds."""
    told = folder / "waktu"
    told.mkdir()
    earlier = dict(os.environ)
    path = os.pathsep.join(filter(None, (str(TIMED), earlier.get("PYTHONPATH"))))
    os.environ.update(KINERJA_TIMED=str(told), PYTHONPATH=path)
    try:
        start = time.perf_counter()
        play(folder / "kantor", OFFICIALS, lambda _key, _what: None)
        wall = time.perf_counter() - start
    finally:
        os.environ.clear()
        os.environ.update(earlier)
    totals: Counter[str] = Counter()
    for file in told.glob("*.json"):
        totals.update(json.loads(file.read_text()))
    return totals, wall


def _one_sync(folder: Path) -> float:
    """Seconds for a bare write of a block with its fsync."""
    with (folder / "lantai").open("wb", buffering=0) as file:
        start = time.perf_counter()
        for _ in range(PROBES):
            file.write(BLOCK)
            os.fsync(file.fileno())
        return (time.perf_counter() - start) / PROBES


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))  # noqa: T201
