"""A file of pictures opened: the pages of a PDF, of a photograph, of a TIFF, as grey or colour."""

import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pypdfium2
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from pipeline.errors import ReadError
from pipeline.foreign.pictures import MAX_PIXELS, TooManyPixelsError, check_pixels

Gray = NDArray[Any]
"""Pixels of 8 bits, rows first."""

PDF_SIGN = b"%PDF-"
PDF_SIGN_WITHIN = 1024  # bytes; what readers accept (ISO 32000-2, annex I)
MOST_PAGES = 200
READ_DPI = 300
_POINTS_PER_INCH = 72
_FORMATS = ("JPEG", "PNG", "TIFF", "BMP", "WEBP")
_BROKEN = (UnidentifiedImageError, OSError, ValueError, SyntaxError, ArithmeticError)


class Pages:
    """The pages of one file, each drawn when it is asked for."""

    def __init__(self, source: "pypdfium2.PdfDocument | Image.Image", name: str) -> None:
        self._source, self._name = source, name

    @property
    def pdf(self) -> "pypdfium2.PdfDocument | None":
        """The PDF behind the pages, where they are those of one."""
        return self._source if isinstance(self._source, pypdfium2.PdfDocument) else None

    def sheet(self, page: int) -> "pypdfium2.PdfPage":
        """A page of a PDF, counted from 0.

        Raises:
            ReadError: they are those of no PDF.
        """
        if self.pdf is None:
            raise ReadError(f"{self._name} bukan PDF.")
        return self.pdf[page]

    def __len__(self) -> int:
        if isinstance(self._source, pypdfium2.PdfDocument):
            return len(self._source)
        return int(getattr(self._source, "n_frames", 1))

    def picture(self, page: int, dpi: float) -> Image.Image:
        """A page, counted from 0, upright as its maker meant it; a photograph in its own size.

        Raises:
            ReadError: it is too large, or broken.
        """
        if isinstance(self._source, pypdfium2.PdfDocument):
            return self._drawn(self._source, page, dpi)
        try:
            self._source.seek(page)
            width, height = self._source.size
            check_size(width, height, self._name)
            return ImageOps.exif_transpose(self._source).copy()
        except (*_BROKEN, EOFError, Image.DecompressionBombError) as broken:
            raise ReadError(f"Gambar {self._name} rusak dan tidak dapat dibuka.") from broken

    def gray(self, page: int, dpi: float = READ_DPI) -> Gray:
        """The page in grey."""
        return np.asarray(flat(self.picture(page, dpi)).convert("L"))

    def _drawn(self, document: pypdfium2.PdfDocument, page: int, dpi: float) -> Image.Image:
        scale = dpi / _POINTS_PER_INCH
        try:
            sheet = document[page]
            width, height = sheet.get_size()
            check_size(int(width * scale), int(height * scale), self._name)
            drawn: Image.Image = sheet.render(scale=scale, may_draw_forms=False).to_pil()
        except pypdfium2.PdfiumError as broken:
            raise ReadError(f"Halaman {page + 1} dari {self._name} rusak.") from broken
        return drawn


def flat(picture: Image.Image) -> Image.Image:
    """The picture without transparency, on white: grey or RGB."""
    if "A" in picture.getbands() or "transparency" in picture.info:
        paper = Image.new("RGBA", picture.size, "white")
        return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")
    if picture.mode.startswith(("I", "F")):  # 16 bits a pixel
        return Image.fromarray((np.asarray(picture) / 257).clip(0, 255).astype(np.uint8))
    return picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")


def check_size(width: int, height: int, name: str) -> None:
    """Refuse what would take too much memory.

    Raises:
        ReadError: it has more than `MAX_PIXELS`.
    """
    if width * height > MAX_PIXELS or min(width, height) < 1:
        raise ReadError(
            f"{name} terlalu besar: {width} × {height} piksel. Foto atau pindai ulang dengan"
            " resolusi 200 sampai 300 dpi, lalu kirim lagi."
        )


def is_pdf(data: bytes) -> bool:
    """Whether a file says that it is a PDF."""
    return PDF_SIGN in data[:PDF_SIGN_WITHIN]


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Pages]:
    """The pages of a file; ``name`` is how messages call it.

    Raises:
        ReadError: it is neither a PDF nor a picture, is locked, broken or too large.
    """
    if is_pdf(data):
        with _opened_pdf(data, name) as document:
            yield Pages(document, name)
        return
    try:
        check_pixels(data)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own, lower bound
            picture = Image.open(io.BytesIO(data), formats=_FORMATS)
    except (TooManyPixelsError, Image.DecompressionBombError) as vast:
        raise ReadError(
            f"{name} terlalu besar. Foto atau pindai ulang dengan resolusi 200 sampai 300 dpi, lalu"
            " kirim lagi."
        ) from vast
    except _BROKEN as other:
        raise ReadError(f"{name} bukan PDF atau gambar yang utuh.") from other
    with picture:
        yield Pages(picture, name)


@contextmanager
def _opened_pdf(data: bytes, name: str) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as broken:
        raise ReadError(
            f"{name} tidak dapat dibuka sebagai PDF: terkunci kata sandi atau tidak utuh."
        ) from broken
    try:
        yield document
    finally:
        document.close()
