"""A roster of thousands: issued whole, or refused whole with a slip that can still be read."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pipeline.domain.document import Kind, State
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.domain.roster import Assignment, Part
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_identity
from pipeline.forms.workbooks.roster import write_roster
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Event
from pipeline.sop import official_form
from pipeline.sop.prepare import lay_starters
from pipeline.tasks.demo.data import sample_roster
from pipeline.tasks.status import office_status
from tests.journeys.bad_input import assert_says, pages_of, with_paragraph

from .bad_papers import spoilt, substance, swapped
from .desk import PROCEDURE
from .under_way import PERIOD, UnderWay

MANY = 2000
DEGREE = "Gelar: {{ pejabat.nama.split(', ')[1] }}"
NAME = "Daftar Pejabat TW III 2026.xlsx"


def many(at: UnderWay, officials: int) -> bytes:
    """A roster in which everybody contributes to one indicator, and a few report the others."""
    people = sample_roster(PERIOD, at.statements, officials).officials
    first, *others = [i.code for i in at.statements.indicators]
    shares = (Assignment(p.post, first, Part.CONTRIBUTES) for p in people)
    reports = (Assignment(p.post, code) for p, code in zip(people, (first, *others), strict=False))
    at.roster = replace(at.roster, officials=people, assignments=(*reports, *shares))
    return write_roster(at.roster, at.statements, office_name="Dinas")


def send(at: UnderWay, data: bytes) -> None:
    (at.desk.inbox / "3-penggandaan" / NAME).unlink()
    at.desk.put("3-penggandaan/kirim", NAME, data)
    at.desk.work()


def assert_issued(at: UnderWay, officials: int) -> None:
    """Everybody has exactly one form, with its own code."""
    forms = [d for d in at.papers() if d.kind == Kind.FORM]
    assert len(forms) == officials
    assert {form.state for form in forms} == {State.ISSUED}
    lying = at.desk.files("4-pengisian/*/*.docx")
    assert len(lying) == officials
    read = {f.parent.name: read_identity(open_word(f.read_bytes())).code for f in lying}
    assert read == {post_folder(form.post): form.code for form in forms}
    assert len(list(at.desk.inbox.glob("4-pengisian/*/kirim"))) == officials + 1  # and _titipan
    with at.office.ledger.read() as session:
        count = select(func.count()).select_from(Event).where(Event.kind == "form.issued")
        assert session.scalar(count) == officials
        assert list(check_chains(session, at.office.id)) == []


@pytest.mark.slow
def test_two_thousand_officials_get_their_forms(begun: UnderWay) -> None:
    at = begun
    at.to_distribution()
    send(at, many(at, MANY))
    assert at.collection.stage == Verb.FILL
    assert_issued(at, MANY)
    (collection,) = office_status(at.office).collections
    assert sum(d.kind == Kind.FORM for d in collection.documents) == MANY
    last = at.roster.officials[-1].post
    at.send(last)
    assert at.form(last).state == State.WAITING


def test_forms_that_are_made_out_in_several_parts_are_everybodys_own(
    begun: UnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(official_form, "TOGETHER", 2)
    at = begun
    at.to_distribution()
    send(at, many(at, 7))
    assert_issued(at, 7)


@pytest.mark.slow
def test_two_thousand_wrong_rows_come_back_on_a_slip_that_can_be_read(begun: UnderWay) -> None:
    at = begun
    at.to_distribution()
    right = many(at, MANY)
    wrong = spoilt(right, "Pejabat", swapped("Nama", "NIP"))
    before = substance(at.office)
    send(at, wrong)
    assert substance(at.office) == before
    assert (at.desk.inbox / "3-penggandaan" / f"PERBAIKI - {NAME}").read_bytes() == wrong
    slip = at.desk.inbox / "3-penggandaan" / f"SLIP - {Path(NAME).stem}.pdf"
    told = at.said(f"3-penggandaan/{slip.name}")
    assert_says(told, "lembar Pejabat, baris 7, kolom NIP", "hal lain", "lebih dahulu")
    assert_says(told, f"{MANY} hal perlu diperbaiki")
    assert pages_of(slip) < 20
    assert at.desk.files("4-pengisian/*/*.docx") == []


def test_if_one_form_cannot_be_made_out_none_is_issued(begun: UnderWay) -> None:
    """The format asks for a degree; one of them has none."""
    at = begun
    lay_starters(at.office, f"{PROCEDURE}:{at.period}")
    at.desk.work()
    draft = at.folders.wait("1-draft/Format*.docx")
    draft.write_bytes(with_paragraph(draft.read_bytes(), DEGREE))
    at.staff.send_draft(at.statements)
    at.desk.work()
    at.move("2-koreksi/Format*.docx", CommandFolder.APPROVE)
    last, honest = at.roster.officials[-1], at.roster
    plain = replace(last, name="Budi Tanpa Gelar")
    at.roster = replace(honest, officials=(*honest.officials[:-1], plain))
    before = substance(at.office)
    send(at, write_roster(at.roster, at.statements, office_name="Dinas"))
    assert substance(at.office) == before
    assert at.desk.files("4-pengisian/*/*") == []
    told = at.said(f"3-penggandaan/SLIP - {Path(NAME).stem}.pdf")
    says = (
        f"lembar Pejabat, {last.post}",
        "Templat tidak dapat diisi",
        "betulkan data pejabat ini",
    )
    assert_says(told, *says)
    send(at, write_roster(honest, at.statements, office_name="Dinas"))
    assert_issued(at, len(honest.officials))
