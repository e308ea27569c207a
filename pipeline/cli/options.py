"""Options that several commands share."""

import json
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.errors import KeyAccessError, UsageError

OfficeDir = Annotated[
    Path, typer.Option("--office", metavar="DIR", help="The office's folder.", envvar="KINERJA_DIR")
]
AsJson = Annotated[bool, typer.Option("--json", help="Report as JSON on standard output.")]
PinFd = Annotated[
    int | None,
    typer.Option("--pin-fd", metavar="N", help="Read the PIN from this open file descriptor."),
]
HERE = Path()
PIN_LIMIT = 1024


def print_json(value: Any) -> None:
    """``value`` as JSON on standard output, what would act on a terminal as an escape."""
    written = json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
    shown = (c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in written)
    sys.stdout.write("".join(shown))


def read_pin(pin_fd: int | None, whose: str) -> bytearray:
    """The PIN, from a file descriptor or asked for; never from an argument or the environment.

    Raises:
        UsageError: there is no terminal to ask at, or the descriptor is not open.
        KeyAccessError: the PIN is empty.
    """
    if pin_fd is not None:
        try:
            pin = bytearray(os.read(pin_fd, PIN_LIMIT)).split(b"\n")[0]
        except OSError as closed:
            raise UsageError(f"--pin-fd {pin_fd}: this descriptor is not open.") from closed
    elif sys.stdin.isatty():
        pin = bytearray(typer.prompt(f"PIN of {whose}", hide_input=True), "utf-8")
    else:
        raise UsageError("No terminal to ask for the PIN; give it with --pin-fd N.")
    if not pin:
        raise KeyAccessError("The PIN is empty. Nothing was signed.")
    return pin
