"""Kills filings: ``kill_driver.py MODE SCENARIO ROOT KILLS``; run in a process of its own.

MODE ``lines`` kills the child before a given line of ``pipeline.archive`` (evenly spread over all
lines that a filing runs), ``swap`` before each line of the swap, ``moments`` after a random time.
SCENARIO ``first`` files a new bag, ``next`` a second generation, ``two-step`` the same where the
kernel cannot exchange folders.
Each kill leaves its folder ``ROOT/<n>`` as it is, for the test to judge; prints how many children
were killed rather than finished.
"""

import os
import random
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.archive import generation
from pipeline.archive.bag import write_bag

FIRST = {
    "dokumen/a.pdf": b"cetak",
    "asli/b.docx": b"isian",
    "metadata/berkas.json": b"{}",
    "BACA SAYA.pdf": b"indeks 1",
}
NEXT = FIRST | {"dokumen/ralat.pdf": b"ralat", "BACA SAYA.pdf": b"indeks 2"}
INFO = {"Source-Organization": "Dinas"}


SWAP = {"put_in_place", "_exchange", "_exchange_at_once", "discard"}


class LineCounter:
    """Counts traced lines, and kills this process before line ``last``."""

    def __init__(self, mode: str, last: int | None) -> None:
        self.mode, self.count, self.last = mode, 0, last

    def __call__(self, frame: FrameType, event: str, arg: Any) -> Any:
        if f"{os.sep}archive{os.sep}" not in frame.f_code.co_filename:
            return None
        if self.mode == "swap" and frame.f_code.co_name not in SWAP:
            return None
        if event == "line":
            self.count += 1
            if self.count == self.last:
                os.kill(os.getpid(), signal.SIGKILL)
        return self


def prepare(scenario: str, target: Path) -> None:
    if scenario == "two-step":
        generation._exchange_at_once = lambda one, other: False
    if scenario != "first":
        write_bag(target, FIRST, INFO)


def run(scenario: str, target: Path) -> None:
    write_bag(target, FIRST if scenario == "first" else NEXT, INFO)


def traced(mode: str, scenario: str, target: Path, last: int | None) -> int:
    counter = LineCounter(mode, last)
    sys.settrace(counter)
    try:
        run(scenario, target)
    finally:
        sys.settrace(None)
    return counter.count


def killed_at_line(mode: str, scenario: str, target: Path, line: int) -> bool:
    child = os.fork()
    if child == 0:
        traced(mode, scenario, target, line)
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def killed_after(scenario: str, target: Path, seconds: float) -> bool:
    child = os.fork()
    if child == 0:
        run(scenario, target)
        os._exit(0)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def main(mode: str, scenario: str, root: Path, kills: int) -> int:
    rehearsal = root / "rehearsal" / "0001 Data"
    prepare(scenario, rehearsal)
    started = time.perf_counter()
    lines = traced(mode, scenario, rehearsal, None)
    seconds = time.perf_counter() - started
    chance = random.Random(scenario)
    killed = 0
    for n in range(kills):
        target = root / str(n) / "0001 Data"
        prepare(scenario, target)
        if mode == "moments":
            killed += killed_after(scenario, target, chance.uniform(0, seconds))
        else:
            line = 1 + n * (lines - 1) // (kills - 1)
            killed += killed_at_line(mode, scenario, target, line)
    return killed


if __name__ == "__main__":
    sys.stdout.write(str(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]))))
