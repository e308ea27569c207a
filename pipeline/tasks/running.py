"""One service for an office: whoever holds the lock in its state folder."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from pipeline.errors import ConflictError
from pipeline.files import make_folder
from pipeline.office import Office

LOCK = "layanan.lock"


@contextmanager
def only_one(office: Office) -> Iterator[None]:
    """Hold the office's lock; the kernel lets it go when the process ends, however it ends.

    Raises:
        ConflictError: another service runs for this office.
    """
    make_folder(office.state)
    with (office.state / LOCK).open("a") as file:
        if not _locked(file, fcntl.LOCK_EX, patience_s=1.0):  # somebody may only be looking
            raise ConflictError(
                f"A service already runs for {office.root}. Stop it first, or use that one."
            )
        yield


def is_running(office: Office) -> bool:
    """Whether a service runs for this office."""
    make_folder(office.state)
    with (office.state / LOCK).open("a") as file:
        return not _locked(file, fcntl.LOCK_SH, patience_s=0)


def _locked(file: IO[str], kind: int, *, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while True:
        try:
            fcntl.flock(file, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(0.05)
        else:
            return True
