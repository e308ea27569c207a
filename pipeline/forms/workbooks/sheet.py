"""The one look of all workbooks: palette, headings, tables, printing, and safe ways to put values.

Text from people never becomes a formula: it is stored as text and marked so (``quotePrefix``).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, cast

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.evaluation import show_target
from pipeline.domain.indicator import Rating, Target
from pipeline.domain.numbers import format_number
from pipeline.domain.period import Period
from pipeline.domain.plain_text import plain_text
from pipeline.errors import KinerjaError
from pipeline.forms.workbooks.book import custom_properties

MARINE = "0F4C5C"
TEAL = "2A7F8E"
HAIR = "B9C7CC"
MIST = "EAF1F3"
SAND = "FFF0C9"
INK = "1F2A30"
MUTED = "56656D"
WHITE = "FFFFFF"

TOP = 6  # the row of column headings; above it stand title, office, period and a hint
F4 = 14  # Excel's Folio, 8.5 x 13 in: the paper that Indonesian offices call F4
LINE = 13.5  # points, of a line of text
TALLEST_ROW = 409.0  # points, by Excel
LONGEST_TEXT = 32_767  # characters in a cell; openpyxl would cut the rest without a word
NUMBER = "[$-421]#,##0.00##"  # 421: Indonesian; up to four decimals, as far as figures go
AS_TEXT = "@"

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_RISKY = tuple("=+-@'")

_INK = Font(name="Arial", size=10, color=INK)
_HEADING = Font(name="Arial", size=10, bold=True, color=WHITE)
_TITLE = Font(name="Arial", size=14, bold=True, color=MARINE)
_SMALL = Font(name="Arial", size=10, color=MUTED)
_HAIR = Side(style="thin", color=HAIR)
_BOX = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_SHADE = PatternFill("solid", start_color=MIST)
_OPEN, _LOCKED = Protection(locked=False), Protection(locked=True)


@dataclass(frozen=True)
class Column:
    """A column: ``width`` in characters, ``entered`` where staff write, ``read`` when it returns.

    A sheet that lacks a ``needed`` column is refused; columns that are not read are for the eye.
    """

    heading: str
    width: float
    kind: Literal["text", "number"] = "text"
    entered: bool = True
    read: bool = True
    needed: bool = True


@dataclass(frozen=True)
class Formula:
    """A formula of our own, without its equals sign; ``{row}`` stands for the row."""

    text: str


Value = str | Decimal | Target | Formula | Rating | None


def clean_text(text: str) -> str:
    """``text`` as a cell can hold it: nothing that XML forbids, that hides or turns it; trimmed."""
    return _NOT_XML.sub("", plain_text(text)).strip()


def new_book(title: str, *, office_name: str, properties: Mapping[str, str]) -> Workbook:
    """An empty workbook with its document properties."""
    book = Workbook()
    first = book.active
    if first is not None:
        book.remove(first)
    book.properties.creator = clean_text(office_name)
    book.properties.title = title
    book.properties.language = "id-ID"
    for name, value in properties.items():
        custom_properties(book).append(StringProperty(name=name, value=value))
    book.calculation.fullCalcOnLoad = True
    return book


def add_sheet(
    book: Workbook, name: str, *, title: str, office_name: str, period: Period | None, hint: str
) -> Worksheet:
    """A sheet with its heading in place, set up for print on F4 landscape."""
    sheet: Worksheet = book.create_sheet(name)
    lines = (
        (title, _TITLE),
        (office_name, _SMALL),
        (f"Periode: {period}" if period else "Periode:", Font(name="Arial", size=10, bold=True)),
        (hint, _SMALL),
    )
    for row, (text, font) in enumerate(lines, start=1):
        cell = cell_at(sheet, row, 1)
        put(cell, text)
        cell.font = font
    sheet.sheet_view.showGridLines = False
    sheet.sheet_properties.tabColor = TEAL
    _set_up_print(sheet, title)
    return sheet


def write_table(
    sheet: Worksheet,
    columns: Sequence[Column],
    rows: Sequence[Sequence[Value]],
    *,
    spare: int = 0,
    frozen: int = 0,
) -> None:
    """The headings at ``TOP``, the rows, then ``spare`` empty rows; ``frozen`` columns stay.

    Where some columns are entered, the others are shaded.
    """
    form = any(column.entered for column in columns)
    for number, column in enumerate(columns, start=1):
        cell = cell_at(sheet, TOP, number)
        put(cell, column.heading)
        cell.font, cell.border = _HEADING, _BOX
        cell.fill = PatternFill("solid", start_color=TEAL if column.entered else MARINE)
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[TOP].height = 3 * LINE
    blank: list[Value] = [None] * len(columns)
    for row, values in enumerate([*rows, *[blank] * spare], start=TOP + 1):
        for number, (column, value) in enumerate(zip(columns, values, strict=True), start=1):
            cell = cell_at(sheet, row, number)
            _dress(cell, column, shaded=form and not column.entered)
            put(cell, value)
        if row <= TOP + len(rows):
            sheet.row_dimensions[row].height = _height(columns, values)
    sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{TOP + 1}"
    sheet.print_title_rows = f"{TOP}:{TOP}"


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell of a sheet of ours, in which nothing is merged."""
    return cast(Cell, sheet.cell(row, column))


def put(cell: Cell, value: Value) -> None:
    """Put ``value`` into ``cell``: text as text, numbers as numbers, a range as ``80–90``.

    Raises:
        KinerjaError: a text is longer than a cell can hold.
    """
    if isinstance(value, Formula):
        cell.value = "=" + value.text.format(row=cell.row)
    elif isinstance(value, Rating):
        _put_text(cell, value.name)
        cell.fill = PatternFill("solid", start_color=value.background)
        cell.font = Font(name="Arial", size=10, color=value.foreground)
    elif isinstance(value, Target) and value.upper is None:
        _put_number(cell, value.value)
    elif isinstance(value, Target):
        _put_text(cell, show_target(value))
    elif isinstance(value, Decimal):
        _put_number(cell, value)
    elif value is not None:
        _put_text(cell, value)


def offer(sheet: Worksheet, column: int, rows: int, source: str, *, what: str) -> None:
    """Let ``rows`` cells under a heading be picked from ``source``, a list formula of Excel."""
    check = DataValidation(type="list", formula1=source, allow_blank=True)
    check.errorTitle, check.error = what, f"Pilih {what} dari daftar."
    letter = get_column_letter(column)
    check.add(f"{letter}{TOP + 1}:{letter}{TOP + max(rows, 1)}")
    sheet.add_data_validation(check)


def choices(options: Sequence[str]) -> str:
    """A list formula of fixed words."""
    return '"' + ",".join(options) + '"'


def protect(sheet: Worksheet) -> None:
    """Lock all but the open cells, without a password: a nudge, never a control."""
    sheet.protection.enable()
    for allowed in ("formatColumns", "formatRows", "formatCells", "autoFilter"):
        setattr(sheet.protection, allowed, False)  # False: not forbidden


def add_guide(book: Workbook, lines: Sequence[str]) -> None:
    """A last sheet, Petunjuk, with a line for each thing to know."""
    sheet = book.create_sheet("Petunjuk")
    sheet.column_dimensions["A"].width = 110
    sheet.sheet_view.showGridLines = False
    for row, line in enumerate(("Petunjuk Pengisian", *lines), start=1):
        cell = cell_at(sheet, row, 1)
        put(cell, line if row == 1 else f"{row - 1}. {line}")
        cell.font = _TITLE if row == 1 else _INK
        cell.alignment = Alignment(vertical="top", wrap_text=True)
    _set_up_print(sheet, "Petunjuk Pengisian")
    protect(sheet)


def _height(columns: Sequence[Column], values: Sequence[Value]) -> float:
    """Points that a row needs: LibreOffice does not grow rows for wrapped text by itself."""
    lines = [
        sum(-(-len(line) // max(int(column.width * 0.95) - 2, 1)) or 1 for line in text.split("\n"))
        for column, text in zip(columns, values, strict=True)
        if isinstance(text, str)
    ]
    return min(LINE * max(lines, default=1) + 4, TALLEST_ROW)


def _dress(cell: Cell, column: Column, *, shaded: bool) -> None:
    number = column.kind == "number"
    cell.font, cell.border = _INK, _BOX
    cell.alignment = Alignment(
        horizontal="right" if number else "left",
        vertical="center",
        wrap_text=not number,  # LibreOffice loses the indent of wrapped numbers
        indent=1,
    )
    cell.number_format = NUMBER if number else AS_TEXT
    cell.protection = _OPEN if column.entered else _LOCKED
    if shaded:
        cell.fill = _SHADE


def _put_text(cell: Cell, text: str) -> None:
    cleaned = clean_text(text)
    stored = _LOOKS_ESCAPED.sub("_x005F_", cleaned)
    if len(stored) > LONGEST_TEXT:
        raise KinerjaError(
            f"Teks “{cleaned[:40]}…” di {cell.coordinate} lebih dari {LONGEST_TEXT} huruf dan tidak"
            " muat di sel Excel. Ringkas teksnya di formulir, lalu ulangi."
        )
    if not stored:
        return
    cell.value = stored
    cell.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
    if cleaned.startswith(_RISKY):
        cell.quotePrefix = True


def _put_number(cell: Cell, value: Decimal) -> None:
    # A spreadsheet's double holds 15 digits; openpyxl writes 16, so these come back as they went.
    if Decimal(f"{value:.15g}") == value and abs(value.adjusted()) < 300:
        cell.value = value
    else:
        _put_text(cell, format_number(value))


def _set_up_print(sheet: Worksheet, title: str) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = F4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4  # inches
    margins.top, margins.bottom, margins.footer = 0.5, 0.8, 0.35
    footer = sheet.oddFooter
    if footer is not None and footer.left is not None and footer.right is not None:
        footer.left.text = title
        footer.right.text = "Halaman &P dari &N"
