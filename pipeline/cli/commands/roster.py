"""``kinerja roster import``: the officials who will be asked next."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import HERE, OfficeDir
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.roster import import_roster


def import_(
    workbook: Annotated[Path, typer.Argument(help="A Daftar Pejabat workbook (.xlsx).")],
    office: OfficeDir = HERE,
) -> int:
    """Check a roster and put it on file; it lies ready at step 3 from then on."""
    with open_office(office) as opened:
        result = import_roster(opened, workbook)
    for finding in result.findings:
        typer.echo(f"{finding.severity.value}: {finding.place}: {finding.message}; {finding.mend}.")
    if not result.accepted:
        typer.echo("Nothing was imported.")
        return int(ExitCode.AT_FAULT)
    typer.echo(f"{result.officials} officials are on file.")
    return int(ExitCode.OK)
