"""Room on the disks of an office: where it runs short, nothing new is taken.

What was taken already still needs room for its slips and for the ledger. So the service leaves
people's files where they lie while state or inbox have less than ``[watch] least_free_mb`` free, or
are read-only. It takes them by itself when that is over. An archive short of room is told as well,
but keeps nobody from sending: what is to be filed waits.
"""

import os
from pathlib import Path

from pipeline.office import Office

MB = 1_000_000
NEEDED_TO_TAKE = frozenset({"state", "inbox"})


def free_room(office: Office) -> dict[str, int]:
    """Free bytes wherever the office writes, by what lies there.

    None on a disk that is read-only or does not answer; what is not made yet is where it will be.
    """
    folders = {"state": office.state, "inbox": office.inbox, "archive": office.archive}
    return {label: _free(path) for label, path in folders.items()}


def short_of_room(office: Office) -> list[str]:
    """Which of state, inbox and archive have less free than ``least_free_mb``, or nothing."""
    least = max(office.settings.watch.least_free_mb * MB, 1)
    return [label for label, free in free_room(office).items() if free < least]


def _free(folder: Path) -> int:
    try:
        disk = os.statvfs(folder)
    except FileNotFoundError:
        return _free(folder.parent)
    except OSError:
        return 0
    return 0 if disk.f_flag & os.ST_RDONLY else disk.f_bavail * disk.f_frsize
