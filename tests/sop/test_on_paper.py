"""A print-out signed on paper: kept as a copy with the place of the original, never called TTE."""

import json
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from zoneinfo import ZoneInfo

import bagit
import pikepdf
import pytest

from pipeline.domain.document import State
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.pdf.pdfa import problems
from pipeline.pdf.text import text_of
from pipeline.settings import Account
from pipeline.sop.printout.page_marks import with_page_marks
from pipeline.sop.printout.paper import ON_PAPER, paper_of
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.get import retrieve
from pipeline.tasks.lookup import FoundPrintout, find_by_code
from pipeline.tasks.renew.renew import all_due
from pipeline.tasks.status import office_status
from pipeline.tasks.verify import Grounds, verify_file
from pipeline.web.pages.verify import banner_of
from tests.pdf.on_files import extract_text
from tests.scans.paper import Shot, as_pdf, taken

from .filed import finish, open_amendment, records, refill, the_bag
from .signed_by_hand import COMMAND, DPI, PLACE, ByHand, field_of, to_signature
from .under_way import HEAD, UnderWay


def test_a_scan_with_its_place_is_filed_as_a_copy(hand: ByHand) -> None:
    before, scan = hand.waiting, hand.scan()
    hand.at.desk.put(f"{COMMAND}/tw3", "hasil pindai.pdf", scan)
    hand.at.desk.put(f"{COMMAND}/tw3", "lokasi.txt", PLACE.encode())
    hand.at.desk.work()
    office, printout = hand.at.office, hand.printout
    assert printout.state == State.FILED
    # The copy is PDF/A behind its cover; what was printed, and the scan, lie beside it untouched.
    paper = paper_of(printout)
    assert paper is not None
    copy = office.store.read(paper.copy)
    assert problems(copy) == []
    cover = " ".join(text_of(copy, "sampul").split())
    assert "SALINAN NASKAH BERTANDA TANGAN BASAH" in cover
    assert PLACE in cover
    assert "bukan tanda tangan elektronik" in cover
    bag = the_bag(hand.at)
    filed = {digests.sha256: name for name, digests in bag.payload.items()}
    assert filed[paper.copy] == "dokumen/Data Kinerja TW III 2026 SALINAN.pdf"
    assert filed[sha256(before).hexdigest()].startswith("asli/")
    assert filed[sha256(scan).hexdigest()].startswith("asli/")
    assert bagit.Bag(str(bag.path)).is_valid()
    report = (bag.path / "data/laporan/verifikasi-tanda-tangan.txt").read_text()
    assert "hanya paraf elektronik" in report
    told = json.loads((bag.path / "data/keputusan/keputusan.json").read_text())[-1]
    assert told["lokasi_asli"] == PLACE
    assert "Kasubag" in told["oleh"]
    assert told["lewat"].startswith("melalui folder, akun ")
    # It is told wherever somebody looks, and never as a TTE.
    words = f"salinan naskah bertanda tangan basah; naskah asli di {PLACE}"
    index = " ".join(extract_text(bag.path / "data/BACA SAYA.pdf").split())
    assert words in index
    assert "Tanda tangan Rahmat" not in index
    assert [c.paper for c in office_status(office).collections] == [words]
    found = find_by_code(office, printout.code)
    assert isinstance(found, FoundPrintout)
    assert (found.paper, found.judgement) == (words, None)
    assert banner_of(found).word == "SALINAN"
    (result,) = hand.at.desk.files("hasil/*/*.pdf")
    assert result.name == "Data Kinerja TW III 2026 (salinan tanda tangan basah).pdf"
    verified = verify_file(Grounds(office.trust, office), result)
    assert not verified.accepted
    assert verified.paper is not None
    assert verified.paper.words() == words
    kinds = [event.kind for event in hand.at.events()]
    assert ON_PAPER in kinds
    assert "printout.signed" not in kinds
    assert audit(office).findings == ()
    assert all_due(office) == []  # there is no TTE whose proof could end


@pytest.mark.slow
def test_photographs_come_one_by_one_and_what_is_missing_is_asked(hand: ByHand) -> None:
    pages = len(hand.pages())
    assert pages > 1
    shots = [
        Shot(tilt=1.5, perspective=0.01, shadow=0.3, noise=2, turns=n % 2) for n in range(pages)
    ]
    taken_pages = [taken(page, shot) for page, shot in zip(hand.pages(), shots, strict=True)]
    hand.send("IMG_1.jpg", taken_pages[0])
    told = hand.told()
    assert f"halaman 2–{pages}" in told or "halaman 2 " in told
    assert "lokasi naskah asli" in told
    assert hand.printout.state == State.WAITING
    hand.say()
    assert PLACE in hand.told()
    for number, page in enumerate(taken_pages[1:], start=2):
        hand.send(f"IMG_{number}.jpg", page)
    assert hand.printout.state == State.FILED
    assert hand.slips() == []


@pytest.mark.slow
def test_without_the_place_it_is_held(hand: ByHand) -> None:
    hand.send("pindaian.pdf", hand.scan())
    assert hand.printout.state == State.WAITING
    assert "Tulis lokasi naskah asli" in hand.told()
    hand.say("  ")
    assert hand.printout.state == State.WAITING
    hand.say()
    assert hand.printout.state == State.FILED


@pytest.mark.slow
def test_what_is_no_signed_scan_of_the_waiting_print_out_is_refused(hand: ByHand) -> None:
    waiting, edition = hand.waiting, hand.printout.returns + 1
    code, other = hand.printout.code, "P4W8Z2HN6C"
    cases = {
        "kosong.pdf": (hand.scan(signed=False), "kosong"),
        "asli.pdf": (bare(waiting), "bukan gambar hasil pindaian"),
        "naskah lain.pdf": (hand.scan(pdf=remarked(waiting, other, edition)), other),
        "edisi lama.pdf": (hand.scan(pdf=remarked(waiting, code, edition + 1)), "revisi"),
        "campur.pdf": (mixed(hand), "2 naskah"),
        "sobek.pdf": (torn(hand), "tidak terbaca pada halaman 1"),
    }
    hand.say()
    for name, (data, reason) in cases.items():
        hand.send(name, data)
        stem = name.removesuffix(".pdf")
        assert reason in hand.at.said(f"8-tanda-tangan/SLIP - {stem}.pdf"), name
        assert hand.printout.state == State.WAITING, name
    assert hand.waiting == waiting
    assert len(hand.at.desk.files("8-tanda-tangan/Print Out*.pdf")) == 1


@pytest.mark.slow
def test_who_may_not_sign_may_not_bring_it(hand: ByHand, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = hand.at.office.settings
    staff = settings.model_copy(update={"accounts": [Account(name="siti", roles=["staf"])]})
    monkeypatch.setattr(hand.at.office, "settings", staff)
    monkeypatch.setattr("pipeline.intake.claim.account_name", lambda _uid: "siti")
    hand.send("pindaian.pdf", hand.scan())
    assert "tidak berwenang menandatangani" in hand.at.said("8-tanda-tangan/SLIP - pindaian.pdf")
    assert hand.printout.state == State.WAITING


@pytest.mark.slow
def test_at_the_paraf_the_way_is_explained(hand: ByHand) -> None:
    scan = hand.scan()
    hand.at.desk.put("8-tanda-tangan/kembalikan", "alasan.txt", b"angka keliru")
    hand.at.move("8-tanda-tangan/Print Out*.pdf", CommandFolder.RETURN)
    hand.at.to_initial()
    hand.send("pindaian.pdf", scan, "7-paraf/diparaf")
    assert "8-tanda-tangan" in hand.at.said("7-paraf/SLIP - pindaian.pdf")
    # The paper of the edition that was returned counts no more.
    hand.at.seal(Verb.INITIAL)
    hand.at.desk.work()
    hand.say()
    hand.send("kertas lama.pdf", scan)
    assert "cetakan revisi 1" in hand.at.said("8-tanda-tangan/SLIP - kertas lama.pdf")
    assert hand.printout.state == State.WAITING


@pytest.mark.slow
def test_the_electronic_signature_may_still_come_first(hand: ByHand) -> None:
    hand.send("pindaian.pdf", hand.scan(1))
    assert hand.slips()
    hand.at.seal(Verb.SIGN)
    hand.at.desk.work()
    assert hand.printout.state == State.FILED
    assert paper_of(hand.printout) is None
    assert hand.slips() == []
    hand.send("terlambat.pdf", hand.scan())
    assert "tidak menunggu" in hand.at.said("8-tanda-tangan/SLIP - terlambat.pdf")


@pytest.mark.slow
def test_it_may_be_amended_afterwards_electronically(hand: ByHand) -> None:
    hand.say()
    hand.send("pindaian.pdf", hand.scan())
    first = hand.printout
    opened = open_amendment(hand.at, HEAD)
    assert opened
    refill(hand.at, HEAD, "1.111,5")
    finish(hand.at)
    before, after = records(hand.at)
    assert (before.edition, after.edition) == (1, 2)
    assert before.printout_sha256 == first.pdf
    found = find_by_code(hand.at.office, first.code)
    assert isinstance(found, FoundPrintout)
    assert found.replaced
    assert "SUDAH DIGANTIKAN" in banner_of(found).word
    assert bagit.Bag(str(the_bag(hand.at).path)).is_valid()
    got = retrieve(hand.at.office, before.code, hand.at.office.root / "keluar")
    assert got.sha256 == first.pdf
    assert audit(hand.at.office).findings == ()


@pytest.mark.slow
def test_a_form_that_comes_late_joins_it(closed: UnderWay) -> None:
    closed.desk.clock.at = datetime.now(ZoneInfo("Asia/Jakarta"))
    hand = to_signature(closed)
    hand.say()
    hand.send("pindaian.pdf", hand.scan())
    assert hand.printout.state == State.FILED
    closed.send(HEAD)
    closed.approve(HEAD)
    assert closed.form(HEAD).state == State.FILED
    bag = the_bag(closed)
    assert bagit.Bag(str(bag.path)).is_valid()
    assert PLACE in " ".join(extract_text(bag.path / "data/BACA SAYA.pdf").split())
    assert audit(closed.office).findings == ()


def bare(pdf: bytes) -> bytes:
    """The print-out without its fields, a stroke drawn onto it by a program."""
    number, (left, bottom, right, top) = field_of(pdf)
    with pikepdf.open(BytesIO(pdf)) as document:
        stroke = f"q 2 w {left + 30} {bottom + 20} m {right - 30} {top - 20} l S Q"
        document.pages[number].contents_add(stroke.encode())
        del document.Root.AcroForm
        for page in document.pages:
            if "/Annots" in page.obj:
                del page.obj.Annots
        out = BytesIO()
        document.save(out)
        return out.getvalue()


def remarked(pdf: bytes, code: str, edition: int) -> bytes:
    """The print-out as another's, or another edition's: marks laid over its own."""
    with pikepdf.open(BytesIO(pdf)) as document:
        out = BytesIO()
        document.save(out)
    return with_page_marks(out.getvalue(), code, edition)


def mixed(hand: ByHand) -> bytes:
    """Pages of two print-outs in one file."""
    other = hand.pages(remarked(hand.waiting, "P4W8Z2HN6C", 1))
    sheets = [other[0], *hand.pages()[1:]]
    return as_pdf(*(taken(sheet, Shot()) for sheet in sheets), dpi=DPI)


def torn(hand: ByHand) -> bytes:
    """The foot of the first page is missing."""
    first, *others = hand.pages()
    first[-first.shape[0] // 8 :] = 255
    return as_pdf(*(taken(sheet, Shot()) for sheet in (first, *others)), dpi=DPI)
