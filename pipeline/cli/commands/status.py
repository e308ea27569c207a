"""``kinerja status``: what is under way, on one screen."""

from datetime import datetime

from rich.console import Console
from rich.table import Table

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.domain.calendar import short_time
from pipeline.office import open_office
from pipeline.tasks.running import is_running
from pipeline.tasks.status import CollectionStatus, OfficeStatus, office_status


def status(office: OfficeDir = HERE, as_json: AsJson = False) -> None:
    """Show each collection: every document, where it is, since when, who is next."""
    with open_office(office) as opened:
        opened.ledger.check()
        report, running = office_status(opened), is_running(opened)
    if as_json:
        print_json({**report.to_dict(), "service": running})
    else:
        show(report, running=running)


def show(report: OfficeStatus, *, running: bool, console: Console | None = None) -> None:
    """The status for a terminal."""
    console = console or Console(highlight=False)
    service = "[green]running[/]" if running else "[red]not running[/]: start it with `kinerja run`"
    console.print(f"Office [bold]{report.office}[/], service {service}")
    for collection in report.collections:
        console.print(_heading(collection))
        console.print(_table(collection))
    if not report.collections:
        console.print("No collection yet: a starter draft lies in 1-draft.")
    if report.untaken:
        console.print(f"[yellow]{report.untaken} file(s) taken and not yet judged.[/]")
    for failed in report.failed:
        console.print(f"[red]Failed work[/] {failed} (mend the cause, then restart the service)")


def _heading(collection: CollectionStatus) -> str:
    step = f"step {collection.step}" if collection.step else "filed"
    due = f", due {_time(collection.due)}" if collection.due else ""
    late = " [red]late[/]" if collection.late else ""
    filed = f" {collection.archive}" if collection.archive else ""
    return f"\n[bold]{collection.title}[/]: {step}, {collection.next}{due}{late}{filed}"


def _table(collection: CollectionStatus) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold cyan")
    for heading in ("Code", "Document", "State", "Since", "Returned", "Next"):
        table.add_column(heading, overflow="fold")
    for row in collection.documents:
        returned = str(row.returns) if row.returns else ""
        table.add_row(
            row.code, row.post or row.name, row.state, _time(row.since), returned, row.next
        )
    return table


def _time(moment: datetime) -> str:
    return short_time(moment)
