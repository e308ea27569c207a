"""Scans that nobody has confirmed yet, and what else comes meanwhile: the later one counts."""

from datetime import timedelta

import pytest

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.procedure import CommandFolder
from pipeline.sop.scanned.kept import scans_of, scans_to_confirm
from pipeline.tasks.demo.hand import fill_controls

from ..sending import FOLDER, VERIFYING, filled, first_code, send, without_properties
from ..under_way import HEAD, UnderWay
from .waiting import lay_reading

HOUR = timedelta(hours=1)


def names_to_confirm(at: UnderWay) -> list[str]:
    waiting = scans_to_confirm(at.form(HEAD))
    return [scan.name for scan in waiting.scans] if waiting else []


def sheets(at: UnderWay) -> list[str]:
    return [name for name in at.with_official(HEAD) if name.startswith("PERIKSA ANGKA")]


def test_an_older_word_form_leaves_a_newer_scan_to_be_confirmed(filling: UnderWay) -> None:
    at = filling
    form = filled(at)
    lay_reading(at, "baru.jpg", at.desk.clock() + HOUR)
    send(at, filled(at, {(first_code(at), Field.ACTUAL): "kira-kira"}))
    assert (names_to_confirm(at), len(sheets(at))) == (["baru.jpg"], 2)
    send(at, form)
    assert at.form(HEAD).state == State.WAITING
    assert (names_to_confirm(at), len(sheets(at))) == (["baru.jpg"], 2)
    assert not at.desk.files(f"{FOLDER}/PINDAIAN TIDAK DIPAKAI*")


def test_a_newer_word_form_sets_a_scan_aside_and_says_so(filling: UnderWay) -> None:
    at = filling
    lay_reading(at, "lama.jpg", at.desk.clock() - HOUR)
    send(at, filled(at), "Formulir akhir.docx")
    assert (names_to_confirm(at), sheets(at)) == ([], [])
    told = at.said(f"{FOLDER}/PINDAIAN TIDAK DIPAKAI*.pdf")
    assert "datang sebagai Formulir akhir.docx, yang dikirim sesudah pindaian lama.jpg" in told


def test_a_confirmation_without_its_mark_counts_for_no_other_scan(filling: UnderWay) -> None:
    at = filling
    old = lay_reading(at, "lama.jpg", at.desk.clock())
    lay_reading(at, "baru.jpg", at.desk.clock())
    answers = at.reporter(HEAD)._answers(leave_out=False)
    (lying,) = at.desk.files(f"{FOLDER}/PERIKSA ANGKA*.docx")
    lying.unlink()  # moved on, as it seems
    send(at, without_properties(fill_controls(old, answers)), lying.name)
    assert at.form(HEAD).state == State.ISSUED
    assert names_to_confirm(at) == ["baru.jpg"]
    told = at.said(f"{FOLDER}/SLIP - PERIKSA*.pdf")
    assert "PINDAIAN YANG MANA TIDAK DIKETAHUI" in told
    assert f"Betulkan {lying.name} yang terbaru" in told
    assert lying.exists()


@pytest.mark.slow
def test_of_the_only_scan_it_counts(filling: UnderWay) -> None:
    at = filling
    form = lay_reading(at, "satu.jpg", at.desk.clock())
    answers = at.reporter(HEAD)._answers(leave_out=False)
    send(at, without_properties(fill_controls(form, answers)), "PERIKSA ANGKA - satu.docx")
    scans = scans_of(at.form(HEAD))
    assert at.form(HEAD).state == State.WAITING
    assert scans is not None
    assert scans.confirmed is not None
    send(at, filled(at, {(first_code(at), Field.REMARK): "diketik"}))
    assert scans_of(at.form(HEAD)) is None


@pytest.mark.slow
def test_a_form_that_its_verifier_returns_leaves_the_scan_to_be_confirmed(
    filling: UnderWay,
) -> None:
    at = filling
    send(at, filled(at))
    lay_reading(at, "baru.jpg", at.desk.clock())
    at.desk.put(f"{VERIFYING}/kembalikan", "alasan.txt", b"Lengkapi keterangannya.")
    at.move(f"{VERIFYING}/*{at.form(HEAD).code}.docx", CommandFolder.RETURN)
    assert at.form(HEAD).state == State.ISSUED
    assert (names_to_confirm(at), len(sheets(at))) == (["baru.jpg"], 2)
