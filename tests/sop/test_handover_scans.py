"""A scan waits to be confirmed, and its official is replaced: it stays what a machine has read."""

import pytest

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.procedure import CommandFolder
from pipeline.errors import ConflictError
from pipeline.sop.scanned.kept import scans_of
from pipeline.sop.values import rows_of
from pipeline.tasks.demo.hand import fill_controls

from .proposing import change, on_file
from .replaced import (
    SUCCESSOR,
    replace_head,
    stands_in,
    typed,
    vacated,
    without_head,
    yesterday,
)
from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay, close
from .waiting_scan import NAME, Waiting, settled


def test_a_scan_goes_over_to_the_new_holder_unconfirmed(filling: UnderWay) -> None:
    at = filling
    waiting = Waiting(at).laid()
    code = waiting.mend("17")
    old, mark = waiting.proposal(), waiting.mark()
    replace_head(at)
    form = at.form(HEAD)
    assert sorted(at.with_official(HEAD)) == sorted(
        [
            f"FORMULIR DIALIHKAN - {form.code}.pdf",
            f"PERIKSA ANGKA - {form.code}.pdf",
            f"PERIKSA ANGKA - {form.name}",
        ]
    )
    (laid,) = at.desk.files(f"{waiting.folder}/*.docx")
    assert stands_in(laid)[:2] == (SUCCESSOR, "17")  # what was mended goes on
    assert waiting.mark() not in {"", mark}
    assert (form.state, rows_of(form)) == (State.ISSUED, [])
    assert waiting.scans is not None
    assert [scan.name for scan in waiting.scans.scans] == [NAME]
    (event,) = [e.payload for e in at.events() if e.kind == "form.handed-over"]
    assert event["kept"] is None  # nobody typed a form
    assert at.office.store.read(event["unconfirmed"]) == old
    assert NAME in at.said(f"{waiting.folder}/FORMULIR DIALIHKAN*.pdf")
    at.desk.put(f"{waiting.folder}/kirim", "PERIKSA ANGKA - lama.docx", old)
    at.desk.work()
    assert at.form(HEAD).state == State.ISSUED
    assert "FORMULIR SUDAH DIALIHKAN" in at.said(f"{waiting.folder}/SLIP*.pdf")
    waiting.confirm()
    form = at.form(HEAD)
    scans = scans_of(form)
    assert form.state == State.WAITING
    assert scans is not None
    assert scans.confirmed is not None
    assert {r.indicator: r.text(Field.ACTUAL) for r in rows_of(form)}[code] == "17"


@pytest.mark.slow
def test_what_was_typed_and_what_was_read_each_go_their_way(filling: UnderWay) -> None:
    """Staf brought a photograph while the official was typing."""
    at = filling
    waiting = Waiting(at, by_staff=True).laid()
    typed(at, "14.210,5", "Sebagian data")
    replace_head(at)
    (form,) = at.desk.files(f"4-pengisian/{HEAD}/*.docx")
    assert stands_in(form) == (SUCCESSOR, "14.210,5", "Sebagian data")
    (laid,) = at.desk.files(f"{waiting.folder}/*.docx")
    assert stands_in(laid)[0] == SUCCESSOR
    assert waiting.actuals()[0] == next(iter(waiting.answers.values()))
    assert len(at.desk.files(f"{waiting.folder}/PERIKSA ANGKA*.pdf")) == 1
    assert "periksa bersama Staf" in at.said(f"4-pengisian/{HEAD}/FORMULIR DIALIHKAN*.pdf")


@pytest.mark.slow
def test_a_copy_of_what_was_read_once_is_nobodys_typing(filling: UnderWay) -> None:
    """The form came as Word since, and went back; only what was reported goes on."""
    at = filling
    waiting = Waiting(at).laid()
    at.desk.put(waiting.folder, "salinan.docx", waiting.proposal())
    form = at.office.store.read(at.form(HEAD).blob or "")
    code = next(iter(waiting.answers))[0]
    answers = {**waiting.answers, (code, Field.ACTUAL): "55"}
    at.desk.put(f"{waiting.folder}/kirim", "Format.docx", fill_controls(form, answers))
    at.desk.work()
    at.desk.put("5-verifikasi/kembalikan", "alasan.txt", b"Belum sesuai.")
    at.move(f"5-verifikasi/*{at.form(HEAD).code}.docx", CommandFolder.RETURN)
    at.folders.wait(f"{waiting.folder}/PERBAIKI 1*.docx").unlink()
    replace_head(at)
    assert stands_in(at.folders.wait(f"{waiting.folder}/PERBAIKI 1*.docx"))[:2] == (SUCCESSOR, "55")
    assert (at.desk.inbox / waiting.folder / "salinan.docx").exists()


@pytest.mark.slow
def test_a_returned_scan_is_still_that_scan_before_another_holder(filling: UnderWay) -> None:
    at = filling
    waiting = Waiting(at).laid()
    waiting.confirm()
    at.desk.put("5-verifikasi/kembalikan", "alasan.txt", b"Belum sesuai.")
    at.move(f"5-verifikasi/*{at.form(HEAD).code}.docx", CommandFolder.RETURN)
    replace_head(at)
    at.move(f"{waiting.folder}/PERBAIKI 1*.docx", CommandFolder.SEND)
    scans = scans_of(at.form(HEAD))
    assert at.form(HEAD).state == State.WAITING
    assert scans is not None
    assert [scan.name for scan in scans.scans] == [NAME]


@pytest.mark.slow
def test_a_confirmation_that_bounced_goes_over_with_what_was_mended(filling: UnderWay) -> None:
    """Staf sent it on, and it lies with the official since."""
    at = filling
    staff = Waiting(at, by_staff=True).laid()
    own = Waiting(at)
    staff.mend("bukan angka")
    staff.confirm()
    (again,) = at.desk.files(f"{own.folder}/PERBAIKI 1*.docx")
    code = next(iter(own.answers))[0]
    again.write_bytes(fill_controls(again.read_bytes(), {(code, Field.ACTUAL): "19"}))
    replace_head(at)
    (laid,) = [p for p in at.desk.files(f"{own.folder}/*.docx") if "Format" in p.name]
    assert laid.name.startswith("PERIKSA ANGKA")
    assert stands_in(laid)[:2] == (SUCCESSOR, "19")
    own.confirm()
    assert at.form(HEAD).state == State.WAITING
    assert scans_of(at.form(HEAD)) is not None


@pytest.mark.slow
def test_a_returned_form_and_a_newer_scan_both_go_over(filling: UnderWay) -> None:
    at = filling
    at.send(HEAD)
    waiting = Waiting(at).laid()
    at.desk.put("5-verifikasi/kembalikan", "alasan.txt", b"Belum sesuai.")
    at.move(f"5-verifikasi/*{at.form(HEAD).code}.docx", CommandFolder.RETURN)
    lying = {"PERBAIKI 1", "PERIKSA ANGKA"}
    assert {p.name.partition(" - ")[0] for p in at.desk.files(f"{waiting.folder}/*.docx")} == lying
    typed(at, "14.210,5", "Sebagian data", f"{waiting.folder}/PERBAIKI 1*.docx")
    replace_head(at)
    laid = {p.name.partition(" - ")[0]: p for p in at.desk.files(f"{waiting.folder}/*.docx")}
    assert laid.keys() == lying
    assert stands_in(laid["PERBAIKI 1"])[:2] == (SUCCESSOR, "14.210,5")
    assert stands_in(laid["PERIKSA ANGKA"])[:2] == (SUCCESSOR, next(iter(waiting.answers.values())))
    waiting.confirm()
    assert at.form(HEAD).state == State.WAITING


@pytest.mark.parametrize("removed", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_staf_is_told_of_a_scan_whose_official_is_gone(filling: UnderWay, removed: bool) -> None:
    at = filling
    waiting = Waiting(at).laid()
    before = waiting.mark()
    master, _ = on_file(at)
    change(at, without_head(master) if removed else vacated(master, yesterday(at)))
    told = at.said("3-penggandaan/JABATAN LOWONG*.pdf")
    assert f"Pindaian {NAME} menunggu dikonfirmasi" in told
    assert "4-pengisian\\_titipan\\kirim" in told
    assert waiting.mark() == before
    settled(at, KASUBAG, SECRETARY)
    with pytest.raises(ConflictError, match=HEAD):
        close(at)
    (form,) = at.desk.files(f"{waiting.folder}/PERIKSA ANGKA*.docx")
    form.rename(at.desk.inbox / "4-pengisian/_titipan/kirim" / form.name)
    at.desk.work()
    scans = scans_of(at.form(HEAD))
    assert at.form(HEAD).state == State.WAITING
    assert scans is not None
    assert scans.confirmed is not None
    assert "melalui Staf" in scans.confirmed.via
