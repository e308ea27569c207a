"""Whose form a page is: by the QR in its foot, and by the code that is printed beside it."""

import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pypdfium2
import zxingcpp
from PIL import Image
from pypdfium2 import raw

from pipeline.domain.document import CODE_ALPHABET, CODE_LENGTH
from pipeline.scans.opening import MOST_PAGES, Pages, flat, is_pdf, opened

_CODE = rf"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}"
_IN_QR = re.compile(rf"(?:https?://\S{{1,200}}/)?({_CODE})")
_PRINTED = re.compile(rf"Kode formulir:?\s*({_CODE})\b")
_LOOK_DPI, _SECOND_DPI = 150, 300
_LOOK_WIDTH, _SECOND_WIDTH = 2000, 4000  # pixels of a photograph's longer side
_LOOKED_AT_TWICE = 20  # pages: a long file is rarely a form
_SAVED = 640 << 20  # bytes of a job's 1 GB
_COVERED = 0.5  # of a page, by a picture: then it is a scan, whatever text lies behind it
_MOST_OBJECTS = 5000
_INVISIBLE = 3  # text rendering mode (ISO 32000-1, table 106)


@dataclass(frozen=True)
class PageLook:
    """What one page says of itself; ``number`` counts from 0.

    ``codes`` are all form codes in its QR codes; ``printed`` is the one in its text, which counts
    as the page's own only where the text is what one sees (``is_text``).
    """

    number: int
    codes: list[str] = field(default_factory=list)
    printed: str = ""
    is_text: bool = False


@dataclass(frozen=True)
class Look:
    """Some pages of a file, of how many; whether it carries a digital signature."""

    pages: list[PageLook]
    count: int
    signed: bool


def look_at(data: bytes, name: str, first: int, count: int) -> Look:
    """What ``count`` pages from ``first`` say of themselves; of `MOST_PAGES` in all.

    Raises:
        ReadError: it is neither a PDF nor a picture, is locked, broken or too large.
    """
    with _thrifty(data), opened(data, name) as pages:
        total = len(pages)
        last = min(first + count, total, MOST_PAGES)
        looks = [_look(pages, number) for number in range(first, last)]
        signed = pages.pdf is not None and raw.FPDF_GetSignatureCount(pages.pdf.raw) > 0
        return Look(looks, total, signed)


@contextmanager
def _thrifty(data: bytes) -> Iterator[None]:
    """Less memory for a PDF than other jobs have: any evidence is looked at, hardly any is a form.

    A photograph needs it all. Where a process has no bound, as in a test, there is none to lower.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or not is_pdf(data):
        yield
        return
    resource.setrlimit(resource.RLIMIT_AS, (max(1, soft - _SAVED), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _look(pages: Pages, number: int) -> PageLook:
    printed, is_text = _layer(pages.pdf[number]) if pages.pdf is not None else ("", False)
    codes = _codes(pages, number, _LOOK_DPI, _LOOK_WIDTH)
    if not codes and not is_text and number < _LOOKED_AT_TWICE:
        codes = _codes(pages, number, _SECOND_DPI, _SECOND_WIDTH)
    return PageLook(number, codes, printed, is_text)


def _codes(pages: Pages, number: int, dpi: int, width: int) -> list[str]:
    picture = flat(pages.picture(number, dpi)).convert("L")
    if max(picture.size) > width:
        picture.thumbnail((width, width), Image.Resampling.BILINEAR)
    found = zxingcpp.read_barcodes(
        picture, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    )
    named = (_IN_QR.fullmatch(one.text) for one in found)
    return sorted({match[1] for match in named if match})


def _layer(page: pypdfium2.PdfPage) -> tuple[str, bool]:
    """The printed code in the page's text, and whether that text is what one sees."""
    text = page.get_textpage().get_text_bounded()
    match = _PRINTED.search(" ".join(text.split()))
    return (match[1], _is_seen(page)) if match else ("", False)


def _is_seen(page: pypdfium2.PdfPage) -> bool:
    width, height = page.get_size()
    kinds = (raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_IMAGE)
    for count, one in enumerate(page.get_objects(filter=kinds)):
        if count > _MOST_OBJECTS:
            return False
        if one.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = one.get_bounds()
            if (right - left) * (top - bottom) > _COVERED * width * height:
                return False
        elif raw.FPDFTextObj_GetTextRenderMode(one) == _INVISIBLE:
            return False
    return True
