"""Renews an office's filed print-outs and kills itself: ``renew_kill_driver.py ROOT FUNCTION``.

The process dies by SIGKILL at the first call of FUNCTION, wherever in the program that is. What it
leaves in the office at ROOT is for the test to judge.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.office import Office
from pipeline.tasks.renew.renew import all_due, renew_all
from tests.tasks.renewing import at_work


class Killer:
    """Kills this process when a certain function of the program is called."""

    def __init__(self, office: Office, function: str) -> None:
        self.office, self.function = office, function

    def __call__(self, frame: FrameType, event: str, arg: Any) -> None:
        code = frame.f_code
        if code.co_name == self.function and f"{os.sep}pipeline{os.sep}" in code.co_filename:
            if "converter" in self.office.__dict__:  # its LibreOffice would outlive us
                self.office.converter.close()
            os.kill(os.getpid(), signal.SIGKILL)


def main(root: Path, function: str) -> None:
    with at_work(root) as office:
        due = all_due(office)
        sys.settrace(Killer(office, function))
        renew_all(office, due)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
