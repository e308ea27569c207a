"""``kinerja doctor``: is this office, on this machine, able to work?"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.errors import ExitCode
from pipeline.tasks.doctor.examine import examine
from pipeline.tasks.doctor.report import Check
from pipeline.tasks.examples import write_examples

STYLES = {"ok": "green", "warning": "yellow", "fault": "bold red"}
WORDS = {"ok": "baik", "warning": "perhatian", "fault": "SALAH"}
Write = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR",
        help="Write examples into DIR: smb.conf, the script of its rights, systemd units.",
    ),
]


def doctor(office: OfficeDir = HERE, write: Write = None, as_json: AsJson = False) -> int:
    """Check machine and office, in Indonesian; exit code 1 where something must be mended."""
    checks = examine(office)
    ok = all(check.ok for check in checks)
    written = write_examples(office, write) if write is not None else []
    if as_json:
        files = {"written": [str(path) for path in written]} if write is not None else {}
        print_json({"ok": ok, "checks": [check.to_dict() for check in checks], **files})
    else:
        show(checks, written)
    return int(ExitCode.OK if ok else ExitCode.AT_FAULT)


def show(
    checks: Sequence[Check], written: Sequence[Path] = (), *, console: Console | None = None
) -> None:
    """The answers for a terminal, each with what to do."""
    console = console or Console(highlight=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    for check in checks:
        words = Text(check.message)
        if check.mend:
            words.append(f"\n→ {check.mend}", style="bold")
        status = Text(WORDS[check.status], style=STYLES[check.status])
        table.add_row(status, Text(check.title, no_wrap=True), words)
    console.print(table)
    for path in written:
        console.print(f"Ditulis: {path}", markup=False, soft_wrap=True)
    faults = sum(not check.ok for check in checks)
    console.print(
        f"[bold red]{faults} hal harus diperbaiki.[/]"
        if faults
        else "[green]Kantor siap bekerja.[/]"
    )
