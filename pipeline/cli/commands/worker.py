"""``kinerja worker``: one more process for the office's work, on PostgreSQL."""

from typing import Annotated

import typer

from pipeline.cli.logs import log_to_file
from pipeline.cli.options import HERE, OfficeDir
from pipeline.office import open_office
from pipeline.service.worker import require_possible, work_for


def worker(
    office: OfficeDir = HERE,
    name: Annotated[str, typer.Option(help="Its name; each runs once for an office.")] = "1",
) -> None:
    """Run the office's work beside its service, until it is stopped (PostgreSQL only)."""
    with open_office(office) as opened:
        require_possible(opened, name)
        log_to_file(opened.state, f"worker-{name}", opened.settings.log)
        work_for(opened, name)
