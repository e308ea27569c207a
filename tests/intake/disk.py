"""A disk that is mounted and unmounted: a tmpfs of the test's own, hung in by a bind mount."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass
class Disk:
    """``at`` is where it is mounted, ``own`` where it always is."""

    own: Path
    at: Path
    is_mounted: bool = False

    def mount(self) -> None:
        """Hang it in."""
        subprocess.run(["mount", "--bind", self.own, self.at], check=True)
        self.is_mounted = True

    def unmount(self) -> None:
        """Take it away; what it holds stays on it."""
        if self.is_mounted:
            subprocess.run(["umount", self.at], check=True)
            self.is_mounted = False


@contextmanager
def disk(folder: Path, name: str = "disk", at: Path | None = None) -> Iterator[Disk]:
    """A disk, not mounted yet; skips where this account may mount nothing."""
    own, place = folder / f"{name}-sendiri", at or folder / name
    own.mkdir()
    place.mkdir(exist_ok=True)
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    tried = subprocess.run(
        ["mount", "-t", "tmpfs", "tmpfs", own], check=False, capture_output=True, text=True
    )
    if tried.returncode:
        pytest.skip(f"no disk can be mounted here: {tried.stderr.strip()}")
    made = Disk(own, place)
    try:
        yield made
    finally:
        made.unmount()
        subprocess.run(["umount", own], check=True)
