"""``kinerja withdraw``: take a collection back before it is signed."""

from typing import Annotated

import typer

from pipeline.cli.commands.close import Name
from pipeline.cli.options import HERE, OfficeDir
from pipeline.office import open_office
from pipeline.tasks.withdraw import withdraw_collection

Reason = Annotated[str, typer.Option("--note", help="The reason, as everybody will read it.")]


def withdraw(collection: Name, note: Reason, office: OfficeDir = HERE) -> None:
    """Withdraw a collection that is not signed yet; its period may begin anew."""
    with open_office(office) as opened:
        ended = withdraw_collection(opened, collection, note)
    typer.echo(f"{ended.period} is withdrawn; the service takes its papers away.")
    if ended.number is not None:
        typer.echo(f"Number {ended.number} is cancelled.")
