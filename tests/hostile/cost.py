"""What work costs: processor time of all processes, and how much memory each of them came to."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

LOOK_S = 0.1
_TICKS = os.sysconf("SC_CLK_TCK")
_KB = 1024


@dataclass
class Cost:
    """Processor seconds, and the most megabytes of memory that a process gained."""

    cpu_s: float = 0.0
    megabytes: float = 0.0
    _before: dict[int, int] = field(default_factory=dict)


@contextmanager
def measured() -> Iterator[Cost]:
    """Watch this process and its descendants while something is done."""
    cost, ended, root = Cost(), threading.Event(), os.getpid()
    Path("/proc/self/clear_refs").write_text("5")  # the highest mark of our memory starts anew
    for pid in family(root):
        cost._before[pid] = _memory(pid, "VmRSS")
    spent: dict[int, float] = {}

    def look() -> None:
        for pid in family(root):
            mark = "VmHWM" if pid == root else "VmRSS"
            gained = _memory(pid, mark) - cost._before.get(pid, 0)
            cost.megabytes = max(cost.megabytes, gained / _KB)
            if pid != root:
                spent[pid] = max(spent.get(pid, 0.0), _cpu_s(pid))

    def watch() -> None:
        while not ended.wait(LOOK_S):
            look()

    look()
    first, own = dict(spent), os.times()
    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield cost
    finally:
        ended.set()
        thread.join()
        look()
        now = os.times()
        ours = now.user + now.system - own.user - own.system
        cost.cpu_s = ours + sum(s - first.get(pid, 0.0) for pid, s in spent.items())


def family(root: int) -> list[int]:
    """A process and its descendants, as far as they are there."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and (status := _status(int(entry.name))):
            children.setdefault(int(status[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def _status(pid: int) -> list[str]:
    """The fields of ``/proc/<pid>/stat`` after the name: state, parent and so on (proc(5))."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:  # it has ended
        return []


def _memory(pid: int, mark: str) -> int:
    """Kilobytes, by the mark in ``/proc/<pid>/status``; 0 of a process that has ended."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{mark}:")), 0)


def _cpu_s(pid: int) -> float:
    fields = _status(pid)
    return (int(fields[11]) + int(fields[12])) / _TICKS if fields else 0.0
