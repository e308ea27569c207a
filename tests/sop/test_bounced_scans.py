"""A scan whose confirmation had errors: what lies to be mended is all that is left of it."""

import pytest

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder
from pipeline.sop.lying.unsent import UnsentForms
from pipeline.sop.scanned.kept import Scans, is_unconfirmed, scans_of, scans_to_confirm
from pipeline.sop.values import rows_of
from pipeline.tasks.demo.hand import fill_controls
from tests.intake.samples import Hands

from .proposing import change, on_file
from .replaced import (
    SUCCESSOR,
    replace_head,
    replace_head_by_hand,
    stands_in,
    typed,
    vacated,
    yesterday,
)
from .sending import filled, first_code, send, without_properties
from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay, close
from .waiting_scan import NAME, Waiting, settled

FOLDER = f"4-pengisian/{post_folder(HEAD)}"
NEWER = "foto kedua.jpg"


def bounced(at: UnderWay, name: str = NAME) -> Waiting:
    """A scan whose confirmation has gone back with an error."""
    waiting = Waiting(at).laid(name)
    waiting.mend("bukan angka")
    waiting.confirm()
    return waiting


def give_back(at: UnderWay) -> None:
    """The verifier returns what waits."""
    at.desk.put("5-verifikasi/kembalikan", "alasan.txt", b"Belum sesuai.")
    at.move(f"5-verifikasi/*{at.form(HEAD).code}.docx", CommandFolder.RETURN)


def send_again(at: UnderWay, number: int = 1, *, stripped: bool = False, **mended: str) -> None:
    """The form to be mended is sent, as a program leaves it that drops properties or as it is."""
    (form,) = at.desk.files(f"{FOLDER}/PERBAIKI {number} - *.docx")
    actual = {(first_code(at), Field.ACTUAL): text for text in mended.values()}
    data = fill_controls(form.read_bytes(), actual)
    form.write_bytes(without_properties(data) if stripped else data)
    at.move(f"{FOLDER}/{form.name}", CommandFolder.SEND)


def lying(at: UnderWay, suffix: str = "docx") -> set[str]:
    """How the files there begin."""
    return {p.name.partition(" - ")[0] for p in at.desk.files(f"{FOLDER}/*.{suffix}")}


def behind(at: UnderWay) -> list[str]:
    """The scans behind the form, confirmed."""
    scans = scans_of(at.form(HEAD))
    assert scans is None or scans.confirmed is not None
    return [scan.name for scan in scans.scans] if scans else []


def still_waiting(at: UnderWay) -> Scans | None:
    return scans_to_confirm(at.form(HEAD))


# --- the verifier returns what had come before ---------------------------------------------------


def test_a_bounced_scan_goes_with_the_return_of_its_verifier(filling: UnderWay) -> None:
    at = filling
    at.send(HEAD)
    bounced(at)
    assert lying(at) == {"PERBAIKI 1"}
    give_back(at)
    assert lying(at) == {"PERBAIKI 2"}
    assert still_waiting(at) is None
    told = at.said(f"{FOLDER}/SLIP 2*.pdf")
    assert f"Pindaian {NAME}, yang dikirim sesudahnya dan belum diperbaiki, tidak dipakai" in told
    typed(at, "14.210,5", "Sebagian data", f"{FOLDER}/PERBAIKI 2*.docx")
    replace_head_by_hand(at)
    at.desk.work()
    (form,) = at.desk.files(f"{FOLDER}/*.docx")
    assert form.name.startswith("PERBAIKI 2 - ")
    assert stands_in(form) == (SUCCESSOR, "14.210,5", "Sebagian data")


@pytest.mark.slow
@pytest.mark.parametrize("returned", [False, True])
def test_nobody_is_reminded_of_what_he_has_sent(filling: UnderWay, returned: bool) -> None:
    at = filling
    at.send(HEAD)
    bounced(at)
    assert lying(at, "pdf") & {"PERIKSA ANGKA"} == set()
    if returned:
        give_back(at)
    at.desk.clock.move(hours=58)
    UnsentForms(Hands())(at.office)
    at.desk.work()
    assert not at.desk.files(f"{FOLDER}/BELUM DIKIRIM*")


def test_the_return_of_a_confirmed_scan_is_taken_beside_a_newer_one(filling: UnderWay) -> None:
    at = filling
    Waiting(at).laid().confirm()
    Waiting(at).laid(NEWER)
    give_back(at)
    assert lying(at) == {"PERBAIKI 1", "PERIKSA ANGKA"}
    send_again(at, mended="15")
    assert at.form(HEAD).state == State.WAITING
    assert (behind(at), still_waiting(at)) == ([NAME], None)
    assert NEWER in at.said(f"{FOLDER}/PINDAIAN TIDAK DIPAKAI*.pdf")


@pytest.mark.slow
def test_and_where_the_newer_one_has_bounced(filling: UnderWay) -> None:
    at = filling
    Waiting(at).laid().confirm()
    bounced(at, NEWER)
    give_back(at)
    replace_head(at)
    assert lying(at) == {"PERBAIKI 2"}
    send_again(at, 2, mended="15")
    assert (at.form(HEAD).state, behind(at)) == (State.WAITING, [NAME])


# --- what else comes meanwhile -------------------------------------------------------------------


@pytest.mark.slow
def test_a_word_form_with_errors_is_what_lies_to_be_mended_then(filling: UnderWay) -> None:
    at = filling
    at.send(HEAD)
    issued = at.office.store.read(at.form(HEAD).blob or "")
    bounced(at)
    send(at, fill_controls(issued, {(first_code(at), Field.ACTUAL): "kira-kira"}))
    assert (lying(at), still_waiting(at)) == ({"PERBAIKI 2"}, None)
    assert "SLIP 1" not in lying(at, "pdf")
    assert NAME in at.said(f"{FOLDER}/PINDAIAN TIDAK DIPAKAI*.pdf")


@pytest.mark.slow
def test_the_form_that_waits_sent_once_more_counts_instead(filling: UnderWay) -> None:
    at, form = filling, filled(filling)
    send(at, form)
    bounced(at)
    send(at, form, "Sekali lagi.docx")
    assert (at.form(HEAD).state, still_waiting(at)) == (State.WAITING, None)
    assert lying(at) == set()
    assert not {"SLIP 1", "SUDAH DITERIMA"} & lying(at, "pdf")
    assert NAME in at.said(f"{FOLDER}/PINDAIAN TIDAK DIPAKAI*.pdf")


@pytest.mark.slow
def test_its_form_to_be_mended_counts_no_longer_after_the_return(filling: UnderWay) -> None:
    at = filling
    at.send(HEAD)
    bounced(at)
    (form,) = at.desk.files(f"{FOLDER}/PERBAIKI 1*.docx")
    kept = form.read_bytes()
    give_back(at)
    for stripped in (False, True):
        send(at, without_properties(kept) if stripped else kept, form.name)
        assert (at.form(HEAD).state, at.form(HEAD).returns) == (State.ISSUED, 2)
        (slip,) = at.desk.files(f"{FOLDER}/SLIP - *.pdf")
        assert "PERIKSA ANGKA atau PERBAIKI yang terbaru" in at.said(f"{FOLDER}/{slip.name}")
        slip.unlink()


# --- without properties --------------------------------------------------------------------------


def test_a_form_to_be_mended_that_lost_its_properties_is_its_scans(filling: UnderWay) -> None:
    at = filling
    bounced(at)
    send_again(at, stripped=True, mended="12")
    assert at.form(HEAD).state == State.WAITING
    assert (behind(at), still_waiting(at)) == ([NAME], None)
    assert not at.desk.files(f"{FOLDER}/PINDAIAN TIDAK DIPAKAI*")
    assert at.desk.files("5-verifikasi/*PINDAIAN.pdf")


@pytest.mark.slow
def test_so_is_one_that_the_verifier_returned(filling: UnderWay) -> None:
    at = filling
    Waiting(at).laid().confirm()
    give_back(at)
    send_again(at, stripped=True, mended="12")
    assert (at.form(HEAD).state, behind(at)) == (State.WAITING, [NAME])


@pytest.mark.slow
@pytest.mark.parametrize("stripped", [False, True])
def test_one_that_was_typed_is_no_scans(filling: UnderWay, stripped: bool) -> None:
    """A scan stands behind the form; what was sent after its return was not that."""
    at, form = filling, filled(filling, {(first_code(filling), Field.ACTUAL): "kira-kira"})
    Waiting(at).laid().confirm()
    give_back(at)
    send(at, form)
    replace_head(at)
    send_again(at, 2, stripped=stripped, mended="12")
    assert (at.form(HEAD).state, behind(at)) == (State.WAITING, [])


@pytest.mark.slow
def test_before_another_holder_it_is_still_the_scans(filling: UnderWay) -> None:
    at = filling
    bounced(at)
    (form,) = at.desk.files(f"{FOLDER}/PERBAIKI 1*.docx")
    mended = fill_controls(form.read_bytes(), {(first_code(at), Field.ACTUAL): "19"})
    form.write_bytes(without_properties(mended))
    replace_head(at)
    (laid,) = at.desk.files(f"{FOLDER}/*.docx")
    assert laid.name.startswith("PERIKSA ANGKA")
    assert stands_in(laid)[:2] == (SUCCESSOR, "19")
    assert is_unconfirmed(at.form(HEAD))
    assert "SLIP 1" not in lying(at, "pdf")
    assert rows_of(at.form(HEAD)) == []


# --- the closing, the vacancy --------------------------------------------------------------------


@pytest.mark.slow
def test_no_slip_names_figures_to_check_that_are_gone(filling: UnderWay) -> None:
    at = filling
    settled(at, KASUBAG, SECRETARY)
    bounced(at)
    change(at, vacated(on_file(at)[0], yesterday(at)))
    assert "PERIKSA ANGKA" not in at.said("3-penggandaan/JABATAN LOWONG*.pdf")
    assert close(at) == [HEAD]
    assert "PERIKSA ANGKA" not in at.said(f"{FOLDER}/PENGISIAN DITUTUP*.pdf")
