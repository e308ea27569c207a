"""A disk of its own for an office, that can be filled up and made read-only."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest


@dataclass(frozen=True)
class Disk:
    """A mounted tmpfs."""

    root: Path

    @property
    def free(self) -> int:
        """Free bytes."""
        disk = os.statvfs(self.root)
        return disk.f_bavail * disk.f_frsize

    def fill(self, leave: int = 0) -> None:
        """Take all room but ``leave`` bytes, and keep it."""
        block = 1 << 20
        with (self.root / "penuh").open("ab", buffering=0) as ballast:
            while self.free > leave and block:
                size = min(block, self.free - leave)
                try:
                    os.posix_fallocate(ballast.fileno(), ballast.seek(0, os.SEEK_END), size)
                except OSError:  # somebody took the last of it
                    block //= 2

    def make_room(self) -> None:
        """Give the room back."""
        (self.root / "penuh").unlink()

    def mode(self, how: str) -> None:
        """``ro`` or ``rw``."""
        subprocess.run(["mount", "-o", f"remount,{how}", str(self.root)], check=True)


@contextmanager
def mounted(root: Path, size_mb: int) -> Iterator[Disk]:
    """A disk at ``root``; skips the test where none may be mounted."""
    root.mkdir(exist_ok=True)
    how = ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", str(root)]
    done = subprocess.run(how, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"no disk may be mounted here: {done.stderr.strip()}")
    try:
        yield Disk(root)
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)
