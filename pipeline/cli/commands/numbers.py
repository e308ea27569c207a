"""``kinerja numbers``: the register of document numbers."""

from collections.abc import Sequence
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.numbers import NumberEntry, Register, register

Year = Annotated[int | None, typer.Option("--year", metavar="Y", help="Of this year only.")]


def numbers(year: Year = None, office: OfficeDir = HERE, as_json: AsJson = False) -> int:
    """List the document numbers; exit code 1 where one is missing and nobody knows why."""
    with open_office(office) as opened:
        opened.ledger.check()
        found = register(opened, year)
    if as_json:
        print_json(found.to_dict())
    else:
        show(found)
    return int(ExitCode.OK if found.whole else ExitCode.AT_FAULT)


def show(found: Register, *, console: Console | None = None) -> None:
    """The register for a terminal."""
    console = console or Console(highlight=False)
    if found.entries:
        console.print(_table(found.entries))
    else:
        console.print("No number has been given yet.")
    for gap in found.gaps:
        style = "" if gap.explained else "red"
        last = f"–{gap.last}" if gap.last > gap.place else ""
        place = f"{gap.unit} {gap.year}, no. {gap.place}{last}"
        console.print(Text(f"Missing: {place}: {gap.known}.", style=style))
    if not found.whole:
        console.print("Compare the database with the backup; `kinerja audit` looks further.")


def _table(entries: Sequence[NumberEntry]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold cyan")
    for heading in ("Number", "Document", "Code", "Period", "Given", "State"):
        table.add_column(heading, overflow="fold")
    for entry in entries:
        state = f"{entry.state}: {entry.reason}" if entry.reason else entry.state
        given = f"{entry.given:%Y-%m-%d %H:%M}"
        cells = (entry.number, entry.document, entry.code, entry.period, given, state)
        table.add_row(*map(Text, cells))
    return table
