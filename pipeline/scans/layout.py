"""Where the cells of an issued form lie on paper, learnt from a print of it that is filled in.

The office's format may be changed by its staff, so that nothing is taken for granted but what the
form says itself: it is printed once with a mark of its own in every cell (`marks_for`), and the
lines around each mark are the cell. All lengths are millimetres from the page's upper left corner.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count
from statistics import median

import cv2
import numpy as np
import pypdfium2

from pipeline.domain.form import Field
from pipeline.errors import ReadError
from pipeline.scans.opening import Gray, opened

MM_PER_POINT = 25.4 / 72
LINE_DPI = 200
_DARK = 238  # of 255: a hair line on white is darker, the tint of printed cells too
_LINE_MM = 12.0  # shorter strokes are letters
_MARK = "Zq{}x"


@dataclass(frozen=True)
class Box:
    """A rectangle in millimetres."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True)
class Mark:
    """What stands in one cell of the printed trial, and in no other."""

    indicator: str
    field: Field
    text: str


@dataclass(frozen=True)
class Band:
    """One indicator's row on a page: from its upper to its lower line."""

    indicator: str
    top: float
    bottom: float


@dataclass(frozen=True)
class Layout:
    """A form on paper: the columns of its fields, and the rows of its pages in order.

    ``naming`` is where the indicator's code stands, measured from the upper line of its row;
    ``code`` and ``numbering`` are where the form's own code and the page's number are printed.
    """

    width: float
    height: float
    columns: dict[Field, tuple[float, float]]
    table: tuple[float, float]
    naming: Box
    code: Box | None
    numbering: Box | None
    pages: list[list[Band]]

    @property
    def indicators(self) -> list[str]:
        """The indicators' codes, in the order of the form."""
        return [band.indicator for page in self.pages for band in page]


def marks_for(indicators: Sequence[str]) -> list[Mark]:
    """A mark for every cell of these indicators; short, so that no row grows."""
    numbers = count(10)
    return [Mark(i, f, _MARK.format(next(numbers))) for i in indicators for f in Field]


def layout_of(trial: bytes, code: str, marks: Sequence[Mark]) -> Layout:
    """The layout of a form whose print ``trial`` has ``marks`` in its cells.

    Raises:
        ReadError: it is no sound PDF, or has no table with these cells.
    """
    columns: dict[Field, list[tuple[float, float]]] = {}
    namings: list[Box] = []
    pages: list[list[Band]] = []
    with opened(trial, "formulir") as sheets:
        width, height = (edge * MM_PER_POINT for edge in sheets.sheet(0).get_size())
        first = _Sheet(sheets.sheet(0), sheets.gray(0, LINE_DPI))
        extents = []
        for number in range(len(sheets)):
            sheet = (
                first
                if number == 0
                else _Sheet(sheets.sheet(number), sheets.gray(number, LINE_DPI))
            )
            bands: dict[str, Band] = {}
            for mark in marks:
                cell = sheet.cell_around(mark.text)
                if cell is None:
                    continue
                columns.setdefault(mark.field, []).append((cell.left, cell.right))
                if mark.indicator not in bands:
                    bands[mark.indicator] = Band(mark.indicator, cell.top, cell.bottom)
                    named = sheet.place_of(mark.indicator, cell.top, cell.bottom)
                    namings += [named] if named else []
                    extents.append(sheet.extent((cell.top + cell.bottom) / 2))
            pages.append(sorted(bands.values(), key=lambda band: band.top))
        printed, numbering = first.place_of(code), first.place_of("Halaman")
    if not columns or not namings:
        raise ReadError(
            "Susunan formulir ini tidak dapat dikenali pada kertas. Kirim formulirnya sebagai Word"
            " (.docx)."
        )
    return Layout(
        width,
        height,
        {field: _middle(found) for field, found in columns.items()},
        _middle(extents),
        _common(namings),
        printed,
        numbering,
        pages,
    )


def _middle(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    return median(a for a, _ in pairs), median(b for _, b in pairs)


def _common(boxes: Sequence[Box]) -> Box:
    return Box(
        min(box.left for box in boxes),
        median(box.top for box in boxes),
        max(box.right for box in boxes),
        median(box.bottom for box in boxes),
    )


class _Sheet:
    """One page of the trial: where its texts stand, and the lines around them."""

    def __init__(self, page: pypdfium2.PdfPage, picture: Gray) -> None:
        self._text = page.get_textpage()
        self._height = page.get_size()[1]
        self._pixels_per_mm = LINE_DPI / 25.4
        length = int(_LINE_MM * self._pixels_per_mm)
        dark = (picture < _DARK).astype(np.uint8)
        self._across = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
        self._down = cv2.morphologyEx(dark, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))

    def place_of(self, text: str, top: float = 0.0, bottom: float = 10_000.0) -> Box | None:
        """Where a text stands between two heights; the first one there."""
        search = self._text.search(text, match_case=True)
        while (found := search.get_next()) is not None:
            index, length = found
            boxes = [self._text.get_charbox(at) for at in range(index, index + length)]
            box = Box(
                min(b[0] for b in boxes) * MM_PER_POINT,
                (self._height - max(b[3] for b in boxes)) * MM_PER_POINT,
                max(b[2] for b in boxes) * MM_PER_POINT,
                (self._height - min(b[1] for b in boxes)) * MM_PER_POINT,
            )
            if top <= box.top and box.bottom <= bottom:
                if bottom < 10_000.0:
                    return Box(box.left, box.top - top, box.right, box.bottom - top)
                return box
        return None

    def cell_around(self, text: str) -> Box | None:
        """The cell in which a text stands."""
        place = self.place_of(text)
        if place is None:
            return None
        scale = self._pixels_per_mm
        x = int((place.left + place.right) / 2 * scale)
        y = int((place.top + place.bottom) / 2 * scale)
        left, right = _around(self._down[y], x)
        top, bottom = _around(self._across[:, x], y)
        return Box(left / scale, top / scale, right / scale, bottom / scale)

    def extent(self, y: float) -> tuple[float, float]:
        """The outermost vertical lines of the table at that height."""
        across = np.flatnonzero(self._down[int(y * self._pixels_per_mm)])
        return across[0] / self._pixels_per_mm, across[-1] / self._pixels_per_mm


def _around(line: Gray, at: int) -> tuple[int, int]:
    """The nearest set pixels on both sides of a place."""
    before, after = np.flatnonzero(line[:at]), np.flatnonzero(line[at:])
    low = int(before[-1]) if len(before) else 0
    return low, at + int(after[0]) if len(after) else len(line)
