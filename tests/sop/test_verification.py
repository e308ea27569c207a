"""SOP 5 by folder: a form is returned with a reason, another is corrected where it waits."""

import re
from pathlib import Path

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_fields
from pipeline.ledger.tables import Decision
from pipeline.tasks.demo.hand import fill_controls

from .under_way import HEAD, SECRETARY, UnderWay

NOTE = b"Angka kepatuhan belum sesuai rekap."


def fields_of(file: Path) -> dict[str, dict[Field, str]]:
    return read_fields(open_word(file.read_bytes()))


def edited(file: Path, code: str, values: dict[Field, str]) -> None:
    """The verifier saves the waiting form with other values, and moves it to setujui."""
    data = fill_controls(file.read_bytes(), {(code, field): text for field, text in values.items()})
    file.write_bytes(data)
    file.rename(file.parent / CommandFolder.APPROVE / file.name)


def test_a_returned_form_comes_again_and_what_it_then_says_waits(filling: UnderWay) -> None:
    at = filling
    at.send(HEAD)
    form, folder = at.form(HEAD), f"4-pengisian/{post_folder(HEAD)}"
    waiting = at.folders.wait(f"5-verifikasi/*{form.code}.docx")
    before, first = fields_of(waiting), at.reporter(HEAD).indicators[0].code
    at.desk.put("5-verifikasi/kembalikan", f"{waiting.stem}.txt", NOTE)
    at.move(f"5-verifikasi/*{form.code}.docx", CommandFolder.RETURN)
    slip = at.said(f"{folder}/SLIP 1 - {form.code}.pdf")
    assert "dikembalikan saat verifikasi" in slip
    assert NOTE.decode() in slip
    again = at.folders.wait(f"{folder}/PERBAIKI 1 - *.docx")
    assert fields_of(again) == before
    assert not [n for n in at.names("5-verifikasi") if form.code in n]
    assert not [n for n in at.with_official(HEAD) if n.startswith("DITERIMA")]

    mended = fill_controls(again.read_bytes(), {(first, Field.ACTUAL): "85,25"})
    again.unlink()
    at.desk.put(f"{folder}/kirim", again.name, mended)
    at.desk.work()
    sheet = at.said(f"5-verifikasi/* - {form.code} LEMBAR VERIFIKASI.pdf")
    assert re.search(rf"{first} Realisasi TW \S+ 85,25", sheet)
    assert at.form(HEAD).revision == form.revision + 1


def test_a_correction_that_cannot_be_read_decides_nothing_and_a_good_one_is_told(
    filling: UnderWay,
) -> None:
    at = filling
    at.send(SECRETARY)
    form, target = at.form(SECRETARY), at.reporter(SECRETARY).indicators[0].code
    waiting = at.folders.wait(f"5-verifikasi/*{form.code}.docx")
    edited(waiting, target, {Field.ACTUAL: "kira-kira 15"})
    at.desk.work()
    slip = at.said(f"5-verifikasi/SLIP - {waiting.stem}.pdf")
    assert "PERUBAHAN BELUM DAPAT DIPAKAI" in slip
    assert "“kira-kira 15” tidak terbaca sebagai angka" in slip
    assert at.form(SECRETARY).state == State.WAITING

    mended = at.folders.wait(f"5-verifikasi/PERBAIKI - {waiting.name}")
    edited(mended, target, {Field.ACTUAL: "15.000,5", Field.REMARK: "Sesuai rekap akhir"})
    at.desk.work()
    told = at.said(
        f"4-pengisian/{post_folder(SECRETARY)}/DIKOREKSI SAAT VERIFIKASI - {form.code}.pdf"
    )
    assert "diverifikasi dengan 2 koreksi" in told
    assert "menjadi “15.000,5”" in told
    assert "menjadi “Sesuai rekap akhir”" in told
    assert at.form(SECRETARY).state == State.VERIFIED
    assert not [n for n in at.names("5-verifikasi") if form.code in n]
    with at.office.ledger.read() as session:
        decided = session.query(Decision).filter(Decision.document_id == form.id).all()
    assert [d.verdict for d in decided] == ["setujui"]
