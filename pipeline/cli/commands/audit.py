"""``kinerja audit``: does the office still hold everything it promised?"""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.audit import audit as audit_office
from pipeline.tasks.audit_report import AuditReport, Progress


def audit(office: OfficeDir = HERE, as_json: AsJson = False) -> int:
    """Check events, archive, signatures, numbers and store; exit code 1 where one does not hold."""
    with open_office(office) as opened, _bar(shown=not as_json) as progress:
        report = audit_office(opened, progress)
    if as_json:
        print_json(report.to_dict())
    else:
        show(report)
    return int(ExitCode.OK if report.ok else ExitCode.AT_FAULT)


def show(report: AuditReport, *, console: Console | None = None) -> None:
    """The report for a terminal."""
    console = console or Console(highlight=False)
    counted = (f"{what} {count}" for what, count in report.counts.items())
    console.print(Text(f"Looked at: {', '.join(counted)}."))
    if report.ok:
        console.print("[green]Everything holds.[/]")
        return
    table = Table(box=None, pad_edge=False, header_style="bold cyan", padding=(0, 2, 1, 0))
    for heading in ("About", "Where", "What is wrong", "What to do"):
        table.add_column(heading, overflow="fold")
    for finding in report.findings:
        cells = (finding.kind.value, finding.place, finding.message, finding.mend)
        table.add_row(*map(Text, cells))
    console.print(Text(f"{len(report.findings)} finding(s):", style="bold red"))
    console.print(table)


@contextmanager
def _bar(*, shown: bool) -> Iterator[Progress]:
    """A progress bar on standard error, gone when all is done; it moves on a terminal only."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    visible = shown and console.is_terminal
    with Bar(
        *columns, TimeElapsedColumn(), console=console, transient=True, disable=not visible
    ) as bar:
        task = bar.add_task("audit", total=None)

        def progress(what: str, done: int, of: int) -> None:
            bar.update(task, description=what, completed=done, total=of or None)

        yield progress
