"""``kinerja audit``: does the office still hold everything it promised?"""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.cli.progress import progress_bar
from pipeline.domain.plain_text import visible, visible_lines
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.accept_loss import accept_loss as accept
from pipeline.tasks.audit.audit import audit as audit_office
from pipeline.tasks.audit.report import AuditReport
from pipeline.tasks.sealing.ledger import seal_ledger, tend_seals

Seal = Annotated[bool, typer.Option("--seal", help="Seal the ledger before it is checked.")]
Loss = Annotated[
    str,
    typer.Option(
        metavar="REASON", help="Accept that what the seals held so far is lost, and seal the rest."
    ),
]


def audit(
    office: OfficeDir = HERE, as_json: AsJson = False, seal: Seal = False, accept_loss: Loss = ""
) -> int:
    """Check events, seals, archive, signatures, numbers, store; exit code 1 where one fails."""
    with open_office(office) as opened:
        if accept_loss:
            accept(opened, accept_loss)
        if seal:
            seal_ledger(opened)
        if seal or accept_loss:
            tend_seals(opened)
        with progress_bar("audit", shown=not as_json) as progress:
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
    for note in report.notes:
        console.print(Text(visible(note), style="yellow"))
    if report.ok:
        console.print("[green]Everything holds.[/]")
        return
    table = Table(box=None, pad_edge=False, header_style="bold cyan", padding=(0, 2, 1, 0))
    for heading in ("About", "Where", "What is wrong", "What to do"):
        table.add_column(heading, overflow="fold")
    for finding in report.findings:
        cells = (finding.kind.value, finding.place, finding.message, finding.mend)
        table.add_row(*(Text(visible_lines(cell)) for cell in cells))
    console.print(Text(f"{len(report.findings)} finding(s):", style="bold red"))
    console.print(table)
