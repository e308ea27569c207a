"""Two people act at the same moment: one is done, the other is told, and nothing by halves."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.domain.collection import FILED, Amendment
from pipeline.domain.document import Kind, State
from pipeline.domain.master import MasterData, Unit
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.errors import ConflictError, ExitCode
from pipeline.forms.workbooks.roster import write_roster
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Arrival, Collection, Decision, Document, Event, Number, Record
from pipeline.office import Office
from pipeline.pdf.convert import Converter
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import INITIAL_FIELD
from pipeline.signing.seal import Sealer
from pipeline.sop.by_word import decide_by_word
from pipeline.sop.collection.closing import close_case
from pipeline.sop.collection.withdrawal import withdraw_case
from pipeline.sop.decisions import Verdict
from pipeline.sop.returned import LATE
from pipeline.tasks.amend import Correction, Opened, amend
from pipeline.tasks.seal import Sealed, seal, unlock, waiting_for

from .at_once import at_once, chains_at_once, take_in, twin
from .filed import REASON, Template, file_one, filed
from .proposing import on_file, workbook
from .under_way import DECIDER, HEAD, KASUBAG, NOTE, SECRETARY, UnderWay

pytestmark = pytest.mark.slow

POSTS = (KASUBAG, SECRETARY, HEAD)


def decisions(at: UnderWay, document: Document) -> list[Decision]:
    with at.office.ledger.read() as session:
        query = select(Decision).where(Decision.document_id == document.id)
        return list(session.scalars(query))


def events(at: UnderWay, kind: str) -> list[Event]:
    with at.office.ledger.read() as session:
        return list(session.scalars(select(Event).where(Event.kind == kind)))


def arrivals(at: UnderWay) -> dict[str, str | None]:
    with at.office.ledger.read() as session:
        return {a.name: a.outcome for a in session.scalars(select(Arrival))}


def assert_sound(at: UnderWay) -> None:
    """Every chain holds, and nothing is left half-done."""
    with at.office.ledger.read() as session:
        assert list(check_chains(session, at.office.id)) == []
        assert not session.scalars(select(Arrival).where(Arrival.outcome.is_(None))).all()
        assert not session.scalars(select(Decision).where(Decision.done.is_(False))).all()
    assert at.desk.waiting() == []


def one_of(given: list[object], told: str) -> int:
    """Which of two was done; the other was told so."""
    refused = [n for n, one in enumerate(given) if isinstance(one, ConflictError)]
    assert len(refused) == len(given) - 1
    for number in refused:
        assert told in str(given[number])
    return next(n for n in range(len(given)) if n not in refused)


def assert_decided(at: UnderWay, post: str, verdict: Verdict) -> None:
    form = at.form(post)
    (decision,) = decisions(at, form)
    assert decision.verdict == verdict
    expected = (State.VERIFIED, 0) if verdict is Verdict.APPROVE else (State.ISSUED, 1)
    assert (form.state, form.returns) == expected


# --- decisions -----------------------------------------------------------------------------------


def test_two_words_on_one_form(filling: UnderWay) -> None:
    at = filling
    with twin(at) as other:
        for post in POSTS:
            at.send(post)
            code = at.form(post).code
            approve = partial(decide_by_word, at.office, code, Verdict.APPROVE, "", **DECIDER)
            give_back = partial(decide_by_word, other, code, Verdict.RETURN, NOTE, **DECIDER)
            done = one_of(at_once(approve, give_back), "already")
            at.desk.work()
            assert_decided(at, post, (Verdict.APPROVE, Verdict.RETURN)[done])
    assert_sound(at)


def test_two_programs_on_one_form(filling: UnderWay) -> None:
    at = filling
    for post in POSTS[:2]:
        at.send(post)
        code = at.form(post).code
        calls = [["approve", code], ["return", code, "--note", NOTE]]
        programs = [
            subprocess.Popen(
                [sys.executable, "-m", "pipeline", *call, "--office", str(at.office.root)],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
            )
            for call in calls
        ]
        said = [program.communicate(timeout=60)[1] for program in programs]
        codes = [program.returncode for program in programs]
        assert sorted(codes) == sorted([0, ExitCode.CONFLICT]), said
        assert "already" in said[codes.index(ExitCode.CONFLICT)]
        at.desk.work()
        assert_decided(at, post, (Verdict.APPROVE, Verdict.RETURN)[codes.index(0)])
    assert_sound(at)


def test_a_folder_against_a_word(filling: UnderWay) -> None:
    at = filling
    for post in POSTS:
        at.send(post)
        code = at.form(post).code
        lying = at.folders.wait(f"5-verifikasi/*{code}.docx")
        at.folders.move(lying, CommandFolder.APPROVE)
        take_in(at)
        word = partial(decide_by_word, at.office, code, Verdict.RETURN, NOTE, **DECIDER)
        (told,) = chains_at_once(at, word)
        if isinstance(told, ConflictError):
            assert "already approved" in str(told)
            assert_decided(at, post, Verdict.APPROVE)
        else:
            assert arrivals(at)[lying.name] == "ditolak"
            slip = at.said(f"5-verifikasi/SLIP - {lying.stem}.pdf")
            assert "SUDAH DIPUTUSKAN" in slip
            assert "kembalikan" in slip
            assert_decided(at, post, Verdict.RETURN)
    assert_sound(at)


def test_a_folder_against_the_other_folder(filling: UnderWay) -> None:
    at = filling
    for post in POSTS:
        at.send(post)
        lying = at.folders.wait(f"5-verifikasi/*{at.form(post).code}.docx")
        at.desk.put("5-verifikasi/kembalikan", f"{lying.stem}.txt", NOTE.encode())
        at.desk.put("5-verifikasi/kembalikan", lying.name, lying.read_bytes())
        at.folders.move(lying, CommandFolder.APPROVE)
        take_in(at)
        chains_at_once(at)
        (decision,) = decisions(at, at.form(post))
        assert_decided(at, post, Verdict(decision.verdict))
        assert "SUDAH DIPUTUSKAN" in at.said(f"5-verifikasi/SLIP - {lying.stem}.pdf")
    assert_sound(at)


# --- seals ---------------------------------------------------------------------------------------


def sealed(
    at: UnderWay, stage: Verb, waiting: Sequence[Document], office: Office, alias: str
) -> Sealed:
    """What became of the print-out under this signer's hand."""
    signer = office.signer(alias)
    key = unlock(office, signer, bytearray(at.pins[alias], "utf-8"))
    (result,) = seal(office, waiting, stage, signer, key)
    return result


def test_the_same_print_out_sealed_twice_and_by_a_stranger(closed: UnderWay) -> None:
    at = closed
    at.desk.clock.at = datetime.now(at.desk.clock.at.tzinfo)  # the certificates are of today
    at.to_initial()
    with twin(at) as other:
        for stage, kind in ((Verb.INITIAL, "printout.initialled"), (Verb.SIGN, "printout.signed")):
            put = partial(sealed, at, stage, waiting_for(at.office, stage))
            head = partial(put, at.office, "kasubag"), partial(put, other, "kasubag")
            *his, stranger = at_once(*head, partial(put, other, "sekretaris"))
            assert "adalah wewenang" in stranger.error
            refused = [result.error for result in his if result.error]
            assert len(refused) == 1
            assert "sudah berubah sejak ditinjau" in refused[0]
            assert len(events(at, kind)) == 1
            at.desk.work()
    with at.office.ledger.read() as session:
        assert len(session.scalars(select(Record)).all()) == 1
        assert len(session.scalars(select(Number)).all()) == 1
    assert at.collection.stage == FILED
    assert_sound(at)


def sealed_elsewhere(at: UnderWay, printout: Document) -> bytes:
    """The print-out with the Kasubag's paraf from another program."""
    office, signer = at.office, at.office.signer("kasubag")
    key = unlock(office, signer, bytearray(at.pins["kasubag"], "utf-8"))
    sealer = Sealer(trust=office.trust, tsa_url=None, zone=office.settings.office.zone)
    face = SignerFace(KASUBAG, signer.name, signer.nip, "Penata", printout.code)
    data, field = office.store.read(printout.pdf or ""), INITIAL_FIELD
    return sealer.initial(data, field, key, face, at=office.now(), document=printout.name)


def test_a_paraf_by_pin_against_one_by_folder(closed: UnderWay) -> None:
    at, name = closed, "Sudah diparaf.pdf"
    at.desk.clock.at = datetime.now(at.desk.clock.at.tzinfo)
    at.to_initial()
    waiting = waiting_for(at.office, Verb.INITIAL)
    at.desk.put("7-paraf/diparaf", name, sealed_elsewhere(at, waiting[0]))
    take_in(at)
    (by_pin,) = chains_at_once(at, partial(sealed, at, Verb.INITIAL, waiting, at.office, "kasubag"))
    assert isinstance(by_pin, Sealed)
    (event,) = events(at, "printout.initialled")
    if by_pin.error:
        assert "sudah berubah sejak ditinjau" in by_pin.error
        assert arrivals(at)[name] == "disahkan"
    else:
        assert by_pin.sha256 == event.payload["sha256"]
        assert arrivals(at)[name] == "ditolak"
        assert at.said("7-paraf/SLIP - Sudah diparaf.pdf")
    assert at.document(Kind.PRINTOUT).pdf == event.payload["sha256"]
    at.seal(Verb.SIGN)
    at.desk.work()
    assert at.collection.stage == FILED
    assert_sound(at)


# --- closing and amending ------------------------------------------------------------------------


def test_two_closings(filling: UnderWay) -> None:
    at = filling
    at.verify(KASUBAG, SECRETARY)
    with twin(at) as other:
        ended, offices = at.collection.id, (at.office, other)
        closings = (partial(close_case, o, ended, NOTE, **DECIDER) for o in offices)
        one_of(at_once(*closings), "closed already")
    at.desk.work()
    assert len(events(at, "collection.closed")) == 1
    told = f"PENGISIAN DITUTUP {at.period.short} - {at.form(HEAD).code}.pdf"
    assert at.with_official(HEAD).count(told) == 1
    assert len(at.names("6-entri")) == 1
    assert_sound(at)


@pytest.mark.parametrize("taken_in", [False, True], ids=["lying in the folder", "taken in"])
def test_a_closing_against_a_form_that_comes(filling: UnderWay, taken_in: bool) -> None:
    """Either the form is in and the closing waits for it, or it came too late and is susulan."""
    at = filling
    at.verify(KASUBAG, SECRETARY)
    at.reporter(HEAD).fill_and_send()
    with twin(at) as other:
        closing = partial(close_case, other, at.collection.id, NOTE, **DECIDER)
        if taken_in:
            take_in(at)
            (told,) = chains_at_once(at, closing)
        else:
            _, told = at_once(at.desk.work, closing)
    at.desk.work()
    form = at.form(HEAD)
    assert form.state == State.WAITING
    closed = not isinstance(told, ConflictError)
    assert form.data[LATE] is closed
    assert at.collection.stage == (Verb.ENTER if closed else Verb.FILL)
    assert len(events(at, "collection.closed")) == closed
    at.approve(HEAD)
    assert at.form(HEAD).state == State.VERIFIED
    assert at.collection.stage == Verb.ENTER
    assert_sound(at)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Template:
    return file_one(tmp_path_factory.mktemp("diarsipkan") / "kantor", converter)


@pytest.fixture
def archived(template: Template, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    with filed(template, tmp_path / "kantor", converter) as under_way:
        yield under_way


def test_two_corrections_of_one_record(archived: UnderWay) -> None:
    at, name = archived, str(archived.period)
    with twin(at) as other:
        ralat = partial(amend, at.office, name, Correction(Amendment.ERRATUM, REASON, (HEAD,)))
        change = partial(amend, other, name, Correction(Amendment.CHANGE, REASON, (SECRETARY,)))
        given = at_once(ralat, change)
    done = given[one_of(given, "is under way already")]
    assert isinstance(done, Opened)
    at.desk.work()
    with at.office.ledger.read() as session:
        amending = session.scalars(select(Collection).where(Collection.amends.is_not(None))).all()
        (collection,) = amending
        forms = session.scalars(
            select(Document).where(Document.collection_id == collection.id)
        ).all()
    assert collection.id == done.collection_id
    assert [(form.post, form.code) for form in forms] == list(done.forms)
    assert_sound(at)


def test_a_correction_withdrawn_before_its_forms_are_issued(archived: UnderWay) -> None:
    at = archived
    opened = amend(at.office, str(at.period), Correction(Amendment.ERRATUM, REASON, (HEAD,)))
    withdraw_case(at.office, opened.collection_id, NOTE, **DECIDER)
    at.desk.work()
    assert not at.desk.files("4-pengisian/*/RALAT*")
    assert at.paper(opened.collection_id, Kind.FORM, HEAD).state == State.WITHDRAWN
    assert events(at, "form.issued")[-1].chain != opened.collection_id
    assert_sound(at)


# --- rosters and master data ---------------------------------------------------------------------


def test_two_rosters(begun: UnderWay) -> None:
    at = begun
    at.to_distribution()
    smaller = replace(
        at.roster,
        officials=tuple(o for o in at.roster.officials if o.post != HEAD),
        assignments=tuple(a for a in at.roster.assignments if a.post != HEAD),
    )
    rosters = {"Daftar A TW III 2026.xlsx": at.roster, "Daftar B TW III 2026.xlsx": smaller}
    at.folders.wait("3-penggandaan/Daftar*.xlsx").unlink()
    for name, roster in rosters.items():
        data = write_roster(roster, at.statements, office_name="Dinas")
        at.desk.put("3-penggandaan/kirim", name, data)
    take_in(at)
    chains_at_once(at)
    outcomes = arrivals(at)
    (taken,) = [name for name in rosters if outcomes[name] == "diterima"]
    (other,) = rosters.keys() - {taken}
    assert outcomes[other] == "dikembalikan"
    assert (at.desk.inbox / "3-penggandaan" / f"PERBAIKI - {other}").exists()
    assert "BELUM WAKTUNYA" in at.said(f"3-penggandaan/SLIP - {other.removesuffix('.xlsx')}.pdf")
    reporting = {o.post for o in rosters[taken].officials}
    assert {d.post for d in at.papers() if d.kind == Kind.FORM} == reporting
    for official in at.roster.officials:
        lying = [n for n in at.with_official(official.post) if n.endswith(".docx")]
        assert len(lying) == (official.post in reporting)
    assert len(events(at, "roster.received")) == 1
    assert {p.name for p in on_file(at)[0].posts} == reporting
    assert_sound(at)


def with_unit(master: MasterData, name: str) -> MasterData:
    return replace(master, units=(*master.units, Unit(name)))


def proposals(at: UnderWay) -> list[Document]:
    with at.office.ledger.read() as session:
        return list(session.scalars(select(Document).where(Document.kind == Kind.MASTER)))


def test_two_proposals_from_one_version_and_two_approvals(filling: UnderWay) -> None:
    at = filling
    known, base = on_file(at)
    (at.desk.inbox / "1-draft/Data Induk.xlsx").unlink()
    for name in ("UPTD A", "UPTD B"):
        data = workbook(at, with_unit(known, name))
        at.desk.put("1-draft/kirim", f"Data Induk {name}.xlsx", data)
    take_in(at)
    chains_at_once(at)
    (proposal,) = proposals(at)
    assert proposal.state == State.WAITING
    assert on_file(at) == (known, base)
    with at.office.ledger.read() as session:
        query = select(Arrival).where(Arrival.name.startswith("Data Induk"))
        last = session.scalars(query.order_by(Arrival.arrived_at.desc())).first()
    assert proposal.original == last.sha256  # the later one, in whatever order
    with twin(at) as other:
        approvals = (
            partial(decide_by_word, office, proposal.code, Verdict.APPROVE, "", **DECIDER)
            for office in (at.office, other)
        )
        one_of(at_once(*approvals), "already")
    at.desk.work()
    named = last.name.removeprefix("Data Induk ").removesuffix(".xlsx")
    assert on_file(at) == (with_unit(known, named), base + 1)
    assert_sound(at)


def test_a_draft_and_a_proposal_carried_out_at_once(begun: UnderWay) -> None:
    """Both bring the first version: neither undoes the other, or the one that lost is told."""
    at = begun
    at.to_correction()
    at.desk.put("1-draft/kirim", "Data Induk.xlsx", workbook(at, with_unit(MasterData(), "UPTD A")))
    at.desk.work()
    (proposal,) = proposals(at)
    for code in (proposal.code, at.document(Kind.DRAFT).code):
        decide_by_word(at.office, code, Verdict.APPROVE, "", **DECIDER)
    chains_at_once(at)
    (proposal,) = proposals(at)
    master, version = on_file(at)
    assert {d.code for d in master.indicators} == {i.code for i in at.statements.indicators}
    assert at.collection.stage == Verb.DISTRIBUTE
    if proposal.state == State.APPROVED:
        assert (master.units, version) == ((Unit("UPTD A"),), 2)
    else:
        assert (proposal.state, master.units, version) == (State.RETURNED, (), 1)
        assert any(name.startswith("TIDAK DIJALANKAN") for name in at.names("1-draft"))
    assert_sound(at)
