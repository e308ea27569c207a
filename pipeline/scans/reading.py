"""The pages of one form read: laid straight, cut into cells, ready for tesseract and for people.

1. The form's own print says where everything lies (`layout`), page by page.
2. Each page is laid on the print that it resembles most (`straighten`).
3. Its lines part the rows, and its printed half says which indicator's each is (`grid`, `rows`).
4. A page of text gives its cells' texts; of a picture the cells with ink are cut out.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np

from pipeline.domain.form import Field
from pipeline.scans.cells import (
    WHITE,
    as_png,
    as_tiff,
    cut,
    has_ink,
    ink_height,
    second_look,
    whitened,
)
from pipeline.scans.grid import row_lines
from pipeline.scans.layout import Box, Layout, Mark, layout_of
from pipeline.scans.opening import READ_DPI, Gray, Pages, opened
from pipeline.scans.rows import Found, printed_halves, rows_found
from pipeline.scans.straighten import Print, Straight, print_of, straightened

PRINT_DPI = 150
PICTURE_SCALE = 0.5  # of `READ_DPI`, for people
_HEAD_MM = 0.8
_NUMBERING_MM = 25.0
_NAME_MM = 8.0  # a code may be longer than the form's own
_EDGE_MM = 0.3
ONE_LINE_MM = 5.0


@dataclass(frozen=True)
class Wanted:
    """Which pages of a file to read, counted from 0; those in ``texts`` by their text.

    ``marks`` are those in the cells of the form's print; ``code`` is the form's.
    """

    name: str
    pages: list[int]
    texts: list[int]
    code: str
    marks: list[Mark]


@dataclass(frozen=True)
class Row:
    """An indicator's row as it was found: its picture (PNG in base64), and texts where it has any.

    ``inked`` are the fields of a picture in which something is written; ``tall`` where the actual
    has more than one line. ``named`` is the code in the row's text.
    """

    indicator: str
    likeness: float
    picture: str
    texts: dict[Field, str] = field(default_factory=dict)
    inked: list[Field] = field(default_factory=list)
    tall: bool = False
    named: str = ""


@dataclass(frozen=True)
class PageReading:
    """One page, counted from 0, with its rows; ``placed`` where it resembles the form at all."""

    number: int
    placed: bool
    is_text: bool = False
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Reading:
    """Pages of one form, and what tesseract is to read: TIFFs in base64, empty where nothing is.

    Each has a picture for each inked cell, in the order of pages, rows and fields: ``lines`` for
    actuals of one line, ``blocks`` for those of several, ``words`` for all other fields. Those
    ``again`` are the same cells looked at differently. ``heads`` has two for each placed page that
    is a picture: the form's code, and the page's number; ``names`` the code in each of its rows.
    """

    pages: list[PageReading]
    lines: str = ""
    lines_again: str = ""
    blocks: str = ""
    blocks_again: str = ""
    words: str = ""
    heads: str = ""
    names: str = ""


class _Strips:
    """The pictures for tesseract, gathered on the way."""

    def __init__(self) -> None:
        self.lines: list[Gray] = []
        self.blocks: list[Gray] = []
        self.words: list[Gray] = []
        self.heads: list[Gray] = []
        self.names: list[Gray] = []

    def add(self, column: Field, cell: Gray) -> None:
        if column is not Field.ACTUAL:
            self.words.append(cell)
        else:
            (self.lines if ink_height(cell) <= ONE_LINE_MM else self.blocks).append(cell)


@dataclass(frozen=True)
class _Known:
    """What is known of the form from its own print."""

    layout: Layout
    prints: list[Print]
    tops: list[float]
    halves: dict[str, Gray]


def read_pages(data: bytes, plain: bytes, spilled: bytes, wanted: Wanted) -> Reading:
    """Pages of a file that are of one form.

    ``plain`` is a print of the form with marks in its cells; ``spilled`` is one so full that it
    needs more pages, which shows what a page looks like that begins with the table's head; it may
    be empty.

    Raises:
        ReadError: the file is broken or too large.
    """
    cv2.setNumThreads(1)
    known = _known(plain, spilled, wanted.marks, wanted.code)
    strips = _Strips()
    with opened(data, wanted.name) as pages:
        read = [
            _page_of_text(pages, number, known)
            if number in wanted.texts
            else _page(pages, number, known, strips)
            for number in wanted.pages
        ]
    return Reading(
        read,
        as_tiff(strips.lines),
        as_tiff(second_look(cell) for cell in strips.lines),
        as_tiff(strips.blocks),
        as_tiff(second_look(cell) for cell in strips.blocks),
        as_tiff(strips.words),
        as_tiff(strips.heads),
        as_tiff(strips.names),
    )


def _known(plain: bytes, spilled: bytes, marks: Sequence[Mark], code: str) -> _Known:
    """(1) Where everything lies; a page that begins with the head of the table from ``spilled``."""
    layout = layout_of(plain, code, marks)
    prints: list[Print] = []
    tops: list[float] = []
    straight: dict[int, Gray] = {}
    with opened(plain, "formulir") as sheets:
        for number, bands in enumerate(layout.pages):
            picture = sheets.gray(number, PRINT_DPI)
            prints.append(print_of(len(prints), picture, layout.width, layout.height))
            tops.append(bands[0].top if bands else 0.0)
            if bands:
                straight[number] = whitened(sheets.gray(number))
    if spilled and not any(layout.pages[1:]):
        fuller = layout_of(spilled, code, marks)
        at = next((n for n, bands in enumerate(fuller.pages) if n and bands), None)
        if at is not None:
            with opened(spilled, "formulir") as sheets:
                picture = sheets.gray(at, PRINT_DPI)
            prints.append(print_of(len(prints), picture, layout.width, layout.height))
            tops.append(fuller.pages[at][0].top)
    return _Known(layout, prints, tops, printed_halves(straight, layout))


def _page(pages: Pages, number: int, known: _Known, strips: _Strips) -> PageReading:
    """(2) to (4) for a page that is a picture."""
    straight = straightened(pages.gray(number), known.prints)
    if straight is None:
        return PageReading(number, placed=False)
    layout, clean = known.layout, whitened(straight.picture)
    strips.heads += _heads(clean, layout)
    rows = []
    for one in _rows(straight, clean, known):
        cells = {column: cut(clean, _cell(layout, one, column)) for column in Field}
        inked = [column for column, cell in cells.items() if has_ink(cell)]
        tall = ink_height(cells[Field.ACTUAL]) > ONE_LINE_MM
        for column in inked:
            strips.add(column, cells[column])
        strips.names.append(cut(clean, _naming(layout, one), 0.0))
        picture = _picture(clean, layout, one)
        rows.append(Row(one.indicator, one.likeness, picture, inked=inked, tall=tall))
    return PageReading(number, placed=True, rows=rows)


def _page_of_text(pages: Pages, number: int, known: _Known) -> PageReading:
    """(2) to (4) for a page of text: what stands in the cells, letter by letter."""
    page = pages.sheet(number)
    drawn = page.render(scale=READ_DPI / 72)
    straight = straightened(np.asarray(drawn.to_pil().convert("L")), known.prints)
    if straight is None:
        return PageReading(number, placed=False, is_text=True)
    clean, text = whitened(straight.picture), page.get_textpage()
    back, to_page = np.linalg.inv(straight.plane), drawn.get_posconv(page).to_page

    def written(box: Box) -> str:
        corners = np.array([[(box.left, box.top), (box.right, box.bottom)]], np.float64)
        seen = cv2.perspectiveTransform(corners, back)[0]
        (x0, y0), (x1, y1) = (to_page(round(x), round(y)) for x, y in seen)
        inside = text.get_text_bounded(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))
        return "\n".join(" ".join(line.split()) for line in inside.splitlines() if line.strip())

    rows = []
    for one in _rows(straight, clean, known):
        boxes = {column: _cell(known.layout, one, column) for column in Field}
        texts = {column: written(box) for column, box in boxes.items()}
        texts |= {f: " ".join(text.split()) for f, text in texts.items() if f is not Field.ACTUAL}
        named = "".join(written(_naming(known.layout, one)).split()[:1])
        picture = _picture(clean, known.layout, one)
        rows.append(Row(one.indicator, one.likeness, picture, texts, named=named))
    return PageReading(number, placed=True, is_text=True, rows=rows)


def _rows(straight: Straight, clean: Gray, known: _Known) -> list[Found]:
    """(3) The indicators' rows on a page that lies straight."""
    top = known.tops[straight.number]
    lines = row_lines(straight.picture, known.layout, top) if top else []
    pages = known.layout.pages
    expected = pages[straight.number] if straight.number < len(pages) else []
    return rows_found(clean, known.layout, lines, expected, known.halves)


def _cell(layout: Layout, row: Found, column: Field) -> Box:
    left, right = layout.columns[column]
    return Box(left, row.top, right, row.bottom)


def _naming(layout: Layout, row: Found) -> Box:
    """Where a row says which indicator's it is."""
    at = layout.naming
    left, top = at.left - _HEAD_MM, row.top + at.top - _HEAD_MM
    return Box(left, top, at.right + _NAME_MM, row.top + at.bottom + _HEAD_MM)


def _picture(clean: Gray, layout: Layout, row: Found) -> str:
    """The whole row, with the lines around it, for people."""
    box = Box(layout.table[0] - _EDGE_MM, row.top, layout.table[1] + _EDGE_MM, row.bottom)
    return as_png(cut(clean, box, -_EDGE_MM), PICTURE_SCALE)


def _heads(clean: Gray, layout: Layout) -> list[Gray]:
    """Where the form's code and the page's number are printed."""
    blank = np.full((60, 200), WHITE, np.uint8)
    code, page = layout.code, layout.numbering
    heads = [blank, blank]
    if code is not None:
        heads[0] = cut(clean, code, -_HEAD_MM)
    if page is not None:
        line = Box(page.left, page.top, page.left + _NUMBERING_MM, page.bottom)
        heads[1] = cut(clean, line, -_HEAD_MM)
    return heads
