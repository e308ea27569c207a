"""``kinerja number``: a number of the office's own register for the print-out that waits for it."""

from typing import Annotated

import typer

from pipeline.cli.commands.approve import Code
from pipeline.cli.options import HERE, OfficeDir
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.numbers import enter_number

Text = Annotated[str, typer.Argument(metavar="NUMBER", help="As the office's register has it.")]


def number(doc: Code, text: Text, office: OfficeDir = HERE) -> int:
    """Give a print-out its number, where sop.toml says that numbers are given by hand."""
    with open_office(office) as opened:
        findings = enter_number(opened, doc, text)
    for finding in findings:
        typer.echo(f"{finding.place}: {finding.message}; {finding.mend}.")
    if findings:
        typer.echo("The number was not taken.")
        return int(ExitCode.AT_FAULT)
    typer.echo(f"{doc}: the number is entered; the service makes the print-out.")
    return int(ExitCode.OK)
