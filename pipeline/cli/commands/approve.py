"""``kinerja approve``: decide on a waiting document without moving a file."""

from typing import Annotated

import typer

from pipeline.cli.options import HERE, OfficeDir
from pipeline.office import open_office
from pipeline.sop.decisions import Verdict, decide_by_word
from pipeline.tasks.account import acting_as

Code = Annotated[str, typer.Argument(metavar="DOC", help="The document's short code.")]
Note = Annotated[str, typer.Option("--note", help="The reason, as its receiver will read it.")]


def approve(doc: Code, note: Note = "", office: OfficeDir = HERE) -> None:
    """Approve a document that waits for a decision."""
    with open_office(office) as opened:
        actor, via = acting_as(opened)
        name = decide_by_word(opened, doc, Verdict.APPROVE, note, actor=actor, via=via)
    typer.echo(f"{doc}: {name} is approved; the service carries it on.")
