"""The changes since the officials reported, ticked one by one before the paraf."""

import re
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from pipeline.domain.calendar import short_time
from pipeline.domain.form import LABELS
from pipeline.domain.procedure import Verb
from pipeline.errors import UsageError
from pipeline.ledger.tables import Document
from pipeline.sop.printout.changes import ListedChange

ALL = "all"
_SPAN = re.compile(r"(\d{1,6})(?:-(\d{1,6}))?")

AcceptChanges = Annotated[
    str,
    typer.Option(
        "--accept-changes",
        metavar="NUMBERS",
        help="Tick these changes of the annex: 1,3-5 or all. Asked one by one at a terminal.",
    ),
]
Elsewhere = Annotated[
    bool,
    typer.Option("--elsewhere", help="Tick the changes only: the seal is put in another program."),
]


def tick(
    documents: Sequence[Document],
    listed: Mapping[str, Sequence[ListedChange]],
    wanted: str,
    *,
    zone: ZoneInfo,
    asks: bool,
    aside: bool,
) -> dict[str, list[int]]:
    """Show the changes, and have each ticked: by ``wanted``, or asked for; numbers by print-out.

    Times are shown in ``zone``. ``asks``: somebody sits there, unless this is no terminal.
    ``aside``: everything goes to standard error.

    Raises:
        UsageError: the numbers cannot be read, or belong to no change.
    """
    changed = [d for d in documents if d.id in listed]
    if wanted and wanted != ALL and len(changed) > 1:
        raise UsageError("--accept-changes with numbers is for one document; name it, or say all.")
    one_by_one = asks and not wanted and sys.stdin.isatty()
    ticked = {}
    for document in changed:
        known = [one.number for one in listed[document.id]]
        numbers = known if wanted == ALL else numbers_in(wanted, known)
        title = f"{document.code} {document.name}: perubahan sejak pejabat melapor (Lampiran):"
        typer.echo(title, err=aside)
        for one in listed[document.id]:
            typer.echo(_shown(one, zone), err=aside)
            if one_by_one and typer.confirm(f"  Centang perubahan {one.number}?", err=aside):
                numbers = [*numbers, one.number]
        ticked[document.id] = numbers
    return ticked


def numbers_in(text: str, known: Sequence[int]) -> list[int]:
    """The numbers that ``1,3-5`` means.

    Raises:
        UsageError: it cannot be read, or names a number that is not ``known``.
    """
    numbers: list[int] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        span = _SPAN.fullmatch(part)
        if span is None or int(span[2] or span[1]) < int(span[1]):
            raise UsageError(f"--accept-changes {text}: write numbers like 1,3-5, or all.")
        numbers += range(int(span[1]), int(span[2] or span[1]) + 1)
    unknown = sorted(set(numbers) - set(known))
    if unknown:
        raise UsageError(
            f"--accept-changes {text}: no change that has to be ticked has number {unknown[0]}."
        )
    return numbers


def _shown(listed: ListedChange, zone: ZoneInfo) -> str:
    change = listed.change
    step = "verifikasi" if listed.stage is Verb.VERIFY else "entri"
    by = ", ".join(text for text in (change.by, change.via) if text)
    when = f", {short_time(change.at.astimezone(zone))}" if change.at else ""
    return (
        f"  {listed.number}. {change.indicator} {LABELS[change.field]} ({listed.form},"
        f" {listed.post}): “{change.old or '–'}” → “{change.new or '–'}”\n"
        f"     alasan: {change.reason or '–'}; {step}: {by or '–'}{when}"
    )
