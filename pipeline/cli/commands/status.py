"""``kinerja status``: what is under way, on one screen."""

import sys
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.domain.calendar import short_day, short_time
from pipeline.domain.deadline import Lateness
from pipeline.domain.document import Kind
from pipeline.domain.period import Period
from pipeline.domain.posts import short_post
from pipeline.errors import UsageError
from pipeline.office import open_office
from pipeline.tasks.renew.due import WHY, Cause, Due
from pipeline.tasks.running import is_running
from pipeline.tasks.status import (
    CollectionStatus,
    DocumentStatus,
    OfficeStatus,
    Timing,
    office_status,
)

NOBODY = "–"
ENDED_SHOWN = 4
LYING_SHOWN = 5
POST_WIDTH = 22
NARROW = {"Next": 14, "Where": 12}
"""How narrow columns become so that posts stay apart on 100 columns."""
SPARED = ("Since", "Next")
"""What is left out of a narrower terminal."""
STYLES = {Lateness.IN_TIME: "", Lateness.LATE: "dark_orange", Lateness.RED: "bold red"}

PeriodName = Annotated[
    str | None, typer.Argument(metavar="[PERIOD]", help="Only this quarter, e.g. 2026-TW3.")
]
AsRecap = Annotated[
    bool, typer.Option("--recap", help="Print who has reported and who has not, to be pasted.")
]


def status(
    period: PeriodName = None,
    as_recap: AsRecap = False,
    office: OfficeDir = HERE,
    as_json: AsJson = False,
) -> None:
    """Show each collection: every form, where it is, since when, how late, who is next."""
    wanted = _period(period)
    with open_office(office) as opened:
        opened.ledger.check()
        report, running = office_status(opened, wanted), is_running(opened)
    if as_json:
        print_json({**report.to_dict(), "service": running})
    elif as_recap:
        _print_recaps(report, whole=wanted is not None)
    else:
        show(report, running=running)


def show(report: OfficeStatus, *, running: bool, console: Console | None = None) -> None:
    """The status for a terminal."""
    console = console or Console(highlight=False)
    service = "[green]running[/]" if running else "[red]not running[/]: start it with `kinerja run`"
    console.print(f"Office [bold]{report.office}[/], service {service}")
    under_way = [c for c in report.collections if c.step]
    for collection in under_way:
        _show_collection(console, collection, report.at)
    _show_ended(console, [c for c in report.collections if not c.step], report.at)
    if report.master:
        console.print("\n[bold]Data Induk[/]")
        console.print(_table(report.master, report.at, console.width))
    if not report.collections:
        console.print("No collection yet: a starter draft lies in 1-draft.")
    if report.unjudged:
        console.print(f"[yellow]{report.unjudged} file(s) taken and not yet judged.[/]")
    for lying in report.left_lying[:LYING_SHOWN]:
        console.print(Text.assemble(("Cannot be taken", "yellow"), f" {lying}"))
    if len(report.left_lying) > LYING_SHOWN:
        console.print(f"and {len(report.left_lying) - LYING_SHOWN} more that cannot be taken")
    _show_due(console, report.to_renew)
    for failed in report.failed:
        told = f" {failed} (mend the cause, then restart the service)"
        console.print(Text.assemble(("Failed work", "red"), told))


def _show_due(console: Console, due: Sequence[Due]) -> None:
    """Filed print-outs that should be renewed, such as those signed while a service was down."""
    for one in due[:LYING_SHOWN]:
        level = f" ({one.measure})" if one.level else ""
        mend = "" if one.cause is Cause.TOO_LATE else ": `kinerja renew`"
        told = f" {one.filed.code} {one.filed.description}, {WHY[one.cause]}{level}{mend}"
        console.print(Text.assemble(("Proof", "yellow"), told), soft_wrap=True)
    if len(due) > LYING_SHOWN:
        console.print(f"and {len(due) - LYING_SHOWN} more to renew: `kinerja renew --dry-run`")


def _period(written: str | None) -> Period | None:
    period = Period.parse(written) if written else None
    if written and period is None:
        raise UsageError(f"'{written}' names no quarter; write it as 2026-TW3.")
    return period


def _print_recaps(report: OfficeStatus, *, whole: bool) -> None:
    """The recaps of what is under way; of an ended collection where its period was asked for."""
    chosen = [c for c in report.collections if c.step or whole]
    if not chosen:
        sys.stderr.write("kinerja: no collection is under way.\n")
    sys.stdout.write("\n".join(f"{c.recap}\n" for c in chosen))


def _show_collection(console: Console, collection: CollectionStatus, at: datetime) -> None:
    console.print()
    console.print(Text(_title(collection), "bold"))
    line = Text(f"Step {collection.where} since {short_time(collection.since)}")
    if collection.timing.due:
        line.append(f", due {short_time(collection.timing.due)}")
    if collection.timing.late_by:
        line.append(", late by ").append(_late(collection.timing))
    console.print(line.append(f"; next: {collection.next}"))
    if collection.paper:
        console.print(Text(collection.paper, "yellow"))
    shown = [d for d in collection.documents if d.kind == Kind.FORM or d.next != NOBODY]
    if shown:
        console.print(_table(shown, at, console.width))


def _title(collection: CollectionStatus) -> str:
    more = [collection.amendment]
    if collection.closed:
        more.append(f"ditutup {short_day(collection.closed)}")
    return ", ".join(filter(None, [collection.title, *more]))


def _show_ended(console: Console, ended: Sequence[CollectionStatus], at: datetime) -> None:
    if ended:
        console.print()
    for collection in ended[:ENDED_SHOWN]:
        line = Text(f"{_title(collection)}: {collection.where} {short_time(collection.since)}")
        if collection.paper:
            line.append(f"; {collection.paper}", "yellow")
        if collection.archive:
            line.append(f"\n  {collection.archive}", "dim")
        console.print(line, soft_wrap=True)
        awaited = [d for d in collection.documents if d.next != NOBODY]
        if awaited:
            console.print(_table(awaited, at, console.width))
    if len(ended) > ENDED_SHOWN:
        console.print(
            f"and {len(ended) - ENDED_SHOWN} earlier: name a period to see it", style="dim"
        )


def _table(rows: Sequence[DocumentStatus], at: datetime, width: int) -> Table:
    """A line a document; columns that would be empty are left out."""
    columns = {name: cells for name, cells in _columns(rows, at).items() if any(cells)}
    widths = _fitted({n: max(len(n), *map(len, cells)) for n, cells in columns.items()}, width)
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="bold cyan")
    for name, wide in widths.items():
        table.add_column(name, no_wrap=name != "Where", overflow="ellipsis", width=wide)
    for line in zip(*(columns[name] for name in widths), strict=True):
        table.add_row(*line)
    return table


def _fitted(widths: dict[str, int], width: int) -> dict[str, int]:
    """The columns that fit: some give way first, then some go; the first takes what is left."""

    def left() -> int:
        return width - sum(widths.values()) + widths["Document"] - len(widths) + 1

    for name, least in NARROW.items():
        wide, lacking = widths.get(name, 0), max(0, widths["Document"] - left())
        if wide > least:
            widths[name] = max(wide - lacking, least)
    for name in SPARED:
        if left() < POST_WIDTH:
            widths.pop(name, None)
    return {**widths, "Document": min(widths["Document"], max(left(), POST_WIDTH))}


def _columns(rows: Sequence[DocumentStatus], at: datetime) -> dict[str, list[Text]]:
    return {
        "Document": [Text(row.short or row.name) for row in rows],
        "Code": [Text(row.code) for row in rows],
        "Where": [Text(row.where) for row in rows],
        "Since": [Text(_moment(row.since, at)) for row in rows],
        "Due": [_due(row.timing, at) for row in rows],
        "Late by": [_late(row.timing) for row in rows],
        "Ret.": [Text(f"{row.returns}×" if row.returns else "") for row in rows],
        "Next": [Text(_next(row)) for row in rows],
    }


def _next(row: DocumentStatus) -> str:
    return "its official" if row.next == row.title else short_post(row.next)


def _due(timing: Timing, at: datetime) -> Text:
    """The day alone where the deadline is a day: it ends with the office's hours."""
    if timing.due is None:
        return Text()
    by_day = timing.due == timing.red
    shown = short_day(timing.due) if by_day else _moment(timing.due, at)
    return Text(shown, STYLES[timing.lateness])


def _moment(moment: datetime, at: datetime) -> str:
    """The time today, else the day."""
    return f"{moment:%H.%M}" if moment.date() == at.date() else short_day(moment)


def _late(timing: Timing) -> Text:
    return Text(timing.late_by, STYLES[timing.lateness])
