"""A collection withdrawn at every stage: nothing of it is left, and everybody is told."""

from datetime import date

import pytest

from pipeline.archive.numbering import gaps
from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.errors import ConflictError, UsageError
from pipeline.forms.workbooks.roster import write_roster
from pipeline.ledger.tables import Collection, Decision, Document, Number, Publication
from pipeline.sop.by_word import decide_by_word
from pipeline.sop.collection.closing import close_case
from pipeline.sop.collection.extension import extend_form
from pipeline.sop.collection.withdrawal import tell_withdrawn, withdraw_case
from pipeline.sop.decisions import Verdict
from pipeline.sop.prepare import lay_starters
from pipeline.sop.runner import run

from .under_way import DECIDER, HEAD, KASUBAG, SECRETARY, UnderWay, a_period, close

NOTE = "Format berubah menurut surat edaran."
TOLD = "PENGUMPULAN DITARIK TW III 2026.pdf"
STARTERS = ["Daftar Pernyataan TW III 2026.xlsx", "Format Data Kinerja TW III 2026.docx"]


def withdraw(at: UnderWay) -> str:
    """Withdraw the collection and let everything be worked on; its id."""
    ended = at.collection.id
    withdraw_case(at.office, ended, NOTE, **DECIDER)
    at.desk.work()
    return ended


def assert_ended(at: UnderWay, ended: str, *officials: str) -> None:
    """Nothing of the collection is left but slips; its officials and Staf have been told."""
    with at.office.ledger.read() as session:
        collection = session.get_one(Collection, ended)
        papers = session.query(Document).filter_by(collection_id=ended).all()
        undone = session.query(Decision).filter_by(done=False).count()
    assert (collection.stage, collection.due) == (WITHDRAWN, None)
    assert {d.state for d in papers} == {State.WITHDRAWN}
    assert undone == 0
    assert at.desk.waiting() == []
    assert set(at.names("1-draft")) - {"Data Induk.xlsx"} == {*STARTERS, TOLD}
    for stage in ("2-koreksi", "3-penggandaan", "5-verifikasi", "6-entri", "7-paraf"):
        assert at.names(stage) == []
    for official in at.roster.officials:
        expected = [TOLD] if official.post in officials else []
        assert at.with_official(official.post) == expected
    assert NOTE in at.said(f"1-draft/{TOLD}")


ALL = (KASUBAG, SECRETARY, HEAD)


def test_while_the_statements_are_awaited(begun: UnderWay) -> None:
    begun.desk.work()
    lay_starters(begun.office, "data-kinerja:2026-TW3")
    begun.desk.work()
    begun.move("1-draft/Format*.docx", CommandFolder.SEND)
    assert any("BELUM LENGKAP" in name for name in begun.names("1-draft"))
    assert_ended(begun, withdraw(begun))


def test_at_correction_and_at_distribution(begun: UnderWay) -> None:
    begun.to_correction()
    first = withdraw(begun)
    assert_ended(begun, first)
    begun.to_distribution()
    second = withdraw(begun)
    assert second != first
    assert_ended(begun, second)


def test_at_filling_with_forms_everywhere(filling: UnderWay) -> None:
    filling.verify(KASUBAG)
    filling.send(SECRETARY)
    filling.send(HEAD, leave_out=True)
    assert_ended(filling, withdraw(filling), *ALL)


def test_at_entry(closed: UnderWay) -> None:
    assert_ended(closed, withdraw(closed), *ALL)


def test_at_paraf_its_number_is_cancelled_for_the_reason(closed: UnderWay) -> None:
    closed.to_initial()
    code = closed.document(Kind.PRINTOUT).code
    ended = withdraw(closed)
    assert_ended(closed, ended, *ALL)
    event = next(e for e in closed.events(ended) if e.kind == "collection.withdrawn")
    with closed.office.ledger.read() as session:
        numbers = session.query(Number).all()
    assert [(n.text, n.cancelled) for n in numbers] == [(event.payload["number"], NOTE)]
    assert gaps(numbers) == {}
    with pytest.raises(ConflictError, match="it is ditarik"):
        decide_by_word(closed.office, code, Verdict.RETURN, "Periksa.", **DECIDER)


@pytest.mark.slow
def test_the_period_begins_anew_as_its_next_edition(closed: UnderWay) -> None:
    closed.to_initial()
    withdraw(closed)
    closed.to_filling()
    assert closed.collection.edition == 2
    assert not any("DITARIK" in name for name in closed.names("1-draft"))
    closed.verify(*ALL)
    closed.to_initial()
    with closed.office.ledger.read() as session:
        numbers = session.query(Number).order_by(Number.seq).all()
    assert [(n.seq, n.cancelled) for n in numbers] == [(1, NOTE), (2, None)]
    assert not any("DITARIK" in name for name in closed.with_official(HEAD))


def set_state(at: UnderWay, *, stage: str = "", printout: State | None = None) -> None:
    with at.office.ledger.write() as tx:
        collection = tx.session.get_one(Collection, at.collection.id)
        collection.stage = stage or collection.stage
        if printout is not None:
            tx.session.get_one(Document, at.document(Kind.PRINTOUT).id).state = printout


def test_what_is_signed_is_not_withdrawn(closed: UnderWay) -> None:
    closed.to_initial()
    code = closed.document(Kind.PRINTOUT).code
    set_state(closed, stage=Verb.SIGN, printout=State.SIGNED)
    with pytest.raises(ConflictError, match=f"kinerja return {code} --note"):
        withdraw(closed)
    set_state(closed, stage=FILED, printout=State.FILED)
    with pytest.raises(ConflictError, match="kinerja amend"):
        withdraw(closed)
    assert closed.collection.stage == FILED


def test_it_needs_a_reason_and_happens_once(filling: UnderWay) -> None:
    with pytest.raises(UsageError, match="--note"):
        withdraw_case(filling.office, filling.collection.id, "  ", **DECIDER)
    ended = withdraw(filling)
    with pytest.raises(ConflictError, match="withdrawn already"):
        withdraw_case(filling.office, ended, NOTE, **DECIDER)
    tell_withdrawn(filling.office, ended)
    filling.desk.work()
    assert filling.with_official(HEAD) == [TOLD]


def test_a_name_in_the_reason_keeps_its_number_to_itself(filling: UnderWay) -> None:
    ended = filling.collection.id
    nip = "198609262015051001"
    withdraw_case(filling.office, ended, f"Salah NIP {nip}.", **DECIDER)
    payload = filling.events(ended)[-1].payload
    assert nip not in payload["note"]


# --- what is still queued, or comes back ----------------------------------------------------------


def ledger(at: UnderWay) -> list[tuple[str, ...]]:
    """All states, and what people should find."""
    with at.office.ledger.read() as session:
        papers = [(d.id, d.state, str(d.revision)) for d in session.query(Document)]
        wanted = Publication.state.in_(("wanted", "placed"))
        files = [(p.path, p.sha256) for p in session.query(Publication).filter(wanted)]
        stages = [(c.id, c.stage) for c in session.query(Collection)]
    return sorted([*papers, *files, *stages])


def queued_is_idle(at: UnderWay, chain: str) -> None:
    """The work that waits is withdrawn under its hands: run afterwards, it changes nothing."""
    keys = [key for _, name, key in at.desk.waiting() if name == chain]
    assert keys, f"{chain} should wait: {at.desk.waiting()}"
    ended = withdraw(at)
    before = ledger(at)
    for key in keys:
        run(at.office, chain, key)
    assert ledger(at) == before
    with at.office.ledger.read() as session:
        assert session.get_one(Collection, ended).stage == WITHDRAWN


class _ReachedError(Exception):
    """The chain that was looked for waits."""


def until(at: UnderWay, chain: str) -> None:
    """Work until ``chain`` waits, and leave it waiting."""

    def pick(_count: int) -> int:
        names = [name for _, name, _ in at.desk.waiting()]
        if chain in names:
            raise _ReachedError
        return 0

    at.desk.pick = pick
    with pytest.raises(_ReachedError):
        at.desk.work()
    at.desk.pick = lambda count: 0


def test_lay_before(begun: UnderWay) -> None:
    lay_starters(begun.office, "data-kinerja:2026-TW3")
    begun.desk.work()
    begun.staff.send_draft(begun.statements)
    until(begun, "lay-before")
    queued_is_idle(begun, "lay-before")


def test_a_decision_on_the_draft(begun: UnderWay) -> None:
    begun.to_correction()
    begun.folders.move(begun.folders.wait("2-koreksi/Format*.docx"), CommandFolder.APPROVE)
    until(begun, "decide")
    queued_is_idle(begun, "decide")


def test_a_roster_that_was_taken(begun: UnderWay) -> None:
    begun.to_distribution()
    begun.staff.send_roster(begun.roster, begun.statements)
    until(begun, "take")
    ended = withdraw(begun)
    assert begun.desk.files("4-pengisian/*/*.docx") == []
    with begun.office.ledger.read() as session:
        forms = session.query(Document).filter_by(collection_id=ended, kind=Kind.FORM).count()
    assert forms == 0
    assert "SUDAH DITARIK" in begun.said("3-penggandaan/SLIP - Daftar Pejabat*.pdf")


def test_the_summary(filling: UnderWay) -> None:
    filling.reporter(HEAD).fill_and_send()
    until(filling, "summarise")
    queued_is_idle(filling, "summarise")


def test_a_stamp(filling: UnderWay) -> None:
    filling.send(HEAD)
    decide_by_word(filling.office, filling.form(HEAD).code, Verdict.APPROVE, "", **DECIDER)
    until(filling, "stamp")
    queued_is_idle(filling, "stamp")


@pytest.mark.parametrize("verdict", [Verdict.APPROVE, Verdict.RETURN])
def test_a_decision_on_a_form(filling: UnderWay, verdict: Verdict) -> None:
    filling.send(HEAD)
    decide_by_word(filling.office, filling.form(HEAD).code, verdict, "Periksa.", **DECIDER)
    queued_is_idle(filling, "decide")


def test_open_entry(filling: UnderWay) -> None:
    filling.verify(KASUBAG)
    close_and_leave(filling)
    queued_is_idle(filling, "open-entry")


def test_the_slips_of_a_closing(filling: UnderWay) -> None:
    filling.verify(KASUBAG)
    close_and_leave(filling)
    queued_is_idle(filling, "tell-closed")


def close_and_leave(at: UnderWay) -> None:
    close_case(at.office, at.collection.id, "", **DECIDER)


def test_the_slip_of_an_extension(filling: UnderWay) -> None:
    extend_form(filling.office, filling.form(HEAD).code, date(2026, 10, 13), "", **DECIDER)
    queued_is_idle(filling, "tell-extended")


def test_compile(closed: UnderWay) -> None:
    closed.staff.send_entry()
    until(closed, "compile")
    queued_is_idle(closed, "compile")


def test_a_return_of_the_print_out(closed: UnderWay) -> None:
    closed.to_initial()
    code = closed.document(Kind.PRINTOUT).code
    decide_by_word(closed.office, code, Verdict.RETURN, "Periksa.", **DECIDER)
    queued_is_idle(closed, "decide")


def test_filing(closed: UnderWay) -> None:
    closed.to_initial()
    ended = withdraw(closed)
    before = ledger(closed)
    run(closed.office, "file", ended)
    assert ledger(closed) == before


ANSWER = "PENGUMPULAN INI SUDAH DITARIK"


def answered(at: UnderWay, command: str, name: str, data: bytes) -> None:
    """What comes back into a command folder is refused with the reason, and changes nothing."""
    papers = [row for row in ledger(at) if not row[0].startswith("data-kinerja/")]
    at.desk.put(command, name, data)
    at.desk.work()
    stem = name.rpartition(".")[0].removeprefix("PERBAIKI 1 - ")
    slip = at.said(f"ditolak/SLIP - {stem}*.pdf")
    assert ANSWER in slip
    assert NOTE in slip
    assert papers == [row for row in ledger(at) if not row[0].startswith("data-kinerja/")]


def kept(at: UnderWay, pattern: str) -> tuple[str, bytes]:
    file = at.folders.wait(pattern)
    return file.name, file.read_bytes()


def test_a_form_a_decision_and_a_roster_that_come_back(filling: UnderWay) -> None:
    filling.send(SECRETARY)
    form = kept(filling, f"4-pengisian/{HEAD}/Format*.docx")
    waiting = kept(filling, "5-verifikasi/*.docx")
    sheet = kept(filling, "5-verifikasi/*LEMBAR*.pdf")
    withdraw(filling)
    answered(filling, f"4-pengisian/{HEAD}/kirim", *form)
    answered(filling, "4-pengisian/_titipan/kirim", f"Titipan {form[0]}", form[1])
    answered(filling, "5-verifikasi/setujui", *waiting)
    answered(filling, "5-verifikasi/kembalikan", *sheet)
    data = write_roster(filling.roster, filling.statements, office_name="Dinas")
    answered(filling, "3-penggandaan/kirim", "Daftar Pejabat TW III 2026.xlsx", data)
    answered(filling, "3-penggandaan/kirim", "Daftar.xlsx", data)


def test_a_workbook_and_a_print_out_that_come_back(closed: UnderWay) -> None:
    workbook = kept(closed, "6-entri/Entri*.xlsx")
    closed.to_initial()
    name, printout = kept(closed, "7-paraf/Print Out*.pdf")
    withdraw(closed)
    answered(closed, "6-entri/kirim", *workbook)
    answered(closed, "7-paraf/kembalikan", name, printout)
    answered(closed, "7-paraf/diparaf", f"Diparaf {name}", printout + b"\n% lagi\n")


def test_a_draft_that_comes_back_begins_the_period_anew(begun: UnderWay) -> None:
    begun.to_correction()
    name, draft = kept(begun, "2-koreksi/Format*.docx")
    withdraw(begun)
    begun.desk.put("1-draft/kirim", name, draft)
    begun.desk.work()
    assert (begun.collection.edition, begun.collection.stage) == (2, Verb.DRAFT)


def test_a_roster_of_the_withdrawn_edition_serves_the_next(filling: UnderWay) -> None:
    withdraw(filling)
    filling.to_distribution()
    filling.staff.send_roster(filling.roster, filling.statements)
    filling.desk.work()
    assert filling.collection.stage == Verb.FILL


# --- side by side ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_periods_side_by_side_do_not_disturb_each_other(closed: UnderWay) -> None:
    """One closed without an official, the other withdrawn, then begun anew."""
    fourth = a_period(closed.desk, closed.pins, Period(2026, 4))
    fourth.to_filling()
    head = f"4-pengisian/{HEAD}"
    lying = set(closed.with_official(HEAD))
    assert len(lying) == 3  # two forms, and the slip of the closing
    fourth.send(HEAD)
    assert fourth.form(HEAD).state == State.WAITING
    assert closed.form(HEAD).state == State.ABSENT
    assert any("DITUTUP TW III" in name for name in closed.with_official(HEAD))
    closed.send(HEAD)
    assert any(fourth.form(HEAD).code in name for name in closed.with_official(HEAD))
    closed.approve(HEAD)
    assert closed.form(HEAD).state == State.VERIFIED
    ended = fourth.collection.id
    withdraw_case(fourth.office, ended, NOTE, **DECIDER)
    fourth.desk.work()
    assert "PENGUMPULAN DITARIK TW IV 2026.pdf" in fourth.with_official(HEAD)
    assert closed.collection.stage == Verb.ENTER
    entry = "Entri Data Kinerja TW III 2026"  # the late form joined while entry was open
    assert closed.names("6-entri") == [f"EDISI BARU - {entry}.pdf", f"{entry} - EDISI 2.xlsx"]
    closed.to_initial()
    assert closed.collection.stage == Verb.INITIAL
    fourth.to_filling()
    assert fourth.collection.edition == 2
    assert closed.folders.wait(f"{head}/Format*TW IV 2026*.docx")
    assert closed.names("7-paraf") == ["Print Out Data Kinerja TW III 2026.pdf"]


def test_starters_of_a_later_period_stay(filling: UnderWay) -> None:
    lay_starters(filling.office, "data-kinerja:2026-TW4")
    filling.desk.work()
    withdraw(filling)
    assert "Format Data Kinerja TW IV 2026.docx" in filling.names("1-draft")
    assert "Format Data Kinerja TW III 2026.docx" in filling.names("1-draft")


def test_closing_one_period_asks_nothing_of_the_other(closed: UnderWay) -> None:
    fourth = a_period(closed.desk, closed.pins, Period(2026, 4))
    fourth.to_filling()
    fourth.verify(KASUBAG)
    assert close(fourth) == [HEAD, SECRETARY]
    assert closed.states()[SECRETARY] == State.VERIFIED
