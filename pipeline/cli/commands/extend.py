"""``kinerja extend``: give one official more time."""

from datetime import datetime
from typing import Annotated

import typer

from pipeline.cli.commands.approve import Code
from pipeline.cli.options import HERE, OfficeDir
from pipeline.office import open_office
from pipeline.tasks.extend import extend_as_account

Until = Annotated[
    datetime,
    typer.Option(
        "--until", metavar="DATE", formats=["%Y-%m-%d"], help="A working day, as in 2026-10-09."
    ),
]
Note = Annotated[str, typer.Option("--note", help="Why, as the official will read it.")]


def extend(doc: Code, until: Until, note: Note = "", office: OfficeDir = HERE) -> None:
    """Let one official's form be due later; the others' date stays."""
    day = until.date()
    with open_office(office) as opened:
        name = extend_as_account(opened, doc, day, note)
    typer.echo(f"{doc}: {name} is due on {day}; the service tells its official.")
