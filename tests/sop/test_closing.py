"""The filling closed without everybody, and what comes after it."""

import pytest

from pipeline.domain.collection import FILED
from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.errors import ConflictError
from pipeline.ledger.tables import Arrival, Collection, Document
from pipeline.sop.collection.closing import close_case, tell_closed
from pipeline.sop.steps.verify import FILE_LATE, stamp
from pipeline.sop.values import rows_of
from pipeline.tasks.demo.hand import fill_controls

from .under_way import DECIDER, HEAD, KASUBAG, NOTE, SECRETARY, UnderWay, close


def test_the_others_go_to_entry_and_the_absent_are_told(closed: UnderWay) -> None:
    assert closed.states() == {
        KASUBAG: State.VERIFIED,
        SECRETARY: State.VERIFIED,
        HEAD: State.ABSENT,
    }
    assert closed.collection.stage == Verb.ENTER
    assert closed.collection.closed_at is not None
    assert closed.names("6-entri") == ["Entri Data Kinerja TW III 2026.xlsx"]
    assert closed.names("5-verifikasi") == ["_RINGKASAN.pdf"]  # how the verification ended
    event = next(e for e in closed.events() if e.kind == "collection.closed")
    assert event.payload == {"absent": [HEAD], "set_aside": [], "note": NOTE}
    code = closed.form(HEAD).code
    slip = f"PENGISIAN DITUTUP TW III 2026 - {code}.pdf"
    form = f"Format Data Kinerja TW III 2026 - {HEAD}.docx"
    assert closed.with_official(HEAD) == [form, slip]
    said = closed.said(f"4-pengisian/*/{slip}")
    assert NOTE in said
    assert "susulan" in said
    assert "perubahan" in said
    assert not any("DITUTUP" in name for name in closed.with_official(SECRETARY))


def test_the_print_out_names_the_absent(closed: UnderWay) -> None:
    closed.to_initial()
    printed = closed.said("7-paraf/Print Out*.pdf")
    assert f"Tidak menyampaikan sampai penutupan 1. {HEAD}" in printed


def test_a_slip_is_laid_out_once(closed: UnderWay) -> None:
    tell_closed(closed.office, closed.collection.id)
    closed.desk.work()
    assert len([n for n in closed.with_official(HEAD) if "DITUTUP" in n]) == 1


def refused(at: UnderWay) -> str:
    """Why a collection cannot be closed; nothing has changed by the try."""
    before = at.states(), at.collection.stage, len(at.events())
    with pytest.raises(ConflictError) as said:
        close(at)
    assert (at.states(), at.collection.stage, len(at.events())) == before
    return str(said.value)


def test_not_while_nothing_is_verified(filling: UnderWay) -> None:
    assert "not one form is verified" in refused(filling)


def test_not_while_a_form_waits(filling: UnderWay) -> None:
    filling.verify(KASUBAG)
    filling.send(SECRETARY)
    told = refused(filling)
    assert f"{filling.form(SECRETARY).code}  {SECRETARY}: menunggu" in told
    assert HEAD not in told
    filling.approve(SECRETARY)
    assert close(filling) == [HEAD]


def test_not_while_something_sent_is_not_judged(filling: UnderWay) -> None:
    filling.verify(KASUBAG)
    with filling.office.ledger.write() as tx:
        tx.session.add(
            Arrival(
                id="a" * 32,
                office_id=filling.office.id,
                folder="data-kinerja/4-pengisian/Sekretaris/kirim",
                name="Isian.docx",
                sha256="b" * 64,
                size=1,
                owner="sekretaris",
                arrived_at=tx.now(),
            )
        )
    assert "Sekretaris/kirim/Isian.docx" in refused(filling)


def test_not_before_the_forms_are_out(begun: UnderWay) -> None:
    begun.to_correction()
    with pytest.raises(ConflictError, match="only a collection that is being filled in"):
        close_case(begun.office, begun.collection.id, "", **DECIDER)


def test_not_twice(closed: UnderWay) -> None:
    assert "closed already" in refused(closed)


def test_a_form_that_was_returned_counts_as_absent(filling: UnderWay) -> None:
    filling.verify(KASUBAG)
    filling.send(SECRETARY)
    form = filling.form(SECRETARY)
    filling.desk.put("5-verifikasi/kembalikan", "alasan.txt", b"Periksa lagi.")
    filling.move(f"5-verifikasi/*{form.code}.docx", CommandFolder.RETURN)
    assert rows_of(filling.form(SECRETARY))
    assert close(filling) == [HEAD, SECRETARY]
    filling.to_initial()
    assert f"{HEAD} 2. {SECRETARY}" in filling.said("7-paraf/Print Out*.pdf")


def test_a_late_return_waits_beside_the_others_and_changes_no_stage(closed: UnderWay) -> None:
    closed.send(HEAD)
    form = closed.form(HEAD)
    assert (form.state, form.data["late"]) == (State.WAITING, True)
    assert closed.collection.stage == Verb.ENTER
    waiting = [n for n in closed.names("5-verifikasi") if n != "_RINGKASAN.pdf"]
    short = f"SUSULAN - {HEAD}"
    assert waiting == [
        f"{short} - {form.code} LEMBAR VERIFIKASI.pdf",
        f"{short} - {form.code}.docx",
    ]
    assert "SUSULAN" in closed.said("5-verifikasi/*LEMBAR*.pdf")
    receipt = closed.said(f"4-pengisian/*/DITERIMA*{form.code}.pdf")
    assert "diterima sebagai susulan. Bila diverifikasi selagi entri masih terbuka" in receipt
    assert not any("DITUTUP" in name for name in closed.with_official(HEAD))


def test_a_late_form_that_is_verified_after_entry_enters_no_figure(closed: UnderWay) -> None:
    closed.send(HEAD)
    closed.to_initial()
    closed.approve(HEAD)
    form = closed.form(HEAD)
    assert (form.state, form.data["late"], bool(form.pdf)) == (State.VERIFIED, True, True)
    assert closed.collection.stage == Verb.INITIAL
    assert not [name for name in closed.names("6-entri") if name.endswith(".xlsx")]
    workbook = closed.document(Kind.WORKBOOK)
    assert form.code not in workbook.data["rows"]


def test_a_late_form_with_a_fault_bounces_and_stays_absent(closed: UnderWay) -> None:
    closed.send(HEAD, leave_out=True)
    form = closed.form(HEAD)
    assert (form.state, form.returns) == (State.ABSENT, 1)
    again = f"PERBAIKI 1 - Format Data Kinerja TW III 2026 - {HEAD}.docx"
    assert again in closed.with_official(HEAD)
    closed.send(HEAD, pattern="PERBAIKI 1*.docx")
    assert closed.form(HEAD).state == State.WAITING


def test_a_late_form_that_is_returned_is_absent_again(closed: UnderWay) -> None:
    closed.send(HEAD)
    form = closed.form(HEAD)
    closed.desk.put("5-verifikasi/kembalikan", "alasan.txt", b"Satuannya keliru.")
    closed.move(f"5-verifikasi/*{form.code}.docx", CommandFolder.RETURN)
    assert closed.form(HEAD).state == State.ABSENT
    assert any(n.startswith("PERBAIKI 1 - ") for n in closed.with_official(HEAD))
    closed.send(HEAD, pattern="PERBAIKI 1*.docx")
    closed.approve(HEAD)
    assert closed.form(HEAD).state == State.VERIFIED


def test_a_late_return_is_replaced_until_it_is_verified_and_not_after(closed: UnderWay) -> None:
    data = closed.folders.wait(f"4-pengisian/{HEAD}/Format*.docx").read_bytes()
    closed.send(HEAD)
    reporter = closed.reporter(HEAD)
    code = reporter.indicators[0].code
    answers = reporter._answers(leave_out=False) | {(code, Field.REMARK): "Angka terakhir"}
    closed.folders.put(f"{reporter.folder}/kirim", "Lagi.docx", fill_controls(data, answers))
    closed.desk.work()
    assert closed.form(HEAD).revision == 3
    closed.approve(HEAD)
    closed.desk.put(f"4-pengisian/{HEAD}", "Format TW III 2026.docx", data)
    closed.send(HEAD)
    assert closed.form(HEAD).revision == 3
    assert "SUDAH DIVERIFIKASI" in closed.said(f"4-pengisian/{HEAD}/SLIP*.pdf")


def test_evidence_beside_a_late_form_is_kept_with_it(closed: UnderWay) -> None:
    closed.reporter(HEAD).send_evidence("rekap.csv", b"wilayah;ton\nA;1\n")
    closed.desk.work()
    assert [e["name"] for e in closed.form(HEAD).data["evidence"]] == ["rekap.csv"]


def test_what_was_judged_in_time_and_closed_meanwhile_is_judged_again(filling: UnderWay) -> None:
    """A return that is taken after the closing counts as late, however it was read before."""
    filling.verify(KASUBAG, SECRETARY)
    filling.reporter(HEAD).fill_and_send(pattern="Format*.docx")
    assert close(filling) == [HEAD]  # the file lies in kirim, nobody has taken it
    assert filling.form(HEAD).data["late"] is True


def test_a_late_form_joins_what_is_filed(closed: UnderWay) -> None:
    closed.send(HEAD)
    with closed.office.ledger.write() as tx:
        collection = tx.session.get_one(Collection, closed.collection.id)
        form = tx.session.get_one(Document, closed.form(HEAD).id)
        collection.stage, form.state = FILED, State.APPROVED
        form.data = {**form.data, "verified_by": KASUBAG}
    stamp(closed.office, form.id)
    assert closed.form(HEAD).state == State.VERIFIED
    assert closed.collection.stage == FILED
    assert (FILE_LATE, form.id) in [(chain, key) for _, chain, key in closed.desk.waiting()]
