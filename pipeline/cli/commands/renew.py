"""``kinerja renew``: filed print-outs that must go on proving themselves."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.cli.options import HERE, AsJson, OfficeDir, print_json
from pipeline.cli.progress import progress_bar
from pipeline.domain.plain_text import visible, visible_lines
from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.tasks.renew.due import WHY, Due
from pipeline.tasks.renew.renew import Outcome, Result, all_due, renew_all

DryRun = Annotated[bool, typer.Option("--dry-run", help="List what is due, and change nothing.")]


def renew(office: OfficeDir = HERE, dry_run: DryRun = False, as_json: AsJson = False) -> int:
    """Lift filed print-outs to the level that can be reached; stamp them again before it is late.

    What fails does not stop the rest; exit code 1 then. Cut short, it goes on when repeated.
    """
    with open_office(office) as opened:
        due = all_due(opened)
        if dry_run or (not due and not as_json):
            _print_due(due, as_json=as_json)
            return int(ExitCode.OK)
        with progress_bar("renew", shown=not as_json) as progress:
            results = renew_all(opened, due, progress)
    if as_json:
        print_json({"dry_run": False, "results": [result.to_dict() for result in results]})
    else:
        show(results)
    failed = any(result.outcome is Outcome.FAILED for result in results)
    return int(ExitCode.AT_FAULT if failed else ExitCode.OK)


def show(results: Sequence[Result], *, console: Console | None = None) -> None:
    """What became of each, for a terminal."""
    console = console or Console(highlight=False)
    table = _table("Code", "Record", "Was", "Is", "Proven until", "Outcome")
    for result in results:
        table.add_row(
            result.due.filed.code,
            visible(result.due.filed.description),
            result.due.level or "–",
            result.level or "–",
            _day(result.holds_until),
            result.outcome.value,
        )
    console.print(table)
    notes = Counter(result.note for result in results if result.note)
    for note, times in notes.items():
        console.print(Text(f"{times}×: {visible_lines(note)}", style="yellow"), soft_wrap=True)
    counted = Counter(result.outcome for result in results)
    console.print(", ".join(f"{times} {outcome.value}" for outcome, times in counted.items()))


def _print_due(due: Sequence[Due], *, as_json: bool) -> None:
    if as_json:
        print_json({"dry_run": True, "due": [one.to_dict() for one in due]})
        return
    console = Console(highlight=False)
    if not due:
        console.print("[green]Nothing is due.[/]")
        return
    table = _table("Code", "Record", "Is", "Could be", "Proven until", "Why")
    for one in due:
        table.add_row(
            one.filed.code,
            visible(one.filed.description),
            one.level or "–",
            one.attainable,
            _day(one.holds_until),
            WHY[one.cause],
        )
    console.print(table)
    console.print(f"{len(due)} due. Run `kinerja renew` without --dry-run.")


def _table(*headings: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold cyan", padding=(0, 2, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


def _day(moment: datetime | None) -> str:
    return f"{moment:%d-%m-%Y}" if moment else "–"
