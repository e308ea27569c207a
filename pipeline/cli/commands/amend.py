"""``kinerja amend``: a ralat or perubahan of a filed record."""

from dataclasses import asdict
from typing import Annotated

import typer

from pipeline.cli.commands.get import Name
from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.domain.collection import Amendment
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.amend import Correction
from pipeline.tasks.amend import amend as open_correction

Forms = Annotated[
    list[str] | None,
    typer.Argument(metavar="[FORM]...", help="The touched forms, each by its code or its post."),
]
As = Annotated[Amendment, typer.Option("--as", help="ralat: typing; perubahan: content.")]
Reason = Annotated[str, typer.Option("--note", help="The reason, as the new print-out says it.")]
Absent = Annotated[
    bool, typer.Option("--all-absent", help="Also every form that came late or never.")
]


def amend(
    record: Name,
    kind: As,
    forms: Forms = None,
    note: Reason = "",
    all_absent: Absent = False,
    *,
    office: OfficeDir = HERE,
    as_json: AsJson = False,
) -> int:
    """Correct a filed record: only the touched forms are asked for again."""
    correction = Correction(kind, note, tuple(forms or ()), all_absent)
    with open_office(office) as opened:
        opened.ledger.check()
        result = open_correction(opened, record, correction)
    if as_json:
        print_json(asdict(result))
        return int(ExitCode.OK)
    typer.echo(f"{result.name} of {result.period}, amending {result.amends}, is open:")
    for post, code in result.forms:
        typer.echo(f"  {code}  {post}")
    typer.echo("The service issues the forms; the old record stays valid until this is filed.")
    return int(ExitCode.OK)
