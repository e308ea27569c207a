"""``kinerja approve``: decide on a waiting document without moving a file."""

from typing import Annotated

import typer

from pipeline.cli.options import HERE, OfficeDir
from pipeline.office import open_office
from pipeline.sop.decisions import Verdict
from pipeline.tasks.decide import decide_as_account

Code = Annotated[str, typer.Argument(metavar="DOC", help="The document's short code.")]
Note = Annotated[str, typer.Option("--note", help="The reason, as its receiver will read it.")]


def approve(doc: Code, note: Note = "", office: OfficeDir = HERE) -> None:
    """Approve a document that waits for a decision."""
    with open_office(office) as opened:
        name = decide_as_account(opened, doc, Verdict.APPROVE, note)
    typer.echo(f"{doc}: {name} is approved; the service carries it on.")
