"""``kinerja doctor``: is this office, on this machine, able to work?"""

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.errors import ExitCode
from pipeline.tasks.doctor import examine
from pipeline.tasks.doctor_report import Check
from pipeline.tasks.running import is_running

STYLES = {"ok": "green", "warning": "yellow", "fault": "bold red"}


def doctor(office: OfficeDir = HERE, as_json: AsJson = False) -> int:
    """Check the machine and the office; exit code 1 where something must be mended."""
    checks = examine(office, is_running)
    ok = all(check.ok for check in checks)
    if as_json:
        print_json({"ok": ok, "checks": [check.to_dict() for check in checks]})
    else:
        show(checks)
    return int(ExitCode.OK if ok else ExitCode.AT_FAULT)


def show(checks: Sequence[Check], *, console: Console | None = None) -> None:
    """The answers for a terminal, each with what to do."""
    console = console or Console(highlight=False)
    table = Table(box=None, pad_edge=False, show_header=False)
    for check in checks:
        words = Text(check.message)
        if check.mend:
            words.append(f"\n→ {check.mend}", style="bold")
        status = Text(check.status, style=STYLES[check.status])
        table.add_row(status, Text(check.name, no_wrap=True), words)
    console.print(table)
    faults = sum(not check.ok for check in checks)
    console.print(f"[bold red]{faults} to mend.[/]" if faults else "[green]Able to work.[/]")
