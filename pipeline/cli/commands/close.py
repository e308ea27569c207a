"""``kinerja close``: end the filling without everybody."""

from typing import Annotated

import typer

from pipeline.cli.options import HERE, OfficeDir
from pipeline.office import open_office
from pipeline.tasks.close import close_collection

Name = Annotated[
    str,
    typer.Argument(
        metavar="COLLECTION", help="Its period, as in 2026-TW3, or the beginning of its id."
    ),
]
Note = Annotated[str, typer.Option("--note", help="Why, as the absent officials will read it.")]


def close(collection: Name, note: Note = "", office: OfficeDir = HERE) -> None:
    """Close the filling; who has sent nothing is named in the print-out."""
    with open_office(office) as opened:
        closed = close_collection(opened, collection, note)
    typer.echo(f"{closed.period} is closed; the service carries it on. Absent:")
    for post in closed.absent:
        typer.echo(f"  {post}")
