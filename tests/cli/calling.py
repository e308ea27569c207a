"""The command line called inside the test's own process: what it says, and its exit code."""

import contextlib
import io
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import structlog

from pipeline.cli import app


@dataclass(frozen=True)
class Said:
    """What a command printed and how it ended."""

    code: int
    stdout: str
    stderr: str


def call(*arguments: str, office: Path | None = None, pin: str | None = None) -> Said:
    """``kinerja …``, for an office, the PIN through a pipe."""
    given = [*arguments, *(("--office", str(office)) if office else ())]
    out, err = io.StringIO(), io.StringIO()
    with (
        _pin(pin) as pin_arguments,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            code = app.run([*given, *pin_arguments])
        finally:
            structlog.reset_defaults()  # its logger would hold on to our standard error
    return Said(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def _pin(pin: str | None) -> Iterator[list[str]]:
    if pin is None:
        yield []
        return
    reading, writing = os.pipe()
    os.write(writing, pin.encode())
    os.close(writing)
    pipe = os.fstat(reading).st_ino
    try:
        yield ["--pin-fd", str(reading)]
    finally:
        with contextlib.suppress(
            OSError
        ):  # who read the PIN closed it: the number may be another's
            if os.fstat(reading).st_ino == pipe:
                os.close(reading)
