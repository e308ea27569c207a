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

SetAside = Annotated[
    list[str] | None,
    typer.Option(
        "--set-aside",
        metavar="CODE",
        help="Close although a scan of this form is not confirmed; may be given several times.",
    ),
]


def close(
    collection: Name, note: Note = "", set_aside: SetAside = None, office: OfficeDir = HERE
) -> None:
    """Close the filling; who has sent nothing is named in the print-out."""
    with open_office(office) as opened:
        closed = close_collection(opened, collection, note, set_aside=set_aside or [])
    typer.echo(f"{closed.period} is closed; the service carries it on. Absent:")
    for post in closed.absent:
        typer.echo(f"  {post}")
