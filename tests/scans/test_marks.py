"""Whose form a page is; files that say nothing are no accident."""

import io

import pikepdf
import pytest
from PIL import Image

from pipeline.errors import ReadError
from pipeline.forms.qr import qr_png
from pipeline.scans.marks import look_at

from .paper import CODE, as_pdf


def sheet(*codes: str, width: int = 1600) -> bytes:
    """A page with QR codes side by side."""
    page = Image.new("L", (width, width * 2 // 3), 255)
    for at, code in enumerate(codes):
        drawn = Image.open(io.BytesIO(qr_png(code))).resize((width // 8, width // 8))
        page.paste(drawn, (width // 10 + at * width // 4, width // 4))
    out = io.BytesIO()
    page.save(out, "PNG")
    return out.getvalue()


def text_page(code: str, *, hidden: bool = False) -> bytes:
    """A page of text with the printed code; ``hidden`` as behind a scan."""
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(600, 400))
        page = pdf.pages[0]
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        mode = b"3 Tr " if hidden else b""
        words = b"BT /F 12 Tf " + mode + b"50 50 Td (Kode formulir: " + code.encode() + b") Tj ET"
        page.Contents = pdf.make_stream(words)
        out = io.BytesIO()
        pdf.save(out)
        return out.getvalue()


def test_every_page_says_its_codes() -> None:
    look = look_at(as_pdf(sheet(CODE), sheet(), sheet(CODE, "ABCDEFGHJK")), "pindaian.pdf", 0, 9)
    assert [page.codes for page in look.pages] == [[CODE], [], ["ABCDEFGHJK", CODE]]
    assert (look.count, look.signed) == (3, False)
    assert look_at(as_pdf(sheet(CODE), sheet()), "pindaian.pdf", 1, 1).pages[0].number == 1


@pytest.mark.parametrize("text", ["WIFI:S:kantor;;", "https://contoh.id/promo", "k7q2m9xt4b"])
def test_other_codes_are_no_forms(text: str) -> None:
    assert look_at(sheet(text), "foto.png", 0, 1).pages[0].codes == []


def test_a_code_within_an_address_counts() -> None:
    look = look_at(sheet(f"https://dkp.contoh.id/v/{CODE}"), "foto.png", 0, 1)
    assert look.pages[0].codes == [CODE]


def test_text_counts_where_it_is_what_one_sees() -> None:
    (seen,) = look_at(text_page(CODE), "a.pdf", 0, 1).pages
    (behind,) = look_at(text_page(CODE, hidden=True), "a.pdf", 0, 1).pages
    assert (seen.printed, seen.is_text) == (CODE, True)
    assert (behind.printed, behind.is_text) == (CODE, False)


def locked() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    return out.getvalue()


def vast() -> bytes:
    out = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(out, "PNG")
    return out.getvalue()


def wide_page() -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(14_400, 14_400))
        pdf.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"bukan gambar",
        b"%PDF-1.7 rusak",
        b"\x89PNG\r\n\x1a\nrusak",
        locked(),
        vast(),
        wide_page(),
    ],
    ids=["empty", "text", "broken pdf", "broken png", "locked", "vast picture", "vast page"],
)
def test_what_cannot_be_looked_at_is_an_error_in_words(data: bytes) -> None:
    with pytest.raises(ReadError, match="berkas"):
        look_at(data, "berkas", 0, 1)
