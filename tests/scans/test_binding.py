"""Scans behind a cover: PDF/A whatever they were, and still legible."""

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from pipeline.errors import ReadError
from pipeline.pdf.pdfa import problems
from pipeline.scans.binding import bound

from .conftest import FEW, Print
from .paper import as_pdf


def picture(mode: str, size: tuple[int, int], kind: str = "PNG") -> bytes:
    drawn = Image.new("RGB", size, "white")
    drawn.paste((20, 30, 160), (10, 10, size[0] // 4, size[1] // 4))  # a stamp
    out = io.BytesIO()
    drawn.convert(mode).save(out, kind)
    return out.getvalue()


@pytest.fixture(scope="module")
def cover(printed: Print) -> bytes:
    return printed(FEW, "filled")


@pytest.mark.parametrize(
    ("data", "space"),
    [
        (picture("RGB", (900, 600), "JPEG"), "/DeviceRGB"),
        (picture("L", (900, 600)), "/DeviceGray"),
        (picture("1", (900, 600), "TIFF"), "/DeviceGray"),
        (picture("RGBA", (900, 600)), "/DeviceRGB"),
        (picture("P", (900, 600)), "/DeviceRGB"),
        (picture("CMYK", (900, 600), "JPEG"), "/DeviceRGB"),
        (as_pdf(picture("RGB", (900, 600))), "/DeviceRGB"),
    ],
    ids=["photograph", "grey", "fax", "transparent", "palette", "cmyk", "pdf"],
)
def test_every_scan_becomes_an_archives_page(cover: bytes, data: bytes, space: str) -> None:
    made = bound(cover, data, "pindaian", [0])
    assert problems(made) == []
    with pikepdf.open(io.BytesIO(made)) as pdf:
        (image,) = pdf.pages[-1].resources.XObject.values()
        assert str(image.ColorSpace) == space


def test_large_ones_shrink_to_what_can_be_read(cover: bytes) -> None:
    made = bound(cover, picture("L", (6000, 4000), "JPEG"), "foto", [0])
    with pikepdf.open(io.BytesIO(made)) as pdf:
        (image,) = pdf.pages[-1].resources.XObject.values()
        assert int(image.Width) == pytest.approx(297 / 25.4 * 200, abs=2)
        box = [float(edge) * 25.4 / 72 for edge in pdf.pages[-1].mediabox]
        assert box[2:] == pytest.approx([297, 198], abs=0.1)


def test_only_the_pages_asked_for_follow_the_cover(cover: bytes) -> None:
    shades = [Image.new("L", (400, 300), grey) for grey in (40, 120, 220)]
    sheets = []
    for shade in shades:
        out = io.BytesIO()
        shade.save(out, "PNG")
        sheets.append(out.getvalue())
    made = bound(cover, as_pdf(*sheets), "pindaian.pdf", [2, 0])
    with pypdfium2.PdfDocument(made) as document:
        seen = [float(np.asarray(page.render().to_pil().convert("L")).mean()) for page in document]
    assert seen[-2:] == pytest.approx([220, 40], abs=4)


def test_a_broken_scan_is_told() -> None:
    with pytest.raises(ReadError, match="foto"):
        bound(b"%PDF-1.4", b"rusak", "foto", [0])
