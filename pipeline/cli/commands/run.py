"""``kinerja run``: watch, work and web in one process."""

from typing import Annotated

import typer

from pipeline.cli.logs import log_to_file
from pipeline.cli.options import HERE, OfficeDir
from pipeline.office import open_office
from pipeline.service.serve import serve


def run(
    office: OfficeDir = HERE,
    web: Annotated[bool, typer.Option(help="Also answer the web.")] = True,
) -> None:
    """Run the office's service until it is stopped."""
    with open_office(office) as opened:
        log_to_file(opened.state, "kinerja", opened.settings.log)
        serve(opened, web=web)
