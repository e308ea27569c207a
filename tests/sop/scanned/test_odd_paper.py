"""Paper that is nobody's, somebody else's, or several at once: each file gets its answer."""

import io

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from pipeline.domain.document import State
from pipeline.forms.qr import qr_png
from pipeline.sop.scanned.kept import scans_of, scans_to_confirm
from tests.scans.paper import Gray, Shot, as_pdf, taken

from ..under_way import HEAD, KASUBAG, SECRETARY, UnderWay
from .papers import OnPaper, something_else

pytestmark = pytest.mark.slow


@pytest.fixture
def paper(filling: UnderWay) -> OnPaper:
    return OnPaper(filling, HEAD)


def flat(page: Gray) -> bytes:
    return taken(page, Shot())


def with_qr(page: Gray, code: str, *, left: float, top: float) -> Gray:
    """The page with another QR of 25 mm on it, at these shares of its width and height."""
    side = round(page.shape[1] * 25 / 330)
    drawn = np.asarray(Image.open(io.BytesIO(qr_png(code))).convert("L"))
    drawn = cv2.resize(drawn, (side, side), interpolation=cv2.INTER_AREA)
    out = page.copy()
    x, y = round(page.shape[1] * left), round(page.shape[0] * top)
    out[y : y + side, x : x + side] = drawn
    return out


def test_two_forms_in_one_file_are_each_answered(filling: UnderWay) -> None:
    one, other = OnPaper(filling, HEAD), OnPaper(filling, KASUBAG)
    filling.verify(SECRETARY)
    third = OnPaper(filling, SECRETARY)
    data = as_pdf(*map(flat, [*other.pages(), *one.pages()[::-1], *third.pages()]))
    one.send("semua.pdf", data, by_staff=True)
    assert {
        one.at.form(post).code in "".join(one.lies("*", by_staff=True)) for post in (HEAD, KASUBAG)
    } == {True}
    told = filling.said("4-pengisian/_titipan/SLIP - semua.pdf")
    assert "memuat 3 formulir; 2 di antaranya" in told
    assert "SUDAH DIVERIFIKASI" in told
    assert all(scans_to_confirm(filling.form(post)) for post in (HEAD, KASUBAG))


def test_another_officials_form_goes_back(filling: UnderWay) -> None:
    other = OnPaper(filling, KASUBAG)
    OnPaper(filling, HEAD).send("punya kasubag.pdf", other.scan())
    paper = OnPaper(filling, HEAD)
    assert "FORMULIR PEJABAT LAIN" in filling.said(f"{paper.folder}/SLIP*.pdf")
    assert "PERBAIKI - punya kasubag.pdf" in paper.lies("*")


def test_a_verified_form_is_not_read_again(filling: UnderWay) -> None:
    paper = OnPaper(filling, HEAD)
    scan = paper.scan()
    filling.verify(HEAD)
    paper.send("terlambat.pdf", scan)
    assert "SUDAH DIVERIFIKASI" in filling.said(f"{paper.folder}/SLIP*.pdf")


def test_a_code_of_nobody_is_told(paper: OnPaper) -> None:
    page = paper.pages()[0]
    page[-round(page.shape[0] * 0.2) :] = 255
    foreign = with_qr(page, "AAAAAAAAAA", left=0.9, top=0.83)
    paper.send("asing.pdf", as_pdf(flat(foreign)))
    assert "FORMULIR DARI PENGUMPULAN LAIN" in paper.at.said(f"{paper.folder}/SLIP*.pdf")


def test_two_codes_on_a_page_are_nobodys(paper: OnPaper) -> None:
    page = with_qr(paper.pages()[0], "AAAAAAAAAA", left=0.5, top=0.85)
    paper.send("ganda.pdf", as_pdf(flat(page)))
    assert "DUA KODE PADA SATU HALAMAN" in paper.at.said(f"{paper.folder}/SLIP*.pdf")
    assert paper.at.form(HEAD).state == State.ISSUED


def test_a_qr_stuck_onto_another_form_is_found_out(filling: UnderWay) -> None:
    own, other = OnPaper(filling, HEAD), OnPaper(filling, KASUBAG)
    page = other.pages()[0]
    side = round(page.shape[1] * 25 / 330)
    page[round(page.shape[0] * 0.84) :, round(page.shape[1] * 0.85) :] = 255
    stuck = with_qr(page, filling.form(HEAD).code, left=0.88, top=0.99 - side / page.shape[0])
    own.send("tempelan.pdf", as_pdf(flat(stuck)))
    assert "KODE QR DAN KODE TERCETAK BERBEDA" in filling.said(f"{own.folder}/SLIP*.pdf")
    assert scans_of(filling.form(HEAD)) is None


def test_a_scan_that_went_back_may_be_sent_again(filling: UnderWay) -> None:
    other, own = OnPaper(filling, HEAD), OnPaper(filling, KASUBAG)
    scan = own.scan()
    other.send("tertukar.pdf", scan)
    assert "PERBAIKI - tertukar.pdf" in other.lies("*")
    own.send("tertukar.pdf", scan)
    assert scans_to_confirm(filling.form(KASUBAG)) is not None


def test_a_receipt_of_ours_is_no_form(paper: OnPaper) -> None:
    paper.send("formulir.docx", paper.word())
    (receipt,) = paper.at.desk.files(f"{paper.folder}/DITERIMA*.pdf")
    paper.send("tanda terima.pdf", receipt.read_bytes())
    assert any(one.startswith("DATA DUKUNG DITERIMA") for one in paper.lies("*"))
    assert scans_of(paper.at.form(HEAD)) is None


@pytest.mark.parametrize("kind", ["photo", "broken", "locked", "huge", "empty pdf"])
def test_what_is_no_form_is_evidence(paper: OnPaper, kind: str) -> None:
    name, data = rubbish(kind)
    paper.send(name, data)
    assert any(one.startswith("DATA DUKUNG DITERIMA") for one in paper.lies("*"))
    told = paper.at.said(f"{paper.folder}/DATA DUKUNG DITERIMA*.pdf")
    assert "foto ulang lebih dekat" in told


def rubbish(kind: str) -> tuple[str, bytes]:
    """A file that is no form, with its name."""
    out = io.BytesIO()
    if kind == "photo":
        return "kegiatan.jpg", something_else()
    if kind == "broken":
        return "rusak.pdf", b"%PDF-1.7\n" + b"x" * 2000 + b"\n%%EOF\n"
    if kind == "huge":
        Image.new("1", (10_000, 10_000)).save(out, "PNG")
        return "besar.png", out.getvalue()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        lock = pikepdf.Encryption(owner="a", user="b") if kind == "locked" else None
        pdf.save(out, encryption=lock or False)
    return f"{kind}.pdf", out.getvalue()
