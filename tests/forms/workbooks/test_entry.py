import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.duty import Duty
from pipeline.domain.figure import show_figure
from pipeline.domain.finding import errors, warnings
from pipeline.domain.form import Field, FigureStatus, FilledRow, changes_between
from pipeline.domain.roster import Part
from pipeline.errors import KinerjaError
from pipeline.forms.workbooks.entry import (
    COLUMNS,
    EntryRow,
    write_entry,
)
from pipeline.forms.workbooks.entry_reading import read_entry
from pipeline.forms.workbooks.sheet import TOP

from .samples import OFFICE, OFFICIALS, PERIOD, STATEMENTS, edited, indicators, numbers, said, texts

FIRST = TOP + 1
Change = Callable[[Worksheet], object]


def filled(code: str, actual: str, **more: str) -> FilledRow:
    written = {Field.ACTUAL: actual, Field.REMARK: "sementara", Field.EVIDENCE: "laporan.pdf"}
    written |= {Field[name]: text for name, text in more.items()}
    return FilledRow(code, written, Decimal(actual.replace(",", ".")))


ROWS = [
    EntryRow(f"K7QX2M9P{n}", OFFICIALS[n % 3].post, Duty(i), filled(i.code, "17500,5"), "96,75")
    for n, i in enumerate(STATEMENTS.indicators)
]
GOOD = write_entry(ROWS, code="K7QX2M9PAB", period=PERIOD, office_name=OFFICE)


def setting(heading: str, value: object, row: int = FIRST) -> Change:
    column = [c.heading for c in COLUMNS].index(heading) + 1
    return lambda sheet: setattr(sheet.cell(row, column), "value", value)


@st.composite
def entry_rows(draw: st.DrawFn) -> EntryRow:
    indicator = draw(indicators())
    actual, status = draw(
        st.just((None, FigureStatus.UNAVAILABLE))
        | st.tuples(st.none(), st.just(FigureStatus.FINAL))
        | st.tuples(numbers, st.sampled_from((FigureStatus.FINAL, FigureStatus.PROVISIONAL)))
    )
    said = actual is not None or status is FigureStatus.UNAVAILABLE
    written = {field: draw(texts) for field in Field}
    written[Field.ACTUAL] = show_figure(actual, status) if said else ""
    code = draw(st.from_regex(r"[2-9A-Z]{10}", fullmatch=True))
    row = FilledRow(indicator.code, written, actual, status)
    return EntryRow(code, draw(texts), Duty(indicator), row, "1")


@settings(max_examples=30, deadline=None)
@given(st.lists(entry_rows(), max_size=4, unique_by=lambda r: (r.form_code, r.duty.indicator.code)))
def test_entries_round_trip(rows: list[EntryRow]) -> None:
    data = write_entry(rows, code="K7QX2M9PAB", period=PERIOD, office_name=OFFICE)
    reading = read_entry(data)
    assert (reading.code, reading.period) == ("K7QX2M9PAB", PERIOD)
    assert bool(errors(reading.findings)) == (not rows), said(reading.findings)
    assert len(reading.rows) == len(rows)
    for entered, row in zip(reading.rows, rows, strict=True):
        assert (entered.form_code, entered.indicator_code) == (
            row.form_code,
            row.duty.indicator.code,
        )
        assert (entered.actual, entered.status) == (row.verified.actual, row.verified.status)
        assert entered.texts == row.verified.texts
        assert entered.reason == ""


def test_untouched_rows_are_no_change_however_they_were_written() -> None:
    row = FilledRow(
        "IK-1", {Field.ACTUAL: "17500,50", Field.REMARK: " a\r\nb "}, Decimal("17500.5")
    )
    entry = EntryRow("K7QX2M9PA2", "Kabid", Duty(STATEMENTS.indicators[0]), row, "96,75")
    data = write_entry([entry], code="K7QX2M9PAB", period=PERIOD, office_name=OFFICE)
    [entered] = read_entry(data).rows
    assert changes_between([row], [entered.onto(row)]) == []


def test_a_changed_value_comes_back_with_its_reason() -> None:
    def change(sheet: Worksheet) -> None:
        setting("Realisasi TW", 17520.25)(sheet)
        setting("Keterangan", "final")(sheet)
        setting("Alasan Perubahan", "salah ketik")(sheet)

    entered = read_entry(edited(GOOD, change)).rows[0]
    assert entered.reason == "salah ketik"
    changes = changes_between([ROWS[0].verified], [entered.onto(ROWS[0].verified)])
    assert [(c.field, c.old, c.new) for c in changes] == [
        (Field.ACTUAL, "17500,5", "17.520,25"),
        (Field.REMARK, "sementara", "final"),
    ]


def test_moved_rows_are_known_by_their_codes() -> None:
    def swap(sheet: Worksheet) -> None:
        for column in range(1, len(COLUMNS) + 1):
            one, two = sheet.cell(FIRST, column), sheet.cell(FIRST + 1, column)
            one.value, two.value = two.value, one.value

    assert [r.indicator_code for r in read_entry(edited(GOOD, swap)).rows[:2]] == ["IK-2", "IK-1"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_text_never_becomes_a_formula(text: str) -> None:
    row = filled("IK-1", "1", REMARK=text, FOLLOW_UP=text)
    entry = EntryRow("K7QX2M9PA2", text, Duty(STATEMENTS.indicators[0]), row, "1")
    data = write_entry([entry], code="K7QX2M9PAB", period=PERIOD, office_name=OFFICE)
    assert read_entry(data).rows[0].texts[Field.REMARK] == text
    cell = load_workbook(io.BytesIO(data)).worksheets[0].cell(FIRST, 13)
    assert (cell.value, cell.data_type, bool(cell.quotePrefix)) == (text, "s", True)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        formulas = re.findall(rb"<f>(.*?)</f>", archive.read("xl/worksheets/sheet1.xml"))
    assert len(formulas) == 1  # our own, of the achievement


@pytest.mark.parametrize(
    ("heading", "value", "message"),
    [
        ("Realisasi TW", "=H7*2", "berisi rumus"),
        ("Realisasi TW", "banyak", "tidak terbaca sebagai angka"),
        ("Realisasi TW", "87,5%", "bukan angka saja"),
        ("Realisasi TW", "17.500 kg", "bukan angka saja"),
        ("Keterangan", "=A1", "berisi rumus"),
        ("Kode Formulir", None, "belum diisi"),
        ("Kode Indikator", None, "belum diisi"),
    ],
)
def test_faults(heading: str, value: object, message: str) -> None:
    found = errors(read_entry(edited(GOOD, setting(heading, value))).findings)
    assert [(f.place, message in f.message) for f in found] == [(f"baris 7, kolom {heading}", True)]


def test_a_status_is_picked_and_comes_back() -> None:
    def change(sheet: Worksheet) -> None:
        setting("Status Angka", "sementara")(sheet)
        setting("Realisasi TW", None, FIRST + 1)(sheet)
        setting("Status Angka", "Belum  Tersedia", FIRST + 1)(sheet)
        setting("Status Angka", None, FIRST + 2)(sheet)

    one, two, three, *_ = read_entry(edited(GOOD, change)).rows
    assert (one.status, one.texts[Field.ACTUAL]) == (
        FigureStatus.PROVISIONAL,
        "17.500,5 (sementara)",
    )
    assert (two.actual, two.status) == (None, FigureStatus.UNAVAILABLE)
    assert two.texts[Field.ACTUAL] == "belum tersedia"
    assert three.status is FigureStatus.FINAL
    [changed] = changes_between([ROWS[0].verified], [one.onto(ROWS[0].verified)])
    assert (changed.old, changed.new) == ("17500,5", "17.500,5 (sementara)")


@pytest.mark.parametrize("written", ["17.500 (sementara)", "17500*", "belum tersedia"])
def test_a_status_written_beside_the_number_has_its_own_column(written: str) -> None:
    [fault] = errors(read_entry(edited(GOOD, setting("Realisasi TW", written))).findings)
    assert fault.place == "baris 7, kolom Realisasi TW"
    assert "di Status Angka" in fault.mend


def test_an_unknown_status_is_told_the_choices() -> None:
    [fault] = errors(read_entry(edited(GOOD, setting("Status Angka", "hampir"))).findings)
    assert fault.place == "baris 7, kolom Status Angka"
    assert "tetap, sementara, belum tersedia" in fault.mend


def test_the_status_is_offered_for_every_row() -> None:
    sheet = load_workbook(io.BytesIO(GOOD)).worksheets[0]
    [offered] = [c for c in sheet.data_validations.dataValidation if c.type == "list"]
    assert offered.formula1 == '"tetap,sementara,belum tersedia"'
    assert str(offered.sqref) == f"K{FIRST}:K{FIRST + len(ROWS) - 1}"


def test_sums_and_parts_say_so_and_have_no_target_of_their_own() -> None:
    one, two, *_ = STATEMENTS.indicators
    rows = [
        EntryRow("K7QX2M9PA2", "A", Duty(one, summed_of=("UPTD",)), FilledRow("IK-1", {}), "–"),
        EntryRow("K7QX2M9PA3", "B", Duty(two, Part.CONTRIBUTES), filled("IK-2", "5"), "–"),
    ]
    data = write_entry(rows, code="K7QX2M9PAB", period=PERIOD, office_name=OFFICE)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    headings = [c.heading for c in COLUMNS]
    first, second = (
        dict(zip(headings, (c.value for c in sheet[n]), strict=True)) for n in (FIRST, FIRST + 1)
    )
    assert first["Indikator Kinerja"] == "Produksi tangkap (dijumlahkan dari: UPTD)"
    assert (first["Status Angka"], first["Capaian Sekarang (%)"]) == (None, None)
    assert second["Indikator Kinerja"] == "Produksi budidaya (kontribusi)"
    assert (second["Target TW"], second["Capaian Sekarang (%)"]) == (None, None)
    untouched = [e.onto(r.verified) for e, r in zip(read_entry(data).rows, rows, strict=True)]
    assert changes_between([r.verified for r in rows], untouched) == []


def test_columns_in_another_order_are_found_by_their_headings() -> None:
    def swap(sheet: Worksheet) -> None:
        for row in range(TOP, FIRST + len(ROWS)):
            one, two = sheet.cell(row, 10), sheet.cell(row, 13)
            one.value, two.value = two.value, one.value

    reading = read_entry(edited(GOOD, swap))
    assert errors(reading.findings) == []
    assert reading.rows == read_entry(GOOD).rows


def test_a_row_pasted_twice_is_refused() -> None:
    def repeat(sheet: Worksheet) -> None:
        for column in range(1, len(COLUMNS) + 1):
            sheet.cell(40, column).value = sheet.cell(FIRST, column).value

    reading = read_entry(edited(GOOD, repeat))
    assert "sudah ada di baris 7" in said(errors(reading.findings))
    assert len(reading.rows) == len(ROWS)


def test_a_number_that_reads_two_ways_is_pointed_out() -> None:
    reading = read_entry(edited(GOOD, setting("Realisasi TW", "17,501")))
    assert "padahal 17.501 lebih dekat" in said(warnings(reading.findings))
    assert reading.rows[0].actual == Decimal("17.501")


def test_a_number_copied_with_signs_that_nobody_sees_is_read() -> None:
    reading = read_entry(edited(GOOD, setting("Realisasi TW", "\u200e52.067,25\u200b")))
    assert (reading.rows[0].actual, errors(reading.findings)) == (Decimal("52067.25"), [])


def test_an_emptied_actual_is_none() -> None:
    entered = read_entry(edited(GOOD, setting("Realisasi TW", None))).rows[0]
    assert (entered.actual, entered.texts[Field.ACTUAL]) == (None, "")


def test_only_the_columns_to_enter_are_open() -> None:
    sheet = load_workbook(io.BytesIO(GOOD)).worksheets[0]
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    unlocked = [
        c.heading for n, c in enumerate(COLUMNS, 1) if not sheet.cell(FIRST, n).protection.locked
    ]
    assert unlocked == [c.heading for c in COLUMNS if c.entered]


def test_it_prints_on_two_pages_with_what_each_row_is_about() -> None:
    sheet = load_workbook(io.BytesIO(GOOD)).worksheets[0]
    assert (sheet.freeze_panes, sheet.print_title_rows, sheet.print_title_cols) == (
        f"D{FIRST}",
        f"${TOP}:${TOP}",
        "$A:$D",
    )
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 2)


def test_what_is_no_number_is_warned_of_in_indonesian() -> None:
    sheet = load_workbook(io.BytesIO(GOOD)).worksheets[0]
    checks = {c.type: c for c in sheet.data_validations.dataValidation}
    assert checks["decimal"].error == "Realisasi ditulis sebagai angka. Tetap pakai isian ini?"
    assert checks["list"].error == "Pilih Status Angka dari daftar."
    assert str(checks["decimal"].sqref) == f"J{FIRST}:J{FIRST + len(ROWS) - 1}"


def test_a_row_shows_what_was_verified_beside_what_is_entered() -> None:
    row = replace(ROWS[0], entered=filled("IK-1", "5"), reason="sebab", note="PERIKSA: ini")
    data = write_entry([row], code="K7QX2M9PAB", period=PERIOD, office_name=OFFICE)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    names = [column.heading for column in COLUMNS]
    shown = dict(zip(names, (c.value for c in sheet[FIRST]), strict=True))
    assert (shown["Realisasi Diverifikasi"], shown["Realisasi TW"]) == (17500.5, 5)
    assert (shown["Alasan Perubahan"], shown["Catatan"]) == ("sebab", "PERIKSA: ini")
    assert read_entry(data).rows[0].reason == "sebab"


def test_a_text_that_no_cell_holds_is_refused() -> None:
    duty, long = Duty(STATEMENTS.indicators[0]), filled("IK-1", "1", REMARK="x" * 40000)
    row = EntryRow("A", "B", duty, long, "")
    with pytest.raises(KinerjaError, match="tidak muat"):
        write_entry([row], code="K7QX2M9PAB", period=PERIOD, office_name=OFFICE)


def test_what_is_no_workbook_gives_one_finding_and_no_rows() -> None:
    reading = read_entry(b"\xd0\xcf\x11\xe0")
    assert reading.rows == []
    assert len(reading.findings) == 1
