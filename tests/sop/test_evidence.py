"""Data dukung beside a form: kept once, matched to indicators, told in every paper."""

from typing import Any

import pytest
from sqlalchemy import select

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields
from pipeline.ledger.tables import Arrival, Publication
from pipeline.sop import renewed_papers
from pipeline.sop.bouncing import Bounce
from pipeline.sop.case import Case
from pipeline.sop.papers import Papers
from pipeline.sop.pieces import COUNTED_ON, pieces_of
from pipeline.sop.renewed_papers import renew_papers
from pipeline.sop.results import _reported
from pipeline.sop.runner import run
from pipeline.sop.steps import fill
from pipeline.sop.values import findings_of
from pipeline.tasks.demo.hand import fill_controls

from .sending import filled
from .under_way import HEAD, SECRETARY, UnderWay

FOLDER = f"4-pengisian/{post_folder(HEAD)}"


def code_of(at: UnderWay, number: int = 0) -> str:
    return at.reporter(HEAD).indicators[number].code


def put(at: UnderWay, name: str, data: bytes) -> None:
    """A file, in a sub-folder where its name has one."""
    at.desk.put(f"{FOLDER}/kirim", name, data)
    at.desk.work()


def test_evidence_before_the_form_is_in_its_papers(filling: UnderWay) -> None:
    code = code_of(filling)
    put(filling, f"{code}/rekap.csv", b"a;1\n")
    put(filling, "rekap.csv", b"a;2\n")  # another file of the same name
    put(filling, "foto.jpg", b"a;2\n")  # the same file under another
    first, second = pieces_of(filling.form(HEAD))
    assert (first.name, first.paths) == ("rekap.csv", (f"{code}/rekap.csv",))
    assert (second.name, second.paths) == ("rekap (2).csv", ("rekap.csv", "foto.jpg"))
    assert (first.indicators, second.indicators) == ((code,), ())
    assert [filling.office.store.read(p.sha256) for p in (first, second)] == [b"a;1\n", b"a;2\n"]
    told = filling.said(f"{FOLDER}/DATA DUKUNG DITERIMA - rekap.pdf")
    assert f"indikator {code}" in told
    told = filling.said(f"{FOLDER}/DATA DUKUNG DITERIMA - rekap (2).pdf")
    assert "disimpan sebagai rekap (2).csv" in told
    assert "seluruh formulir" in told
    told = filling.said(f"{FOLDER}/DATA DUKUNG SUDAH ADA - rekap (2).pdf")
    assert "foto.jpg sama persis dengan rekap (2).csv" in told
    kinds = [e.kind for e in filling.events()]
    assert (kinds.count("evidence.received"), kinds.count("evidence.repeated")) == (2, 1)

    filling.send(HEAD)
    assert findings_of(filling.form(HEAD)) == []
    receipt = filling.said(f"{FOLDER}/DITERIMA*.pdf")
    sheet = filling.said(f"5-verifikasi/{post_folder(HEAD)}*LEMBAR VERIFIKASI.pdf")
    for piece in (first, second):
        assert piece.sha256 in receipt
        assert piece.sha256 in sheet
    assert "1 tanpa peringatan" in filling.said("5-verifikasi/_RINGKASAN.pdf")


def test_evidence_after_the_form_renews_receipt_sheet_and_summary(filling: UnderWay) -> None:
    code = code_of(filling)
    send(filling, {(code, Field.EVIDENCE): "rekapitulasi tpi.csv, foto.jpg"})
    named, bare = findings_of(filling.form(HEAD))
    assert named.place == f"{code}, kolom Data Dukung"
    assert "tidak disebut dan tidak dikirim" in bare.message
    assert "1 dengan peringatan" in filling.said("5-verifikasi/_RINGKASAN.pdf")
    put(filling, "Rekapitulasi TPI.csv", b"a;1\n")
    put(filling, "peta.jpg", b"\xff\xd8\xff\xe0 peta")

    claimed, general = pieces_of(filling.form(HEAD))
    assert (claimed.indicators, general.indicators) == ((code,), ())
    (left,) = findings_of(filling.form(HEAD))
    assert left.message.startswith("“foto.jpg” disebut tetapi tidak ikut dikirim; yang datang: Rek")
    receipts = [n for n in filling.with_official(HEAD) if n.startswith("DITERIMA")]
    assert len(receipts) == 1
    assert receipts[0].endswith("dengan data dukung.pdf")
    assert len([n for n in filling.with_official(HEAD) if n.startswith("DATA DUKUNG")]) == 2
    receipt = filling.said(f"{FOLDER}/DITERIMA*.pdf")
    sheet = filling.said(f"5-verifikasi/{post_folder(HEAD)}*LEMBAR VERIFIKASI.pdf")
    assert claimed.sha256 in receipt
    assert "tidak disebut dan tidak dikirim" not in receipt
    assert claimed.sha256 in sheet
    assert "kiriman ke-1" in sheet
    assert len(filling.names("5-verifikasi")) == 3  # form, sheet, summary: nothing piles up

    form, before = filling.form(HEAD), publications(filling)
    for overtaken in (1, 2):  # by the second file; done already
        renew_papers(filling.office, f"{form.id}:{form.revision}:{overtaken}")
    assert publications(filling) == before
    filling.approve(HEAD)  # the form lies there as it lay, and counts
    assert filling.states()[HEAD] == State.VERIFIED
    renew_papers(filling.office, f"{form.id}:{form.revision}:2")
    assert filling.form(HEAD).state == State.VERIFIED


def test_a_form_and_its_evidence_sent_together_miss_nothing(filling: UnderWay) -> None:
    """Whichever is judged first; the dossier's values say what supports what."""
    code = code_of(filling)
    filling.desk.put(f"{FOLDER}/kirim", f"zz {code}.csv", b"a;1\n")
    filling.desk.put(f"{FOLDER}/kirim", "zz.csv", b"a;2\n")
    filling.send(HEAD)
    form = filling.form(HEAD)
    assert findings_of(form) == []
    pieces = {piece.name: piece for piece in pieces_of(form)}
    receipt = filling.said(f"{FOLDER}/DITERIMA*.pdf")
    assert all(piece.sha256 in receipt for piece in pieces.values())
    reported = {one["nama"]: one for one in _reported(form)["data_dukung"]}
    assert reported[f"zz {code}.csv"]["indikator"] == [code]
    assert reported["zz.csv"] == {
        "nama": "zz.csv",
        "sha256": pieces["zz.csv"].sha256,
        "indikator": [],
    }


def test_where_evidence_is_required_the_form_comes_back(filling: UnderWay) -> None:
    require_evidence(filling)
    filling.send(HEAD)
    assert filling.form(HEAD).returns == 1
    assert "tidak disebut dan tidak dikirim" in filling.said(f"{FOLDER}/SLIP 1 - *.pdf")
    put(filling, "rekap.csv", b"a;1\n")
    filling.send(HEAD, pattern="PERBAIKI 1 - *.docx")
    assert filling.form(HEAD).state == State.WAITING


def foreign(at: UnderWay) -> bytes:
    """Another official's form as PDF: in this folder it is refused."""
    form = at.office.store.read(at.form(SECRETARY).blob or "")
    answers = at.reporter(SECRETARY)._answers(leave_out=False)
    return at.office.convert(fill_controls(form, answers))


def test_what_was_taken_for_evidence_and_is_none_is_told(filling: UnderWay) -> None:
    code = code_of(filling)
    filling.desk.put(f"{FOLDER}/kirim", "zz rekap.pdf", foreign(filling))
    send(filling, {(code, Field.EVIDENCE): "zz rekap.pdf"})
    form = filling.form(HEAD)
    assert form.state == State.WAITING
    assert len(form.data[COUNTED_ON]) == 1  # the form was judged first
    assert "FORMULIR PEJABAT LAIN" in filling.said(f"{FOLDER}/SLIP - zz rekap.pdf")
    lost = "“zz rekap.pdf” disebut tetapi tidak ikut dikirim"
    assert any(finding.message.startswith(lost) for finding in findings_of(form))
    for paper in (f"{FOLDER}/DITERIMA*.pdf", f"5-verifikasi/{post_folder(HEAD)}*LEMBAR*.pdf"):
        assert lost in filling.said(paper)
    summary = filling.said("5-verifikasi/_RINGKASAN.pdf")
    assert "1 dengan peringatan" in summary
    assert lost in summary
    (receipt,) = filling.desk.files(f"{FOLDER}/DITERIMA*.pdf")
    assert "dengan data dukung" not in receipt.name


@pytest.mark.slow
def test_a_form_comes_back_when_the_evidence_it_counted_on_is_none(filling: UnderWay) -> None:
    require_evidence(filling)
    filling.desk.put(f"{FOLDER}/kirim", "zz rekap.pdf", foreign(filling))
    filling.send(HEAD)
    form = filling.form(HEAD)
    assert (form.state, form.returns) == (State.ISSUED, 1)
    slip = filling.said(f"{FOLDER}/SLIP 1 - *.pdf")
    assert "sudah diterima, tetapi kembali" in slip
    assert "tidak disebut dan tidak dikirim" in slip
    lying = filling.with_official(HEAD)
    assert not [name for name in lying if name.startswith("DITERIMA")]
    assert "SLIP - zz rekap.pdf" in lying
    assert filling.names("5-verifikasi") == ["_RINGKASAN.pdf"]
    put(filling, "rekap.csv", b"a;1\n")
    filling.send(HEAD, pattern="PERBAIKI 1 - *.docx")
    assert filling.form(HEAD).state == State.WAITING


def faulty(at: UnderWay) -> dict[tuple[str, Field], str]:
    """An error in one row, and a remark in another."""
    return {(code_of(at), Field.ACTUAL): "kira-kira", (code_of(at, 1), Field.REMARK): "terakhir"}


def arrivals(at: UnderWay, name: str) -> list[str]:
    with at.office.ledger.read() as session:
        return list(session.scalars(select(Arrival.id).where(Arrival.name == name)))


def lie_together(at: UnderWay) -> None:
    """A form, a later one with an error, and what is no evidence of either."""
    for name, more in (("a.docx", {}), ("b.docx", faulty(at))):
        at.desk.put(f"{FOLDER}/kirim", name, filled(at, more))
    at.desk.put(f"{FOLDER}/kirim", "zz rekap.pdf", foreign(at))


def remarks_to_mend(at: UnderWay) -> list[str]:
    (form,) = at.desk.files(f"{FOLDER}/PERBAIKI*.docx")
    assert form.name.startswith("PERBAIKI 1 - ")
    fields = read_fields(open_word(form.read_bytes()))
    return [row[Field.REMARK] for row in fields.values()]


def check_both_are_told(at: UnderWay) -> None:
    """What lies to be mended is the later one; both slips say their own."""
    form = at.form(HEAD)
    assert (form.state, form.returns) == (State.ISSUED, 1)
    assert "terakhir" in remarks_to_mend(at)
    assert "kira-kira" in at.said(f"{FOLDER}/SLIP 1 - *.pdf")
    told = at.said(f"{FOLDER}/TIDAK JADI DIVERIFIKASI - *.pdf")
    assert f"Lanjutkan PERBAIKI 1 - {form.name} menurut SLIP 1 - {form.code}.pdf" in told
    assert "tidak disebut dan tidak dikirim" in told
    assert at.names("5-verifikasi") == ["_RINGKASAN.pdf"]
    assert not at.desk.files(f"{FOLDER}/DITERIMA*")


@pytest.mark.slow
def test_what_bounced_later_stays_when_the_first_comes_back(filling: UnderWay) -> None:
    at = filling
    require_evidence(at)
    lie_together(at)
    at.desk.work()
    check_both_are_told(at)
    put(at, "rekap.csv", b"a;1\n")
    (form,) = at.desk.files(f"{FOLDER}/PERBAIKI 1*.docx")
    form.write_bytes(fill_controls(form.read_bytes(), {(code_of(at), Field.ACTUAL): "7"}))
    at.move(f"{FOLDER}/PERBAIKI 1*.docx", CommandFolder.SEND)
    assert at.form(HEAD).state == State.WAITING
    assert not at.desk.files(f"{FOLDER}/TIDAK JADI*")


@pytest.mark.slow
def test_what_bounces_while_the_first_is_printed_to_come_back_stays(
    filling: UnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    at, printed, chains = filling, renewed_papers.print_bounce, filling.desk.waiting

    def of_the_later() -> list[tuple[str, str, str]]:
        return [one for one in chains() if one[2] in arrivals(at, "b.docx")]

    def meanwhile(*args: Any, **more: Any) -> Bounce:
        bounce = printed(*args, **more)
        if not arrivals(at, "b.docx"):
            at.desk.put(f"{FOLDER}/kirim", "b.docx", later)
            with monkeypatch.context() as only:
                only.setattr(at.desk, "waiting", of_the_later)
                at.desk.work()
        return bounce

    require_evidence(at)
    later = filled(at, faulty(at))
    at.desk.put(f"{FOLDER}/kirim", "a.docx", filled(at))
    at.desk.put(f"{FOLDER}/kirim", "zz rekap.pdf", foreign(at))
    monkeypatch.setattr(renewed_papers, "print_bounce", meanwhile)
    at.desk.work()
    check_both_are_told(at)


@pytest.mark.slow
def test_a_form_waits_for_all_that_it_counts_on(filling: UnderWay) -> None:
    """The first of two pieces does not send it back for want of the second."""
    require_evidence(filling)
    codes = [indicator.code for indicator in filling.reporter(HEAD).indicators]
    for code in codes:
        filling.desk.put(f"{FOLDER}/kirim", f"zz {code}.csv", code.encode())
    filling.send(HEAD)
    form = filling.form(HEAD)
    assert (form.state, form.returns) == (State.WAITING, 0)
    assert findings_of(form) == []
    assert len(form.data[COUNTED_ON]) == len(codes) > 1


@pytest.mark.slow
def test_a_file_refused_while_the_papers_are_printed_is_told(
    filling: UnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, printed = code_of(filling), fill.print_papers

    def meanwhile(case: Case, papers: Papers) -> tuple[str, str]:
        with filling.office.ledger.read() as session:
            coming = session.scalars(
                select(Arrival.id).where(Arrival.name == "zz rekap.pdf", Arrival.outcome.is_(None))
            ).all()
        for _, chain, key in filling.desk.waiting():
            if key in coming:
                run(filling.office, chain, key, lays_out=False)
        return printed(case, papers)

    monkeypatch.setattr(fill, "print_papers", meanwhile)
    filling.desk.put(f"{FOLDER}/kirim", "zz rekap.pdf", foreign(filling))
    send(filling, {(code, Field.EVIDENCE): "zz rekap.pdf"})
    assert "disebut tetapi tidak ikut dikirim" in filling.said(f"{FOLDER}/DITERIMA*.pdf")


def require_evidence(at: UnderWay) -> None:
    """The office makes data dukung a condition."""
    procedure = at.office.procedures["data-kinerja"]
    rules = procedure.evidence.model_copy(update={"required": True})
    at.office.procedures["data-kinerja"] = procedure.model_copy(update={"evidence": rules})


def send(at: UnderWay, more: dict[tuple[str, Field], str]) -> None:
    person = at.reporter(HEAD)
    file = at.folders.wait(f"{person.folder}/Format*.docx")
    answers = person._answers(leave_out=False) | more
    data = fill_controls(file.read_bytes(), answers)
    file.unlink()
    at.folders.put(f"{person.folder}/kirim", file.name, data)
    at.desk.work()


def publications(at: UnderWay) -> list[str]:
    with at.office.ledger.read() as session:
        return list(session.scalars(select(Publication.path).order_by(Publication.id)))
