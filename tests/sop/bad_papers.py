"""Workbooks as people spoil them, made from real ones; and what such a paper must not change."""

import io
from collections.abc import Callable

from openpyxl import load_workbook
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import select

from pipeline.forms.workbooks.sheet import TOP
from pipeline.ledger.tables import Arrival, Base, Event, Publication
from pipeline.office import Office

Change = Callable[[Worksheet], None]
FIRST, SECOND = TOP + 1, TOP + 2
COMINGS_AND_GOINGS = {t.__tablename__ for t in (Arrival, Event, Publication)}


def substance(office: Office) -> dict[str, list[str]]:
    """All that the ledger holds, but for what came, what was said and what lies where."""
    with office.ledger.read() as session:
        return {
            table.name: sorted(repr(tuple(row)) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
            if table.name not in COMINGS_AND_GOINGS
        }


def spoilt(workbook: bytes, sheet: str, change: Change) -> bytes:
    """The workbook saved again after ``change`` in one of its sheets."""
    book = load_workbook(io.BytesIO(workbook))
    change(book[sheet])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(sheet: Worksheet, heading: str, row: int) -> Cell:
    """The cell of a row under a heading."""
    place = next(c.column for c in sheet[TOP] if c.value == heading)
    return sheet.cell(row, place)


def typed(heading: str, value: object, row: int = FIRST) -> Change:
    """``value`` in the first row, under a heading."""

    def change(sheet: Worksheet) -> None:
        cell(sheet, heading, row).value = value

    return change


def of_period(written: str) -> Change:
    """The period above the table says something else."""

    def change(sheet: Worksheet) -> None:
        sheet["A3"] = f"Periode: {written}"

    return change


def swapped(one: str, other: str) -> Change:
    """The contents of two columns are exchanged, from the first row to the last."""

    def change(sheet: Worksheet) -> None:
        for row in range(FIRST, sheet.max_row + 1):
            left, right = cell(sheet, one, row), cell(sheet, other, row)
            left.value, right.value = right.value, left.value

    return change


def merged(heading: str) -> Change:
    """The first two cells of a column are one."""

    def change(sheet: Worksheet) -> None:
        first, second = (cell(sheet, heading, row).coordinate for row in (FIRST, SECOND))
        sheet.merge_cells(f"{first}:{second}")

    return change


def repeated(sheet: Worksheet) -> None:
    """The first row is pasted over the second."""
    for above, below in zip(sheet[FIRST], sheet[SECOND], strict=True):
        below.value = above.value


def moved_about(sheet: Worksheet) -> None:
    """The columns stand in the opposite order, each with its heading."""
    for row in range(TOP, sheet.max_row + 1):
        cells = sheet[row]
        for place, value in zip(cells, [c.value for c in reversed(cells)], strict=True):
            place.value = value
