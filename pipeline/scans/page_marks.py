"""Which page of which print-out a picture shows: by the small QR at the foot of every page.

It says the print-out's code, its edition, the page and how many there are: ``7H2KQ9WXYZ-1-2-8``.
"""

import io
import re
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

import cv2
import pikepdf
import zxingcpp
from PIL import Image
from pypdfium2 import raw

from pipeline.domain.document import CODE_ALPHABET, CODE_LENGTH
from pipeline.errors import ReadError
from pipeline.scans.cells import cut, has_ink, whitened
from pipeline.scans.layout import Box
from pipeline.scans.opening import MOST_PAGES, Pages, flat, opened
from pipeline.scans.reading import PRINT_DPI
from pipeline.scans.straighten import print_of, straightened

_NUMBER = r"(\d{1,6})"
_MARK = re.compile(rf"([{CODE_ALPHABET}]{{{CODE_LENGTH}}})-{_NUMBER}-{_NUMBER}-{_NUMBER}")
_LOOKS = ((150, 2000), (300, 4000))
"""Dots per inch of a PDF's page, and pixels of a photograph's longer side: coarse, then fine."""
_BLANK_DPI, _BLANK_WIDTH = 50, 500
_DARK, _LEAST_DARK = 140, 0.0005  # a level of grey; the part of a page that is darker than it
_POINTS_PER_MM = 72 / 25.4
_COVERED, _MOST_OBJECTS = 0.8, 5000


class Ink(StrEnum):
    """What was found in a field of a print-out on paper."""

    WRITTEN = "written"
    EMPTY = "empty"
    UNPLACED = "unplaced"  # the page cannot be laid on the print
    ELSEWHERE = "elsewhere"  # the field is on a page that the file does not show


@dataclass(frozen=True)
class PageMark:
    """What the mark of a page says; ``page`` counts from 1."""

    code: str
    edition: int
    page: int
    count: int

    @property
    def text(self) -> str:
        """As it stands in the QR."""
        return f"{self.code}-{self.edition}-{self.page}-{self.count}"


@dataclass(frozen=True)
class MarkedPage:
    """One page of a file, counted from 0, with its marks; ``blank`` where nothing is on it.

    It is ``scanned`` where pictures cover it, and not a program's own text and lines.
    """

    number: int
    marks: list[PageMark] = field(default_factory=list)
    blank: bool = False
    scanned: bool = True


@dataclass(frozen=True)
class MarkedPages:
    """Some pages of a file, of how many; whether it carries a digital signature."""

    pages: list[MarkedPage]
    count: int
    signed: bool


def read_mark(text: str) -> PageMark | None:
    """What a QR says, where it is a page's mark."""
    found = _MARK.fullmatch(text)
    return PageMark(found[1], int(found[2]), int(found[3]), int(found[4])) if found else None


def look_for_marks(data: bytes, name: str, first: int, count: int) -> MarkedPages:
    """The marks on ``count`` pages from ``first``; of `MOST_PAGES` in all.

    Raises:
        ReadError: it is neither a PDF nor a picture, is locked, broken or too large.
    """
    with opened(data, name) as pages:
        last = min(first + count, len(pages), MOST_PAGES)
        signed = pages.pdf is not None and raw.FPDF_GetSignatureCount(pages.pdf.raw) > 0
        looked = [_looked_at(pages, number) for number in range(first, last)]
        return MarkedPages(looked, len(pages), signed)


def ink_in_field(
    data: bytes, name: str, shown: list[list[int]], plain: bytes, field_name: str
) -> Ink:
    """Whether something is written where the print-out ``plain`` has a signature field.

    ``shown`` pairs pages of the file with those of the print-out, both counted from 0.

    Raises:
        ReadError: one of the files is broken or too large, or has no such field.
    """
    cv2.setNumThreads(1)
    page, (left, bottom, right, top) = _field_place(plain, field_name)
    at = next((here for here, there in shown if there == page), None)
    if at is None:
        return Ink.ELSEWHERE
    with opened(plain, "print out") as sheets, opened(data, name) as pages:
        width, height = (edge / _POINTS_PER_MM for edge in sheets.sheet(page).get_size())
        known = print_of(page, sheets.gray(page, PRINT_DPI), width, height)
        straight = straightened(pages.gray(at), [known])
    if straight is None:
        return Ink.UNPLACED
    place = Box(left, height - top, right, height - bottom)
    return Ink.WRITTEN if has_ink(cut(whitened(straight.picture), place)) else Ink.EMPTY


def _field_place(plain: bytes, name: str) -> tuple[int, list[float]]:
    """The page of a field, from 0, and its edges in millimetres from the page's lower left."""
    with pikepdf.open(io.BytesIO(plain)) as pdf:
        for number, page in enumerate(pdf.pages):
            for note in page.obj.get("/Annots", pikepdf.Array()):
                if str(note.get("/T", "")) == name:
                    left, bottom = (float(edge) for edge in list(page.mediabox)[:2])
                    edges = [float(edge) for edge in note.Rect]
                    at = [edges[0] - left, edges[1] - bottom, edges[2] - left, edges[3] - bottom]
                    return number, [edge / _POINTS_PER_MM for edge in at]
    raise ReadError(f"Print out ini tidak memuat kolom {name}.")


def _looked_at(pages: Pages, number: int) -> MarkedPage:
    for dpi, width in _LOOKS:
        marks = _marks(_small(pages, number, dpi, width))
        if marks:
            return MarkedPage(number, marks, scanned=_is_scanned(pages, number))
    small = _small(pages, number, _BLANK_DPI, _BLANK_WIDTH).histogram()
    return MarkedPage(number, blank=sum(small[:_DARK]) < _LEAST_DARK * sum(small))


def _is_scanned(pages: Pages, number: int) -> bool:
    """Whether pictures cover most of a page: in one piece, in strips, or in layers."""
    if pages.pdf is None:
        return True
    page = pages.pdf[number]
    across, up = page.get_size()
    covered = 0.0
    for one in islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]), _MOST_OBJECTS):
        left, bottom, right, top = one.get_bounds()
        covered += max(0.0, right - left) * max(0.0, top - bottom)
    return bool(covered > _COVERED * across * up)


def _marks(picture: Image.Image) -> list[PageMark]:
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )
    marks = {read_mark(one.text) for one in found} - {None}
    return sorted((mark for mark in marks if mark), key=lambda mark: mark.text)


def _small(pages: Pages, number: int, dpi: int, width: int) -> Image.Image:
    picture = flat(pages.picture(number, dpi)).convert("L")
    if max(picture.size) > width:
        picture.thumbnail((width, width), Image.Resampling.BILINEAR)
    return picture
