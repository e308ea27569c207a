from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.finding import Severity, errors, warnings
from pipeline.domain.indicator import Target
from pipeline.domain.period import Period
from pipeline.domain.roster import Statements
from pipeline.forms.workbooks.sheet import TOP
from pipeline.forms.workbooks.statements import COLUMNS, read_statements, write_statements

from .samples import OFFICE, STATEMENTS, edited, said, statement_lists

GOOD = write_statements(STATEMENTS, office_name=OFFICE)
FIRST = TOP + 1


def column(heading: str) -> int:
    return [c.heading for c in COLUMNS].index(heading) + 1


def setting(heading: str, value: object, row: int = FIRST) -> Callable[[Worksheet], object]:
    return lambda sheet: setattr(sheet.cell(row, column(heading)), "value", value)


@settings(max_examples=30, deadline=None)
@given(statement_lists)
def test_statements_round_trip(statements: Statements) -> None:
    read, findings = read_statements(write_statements(statements, office_name=OFFICE))
    assert not errors(findings), said(findings)
    assert read == statements


def test_the_sample_reads_back_without_a_word() -> None:
    assert read_statements(GOOD) == (STATEMENTS, [])


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("Target Tahunan", None, "belum diisi"),
        ("Target Tahunan", "–", "belum diisi"),
        ("Target Tahunan", "delapan puluh", "tidak terbaca sebagai angka"),
        ("Target Tahunan", "=SUM(J7:M7)", "berisi rumus"),
        ("Target TW I", date(2026, 7, 8), "berisi tanggal"),
        ("Target TW II", "90–80", "melebihi batas atasnya"),
        ("Target TW III", "#N/A", "berisi galat"),
        ("Realisasi TW I", "banyak", "tidak terbaca sebagai angka"),
        ("Kode", None, "belum diisi"),
        ("Kode", "ik 1/a", "tidak dapat menjadi kode"),
        ("Kode", "A" * 21, "tidak dapat menjadi kode"),
        ("Kode", "ik-2", "sudah dipakai baris 7"),
        ("Sasaran Strategis", " ", "belum diisi"),
        ("Indikator Kinerja", None, "belum diisi"),
        ("Indikator Kinerja", "=A1", "berisi rumus"),
        ("Satuan", None, "belum diisi"),
        ("Polaritas", "naik", "tidak dikenal"),
        ("Polaritas", "rentang", "memerlukan target berupa rentang"),
        ("Agregasi", None, "belum diisi"),
        ("Agregasi", "total", "tidak dikenal"),
    ],
)
def test_each_fault_names_its_place_and_mend(heading: str, value: object, message: str) -> None:
    read, findings = read_statements(edited(GOOD, setting(heading, value)))
    assert read is None
    hits = [f for f in errors(findings) if message in f.message]
    assert hits, said(findings)
    row = FIRST + 1 if "sudah dipakai" in message else FIRST
    assert all(f.place.startswith(f"baris {row}, kolom ") and f.mend for f in hits)


def test_every_finding_comes_at_once() -> None:
    def spoil(sheet: Worksheet) -> None:
        setting("Target Tahunan", None)(sheet)
        setting("Polaritas", "naik", FIRST + 1)(sheet)
        setting("Satuan", None, FIRST + 2)(sheet)

    _, findings = read_statements(edited(GOOD, spoil))
    assert [f.place for f in errors(findings)] == [
        "baris 7, kolom Target Tahunan",
        "baris 8, kolom Polaritas",
        "baris 9, kolom Satuan",
    ]


@pytest.mark.parametrize(
    ("value", "read_as"),
    [
        ("52.067,25", "52067.25"),
        ("52067,25", "52067.25"),
        ("68.174", "68174"),
        (52067.25, "52067.25"),
        ("87 %", "87"),
    ],
)
def test_numbers_as_people_write_them(value: object, read_as: str) -> None:
    read, findings = read_statements(edited(GOOD, setting("Target Tahunan", value)))
    assert read is not None, said(findings)
    assert read.indicators[0].annual_target == Target(Decimal(read_as))


def test_a_percentage_counts_as_it_is_seen() -> None:
    def spoil(sheet: Worksheet) -> None:
        sheet.cell(FIRST, column("Target TW I"), 0.855).number_format = "0.0%"

    read, _ = read_statements(edited(GOOD, spoil))
    assert read is not None
    assert read.indicators[0].target_of(1) == Target(Decimal("85.5"))


@pytest.mark.parametrize("value", ["18,087", 18.087])
def test_the_likelier_reading_is_pointed_out(value: object) -> None:
    read, findings = read_statements(edited(GOOD, setting("Target TW III", value)))
    assert read is not None
    assert read.indicators[0].target_of(3) == Target(Decimal("18.087"))
    assert any("padahal 18.087 lebih dekat" in f.message for f in warnings(findings))


def test_quarters_that_do_not_make_the_year_are_pointed_out() -> None:
    read, findings = read_statements(edited(GOOD, setting("Target TW IV", 30000)))
    assert read is not None
    assert "menjadi 80.087" in said(warnings(findings))


def test_columns_may_stand_in_any_order_and_be_spelled_in_other_ways() -> None:
    def spoil(sheet: Worksheet) -> None:
        sheet.insert_cols(1)
        sheet.cell(TOP, 1, "No.")
        sheet.move_range(f"B{TOP}:B60", cols=30)
        for cell in sheet[TOP]:
            cell.value = {"Target TW III": "TARGET  TRIWULAN 3"}.get(cell.value, cell.value)
            if cell.value == "Definisi/Formula":
                cell.value = "definisi / formula"

    assert read_statements(edited(GOOD, spoil)) == (STATEMENTS, [])


def test_the_table_is_found_in_a_sheet_of_another_name() -> None:
    def spoil(sheet: Worksheet) -> None:
        sheet.title = "Sheet1"
        sheet.insert_rows(1, amount=7)

    assert read_statements(edited(GOOD, spoil)) == (STATEMENTS, [])


def test_missing_doubled_and_unknown_columns_are_named() -> None:
    def spoil(sheet: Worksheet) -> None:
        setting("Satuan", "Kode", TOP)(sheet)
        setting("Sumber Data", "Catatan", TOP)(sheet)

    read, findings = read_statements(edited(GOOD, spoil))
    assert read is None
    text = said(findings)
    assert "kolom Satuan tidak ada" in text
    assert "kolom Sumber Data tidak ada" in text
    assert "judul kolom ini ada dua" in text
    assert "peringatan: baris 6, kolom Catatan: kolom tidak dikenal" in text


def test_no_headings_at_all() -> None:
    read, [finding] = read_statements(edited(GOOD, lambda sheet: sheet.delete_rows(TOP)))
    assert read is None
    assert "judul kolom tabel tidak ditemukan" in finding.message


def test_no_rows() -> None:
    empty = write_statements(Statements(None, ()), office_name=OFFICE)
    read, [finding] = read_statements(empty)
    assert read is None
    assert "belum berisi satu baris pun" in finding.message


def test_merged_cells_are_refused() -> None:
    data = edited(GOOD, lambda sheet: sheet.merge_cells(f"B{FIRST}:B{FIRST + 1}"))
    read, findings = read_statements(data)
    assert read is None
    assert "baris 7: ada sel yang digabung" in said(findings)


def test_a_merge_beside_or_above_the_table_is_nobodys_business() -> None:
    def spoil(sheet: Worksheet) -> None:
        sheet.merge_cells("A1:E1")
        sheet.merge_cells("T8:U9")

    assert read_statements(edited(GOOD, spoil)) == (STATEMENTS, [])


def test_the_period_that_is_seen_wins_over_the_hidden_one() -> None:
    read, [finding] = read_statements(
        edited(GOOD, lambda sheet: sheet.cell(3, 1, "Periode: 2026-TW4"))
    )
    assert read == replace(STATEMENTS, period=Period(2026, 4))
    assert finding.severity is Severity.WARNING


@pytest.mark.parametrize("written", [None, "Periode:", "Periode: 2026-TW3", "Periode TW III 2026"])
def test_the_period_is_read_from_where_it_is(written: str | None) -> None:
    def spoil(sheet: Worksheet) -> None:
        sheet["A3"] = written

    assert read_statements(edited(GOOD, spoil)) == (STATEMENTS, [])


def test_a_period_beside_its_label() -> None:
    plain = write_statements(replace(STATEMENTS, period=None), office_name=OFFICE)

    def spoil(sheet: Worksheet) -> None:
        sheet["A3"], sheet["B3"] = "Periode", "2026-TW3"

    assert read_statements(plain) == (replace(STATEMENTS, period=None), [])
    assert read_statements(edited(plain, spoil)) == (STATEMENTS, [])


def test_a_period_that_is_none_is_refused() -> None:
    data = edited(GOOD, lambda sheet: sheet.cell(3, 1, "Periode: semester dua"))
    read, findings = read_statements(data)
    assert read is None
    assert "“semester dua” bukan periode" in said(findings)
