"""SOP 4: the form that waits for its verifier, sent once more: said so, and nothing changes."""

import pytest
from sqlalchemy import select

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.procedure import CommandFolder
from pipeline.ledger.tables import Arrival

from .sending import FOLDER, VERIFYING, filled, first_code, resaved, send
from .under_way import HEAD, UnderWay


def outcome(at: UnderWay, name: str) -> str | None:
    with at.office.ledger.read() as session:
        return session.scalars(select(Arrival.outcome).where(Arrival.name == name)).one()


def test_a_repeated_return_leaves_the_verifiers_decision_alone(filling: UnderWay) -> None:
    at, form = filling, filled(filling)
    send(at, form)
    (waiting,) = at.desk.files(f"{VERIFYING}/*.docx")
    taken, before, lying = waiting.read_bytes(), at.form(HEAD), at.names(VERIFYING)
    send(at, form, "Sekali lagi.docx")
    send(at, resaved(form), "Disimpan lagi.docx")
    for name in ("Sekali lagi", "Disimpan lagi"):
        assert outcome(at, f"{name}.docx") == "sudah-diterima"
        told = at.said(f"{FOLDER}/SUDAH DITERIMA - {name}.pdf")
        assert f"Isi {name}.docx sama" in told
        assert "Tidak ada yang berubah" in told
    form_now = at.form(HEAD)
    assert (form_now.revision, form_now.original) == (before.revision, before.original)
    assert at.names(VERIFYING) == lying
    assert len(at.desk.files(f"{FOLDER}/DITERIMA*.pdf")) == 1

    waiting.unlink()  # the Kasubag had taken it away before, to decide on it
    at.desk.put(f"{VERIFYING}/{CommandFolder.APPROVE}", waiting.name, taken)
    at.desk.work()
    assert at.form(HEAD).state == State.VERIFIED


@pytest.mark.slow
def test_what_differs_is_a_new_return_and_the_old_one_then_differs_too(filling: UnderWay) -> None:
    at, form = filling, filled(filling)
    other = filled(at, {(first_code(at), Field.REMARK): "Angka dari rekap terakhir"})
    for number, data in enumerate((form, other, form), start=2):
        send(at, data)
        assert at.form(HEAD).revision == number
    assert not at.desk.files(f"{FOLDER}/SUDAH DITERIMA*")


def test_what_bounced_in_between_is_taken_away_with_its_slip(filling: UnderWay) -> None:
    at, form = filling, filled(filling)
    faulty = filled(at, {(first_code(at), Field.ACTUAL): "kira-kira"})
    send(at, form)
    send(at, faulty)
    assert at.desk.files(f"{FOLDER}/PERBAIKI 1 - *.docx")
    send(at, form, "Sekali lagi.docx")
    assert outcome(at, "Sekali lagi.docx") == "sudah-diterima"
    assert not [n for n in at.with_official(HEAD) if n.startswith(("SLIP", "PERBAIKI"))]


@pytest.mark.slow
def test_after_an_approval_no_slip_names_a_form_that_is_gone(filling: UnderWay) -> None:
    at, form = filling, filled(filling)
    faulty = filled(at, {(first_code(at), Field.ACTUAL): "kira-kira"})
    send(at, form)
    send(at, faulty)
    code = at.form(HEAD).code
    assert {f"SLIP 1 - {code}.pdf"} < set(at.with_official(HEAD))
    assert at.desk.files(f"{FOLDER}/PERBAIKI 1 - *.docx")
    at.approve(HEAD)
    lying = at.with_official(HEAD)
    assert at.form(HEAD).state == State.VERIFIED
    assert not [n for n in lying if n.startswith(("SLIP", "PERBAIKI"))]
    assert any(n.startswith("DITERIMA") for n in lying)
