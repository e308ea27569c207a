"""``kinerja backup``: the whole office, copied while it works."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.cli.progress import progress_bar
from pipeline.domain.plain_text import visible
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.backup.backup import BackupReport, back_up

Target = Annotated[
    Path, typer.Argument(metavar="TARGET", help="The folder of backups; made if missing.")
]
Keep = Annotated[
    int | None,
    typer.Option("--keep", metavar="N", min=1, help="Give up all but the last N backups."),
]


def backup(
    target: Target, office: OfficeDir = HERE, keep: Keep = None, as_json: AsJson = False
) -> int:
    """Copy database, store, archive, folders, settings and keys; checked before it counts.

    The service may be at work. Exit code 1 where the office itself was not whole.
    """
    with open_office(office) as opened, progress_bar("backup", shown=not as_json) as progress:
        report = back_up(opened, target, keep=keep, progress=progress)
    if as_json:
        print_json(report.to_dict())
    else:
        _show(report)
    return int(ExitCode.OK if report.ok else ExitCode.AT_FAULT)


def _show(report: BackupReport) -> None:
    counts = report.counts
    typer.echo(
        f"Backup '{report.name}' in {report.folder}: {counts['files']} files,"
        f" {counts['bytes'] / 1_000_000:.1f} MB, {report.events} events; read back and whole."
    )
    typer.echo("It holds the keys and personal data: keep it where only administrators read.")
    for name in report.pruned:
        typer.echo(f"Given up: {name}")
    for note in report.left_out:
        typer.echo(f"Left out: {visible(note)}")
    for fault in report.faults:
        typer.echo(f"Not whole: {visible(fault)}")
    if report.faults:
        typer.echo("Run `kinerja audit`; the earlier backups may still hold it.")
