"""``kinerja master``: the master data as a workbook, as a proposal, and at a glance."""

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.domain.finding import errors
from pipeline.errors import ExitCode, UsageError
from pipeline.files import write_whole
from pipeline.office import open_office
from pipeline.tasks.master import (
    MasterView,
    as_json,
    export_master,
    import_master,
    view_master,
)

READY = Path("Data Induk.xlsx")
Day = Annotated[
    datetime | None,
    typer.Option("--on", metavar="DATE", formats=["%Y-%m-%d"], help="The day; default today."),
]


def export(
    file: Annotated[Path, typer.Argument(help="Where to put the workbook.")] = READY,
    office: OfficeDir = HERE,
) -> None:
    """Write the master data on file as a workbook.

    Raises:
        UsageError: there is such a file already.
    """
    if file.exists():
        raise UsageError(f"{file} is there already; name another file, or remove it first.")
    with open_office(office) as opened:
        data = export_master(opened)
    write_whole(file, data)
    typer.echo(f"{file}: written.")


def import_(
    file: Annotated[Path, typer.Argument(help="A Data Induk workbook (.xlsx).")],
    office: OfficeDir = HERE,
) -> int:
    """Propose what a workbook changes; the Kasubag decides."""
    with open_office(office) as opened:
        result = import_master(opened, file)
    for finding in result.findings:
        typer.echo(f"{finding.severity.value}: {finding.place}: {finding.message}; {finding.mend}.")
    if result.stale:
        typer.echo(
            f"{file} was not laid out from version {result.base}, which is on file. Export it,"
            " carry the changes over, and import that."
        )
    if result.code:
        typer.echo(
            f"{result.code}: {result.name} proposes {result.changed} change(s); it waits for"
            f" `kinerja approve {result.code}`."
        )
        return int(ExitCode.OK)
    typer.echo("Nothing was proposed.")
    return int(ExitCode.AT_FAULT if result.stale or errors(result.findings) else ExitCode.OK)


def show(on: Day = None, office: OfficeDir = HERE, in_json: AsJson = False) -> None:
    """Show who holds which post, what is vacant, and the targets in force."""
    with open_office(office) as opened:
        view = view_master(opened, on.date() if on else opened.now().date())
    if in_json:
        print_json(as_json(view))
    else:
        _print(view)


def _print(view: MasterView) -> None:
    console = Console(highlight=False)
    if not view.version:
        console.print("No master data yet: fill in Data Induk.xlsx in 1-draft, or import one.")
        return
    console.print(f"Master data, version {view.version}, on {_day(view.day)}")
    posts = _table("Post", "Held by", "Grade", "Until")
    for held in view.posts:
        acting = f"{held.title}: " if held.title not in {"", held.post} else ""
        until = _day(held.until) if held.until else ""
        shown = escape(f"{acting}{held.name}") or "[yellow]vacant[/]"
        posts.add_row(escape(held.post), shown, escape(held.grade), until)
    console.print(posts)
    targets = _table("Indicator", "Unit", "Annual", "TW I", "TW II", "TW III", "TW IV", "Basis")
    for row in view.targets:
        label = f"{row.indicator} {row.name}"
        basis = f"{row.basis} ({_day(row.effective)})"
        cells = (label, row.unit, row.annual, *row.quarters, basis)
        targets.add_row(*map(escape, cells))
    console.print(targets)


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold cyan")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"
