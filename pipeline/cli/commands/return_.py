"""``kinerja return``: send a waiting document back, with the reason."""

from typing import Annotated

import typer

from pipeline.cli.commands.approve import Code
from pipeline.cli.options import HERE, OfficeDir
from pipeline.office import open_office
from pipeline.sop.decisions import Verdict
from pipeline.tasks.decide import decide_as_account

Reason = Annotated[str, typer.Option("--note", help="The reason, as its receiver will read it.")]


def return_(doc: Code, note: Reason = "", office: OfficeDir = HERE) -> None:
    """Return a document that waits for a decision."""
    with open_office(office) as opened:
        name = decide_as_account(opened, doc, Verdict.RETURN, note)
    typer.echo(f"{doc}: {name} is returned; the service carries it on.")
