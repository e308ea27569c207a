"""Offices for journeys, and the one demo run that all who look at a demo share.

`journey` is a fresh office; `tests.journeys.office.running` makes others.
"""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.office import Journey, running

DEMO_OFFICIALS = 3


@dataclass(frozen=True)
class DemoRun:
    """What ``kinerja demo --json`` did and said."""

    root: Path
    returncode: int
    stdout: str
    stderr: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON on standard output."""
        report: dict[str, Any] = json.loads(self.stdout)
        return report


@pytest.fixture
def journey(tmp_path: Path) -> Iterator[Journey]:
    """A fresh office with two officials (the Kasubag and the Sekretaris), its service running."""
    with running(tmp_path) as started:
        yield started


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoRun:
    """One run of the demo for three officials, shared by all workers of a parallel test run."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    root, kept = shared / "peragaan", shared / "peragaan.json"
    with (shared / "peragaan.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            kept.write_text(json.dumps(_run_demo(root)))
    return DemoRun(root, **json.loads(kept.read_text()))


def _run_demo(root: Path) -> dict[str, Any]:
    call = [sys.executable, "-m", "pipeline", "demo", "--dir", str(root)]
    call += ["--officials", str(DEMO_OFFICIALS), "--json"]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    return {"returncode": done.returncode, "stdout": done.stdout, "stderr": done.stderr}
