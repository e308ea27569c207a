"""Decisions by an edited file: it must say from which revision it was made."""

import pytest

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.procedure import CommandFolder
from pipeline.sop.values import changes_of
from pipeline.tasks.demo.hand import fill_controls

from .sending import VERIFYING, filled, first_code, send, without_properties
from .under_way import HEAD, UnderWay


def edited(at: UnderWay) -> bytes:
    """What waits for the verifier, with a remark of his, saved without its properties."""
    (waiting,) = at.desk.files(f"{VERIFYING}/*.docx")
    remark = {(first_code(at), Field.REMARK): "Dibetulkan Kasubag"}
    return without_properties(fill_controls(waiting.read_bytes(), remark))


def decide(at: UnderWay, data: bytes, command: CommandFolder = CommandFolder.APPROVE) -> None:
    at.desk.put(f"{VERIFYING}/{command}", "Formulir diubah.docx", data)
    at.desk.work()


def test_an_edited_file_without_identity_counts_for_no_later_revision(filling: UnderWay) -> None:
    at = filling
    send(at, filled(at))
    mine = edited(at)
    send(at, filled(at, {(first_code(at), Field.REMARK): "Angka terakhir"}), "Lagi.docx")
    for command in (CommandFolder.APPROVE, CommandFolder.RETURN):
        decide(at, mine, command)
        told = at.said(f"{VERIFYING}/SLIP - Formulir diubah.pdf")
        (waiting,) = [n for n in at.names(VERIFYING) if at.form(HEAD).code in n and "docx" in n]
        assert at.form(HEAD).state == State.WAITING
        assert "REVISI TIDAK DIKETAHUI" in told
        assert f"Putuskan {waiting} yang menunggu" in told
        assert "PERBAIKI - Formulir diubah.docx" in at.names(VERIFYING)
    at.approve(HEAD)
    assert at.form(HEAD).state == State.VERIFIED


@pytest.mark.slow
def test_of_the_only_revision_it_counts(filling: UnderWay) -> None:
    at = filling
    send(at, filled(at))
    decide(at, edited(at))
    form = at.form(HEAD)
    assert form.state == State.VERIFIED
    (change,) = changes_of(form.data, "verifier_changes")
    assert change.new == "Dibetulkan Kasubag"


@pytest.mark.slow
def test_an_officials_own_form_is_no_decision(filling: UnderWay) -> None:
    at, form = filling, filled(filling)
    send(at, form)
    decide(at, form)
    assert at.form(HEAD).state == State.WAITING
    assert "REVISI TIDAK DIKETAHUI" in at.said(f"{VERIFYING}/SLIP - Formulir diubah.pdf")
