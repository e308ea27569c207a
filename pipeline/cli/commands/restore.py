"""``kinerja restore``: an office brought back from a backup."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.options import AsJson, print_json
from pipeline.cli.progress import progress_bar
from pipeline.domain.plain_text import visible
from pipeline.errors import ExitCode
from pipeline.tasks.restore.restore import RestoreReport, Wanted
from pipeline.tasks.restore.restore import restore as restore_office

Source = Annotated[Path, typer.Argument(metavar="SOURCE", help="The folder of backups.")]
Target = Annotated[
    Path, typer.Argument(metavar="TARGETDIR", help="Where the office is to be; empty or new.")
]
At = Annotated[
    str, typer.Option("--at", metavar="WHICH", help="Number or moment of a backup; else the last.")
]
Archive = Annotated[
    Path | None,
    typer.Option("--archive", metavar="DIR", help="The living archive, if it outlived the office."),
]
Database = Annotated[
    str,
    typer.Option(
        "--database",
        metavar="URL",
        envvar="KINERJA_RESTORE_DATABASE",
        help="An empty PostgreSQL database, for an office that keeps its ledger in one.",
    ),
]


def restore(
    source: Source,
    target: Target,
    *,
    at: At = "",
    archive: Archive = None,
    database: Database = "",
    as_json: AsJson = False,
) -> int:
    """Check a backup whole, write it into an empty folder, and examine what came of it.

    Numbers go on past those of the archive. Exit code 1 where there is something to know.
    """
    wanted = Wanted(at, archive, database)
    with progress_bar("restore", shown=not as_json) as progress:
        report = restore_office(source, target, wanted, progress=progress)
    if as_json:
        print_json(report.to_dict())
    else:
        _show(report)
    return int(ExitCode.OK if report.ok else ExitCode.AT_FAULT)


def _show(report: RestoreReport) -> None:
    typer.echo(
        f"Restored into {report.office}: backup '{report.backup}' of {report.made_at},"
        f" {report.counts['files']} files; everything was examined."
    )
    for finding in report.findings:
        typer.echo(visible(f"{finding.place}: {finding.message} {finding.mend}"))
    typer.echo(
        "What was sent or decided after that moment has to be sent again. Make sure that the old"
        f" office runs nowhere, then: `kinerja doctor --office {report.office}`, and `kinerja run`."
    )
