"""A form on paper: read, confirmed by its sender, verified, filed; nothing counts before."""

import io
from datetime import datetime

import pikepdf
import pypdfium2
import pytest

from pipeline.archive.bag import read_bag
from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields
from pipeline.pdf.pdfa import problems
from pipeline.sop.case import Case
from pipeline.sop.scanned import receive
from pipeline.sop.scanned.kept import scans_of, scans_to_confirm
from pipeline.sop.scanned.sheets import ToCheck, printed
from pipeline.sop.values import rows_of
from pipeline.tasks.demo.hand import fill_controls
from tests.pdf.on_files import extract_text
from tests.scans.paper import Shot, as_pdf, taken

from ..at_once import take_in
from ..filed import finish
from ..replaced import SUCCESSOR, replace_head_by_hand, stands_in
from ..under_way import HEAD, KASUBAG, SECRETARY, UnderWay
from .papers import SAID, OnPaper

pytestmark = pytest.mark.slow
PHOTO = Shot(tilt=3, perspective=0.03, blur=0.5, shadow=0.35, noise=4, quality=75, width=1600)


@pytest.fixture
def paper(filling: UnderWay) -> OnPaper:
    return OnPaper(filling, HEAD)


def actuals(at: UnderWay) -> dict[str, str]:
    return {row.indicator: row.text(Field.ACTUAL) for row in rows_of(at.form(HEAD))}


def test_a_scan_counts_only_once_its_sender_has_confirmed_it(paper: OnPaper) -> None:
    at = paper.at
    paper.send("pindaian.pdf", paper.scan())
    form = at.form(HEAD)
    assert (form.state, rows_of(form)) == (State.ISSUED, [])
    laid = {f"PERIKSA ANGKA - {form.name}", f"PERIKSA ANGKA - {form.code}.pdf"}
    assert set(paper.lies("*")) == laid
    told = at.said(f"{paper.folder}/PERIKSA ANGKA*.pdf")
    assert "Belum ada yang diterima." in told
    read = paper.proposed()
    assert all(text in {"", paper.actuals[code]} for code, text in read.items())
    assert all(text in told for text in read.values())
    assert at.names("5-verifikasi") == ["_RINGKASAN.pdf"]
    assert "1 pindaian menunggu dikonfirmasi" in at.said("5-verifikasi/_RINGKASAN.pdf")

    paper.confirm()
    assert at.form(HEAD).state == State.WAITING
    assert actuals(at) == paper.actuals
    scans = scans_of(at.form(HEAD))
    assert scans is not None
    assert scans.origin == f"disalin dari pindaian, dikonfirmasi oleh {HEAD}"
    assert not [name for name in paper.lies("*") if "PERIKSA" in name]
    assert any(name.endswith("PINDAIAN.pdf") for name in at.names("5-verifikasi"))


def test_a_scan_stays_what_it_is_and_is_filed_with_its_cover(paper: OnPaper) -> None:
    at, sent = paper.at, paper.scan(150)
    at.verify(KASUBAG, SECRETARY)
    paper.send("pindaian.pdf", sent)
    paper.confirm()
    at.approve(HEAD)
    form = at.form(HEAD)
    scans = scans_of(form)
    assert scans is not None
    copy = at.office.store.read(scans.copy)
    assert problems(copy) == []
    assert "TELAH DIVERIFIKASI" in text_of(copy)
    assert scans.scans[0].sha256 in text_of(copy).replace(" ", "")
    assert "SALINAN NILAI" in text_of(at.office.store.read(form.pdf or ""))
    assert "TELAH DIVERIFIKASI" not in text_of(at.office.store.read(form.pdf or ""))
    now = datetime.now(at.office.settings.office.zone)
    at.desk.clock.at = max(at.desk.clock.at, now)  # the practice keys were made today
    finish(at)
    (bag,) = at.office.archive.glob("2026/*/*")
    files = {path.name: path for path in bag.rglob("*") if path.is_file()}
    assert read_bag(bag)
    name = next(name for name in files if "kiriman 1.pdf" in name and form.code in name)
    assert files[name].read_bytes() == sent
    assert any(f"{form.code} PINDAIAN" in name for name in files)
    assert any(f"{form.code} SALINAN NILAI" in name for name in files)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return " ".join(
            " ".join(page.get_textpage().get_text_bounded().split()) for page in document
        )


def test_the_sender_mends_what_was_misread(paper: OnPaper) -> None:
    at = paper.at
    paper.send("foto.jpg", taken(paper.pages(300)[0], PHOTO))
    first = next(iter(paper.actuals))
    paper.confirm(mended={first: "77,5"})
    assert actuals(at) == {**paper.actuals, first: "77,5"}


def test_what_is_still_missing_bounces_and_remains_a_confirmation(paper: OnPaper) -> None:
    at = paper.at
    first = next(iter(paper.actuals))
    paper.send("pindaian.pdf", as_pdf(*(taken(p, Shot()) for p in paper.pages(without=first))))
    assert paper.proposed()[first] == ""
    paper.confirm(mended={first: ""})
    assert at.form(HEAD).state == State.ISSUED
    (form,) = at.desk.files(f"{paper.folder}/PERBAIKI 1*.docx")
    form.write_bytes(fill_controls(form.read_bytes(), {(first, Field.ACTUAL): "12"}))
    at.move(f"{paper.folder}/PERBAIKI 1*.docx", CommandFolder.SEND)
    scans = scans_of(at.form(HEAD))
    assert at.form(HEAD).state == State.WAITING
    assert scans is not None
    assert scans.confirmed is not None


def test_a_new_scan_takes_the_place_of_one_that_lies_to_be_mended(paper: OnPaper) -> None:
    at = paper.at
    paper.send("lama.pdf", paper.scan())
    paper.confirm(mended={next(iter(paper.actuals)): ""})
    paper.send("baru.pdf", paper.scan())
    lying = {path.name.partition(" - ")[0] for path in at.desk.files(f"{paper.folder}/*")}
    assert "PERIKSA ANGKA" in lying
    assert not {"PERBAIKI 1", "SLIP 1"} & lying
    paper.confirm()
    assert actuals(at) == paper.actuals


def test_a_new_scan_replaces_one_that_nobody_has_confirmed(paper: OnPaper) -> None:
    at = paper.at
    first = next(iter(paper.actuals))
    paper.send("lama.pdf", as_pdf(*(taken(p, Shot()) for p in paper.pages(without=first))))
    (old,) = at.desk.files(f"{paper.folder}/PERIKSA ANGKA*.docx")
    stale = old.read_bytes()
    paper.send("baru.pdf", paper.scan())
    scans = scans_to_confirm(at.form(HEAD))
    assert scans is not None
    assert [scan.name for scan in scans.scans] == ["baru.pdf"]
    paper.send("PERIKSA ANGKA - lama.docx", stale)
    assert at.form(HEAD).state == State.ISSUED
    assert "PINDAIAN SUDAH DIGANTI" in at.said(f"{paper.folder}/SLIP*.pdf")
    paper.confirm()
    assert actuals(at) == paper.actuals


def test_a_form_handed_over_while_its_scan_is_read_is_laid_out_for_the_new_holder(
    paper: OnPaper, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, handed = paper.at, []

    def printed_late(case: Case, check: ToCheck) -> tuple[str, str]:
        blobs = printed(case, check)
        if not handed:
            handed.append(blobs)
            replace_head_by_hand(at)
        return blobs

    monkeypatch.setattr(receive, "printed", printed_late)
    paper.send("pindaian.pdf", paper.scan())
    (form,) = at.desk.files(f"{paper.folder}/*.docx")
    assert form.name.startswith("PERIKSA ANGKA")
    assert stands_in(form)[0] == SUCCESSOR


def test_a_word_form_sent_after_a_scan_is_no_confirmation(paper: OnPaper) -> None:
    paper.send("pindaian.pdf", paper.scan())
    paper.send("formulir.docx", paper.word())
    assert paper.at.form(HEAD).state == State.WAITING
    assert scans_of(paper.at.form(HEAD)) is None
    assert not [name for name in paper.lies("*") if "PERIKSA" in name]
    told = paper.at.said(f"{paper.folder}/PINDAIAN TIDAK DIPAKAI*.pdf")
    assert "sesudah pindaian pindaian.pdf" in told


@pytest.mark.parametrize("scan_first", [True, False])
def test_scan_and_word_form_count_by_when_they_came(paper: OnPaper, scan_first: bool) -> None:
    """The later one is judged first."""
    at, sent = paper.at, {"formulir.docx": paper.word(), "pindaian.pdf": paper.scan()}
    for name in sorted(sent, reverse=scan_first):
        at.folders.put(f"{paper.folder}/kirim", name, sent[name])
        take_in(at)
    at.desk.pick = lambda count: count - 1
    at.desk.work()
    assert at.form(HEAD).state == State.WAITING
    assert (scans_to_confirm(at.form(HEAD)) is None) == scan_first
    assert (len(paper.lies("PERIKSA*")) == 0) == scan_first
    if scan_first:
        assert "SUDAH ADA KIRIMAN YANG LEBIH BARU" in at.said(f"{paper.folder}/SLIP*.pdf")


def test_a_form_is_verified_without_the_scan_that_nobody_confirmed(paper: OnPaper) -> None:
    at = paper.at
    paper.send("formulir.docx", paper.word())
    paper.send("bertanda tangan.jpg", taken(paper.pages(300)[0], PHOTO))
    assert scans_to_confirm(at.form(HEAD)) is not None
    at.approve(HEAD)
    form = at.form(HEAD)
    assert (scans_of(form), scans_to_confirm(form)) == (None, None)
    assert "TELAH DIVERIFIKASI" in text_of(at.office.store.read(form.pdf or ""))
    assert not paper.lies("PERIKSA*")
    told = at.said(f"{paper.folder}/PINDAIAN TIDAK DIPAKAI*.pdf")
    assert "bertanda tangan.jpg" in told


def test_a_returned_scan_is_still_that_scan(paper: OnPaper) -> None:
    at = paper.at
    paper.send("pindaian.pdf", paper.scan())
    paper.confirm()
    code = at.form(HEAD).code
    at.desk.put("5-verifikasi/kembalikan", "alasan.txt", b"Lengkapi keterangannya.")
    at.move(f"5-verifikasi/*{code}.docx", CommandFolder.RETURN)
    at.move(f"{paper.folder}/PERBAIKI 1*.docx", CommandFolder.SEND)
    scans = scans_of(at.form(HEAD))
    assert at.form(HEAD).state == State.WAITING
    assert scans is not None
    assert [scan.name for scan in scans.scans] == ["pindaian.pdf"]


def test_a_pdf_that_says_two_things_goes_back(paper: OnPaper) -> None:
    first = next(iter(paper.actuals))
    both = pikepdf.open(io.BytesIO(paper.pdf()))
    both.pages.extend(pikepdf.open(io.BytesIO(paper.pdf(without=first))).pages)
    out = io.BytesIO()
    both.save(out)
    paper.send("dua kali.pdf", out.getvalue())
    assert paper.at.form(HEAD).state == State.ISSUED
    assert "FORMULIR YANG SAMA DUA KALI" in paper.at.said(f"{paper.folder}/SLIP*.pdf")


def test_staff_brings_what_came_on_paper(paper: OnPaper) -> None:
    at = paper.at
    paper.send("wa.jpg", taken(paper.pages(300)[0], PHOTO), by_staff=True)
    assert len(paper.lies("PERIKSA ANGKA*", by_staff=True)) == 2
    paper.confirm(by_staff=True)
    assert at.form(HEAD).state == State.WAITING
    scans = scans_of(at.form(HEAD))
    assert scans is not None
    assert scans.confirmed is not None
    assert "melalui Staf" in scans.confirmed.via


def test_text_of_a_pdf_goes_the_ordinary_way_and_the_pdf_stays(paper: OnPaper) -> None:
    at, sent = paper.at, paper.pdf()
    paper.send("formulir.pdf", sent)
    form = at.form(HEAD)
    assert form.state == State.WAITING
    assert actuals(at) == paper.actuals
    row = rows_of(form)[0]
    assert {f: row.text(f) for f in SAID} == SAID
    assert at.office.store.read(form.original or "") == sent
    scans = scans_of(form)
    assert scans is not None
    assert scans.origin == "dibaca dari teks PDF"


def test_a_pdf_with_a_missing_value_bounces_prefilled(paper: OnPaper) -> None:
    first, second = list(paper.actuals)[:2]
    paper.send("formulir.pdf", paper.pdf(without=first))
    (again,) = paper.at.desk.files(f"{paper.folder}/PERBAIKI 1*.docx")
    fields = read_fields(open_word(again.read_bytes()))
    assert fields[first][Field.ACTUAL] == ""
    assert fields[second][Field.ACTUAL] == paper.actuals[second]
    assert "realisasi belum diisi" in extract_text(
        paper.at.folders.wait(f"{paper.folder}/SLIP 1*.pdf")
    )
