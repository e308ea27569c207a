"""Options that several commands share."""

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

OfficeDir = Annotated[
    Path, typer.Option("--office", metavar="DIR", help="The office's folder.", envvar="KINERJA_DIR")
]
AsJson = Annotated[bool, typer.Option("--json", help="Report as JSON on standard output.")]
PinFd = Annotated[
    int | None,
    typer.Option(
        "--pin-fd", metavar="N", help="Read the PIN from this open file descriptor, to its end."
    ),
]
HERE = Path()


def print_json(value: Any) -> None:
    """``value`` as JSON on standard output, what would act on a terminal as an escape."""
    written = json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"
    shown = (c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in written)
    sys.stdout.write("".join(shown))
