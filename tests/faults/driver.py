"""Works in a child of its own, with `strace` beside it: ``python -m tests.faults.driver STAGES``.

Reads a line of JSON an order: ``{"do": "work"|"look", "work": …, "root": …, "strace": […]}``. A
``work`` without ``strace`` is the one after the fault has gone. Answers with a line each. All that
can be imported has been when the first order is read, so that a child needs but a moment.
"""

import ctypes
import io
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from structlog.testing import capture_logs

from pipeline.archive.bag import sweep
from pipeline.files import drop_halves, make_folder
from pipeline.office import reader_of
from tests.faults.looking import look, note_sent
from tests.faults.stages import Stages, opened
from tests.faults.works import WORKS

PR_SET_PTRACER, ANYBODY = 0x59616D61, ctypes.c_ulong(-1)
Answer = dict[str, Any]


def in_child(task: Callable[[], Answer], strace: list[str]) -> Answer:
    """Run ``task`` in a child, with ``strace`` attached from its first system call on."""
    ours, its = socket.socketpair()
    child = os.fork()
    if child == 0:
        ours.close()
        _be_child(task, its)
    its.close()
    tracer = _attached(child, strace) if strace else None
    ours.sendall(b"!")
    said = io.BytesIO()
    while part := ours.recv(1 << 16):
        said.write(part)
    ours.close()
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if tracer is not None:
        tracer.wait(timeout=60)
    if status < 0:
        return {"ended": "killed"}
    return json.loads(said.getvalue())  # type: ignore[no-any-return]


def _be_child(task: Callable[[], Answer], its: socket.socket) -> None:
    """Say by a socket what came of it: files and pipes may be the ones that fail."""
    try:
        _share_readers()
        ctypes.CDLL(None).prctl(PR_SET_PTRACER, ANYBODY, 0, 0, 0)
        its.recv(1)
        its.sendall(json.dumps(_outcome(task)).encode())
    finally:
        os._exit(0)


def _share_readers() -> None:
    """What reads people's files here is the driver's, and serves its children as well."""
    process = reader_of()._workshop._process
    if process is not None:
        process.poll = lambda: None  # type: ignore[method-assign]


def _outcome(task: Callable[[], Answer]) -> Answer:
    with capture_logs() as logs:
        try:
            answer = task()
        except Exception as error:
            families = [kind.__name__ for kind in type(error).__mro__]
            answer = {"ended": "error", "families": families, "message": str(error)}
    told = [entry for entry in logs if entry["log_level"] in {"error", "warning"}]
    return {**answer, "logs": [str(entry["event"]) for entry in told]}


def _attached(child: int, strace: list[str]) -> subprocess.Popen[bytes]:
    tracer = subprocess.Popen(["strace", "-p", str(child), *strace], stderr=subprocess.PIPE)
    status = Path(f"/proc/{child}/status")
    while f"TracerPid:\t{tracer.pid}" not in status.read_text():
        if tracer.poll() is not None:
            os.kill(child, 9)
            raise RuntimeError((tracer.stderr or io.BytesIO()).read().decode())
        time.sleep(0.001)
    return tracer


class Driver:
    """Does what is ordered, on offices that rest at the stages kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self._stages = Stages(folder)

    def work(self, name: str, root: Path) -> Answer:
        """Do a piece of work."""
        with self._office(name, root) as at:
            WORKS[name].go(at)
        return {"ended": "done"}

    def again(self, name: str, root: Path) -> Answer:
        """Look, do it once more as a service that has just been started, and look again."""
        with self._office(name, root) as at:
            between = look(at, settled=False)
            drop_halves(at.office.inbox)
            sweep(at.office.archive)
            WORKS[name].go(at)
            return {"ended": "done", "between": between, "found": look(at)}

    def prepare(self, name: str, root: Path) -> Answer:
        """A copy of the office in which the work is still to be done."""
        kept = self._stages.at(WORKS[name].stage)
        shutil.copytree(kept.root, root)
        with self._office(name, root) as at:
            WORKS[name].prepare(at)
            note_sent(at)
            for number in range(256):  # or it is chance whether a digest needs a new folder
                make_folder(at.office.store.folder / f"{number:02x}")
        return {"ended": "done"}

    def warm_up(self, name: str) -> None:
        """Import all that the work needs."""
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "kantor"
            self.prepare(name, root)
            with capture_logs():
                self.again(name, root)

    def _office(self, name: str, root: Path) -> Any:
        return opened(self._stages.at(WORKS[name].stage), root)


def main(folder: Path) -> None:
    """Follow orders until there are no more."""
    driver, warm = Driver(folder), set[str]()
    answers, sys.stdout = sys.stdout, sys.stderr  # what is logged is no answer
    for line in sys.stdin:
        order = json.loads(line)
        name, root = order["work"], Path(order["root"])
        if name not in warm:
            driver.warm_up(name)
            warm.add(name)
        task = getattr(driver, order["do"])
        answer = in_child(lambda task=task, name=name, root=root: task(name, root), order["strace"])
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
