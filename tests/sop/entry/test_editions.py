"""The entry workbook while forms still come: new editions, and staff's edits carried into them."""

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.forms.properties import REVISION
from pipeline.tasks.demo.hand import change_cell, replace_parts
from tests.sop.under_way import HEAD, KASUBAG, SECRETARY, UnderWay

FIRST = "6-entri/Entri Data Kinerja TW III 2026.xlsx"
SECOND = "6-entri/Entri Data Kinerja TW III 2026 - EDISI 2.xlsx"
THIRD = "6-entri/Entri Data Kinerja TW III 2026 - EDISI 3.xlsx"
SLIP = "6-entri/EDISI BARU - Entri Data Kinerja TW III 2026.pdf"
REASON = "Menurut rekap akhir."
Row = dict[str, Any]


def rows(at: UnderWay, path: str) -> dict[tuple[str, str], Row]:
    """The rows of a workbook that lies there, by form and indicator."""
    sheet = load_workbook(at.desk.inbox / path).worksheets[0]
    values = [list(row) for row in sheet.iter_rows(values_only=True)]
    head = next(n for n, row in enumerate(values) if "Kode Formulir" in row)
    listed = [dict(zip(map(str, values[head]), row, strict=True)) for row in values[head + 1 :]]
    return {(row["Kode Formulir"], row["Kode Indikator"]): row for row in listed}


def edit(data: bytes, code: str, **cells: Any) -> bytes:
    """The workbook with cells of an indicator's row changed."""
    for column, value in cells.items():
        data = change_cell(data, code, column.replace("_", " "), value)
    return data


def edit_where_it_lies(at: UnderWay, path: str, code: str, **cells: Any) -> None:
    file: Path = at.desk.inbox / path
    file.write_bytes(edit(file.read_bytes(), code, **cells))


def send(at: UnderWay, data: bytes, name: str = "Entri.xlsx") -> None:
    at.desk.put("6-entri/kirim", name, data)
    at.desk.work()


def first_code(at: UnderWay, post: str) -> tuple[str, str]:
    """A post's form and its first indicator."""
    return at.form(post).code, at.reporter(post).indicators[0].code


def findings(at: UnderWay) -> str:
    """What the slip beside the last edition says."""
    return at.said(SLIP)


def test_a_late_form_joins_and_edits_that_lie_unsent_are_carried(closed: UnderWay) -> None:
    form, code = first_code(closed, KASUBAG)
    edit_where_it_lies(closed, FIRST, code, Realisasi_TW=321, Alasan_Perubahan=REASON)
    kept = (closed.desk.inbox / FIRST).read_bytes()
    closed.verify(HEAD)
    late = closed.form(HEAD)
    assert (late.state, late.data["late"]) == (State.VERIFIED, False)
    assert (closed.desk.inbox / FIRST).read_bytes() == kept  # the person's own file
    edition = rows(closed, SECOND)
    assert {row["Jabatan"] for row in edition.values()} == {HEAD, KASUBAG, SECRETARY}
    carried = edition[form, code]
    assert (carried["Realisasi TW"], carried["Alasan Perubahan"]) == (321, REASON)
    assert carried["Realisasi Diverifikasi"] != 321
    assert f"Formulir {late.code} ({HEAD}) menyusul" in findings(closed)
    assert "1 isian Saudara sudah ada" in findings(closed)
    send(closed, (closed.desk.inbox / SECOND).read_bytes())
    assert closed.collection.stage == Verb.INITIAL
    data = closed.document(Kind.WORKBOOK).data
    [change] = data["changes"][form]
    assert (change["new"], change["reason"], change["by"]) == ("321", REASON, "Staf")
    assert change["via"].startswith("melalui folder, akun ")
    assert change["at"]
    assert late.code in data["rows"]
    assert "carried" not in data
    assert not any(name.startswith("EDISI") for name in closed.names("6-entri"))


@pytest.mark.slow
def test_an_older_edition_that_is_sent_is_merged_and_never_lost(closed: UnderWay) -> None:
    form, code = first_code(closed, SECRETARY)
    old = (closed.desk.inbox / FIRST).read_bytes()
    closed.verify(HEAD)
    assert not (closed.desk.inbox / FIRST).exists()  # nobody had changed it
    send(closed, edit(old, code, Realisasi_TW=321, Alasan_Perubahan=REASON), "kiriman.xlsx")
    assert closed.collection.stage == Verb.ENTER
    assert closed.names("6-entri/kirim") == []
    edition = rows(closed, THIRD)
    assert (edition[form, code]["Realisasi TW"], edition[form, code]["Alasan Perubahan"]) == (
        321,
        REASON,
    )
    assert len(edition) > len(rows_of_bytes(old))
    assert "Isian dari kiriman.xlsx sudah dibaca" in findings(closed)
    send(closed, (closed.desk.inbox / THIRD).read_bytes())
    assert closed.collection.stage == Verb.INITIAL


def rows_of_bytes(data: bytes) -> list[Any]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    values = list(sheet.iter_rows(values_only=True))
    head = next(n for n, row in enumerate(values) if "Kode Formulir" in row)
    return values[head + 1 :]


@pytest.mark.slow
def test_what_clashes_is_shown_and_not_applied(closed: UnderWay) -> None:
    form, code = first_code(closed, KASUBAG)
    old = (closed.desk.inbox / FIRST).read_bytes()
    send(closed, edit(old, code, Realisasi_TW=700, Alasan_Perubahan="Salah ketik."))
    give_back(closed)
    send(closed, edit(old, code, Realisasi_TW=800, Alasan_Perubahan=REASON), "lama.xlsx")
    edition = next(p for p in closed.names("6-entri") if "EDISI 2" in p)
    row = rows(closed, f"6-entri/{edition}")[form, code]
    assert row["Realisasi TW"] == 700
    assert row["Catatan"].startswith("PERIKSA: Realisasi TW: Saudara menulis “800”")
    assert "Perubahan yang sudah diterima" in row["Catatan"]
    assert "800" in findings(closed)
    send(closed, (closed.desk.inbox / f"6-entri/{edition}").read_bytes())
    [change] = closed.document(Kind.WORKBOOK).data["changes"][form]
    assert (change["new"], change["reason"]) == ("700", "Salah ketik.")


@pytest.mark.slow
def test_what_was_decided_about_a_clash_is_not_asked_again(closed: UnderWay) -> None:
    form, code = first_code(closed, KASUBAG)
    old = (closed.desk.inbox / FIRST).read_bytes()
    send(closed, edit(old, code, Realisasi_TW=700, Alasan_Perubahan="Salah ketik."))
    give_back(closed)
    send(closed, edit(old, code, Realisasi_TW=800, Alasan_Perubahan=REASON), "lama.xlsx")
    second = next(f"6-entri/{name}" for name in closed.names("6-entri") if "EDISI 2" in name)
    assert rows(closed, second)[form, code]["Catatan"].startswith("PERIKSA")
    edit_where_it_lies(closed, second, code, Realisasi_TW=750, Alasan_Perubahan="Menurut BA.")
    closed.verify(HEAD)
    third = next(f"6-entri/{name}" for name in closed.names("6-entri") if "EDISI 3" in name)
    row = rows(closed, third)[form, code]
    assert (row["Realisasi TW"], row["Alasan Perubahan"]) == (750, "Menurut BA.")
    assert "PERIKSA" not in (row["Catatan"] or "")
    assert "1 isian Saudara sudah ada" in findings(closed)
    edit_where_it_lies(closed, third, code, Alasan_Perubahan="Menurut BA Rekonsiliasi No. 12.")
    send(closed, (closed.desk.inbox / third).read_bytes())
    assert closed.collection.stage == Verb.INITIAL
    [change] = closed.document(Kind.WORKBOOK).data["changes"][form]
    assert (change["new"], change["reason"]) == ("750", "Menurut BA Rekonsiliasi No. 12.")


@pytest.mark.slow
def test_a_late_form_joins_when_the_print_out_comes_back(closed: UnderWay) -> None:
    form, code = first_code(closed, KASUBAG)
    data = (closed.desk.inbox / FIRST).read_bytes()
    send(closed, edit(data, code, Realisasi_TW=700, Alasan_Perubahan="Salah ketik."))
    closed.verify(HEAD)
    assert closed.form(HEAD).data["late"] is True
    give_back(closed)
    assert closed.form(HEAD).data["late"] is False
    edition = rows(closed, FIRST)
    assert closed.form(HEAD).code in {form for form, _ in edition}
    assert edition[form, code]["Realisasi TW"] == 700
    send(closed, (closed.desk.inbox / FIRST).read_bytes())
    assert closed.collection.stage == Verb.INITIAL
    [change] = closed.document(Kind.WORKBOOK).data["changes"][form]
    assert change["reason"] == "Salah ketik."
    printed = closed.said("7-paraf/Print Out*.pdf")
    assert printed


@pytest.mark.slow
def test_what_still_lies_changed_is_asked_about_before_the_entry_is_taken(
    closed: UnderWay,
) -> None:
    form, code = first_code(closed, KASUBAG)
    edit_where_it_lies(closed, FIRST, code, Keterangan="satu", Alasan_Perubahan=REASON)
    closed.verify(HEAD)
    edit_where_it_lies(closed, FIRST, code, Keterangan="satu", Realisasi_TW=555)
    send(closed, (closed.desk.inbox / SECOND).read_bytes())
    assert closed.collection.stage == Verb.ENTER  # 555 would have been lost
    edition = rows(closed, THIRD)[form, code]
    assert (edition["Realisasi TW"], edition["Keterangan"]) == (555, "satu")
    send(closed, (closed.desk.inbox / THIRD).read_bytes())
    assert closed.collection.stage == Verb.INITIAL
    changes = closed.document(Kind.WORKBOOK).data["changes"][form]
    assert {c["new"] for c in changes} == {"555", "satu"}


@pytest.mark.slow
def test_what_cannot_be_read_is_told_and_stays_where_it_is(closed: UnderWay) -> None:
    _, code = first_code(closed, KASUBAG)
    edit_where_it_lies(closed, FIRST, code, Realisasi_TW="banyak")
    closed.verify(HEAD)
    assert "isian berkas ini belum dibawa" in findings(closed)
    assert (closed.desk.inbox / FIRST).exists()
    send(closed, (closed.desk.inbox / SECOND).read_bytes())
    assert closed.collection.stage == Verb.INITIAL


@pytest.mark.slow
def test_what_was_given_back_to_be_mended_is_carried_too(closed: UnderWay) -> None:
    form, code = first_code(closed, KASUBAG)
    data = (closed.desk.inbox / FIRST).read_bytes()
    (closed.desk.inbox / FIRST).unlink()
    send(closed, edit(data, code, Realisasi_TW=321))  # without its reason
    assert "PERBAIKI - Entri.xlsx" in closed.names("6-entri")
    closed.verify(HEAD)
    assert rows(closed, SECOND)[form, code]["Realisasi TW"] == 321
    assert "PERBAIKI - Entri.xlsx sudah diubah tetapi belum dikirim" in findings(closed)


@pytest.mark.slow
@pytest.mark.parametrize("edition", ["9", "9" * 20, "²"])
def test_an_edition_that_was_never_laid_out_is_not_used(closed: UnderWay, edition: str) -> None:
    data = (closed.desk.inbox / FIRST).read_bytes()
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        properties = book.read("docProps/custom.xml").decode()
    said = f'name="{REVISION}"'
    before, _, after = properties.partition(said)
    wrong = before + said + after.replace(">1<", f">{edition}<", 1)
    assert wrong != properties
    send(closed, replace_parts(data, {"docProps/custom.xml": wrong.encode()}))
    assert closed.collection.stage == Verb.ENTER
    assert "BUKU KERJA LAMA" in closed.said("6-entri/SLIP - Entri.pdf")


@pytest.mark.slow
def test_of_an_edition_that_lies_under_the_name_of_an_older_one_nothing_is_carried(
    closed: UnderWay,
) -> None:
    form, code = first_code(closed, KASUBAG)
    verified = rows(closed, FIRST)[form, code]["Realisasi TW"]
    data = (closed.desk.inbox / FIRST).read_bytes()
    send(closed, edit(data, code, Realisasi_TW=700, Alasan_Perubahan="Salah ketik."))
    give_back(closed)
    data = (closed.desk.inbox / FIRST).read_bytes()
    assert rows(closed, FIRST)[form, code]["Realisasi TW"] == 700
    send(closed, edit(data, code, Realisasi_TW=750, Alasan_Perubahan=REASON))  # FIRST lies there
    assert closed.collection.stage == Verb.INITIAL
    [change] = closed.document(Kind.WORKBOOK).data["changes"][form]
    assert (change["new"], change["reason"]) == ("750", REASON)
    give_back(closed)
    data = (closed.desk.inbox / FIRST).read_bytes()
    send(closed, edit(data, code, Realisasi_TW=verified, Alasan_Perubahan=""))
    assert closed.collection.stage == Verb.INITIAL
    assert not closed.document(Kind.WORKBOOK).data["changes"].get(form)


@pytest.mark.slow
def test_which_edition_a_file_is_it_says_itself(closed: UnderWay) -> None:
    form, code = first_code(closed, KASUBAG)
    old = (closed.desk.inbox / FIRST).read_bytes()
    send(closed, edit(old, code, Realisasi_TW=700, Alasan_Perubahan="Salah ketik."))
    give_back(closed)
    (closed.desk.inbox / FIRST).write_bytes(edit(old, code, Keterangan="lama"))
    closed.verify(HEAD)
    second = next(f"6-entri/{name}" for name in closed.names("6-entri") if "EDISI 2" in name)
    row = rows(closed, second)[form, code]
    assert (row["Realisasi TW"], row["Keterangan"]) == (700, "lama")
    assert "PERIKSA" not in (row["Catatan"] or "")


@pytest.mark.slow
def test_a_number_beside_belum_tersedia_is_carried_and_asked_about(closed: UnderWay) -> None:
    form, code = first_code(closed, KASUBAG)
    data = (closed.desk.inbox / FIRST).read_bytes()
    none = {"Status_Angka": "belum tersedia", "Keterangan": "menunggu BPS"}
    send(closed, edit(data, code, Realisasi_TW="", Alasan_Perubahan=REASON, **none))
    assert closed.collection.stage == Verb.INITIAL
    give_back(closed)
    edit_where_it_lies(closed, FIRST, code, Realisasi_TW=5)
    closed.verify(HEAD)
    second = next(f"6-entri/{name}" for name in closed.names("6-entri") if "EDISI 2" in name)
    assert rows(closed, second)[form, code]["Realisasi TW"] == 5
    send(closed, (closed.desk.inbox / second).read_bytes())
    assert closed.collection.stage == Verb.ENTER
    assert "ada angka, padahal statusnya belum tersedia" in closed.said("6-entri/SLIP*.pdf")


def give_back(at: UnderWay) -> None:
    """The Kasubag returns the print-out."""
    at.desk.put("7-paraf/kembalikan", "alasan.txt", b"Periksa lagi.")
    at.move("7-paraf/Print Out*.pdf", CommandFolder.RETURN)
