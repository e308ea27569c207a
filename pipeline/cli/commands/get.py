"""``kinerja get``: a filed record out of the archive."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.get import retrieve

Name = Annotated[
    str,
    typer.Argument(
        metavar="RECORD", help="Record id, short code, document number, or period (2026-TW3)."
    ),
]
To = Annotated[Path, typer.Option("--to", metavar="DIR", help="Where to put it.")]
Bag = Annotated[bool, typer.Option("--bag", help="The whole dossier, as a BagIt bag.")]


def get(
    record: Name,
    office: OfficeDir = HERE,
    to: To = HERE,
    bag: Bag = False,
    as_json: AsJson = False,
) -> int:
    """Copy a filed record's signed PDF, or its whole dossier; checked and logged."""
    with open_office(office) as opened:
        opened.ledger.check()
        found = retrieve(opened, record, to, whole_bag=bag)
    if as_json:
        print_json(asdict(found))
    else:
        number = found.document_number or "–"
        typer.echo(f"{found.description}, number {number}: {found.path}")
        typer.echo(f"SHA-256 {found.sha256}, as in the ledger. The retrieval is logged.")
        if found.note:
            typer.echo(found.note)
    return int(ExitCode.OK)
