"""Changes of the master data, from Staf's folder to the next version; papers are real."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from pipeline.domain.adoption import adopt_roster, adopt_statements
from pipeline.domain.document import Kind, State
from pipeline.domain.finding import errors
from pipeline.domain.indicator import Target
from pipeline.domain.master import MasterData, Unit
from pipeline.domain.numbers import format_number
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.errors import ConflictError
from pipeline.forms.workbooks.master import read_master
from pipeline.forms.workbooks.statements import read_statements, write_statements
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Arrival, Decision, Document, Event, MasterVersion
from pipeline.sop.by_word import decide_by_word
from pipeline.sop.decisions import Verdict
from pipeline.sop.master.proposals import judge, propose
from pipeline.sop.master.versions import keep
from pipeline.sop.prepare import prepare

from .desk import PROCEDURE
from .proposing import READY, change, on_file, send, workbook
from .under_way import DECIDER, HEAD, KASUBAG, UnderWay, a_period

NEW_UNIT = Unit("UPTD Baru")


def with_unit(at: UnderWay, name: str = NEW_UNIT.name) -> MasterData:
    master, _ = on_file(at)
    return replace(master, units=(*master.units, Unit(name)))


def proposals(at: UnderWay) -> list[Document]:
    with at.office.ledger.read() as session:
        query = select(Document).where(Document.kind == Kind.MASTER)
        return list(session.scalars(query.order_by(Document.updated_at)))


def proposal(at: UnderWay) -> Document:
    (found,) = proposals(at)
    return found


def before_head(at: UnderWay) -> list[str]:
    """What lies in the Kasubag's folder, apart from receipts of what was decided there."""
    return [name for name in at.names("2-koreksi") if not name.startswith("DICATAT")]


def outcome(at: UnderWay) -> str | None:
    """What became of the file that arrived last."""
    with at.office.ledger.read() as session:
        return session.scalars(select(Arrival).order_by(Arrival.arrived_at.desc())).first().outcome


def office_events(at: UnderWay) -> list[Event]:
    with at.office.ledger.read() as session:
        chain = f"kantor:{at.office.id}"
        return list(session.scalars(select(Event).where(Event.chain == chain)))


def lying(at: UnderWay, pattern: str = f"1-draft/{READY}") -> tuple[MasterData | None, int | None]:
    """The master data in a workbook in the folders, and the version that it names."""
    reading = read_master(at.folders.wait(pattern).read_bytes())
    return reading.master, reading.version


# --- the way to the next version -----------------------------------------------------------------


def test_an_office_without_master_data_begins_with_an_empty_workbook(begun: UnderWay) -> None:
    prepare(begun.office, PROCEDURE)
    begun.desk.work()
    assert lying(begun) == (MasterData(), 0)
    assert begun.names("1-draft").count(READY) == 1


def test_a_change_waits_for_the_kasubag_and_holds_once_approved(filling: UnderWay) -> None:
    before, base = on_file(filling)
    assert lying(filling) == (before, base)
    send(filling, workbook(filling, with_unit(filling)))
    assert on_file(filling) == (before, base)
    number, made = base + 1, proposal(filling)
    assert (made.state, made.collection_id, made.revision) == (State.WAITING, None, 1)
    lists = [f"USUL PERUBAHAN DATA INDUK {number}.pdf", f"Usul Data Induk {number}.xlsx"]
    assert before_head(filling) == lists
    listed = filling.said(f"2-koreksi/{lists[0]}")
    assert NEW_UNIT.name in listed
    assert made.code in listed
    assert "1 perubahan menunggu" in listed
    told = filling.said(f"1-draft/DITERIMA*Usul Data Induk {number}.pdf")
    assert f"menunggu keputusan {KASUBAG}" in told

    filling.move(f"2-koreksi/{lists[1]}", CommandFolder.APPROVE)
    assert on_file(filling) == (with_unit_named(before, NEW_UNIT.name), number)
    assert proposal(filling).state == State.APPROVED
    assert before_head(filling) == []
    assert lying(filling) == on_file(filling)
    slips = [name for name in filling.names("1-draft") if "Data Induk" in name]
    assert slips == [f"DISETUJUI - Usul Data Induk {number}.pdf", READY]


def with_unit_named(master: MasterData, name: str) -> MasterData:
    return replace(master, units=(*master.units, Unit(name)))


def test_the_way_is_in_the_offices_own_chain(filling: UnderWay) -> None:
    base = on_file(filling)[1]
    send(filling, workbook(filling, with_unit(filling)))
    filling.move("2-koreksi/USUL*.pdf", CommandFolder.APPROVE)
    made = proposal(filling)
    events = [e for e in office_events(filling) if e.document_id == made.id]
    assert [e.kind for e in events] == [
        "data-induk.received",
        "data-induk.laid-before",
        "data-induk.setujui",
        "decision.carried-out",
        "master.changed",
    ]
    changed = events[-1]
    assert changed.actor == KASUBAG
    assert changed.via.startswith("melalui folder, akun ")
    assert changed.payload["version"] == base + 1
    with filling.office.ledger.read() as session:
        assert list(check_chains(session, filling.office.id)) == []
        version = session.get_one(MasterVersion, (filling.office.id, base + 1))
    assert (version.document_id, version.sha256) == (made.id, changed.payload["sha256"])


def test_a_return_goes_back_to_staf_with_its_reason(filling: UnderWay) -> None:
    before = on_file(filling)
    send(filling, workbook(filling, with_unit(filling)))
    name = proposal(filling).name
    filling.desk.put("2-koreksi/kembalikan", "Usul.txt", b"Nama unitnya keliru.")
    filling.move(f"2-koreksi/{name}", CommandFolder.RETURN)
    assert on_file(filling) == before
    assert before_head(filling) == []
    assert proposal(filling).state == State.RETURNED
    again = f"PERBAIKI 1 - {name}"
    about = [n for n in filling.names("1-draft") if "Data Induk" in n]
    assert about == [READY, again.replace(".xlsx", ".pdf"), again]
    assert "Nama unitnya keliru." in filling.said(f"1-draft/{again.replace('.xlsx', '.pdf')}")
    assert lying(filling) == before  # what holds lies ready, not what was returned

    send(filling, workbook(filling, with_unit(filling, "UPTD Baru Sekali")), again)
    made = proposal(filling)
    assert (made.state, made.revision, made.returns) == (State.WAITING, 2, 1)
    assert not any(n.startswith("PERBAIKI") for n in filling.names("1-draft"))
    filling.move(f"2-koreksi/{made.name}", CommandFolder.APPROVE)
    assert on_file(filling)[0] == with_unit_named(before[0], "UPTD Baru Sekali")


def test_it_is_decided_by_word_too(filling: UnderWay) -> None:
    base = on_file(filling)[1]
    send(filling, workbook(filling, with_unit(filling)))
    code = proposal(filling).code
    decide_by_word(filling.office, code, Verdict.RETURN, "Belum ada SK.", **DECIDER)
    filling.desk.work()
    assert (proposal(filling).state, on_file(filling)[1]) == (State.RETURNED, base)
    send(filling, workbook(filling, with_unit(filling)), filling.names("1-draft")[-1])
    decide_by_word(filling.office, code, Verdict.APPROVE, "", **DECIDER)
    with pytest.raises(ConflictError, match="already"):
        decide_by_word(filling.office, code, Verdict.APPROVE, "", **DECIDER)
    filling.desk.work()
    assert (proposal(filling).state, on_file(filling)[1]) == (State.APPROVED, base + 1)


# --- a second thought ----------------------------------------------------------------------------


def test_a_newer_proposal_replaces_the_one_that_waits(filling: UnderWay) -> None:
    send(filling, workbook(filling, with_unit(filling)))
    first = filling.folders.wait("2-koreksi/Usul*.xlsx").read_bytes()
    assert lying(filling)[0] == with_unit(filling)  # so that what was forgotten can be added
    send(filling, workbook(filling, with_unit(filling, "UPTD Lain")))
    made = proposal(filling)
    assert (made.state, made.revision) == (State.WAITING, 2)
    assert len(before_head(filling)) == 2
    filling.desk.put("2-koreksi/setujui", made.name, first)  # the old one, kept by somebody
    filling.desk.work()
    assert outcome(filling) == "ditolak"
    assert proposal(filling).state == State.WAITING
    filling.move("2-koreksi/Usul*.xlsx", CommandFolder.APPROVE)
    assert on_file(filling)[0].units[-1] == Unit("UPTD Lain")


def test_a_copy_that_was_sent_leaves_nothing_behind(filling: UnderWay) -> None:
    data = workbook(filling, with_unit(filling))
    filling.desk.put("1-draft", READY, data)
    filling.desk.put("1-draft/kirim", READY, data)
    filling.desk.work()
    filling.move("2-koreksi/Usul*.xlsx", CommandFolder.APPROVE)
    assert [n for n in filling.names("1-draft") if n.startswith("Data Induk")] == [READY]
    assert lying(filling) == on_file(filling)


def test_a_workbook_that_somebody_works_on_is_left_to_him(filling: UnderWay) -> None:
    mine = workbook(filling, with_unit(filling, "UPTD Saya"))
    send(filling, workbook(filling, with_unit(filling)), "Data Induk dari Kasubag.xlsx")
    filling.desk.put("1-draft", READY, mine)
    filling.move("2-koreksi/Usul*.xlsx", CommandFolder.APPROVE)
    assert filling.folders.wait(f"1-draft/{READY}").read_bytes() == mine
    send(filling, mine)
    assert outcome(filling) == "dikembalikan"
    assert lying(filling) == on_file(filling)


# --- what is wrong with it -----------------------------------------------------------------------


def test_faults_come_back_with_their_rows_and_nothing_is_applied(filling: UnderWay) -> None:
    master, _ = on_file(filling)
    before = on_file(filling)
    wrong = replace(
        master,
        tenures=(replace(master.tenures[0], nip="123"), *master.tenures[1:]),
        units=(*master.units, Unit(master.units[0].name)),
    )
    send(filling, workbook(filling, wrong))
    assert (outcome(filling), proposals(filling)) == ("dikembalikan", [])
    assert on_file(filling) == before
    told = filling.said("1-draft/SLIP - Data Induk.pdf")
    assert "lembar Pejabat, baris" in told
    assert "NIP harus 18 angka" in told
    assert "lembar Unit, baris" in told
    assert before_head(filling) == []
    again = f"PERBAIKI - {READY}"
    assert again in filling.names("1-draft")
    send(filling, workbook(filling, with_unit(filling)), again)
    assert proposal(filling).state == State.WAITING
    assert not any("PERBAIKI" in n or "SLIP" in n for n in filling.names("1-draft"))


def test_what_changes_nothing_is_said_and_not_proposed(filling: UnderWay) -> None:
    send(filling, workbook(filling, on_file(filling)[0]))
    assert (outcome(filling), proposals(filling)) == ("tanpa perubahan", [])
    assert "TIDAK ADA PERUBAHAN" in filling.said("1-draft/SLIP - Data Induk.pdf")
    assert lying(filling) == on_file(filling)


@pytest.mark.parametrize("version", [1, 99])
def test_a_workbook_of_another_version_goes_back(filling: UnderWay, version: int) -> None:
    before = on_file(filling)
    assert before[1] == 2
    send(filling, workbook(filling, with_unit(filling), version))
    assert (outcome(filling), proposals(filling)) == ("dikembalikan", [])
    assert "versi 2 yang berlaku sekarang" in filling.said("1-draft/SLIP - Data Induk.pdf")
    assert f"PERBAIKI - {READY}" in filling.names("1-draft")
    assert lying(filling) == before


def test_the_same_file_sent_again_after_its_approval_changes_nothing(filling: UnderWay) -> None:
    data = workbook(filling, with_unit(filling))
    send(filling, data)
    filling.move("2-koreksi/Usul*.xlsx", CommandFolder.APPROVE)
    send(filling, data)
    assert (outcome(filling), on_file(filling)[1]) == ("tanpa perubahan", 3)


def test_a_filed_quarter_keeps_its_targets(filling: UnderWay) -> None:
    master, base = on_file(filling)
    with filling.office.ledger.write() as tx:
        collection = tx.session.merge(filling.collection)
        collection.stage = "filed"
    first = master.targets[0]
    other = replace(first, annual=Target(first.annual.value + 1))
    data = workbook(filling, replace(master, targets=(other, *master.targets[1:])), base)
    judged = judge(filling.office, data)
    assert judged.master is None
    (finding,) = errors(judged.findings)
    assert "lembar Target, baris" in finding.place
    assert "sudah diarsipkan" in finding.message


# --- the Kasubag's folder ------------------------------------------------------------------------


@pytest.mark.parametrize("command", [CommandFolder.APPROVE, CommandFolder.RETURN])
def test_an_edited_proposal_decides_nothing(filling: UnderWay, command: CommandFolder) -> None:
    base = on_file(filling)[1]
    send(filling, workbook(filling, with_unit(filling)))
    waiting = filling.folders.wait("2-koreksi/Usul*.xlsx")
    name = waiting.name
    waiting.unlink()
    edited = workbook(filling, with_unit(filling, "UPTD Kasubag"))
    filling.desk.put(f"2-koreksi/{command.value}", name, edited)
    filling.desk.work()
    assert outcome(filling) == "ditolak"
    assert (proposal(filling).state, on_file(filling)[1]) == (State.WAITING, base)
    assert "PERUBAHAN DIAJUKAN LEWAT STAF" in filling.said("2-koreksi/SLIP*.pdf")
    filling.move(f"2-koreksi/{name}", CommandFolder.APPROVE)  # it waits where it lay
    assert on_file(filling)[0].units[-1] == NEW_UNIT


def test_a_version_that_came_meanwhile_leaves_the_proposal_undone(begun: UnderWay) -> None:
    begun.to_correction()
    send(begun, workbook(begun, MasterData(units=(NEW_UNIT,))))
    made = proposal(begun)
    begun.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)  # brings the first version
    assert on_file(begun)[1] == 1
    begun.move(f"2-koreksi/{made.name}", CommandFolder.APPROVE)
    master, version = on_file(begun)
    assert (version, NEW_UNIT in master.units) == (1, False)
    assert proposal(begun).state == State.RETURNED
    for folder in ("1-draft", "2-koreksi"):
        told = begun.said(f"{folder}/TIDAK DIJALANKAN - Usul Data Induk 1.pdf")
        assert "dibuat dari Data Induk versi 0" in told
    assert f"TIDAK DIJALANKAN - {made.name}" in begun.names("1-draft")
    assert lying(begun) == (master, version)
    with begun.office.ledger.read() as session:
        decision = session.scalars(select(Decision).where(Decision.document_id == made.id)).one()
    assert decision.done

    change(begun, replace(master, units=(NEW_UNIT,)))
    assert on_file(begun)[0].units == (NEW_UNIT,)
    assert before_head(begun) == []


def test_a_proposal_that_is_overtaken_before_it_is_laid_out_goes_back(begun: UnderWay) -> None:
    begun.to_correction()
    office, procedure = begun.office, begun.office.procedures[PROCEDURE]
    data = workbook(begun, MasterData(units=(NEW_UNIT,)))
    decide_by_word(office, begun.document(Kind.DRAFT).code, Verdict.APPROVE, "", **DECIDER)
    judged, blob = judge(office, data), office.store.put(data)
    assert judged.master is not None
    kept = keep(office, judged.master)
    with office.ledger.write() as tx:
        propose(tx, procedure, judged, kept, proposal=None, blob=blob, **DECIDER)
    begun.desk.work()  # the draft first: it brings the first version
    assert (proposal(begun).state, on_file(begun)[1]) == (State.RETURNED, 1)
    assert [n for n in begun.names("1-draft") if "DIJALANKAN" in n] == [
        "TIDAK DIJALANKAN - Usul Data Induk 1.pdf",
        "TIDAK DIJALANKAN - Usul Data Induk 1.xlsx",
    ]
    assert before_head(begun) == []


def test_both_at_once_leave_one_version_after_the_other(begun: UnderWay) -> None:
    """The draft and a proposal approved before either is carried out: neither undoes the other."""
    begun.to_correction()
    send(begun, workbook(begun, MasterData(units=(NEW_UNIT,))))
    code = proposal(begun).code
    draft = begun.document(Kind.DRAFT).code
    for each in (code, draft):
        decide_by_word(begun.office, each, Verdict.APPROVE, "", **DECIDER)
    begun.desk.work()
    master, version = on_file(begun)
    assert version == 2
    assert master.units == (NEW_UNIT,)
    assert {d.code for d in master.indicators} == {i.code for i in begun.statements.indicators}


# --- what follows from it ------------------------------------------------------------------------


def test_the_roster_that_waits_follows_unless_somebody_changed_it(begun: UnderWay) -> None:
    begun.to_distribution()
    people = begun.roster.officials
    master, _ = on_file(begun)
    first = adopt_roster(master, begun.roster, date(2026, 7, 1))
    change(begun, first)
    (ready,) = begun.desk.files("3-penggandaan/*.xlsx")
    assert names_in(ready) >= {o.name for o in people}
    changed = ready.read_bytes() + b"\0"
    ready.write_bytes(changed)
    tenures = (replace(first.tenures[0], name="Contoh Pengganti"), *first.tenures[1:])
    change(begun, replace(first, tenures=tenures))
    (ready,) = begun.desk.files("3-penggandaan/*.xlsx")
    assert ready.read_bytes() == changed


def names_in(workbook: Path) -> set[str]:
    sheet = load_workbook(workbook)["Pejabat"]
    return {str(value) for row in sheet.iter_rows(values_only=True) for value in row if value}


def test_the_statements_that_lie_ready_follow(begun: UnderWay) -> None:
    prepare(begun.office, PROCEDURE)
    begun.desk.work()
    name = f"1-draft/Daftar Pernyataan {begun.period.short}.xlsx"
    known = adopt_statements(MasterData(), begun.statements, paper="PK 2026")
    change(begun, known)
    ready, _ = read_statements(begun.folders.wait(name).read_bytes())
    assert ready == begun.statements


def test_the_kasubag_sees_what_approving_a_draft_adds(filling: UnderWay) -> None:
    """Statements with a new indicator, while there are master data: the list lies beside."""
    later = a_period(filling.desk, filling.pins, Period(2026, 4))
    known = filling.statements.indicators
    new = replace(known[0], code="IKU-900", name="Indikator baru", previous_actuals=(None,) * 3)
    later.statements = replace(filling.statements, period=later.period, indicators=(*known, new))
    later.to_correction()
    assert f"USUL PERUBAHAN DATA INDUK {later.period.short}.pdf" in before_head(later)
    listed = later.said("2-koreksi/USUL*.pdf")
    assert "Indikator baru" in listed
    assert f"Daftar Pernyataan {later.period.short}" in listed
    assert format_number(new.annual_target.value) in listed
    assert known[1].name not in listed
    later.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    assert before_head(later) == []
    assert {d.code for d in on_file(later)[0].indicators} >= {"IKU-900"}
    assert later.collection.stage == Verb.DISTRIBUTE


def test_statements_that_bring_nothing_new_come_without_a_list(filling: UnderWay) -> None:
    later = a_period(filling.desk, filling.pins, Period(2026, 4))
    later.statements = replace(filling.statements, period=later.period)
    later.to_correction()
    assert [n for n in before_head(later) if n.startswith("USUL")] == []
    assert HEAD in {p.name for p in on_file(later)[0].posts}


def test_a_draft_that_the_master_data_have_overtaken_goes_back(filling: UnderWay) -> None:
    """Targets changed while the draft waits: approving it would measure by the old ones."""
    later = a_period(filling.desk, filling.pins, Period(2026, 4))
    later.statements = replace(filling.statements, period=later.period)
    later.to_correction()
    master, base = on_file(later)
    first = master.targets[0]
    revised = replace(
        first,
        effective=date(2026, 10, 1),
        basis="DPA Perubahan 2026",
        annual=Target(first.annual.value + 1000),
    )
    change(later, replace(master, targets=(*master.targets, revised)))
    later.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    assert (later.collection.stage, on_file(later)[1]) == (Verb.DRAFT, base + 1)
    for slip in ("1-draft/PERBAIKI 1 - Format*.pdf", "2-koreksi/TIDAK DIJALANKAN*.pdf"):
        told = later.said(slip)
        assert f"{first.indicator}, kolom Target Tahunan" in told
        assert "DPA Perubahan 2026" in told
    known = {i.code: i for i in later.statements.indicators}
    known[first.indicator] = replace(known[first.indicator], annual_target=revised.annual)
    later.statements = replace(later.statements, indicators=tuple(known.values()))
    later.desk.put(
        "1-draft/kirim",
        f"Daftar Pernyataan {later.period.short}.xlsx",
        write_statements(later.statements, office_name="Dinas"),
    )
    later.staff.send_corrected_draft()
    later.desk.work()
    assert before_head(later)
    assert not later.desk.files("2-koreksi/TIDAK*")
    later.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    assert later.collection.stage == Verb.DISTRIBUTE
