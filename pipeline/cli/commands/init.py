"""``kinerja init``: an office's folder, ready to run."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.tasks.init import init_office, make_practice_keys


def init(
    directory: Annotated[
        Path, typer.Argument(help="The office's folder; made if missing.")
    ] = Path(),
    practice: Annotated[
        bool,
        typer.Option("--practice", help="Also make practice keys; their PINs are printed once."),
    ] = False,
) -> None:
    """Make an office: settings, templates, folders, database."""
    made = init_office(directory)
    typer.echo(f"Office ready in {made}.")
    if practice:
        for alias, pin in make_practice_keys(made).items():
            typer.echo(f"Practice key of {alias}: PIN {pin} (shown only now; worthless outside)")
    typer.echo(f"Next: look through {made / 'kinerja.toml'}, then `kinerja run --office {made}`.")
