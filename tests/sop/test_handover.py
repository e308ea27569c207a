"""An official replaced while the form is open: new header, values kept, nothing lost."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.contexts import verification
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_identity
from pipeline.sop import papers
from pipeline.sop.handover import hand_over
from pipeline.sop.renewal import ask_for_renewal
from pipeline.sop.values import rows_of
from tests.pdf.on_files import extract_text

from .proposing import change, on_file
from .replaced import (
    FOLDER,
    FORM,
    NIP,
    SUCCESSOR,
    replace_head,
    replace_head_by_hand,
    stands_in,
    succeeded,
    typed,
    vacated,
    without_head,
    yesterday,
)
from .under_way import HEAD, KASUBAG, UnderWay

SLIP = f"{FOLDER}/FORMULIR DIALIHKAN*.pdf"
TODAY = date(2026, 10, 5)  # the Monday of the desk


def handed_over(at: UnderWay) -> list[dict[str, object]]:
    return [e.payload for e in at.events() if e.kind == "form.handed-over"]


def said(path: Path) -> str:
    return " ".join(extract_text(path).split())


# --- another holder ------------------------------------------------------------------------------


def test_what_was_typed_goes_on_under_the_new_name(filling: UnderWay) -> None:
    before = filling.form(HEAD)
    typed(filling, "14.210,5", "Sebagian data")
    replace_head(filling)
    (form,) = filling.desk.files(f"{FOLDER}/*.docx")
    assert form.name == before.name
    assert stands_in(form) == (SUCCESSOR, "14.210,5", "Sebagian data")
    after = filling.form(HEAD)
    assert read_identity(open_word(form.read_bytes())).code == after.code == before.code
    assert (after.state, after.returns) == (State.ISSUED, 0)
    assert after.data["due"] == before.data["due"]
    slip = said(filling.folders.wait(SLIP))
    assert f"Plt. {HEAD}" in slip
    assert "isian yang sudah diketik sebelumnya tetap ada" in slip


def test_the_edited_form_is_kept_and_the_event_names_nobody(filling: UnderWay) -> None:
    old = typed(filling, "14.210,5", "Sebagian data").read_bytes()
    replace_head(filling)
    (event,) = handed_over(filling)
    assert event["post"] == HEAD
    assert event["version"] == on_file(filling)[1] == 3
    assert filling.office.store.read(str(event["kept"])) == old
    written = str([e.payload for e in filling.events()])
    assert SUCCESSOR not in written
    assert NIP not in written


def test_nobody_else_is_touched(filling: UnderWay) -> None:
    forms = {p: p.read_bytes() for p in filling.desk.files("4-pengisian/*/*.docx")}
    replace_head(filling)
    for path, data in forms.items():
        assert (path.read_bytes() == data) is (post_folder(HEAD) != path.parent.name)
    assert len(handed_over(filling)) == 1


def test_it_happens_once(filling: UnderWay) -> None:
    typed(filling, "14.210,5", "Sebagian data")
    replace_head(filling)
    laid = filling.folders.wait(FORM).read_bytes()
    hand_over(filling.office, filling.collection.id)
    filling.desk.work()
    assert filling.folders.wait(FORM).read_bytes() == laid
    assert len(handed_over(filling)) == 1


def test_the_successor_sends_it_and_stands_as_who_reported(filling: UnderWay) -> None:
    typed(filling, "14.210,5", "Sebagian data")
    replace_head(filling)
    filling.send(HEAD)
    form = filling.form(HEAD)
    assert form.state == State.WAITING
    assert form.data["holder"]["name"] == SUCCESSOR
    assert SUCCESSOR in said(filling.folders.wait(f"{FOLDER}/DITERIMA*.pdf"))
    assert filling.desk.files(SLIP) == []


def test_an_empty_form_is_simply_made_out_anew(filling: UnderWay) -> None:
    replace_head(filling)
    (form,) = filling.desk.files(f"{FOLDER}/*.docx")
    assert stands_in(form) == (SUCCESSOR, "", "")


def test_a_form_that_nobody_can_read_is_kept_and_the_new_one_lies_beside(
    filling: UnderWay,
) -> None:
    form = filling.folders.wait(FORM)
    form.write_bytes(b"setengah tersimpan")
    replace_head(filling)
    assert form.read_bytes() == b"setengah tersimpan"
    (new,) = [p for p in filling.desk.files(f"{FOLDER}/*.docx") if p != form]
    assert stands_in(new)[0] == SUCCESSOR


def test_an_open_form_is_not_pulled_away(filling: UnderWay) -> None:
    form = typed(filling, "14.210,5", "Sebagian data")
    lock = form.with_name(f"~${form.name[2:]}")
    lock.write_bytes(b"Word")
    replace_head(filling)
    assert form.exists()
    (new,) = [p for p in filling.desk.files(f"{FOLDER}/Format*.docx") if p != form]
    assert stands_in(new) == (SUCCESSOR, "14.210,5", "Sebagian data")
    typed(filling, "15.000", "Diketik sesudahnya", str(form.relative_to(filling.desk.inbox)))
    lock.unlink()
    filling.office.outbox.lay_out()
    assert stands_in(form) == ("lama", "15.000", "Diketik sesudahnya")  # a late save stays


def test_the_last_save_counts_whatever_its_name(filling: UnderWay) -> None:
    original = filling.folders.wait(FORM)
    copy = original.with_name("punya saya.docx")
    copy.write_bytes(original.read_bytes())
    typed(filling, "7", "Di salinan", f"{FOLDER}/punya saya.docx")
    replace_head(filling)
    assert stands_in(filling.folders.wait(FORM)) == (SUCCESSOR, "7", "Di salinan")
    assert stands_in(copy)[0] == "lama"


def test_a_form_that_was_returned_keeps_its_count_and_what_was_reported(
    filling: UnderWay,
) -> None:
    filling.send(HEAD)
    code = filling.form(HEAD).code
    filling.desk.put("5-verifikasi/kembalikan", "alasan.txt", b"Angka belum sesuai.")
    filling.move(f"5-verifikasi/*{code}.docx", CommandFolder.RETURN)
    reported = rows_of(filling.form(HEAD))[0]
    again = filling.folders.wait(f"{FOLDER}/PERBAIKI 1*.docx")
    again.unlink()  # thrown away: what was reported before is still known
    replace_head(filling)
    (form,) = filling.desk.files(f"{FOLDER}/*.docx")
    assert form.name == again.name
    assert filling.form(HEAD).returns == 1
    assert stands_in(form) == (
        SUCCESSOR,
        reported.text(Field.ACTUAL),
        reported.text(Field.REMARK),
    )
    assert filling.desk.files(f"{FOLDER}/SLIP 1*.pdf")  # why it came back is still to be read


def test_a_form_that_is_back_already_keeps_who_reported_it(filling: UnderWay) -> None:
    filling.send(HEAD)
    before = filling.form(HEAD)
    replace_head(filling)
    after = filling.form(HEAD)
    assert (after.data, after.blob, after.state) == (before.data, before.blob, State.WAITING)
    assert handed_over(filling) == []


def test_a_return_on_its_way_is_taken_and_the_new_form_goes(filling: UnderWay) -> None:
    """The old holder has moved the form on when the change is approved, before it is judged."""
    today = filling.office.now().date()
    filling.reporter(HEAD).fill_and_send()
    change(filling, succeeded(on_file(filling)[0], today, ended=yesterday(filling)))
    assert filling.form(HEAD).state == State.WAITING
    assert filling.desk.files(f"{FOLDER}/*.docx") == []


def test_the_same_person_with_another_rank_gets_a_new_header(filling: UnderWay) -> None:
    master, _ = on_file(filling)
    raised = tuple(replace(t, grade="IV/c") if t.post == HEAD else t for t in master.tenures)
    typed(filling, "5", "Tetap")
    change(filling, replace(master, tenures=raised))
    assert stands_in(filling.folders.wait(FORM))[1:] == ("5", "Tetap")
    assert filling.form(HEAD).data["holder"]["grade"] == "IV/c"
    assert "data jabatan yang baru menurut Data Induk" in said(filling.folders.wait(SLIP))


# --- by the calendar alone -----------------------------------------------------------------------


def renewed(at: UnderWay) -> None:
    """What the service does at the start of a day."""
    ask_for_renewal(at.office, at.office.now().date())
    at.desk.work()


def test_a_tenure_that_begins_on_a_later_day_hands_over_on_that_day(filling: UnderWay) -> None:
    first = TODAY.replace(day=8)
    change(filling, succeeded(on_file(filling)[0], first, ended=TODAY.replace(day=7)))
    typed(filling, "3", "Menjelang pergantian")
    filling.desk.clock.move(days=2)
    renewed(filling)
    assert handed_over(filling) == []
    filling.desk.clock.move(days=1)
    renewed(filling)
    assert stands_in(filling.folders.wait(FORM)) == (SUCCESSOR, "3", "Menjelang pergantian")


def test_a_day_is_asked_for_once(filling: UnderWay) -> None:
    renewed(filling)
    ask_for_renewal(filling.office, filling.office.now().date())
    assert filling.desk.waiting() == []
    filling.desk.clock.move(days=1)
    ask_for_renewal(filling.office, filling.office.now().date())
    assert [chain for _, chain, _ in filling.desk.waiting()] == ["renew"]


# --- nobody --------------------------------------------------------------------------------------


@pytest.mark.parametrize("removed", [False, True])
def test_the_form_of_a_vacant_post_waits_and_staf_is_told_once(
    filling: UnderWay, removed: bool
) -> None:
    master, _ = on_file(filling)
    typed(filling, "3", "Belum selesai")
    if removed:
        change(filling, without_head(master))
    else:
        change(filling, vacated(master, yesterday(filling)))
    assert stands_in(filling.folders.wait(FORM)) == ("lama", "3", "Belum selesai")
    (slip,) = filling.desk.files("3-penggandaan/JABATAN LOWONG*.pdf")
    assert HEAD in said(slip)
    assert "Data Induk.xlsx" in said(slip)
    renewed(filling)
    assert len([e for e in filling.events() if e.kind == "form.post-vacant"]) == 1
    assert filling.form(HEAD).state == State.ISSUED


def test_a_vacant_post_filled_again_takes_the_slip_away(filling: UnderWay) -> None:
    master, _ = on_file(filling)
    change(filling, vacated(master, yesterday(filling)))
    assert filling.desk.files("3-penggandaan/JABATAN LOWONG*.pdf")
    change(filling, master)  # it was a mistake
    assert filling.desk.files("3-penggandaan/JABATAN LOWONG*.pdf") == []
    assert handed_over(filling) == []
    change(filling, vacated(master, yesterday(filling)))
    replace_head(filling)
    assert filling.desk.files("3-penggandaan/JABATAN LOWONG*.pdf") == []
    assert stands_in(filling.folders.wait(FORM))[0] == SUCCESSOR


def test_the_collection_goes_on_with_a_vacant_post(filling: UnderWay) -> None:
    """What was sent before, or on behalf, is verified as ever; so is a verifier's own vacancy."""
    change(filling, vacated(on_file(filling)[0], yesterday(filling)))
    filling.send(HEAD)
    assert filling.form(HEAD).state == State.WAITING
    assert filling.desk.files("3-penggandaan/JABATAN LOWONG*.pdf") == []
    master, _ = on_file(filling)
    nobody = tuple(replace(t, active_to=yesterday(filling)) for t in master.tenures)
    change(filling, replace(master, tenures=nobody))
    filling.approve(HEAD)
    assert filling.form(HEAD).state == State.VERIFIED
    filling.send(KASUBAG)
    assert filling.form(KASUBAG).state == State.WAITING


def test_a_collection_past_filling_is_left_alone(closed: UnderWay) -> None:
    before = closed.document(Kind.FORM, HEAD)
    replace_head(closed)
    hand_over(closed.office, closed.collection.id)
    assert closed.form(HEAD).data == before.data
    assert handed_over(closed) == []


def test_a_return_entered_under_the_old_name_is_judged_again(
    filling: UnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The form is handed over while its verification sheet is printed."""
    printed = []

    def sheet_context(*arguments: Any) -> dict[str, Any]:
        if not printed:
            replace_head_by_hand(filling)
        printed.append(arguments)
        return verification.sheet_context(*arguments)

    monkeypatch.setattr(papers, "sheet_context", sheet_context)
    filling.send(HEAD)
    assert len(printed) == 2
    form = filling.form(HEAD)
    assert form.state == State.WAITING
    document = open_word(filling.office.store.read(form.blob)).xml("word/document.xml")
    assert SUCCESSOR in "".join(document.itertext())
