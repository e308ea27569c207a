"""Backs up or restores, and kills itself: ``backup_kill_driver.py WHAT FROM TO FUNCTION NTH``.

WHAT is ``backup`` (of the office FROM, into TO) or ``restore`` (out of FROM, into TO). The process
dies by SIGKILL at the NTH call of FUNCTION, wherever in the program that is; it prints how often
FUNCTION was called where that was less often.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.office import open_office
from pipeline.tasks.backup.backup import back_up
from pipeline.tasks.restore.restore import Wanted, restore


class Killer:
    """Kills this process when a function of the program is called for the n-th time."""

    def __init__(self, function: str, nth: int) -> None:
        self.function, self.nth, self.calls = function, nth, 0

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        code = frame.f_code
        if code.co_name == self.function and f"{os.sep}pipeline{os.sep}" in code.co_filename:
            self.calls += 1
            if self.calls == self.nth:
                os.kill(os.getpid(), signal.SIGKILL)


def main(what: str, source: Path, target: Path, killer: Killer) -> None:
    if what == "backup":
        with open_office(source) as office:
            sys.settrace(killer)
            back_up(office, target, keep=2)
    else:
        sys.settrace(killer)
        restore(source, target, Wanted())
    sys.settrace(None)
    print(killer.calls)  # noqa: T201 - read by the test


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), Killer(sys.argv[4], int(sys.argv[5])))
