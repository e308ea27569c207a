"""Pictures and text of pages."""

import io
import threading
from pathlib import Path

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from pipeline.errors import ReadError
from pipeline.pdf.images import page_png
from pipeline.pdf.text import text_of
from tests.pdf.on_files import extract_text


def test_size_follows_dpi(form_pdf: Path) -> None:
    with Image.open(io.BytesIO(page_png(form_pdf, dpi=110))) as picture:
        assert picture.format == "PNG"
        assert picture.size == pytest.approx((210 / 25.4 * 110, 297 / 25.4 * 110), abs=2)
        assert picture.convert("L").getextrema() == (0, 255)


def test_pages_differ(form_pdf: Path) -> None:
    assert page_png(form_pdf, 0) != page_png(form_pdf, 1)


def test_box_of_a_signature_field_is_drawn(tmp_path: Path) -> None:
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(100, 100))
        look = pdf.make_stream(b"0 0 50 50 re f", Type=Name.XObject, Subtype=Name.Form)
        look.BBox = Array([0, 0, 50, 50])
        box = Dictionary(Type=Name.Annot, Subtype=Name.Widget, FT=Name.Sig, T="Paraf", F=132)
        box.Rect, box.AP = Array([0, 0, 50, 50]), Dictionary(N=look)
        fields = Array([pdf.make_indirect(box)])
        pdf.Root.AcroForm = Dictionary(Fields=fields, SigFlags=3)
        pdf.pages[0].obj.Annots = fields
        pdf.save(tmp_path / "kotak.pdf")
    with Image.open(io.BytesIO(page_png(tmp_path / "kotak.pdf", dpi=72))) as picture:
        assert picture.getpixel((25, 75)) == (0, 0, 0)
        assert picture.getpixel((75, 25)) == (255, 255, 255)


@pytest.mark.parametrize("page", [-1, 2])
def test_no_such_page(form_pdf: Path, page: int) -> None:
    with pytest.raises(ReadError, match=f"tidak mempunyai halaman {page + 1}"):
        page_png(form_pdf, page)


def test_huge_page_is_refused(tmp_path: Path) -> None:
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page(page_size=(14400, 14400))
        pdf.save(tmp_path / "besar.pdf")
    with pytest.raises(ReadError, match=r"besar\.pdf terlalu besar"):
        page_png(tmp_path / "besar.pdf")


@pytest.mark.parametrize("name", ["a.pdf", "tiada.pdf"])
def test_what_is_no_pdf(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.pdf").write_bytes(b"bukan")
    with pytest.raises(ReadError, match=name.replace(".", r"\.")):
        page_png(tmp_path / name)


def test_no_text_of_what_is_no_pdf() -> None:
    with pytest.raises(ReadError, match=r"a\.pdf tidak dapat dibuka"):
        text_of(b"bukan", "a.pdf")


def test_text_of_all_pages(form_pdf: Path) -> None:
    pages = extract_text(form_pdf).split("\f")
    assert len(pages) == 2
    assert "Indikator 3: produksi perikanan" in " ".join(pages[0].split())
    assert "\r" not in "".join(pages)


def test_threads_share_the_library(form_pdf: Path) -> None:
    pictures: list[bytes] = []
    threads = [
        threading.Thread(target=lambda: pictures.append(page_png(form_pdf))) for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pictures) == 6
    assert len(set(pictures)) == 1


def test_handles_are_closed(form_pdf: Path) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        page_png(form_pdf)
        extract_text(form_pdf)
    assert len(list(Path("/proc/self/fd").iterdir())) == before
