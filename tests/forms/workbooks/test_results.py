import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from pipeline.domain.form import FigureStatus
from pipeline.domain.indicator import Rating
from pipeline.domain.numbers import ReadNumber, parse_number
from pipeline.forms.workbooks.figure_sources import FigureSource
from pipeline.forms.workbooks.results import ResultRow, write_results, write_results_csv
from pipeline.forms.workbooks.sheet import TOP

from .samples import OFFICE, PERIOD, names, numbers, target, targets, texts

HIGH = Rating(Decimal(91), "Sangat Tinggi", "1B5E20", "FFFFFF")
ROW = ResultRow(
    *("Meningkatnya produksi", "IK-1", "Produksi tangkap", "ton", "Kabid Tangkap"),
    *(target("68174"), target("18087"), Decimal("17520.50"), Decimal("48601.25")),
    *(Decimal("96.87"), Decimal("71.29"), HIGH, "sementara"),
)
result_rows = st.builds(
    ResultRow,
    *(names, names, names, names, names, targets, st.none() | targets),
    *([st.none() | numbers] * 4),
    rating=st.none() | st.just(HIGH),
    remark=texts,
)


def rows_of(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_csv_is_as_an_indonesian_excel_wants_it() -> None:
    data = write_results_csv([ROW], period=PERIOD)
    assert data.endswith(b"\r\n")
    heading, values = rows_of(data)
    assert heading[6:10] == [
        *("Target TW III", "Realisasi TW III", "Status Angka", "Realisasi s.d. TW III"),
    ]
    assert values == [
        *("Meningkatnya produksi", "IK-1", "Produksi tangkap", "ton", "Kabid Tangkap"),
        *("68174", "18087", "17520,5", "tetap", "48601,25", "96,87", "71,29"),
        *("Sangat Tinggi", "sementara"),
        *[""] * 5,
    ]


SOURCE = FigureSource(
    *("Kabid", "K7QX2M9PA2", "k:IK-1:realisasi", 3, Decimal(5), FigureStatus.FINAL),
    *("a" * 64, "b" * 64, ("no. 1 saat entri: 4 → 5 (=salah; Staf)",)),
)
PART = replace(SOURCE, post="UPTD", form="T6V9R4XN2C", row=1, changes=())
ABSENT = FigureSource("Balai", "", "", 0, None, FigureStatus.FINAL, "", "")


def test_each_figure_names_its_forms_cells_and_hashes() -> None:
    row = replace(ROW, sources=(SOURCE, PART, ABSENT))
    heading, values = rows_of(write_results_csv([row], period=PERIOD))
    assert heading[14:] == [
        *("Kode Formulir", "Sel", "SHA-256 Asli", "SHA-256 Terverifikasi", "Perubahan")
    ]
    assert values[14:] == [
        "K7QX2M9PA2 + T6V9R4XN2C",
        "k:IK-1:realisasi",
        f"{'a' * 64} + {'a' * 64}",
        f"{'b' * 64} + {'b' * 64}",
        "no. 1 saat entri: 4 → 5 (=salah; Staf)",
    ]
    book = load_workbook(io.BytesIO(write_results([row], period=PERIOD, office_name=OFFICE)))
    sheet = book["Sumber Angka"]
    listed = [[cell.value for cell in line] for line in sheet.iter_rows(min_row=TOP + 1)]
    assert listed[0] == [
        *("IK-1", "Produksi tangkap", "Kabid", 5, "tetap", "K7QX2M9PA2", "k:IK-1:realisasi"),
        *("3", "a" * 64, "b" * 64, "no. 1 saat entri: 4 → 5 (=salah; Staf)"),
    ]
    assert [line[2:6] for line in listed[1:]] == [
        ["UPTD", 5, "tetap", "T6V9R4XN2C"],
        ["Balai", None, "tidak menyampaikan", None],
    ]
    assert sheet.page_setup.orientation == "landscape"


@pytest.mark.parametrize(
    ("actual", "status", "shown"),
    [
        (Decimal(5), FigureStatus.FINAL, ("5", "tetap")),
        (Decimal(5), FigureStatus.PROVISIONAL, ("5", "sementara")),
        (None, FigureStatus.UNAVAILABLE, ("", "belum tersedia")),
        (None, FigureStatus.FINAL, ("", "")),
    ],
)
def test_each_figure_has_its_status(
    actual: Decimal | None, status: FigureStatus, shown: tuple[str, str]
) -> None:
    row = replace(ROW, actual=actual, status=status)
    assert tuple(rows_of(write_results_csv([row], period=PERIOD))[1][7:9]) == shown


@settings(max_examples=30, deadline=None)
@given(st.lists(result_rows, max_size=4))
def test_the_csv_keeps_rows_and_numbers_and_holds_no_formula(rows: list[ResultRow]) -> None:
    _, *found = rows_of(write_results_csv(rows, period=PERIOD))
    assert len(found) == len(rows)
    for cells, row in zip(found, rows, strict=True):
        assert not any(cells[n].startswith(("=", "+", "-", "@", "\t")) for n in (0, 1, 2, 3, 4, 13))
        read = parse_number(cells[7])
        assert read == "empty" if row.actual is None else _means(read, row.actual)


def _means(read: object, number: Decimal) -> bool:
    return isinstance(read, ReadNumber) and read.value == number


@pytest.mark.parametrize("sign", list("=+-@=+@"))
def test_formulas_are_guarded_full_width_ones_too(sign: str) -> None:
    row = ResultRow(*ROW.values[:11], HIGH, f"{sign}1+1")  # type: ignore[arg-type]
    assert rows_of(write_results_csv([row], period=PERIOD))[1][13] == f"'{sign}1+1"


@settings(max_examples=30, deadline=None)
@given(st.lists(result_rows, max_size=3))
def test_the_workbook_holds_every_value(rows: list[ResultRow]) -> None:
    data = write_results(rows, period=PERIOD, office_name=OFFICE, number="000.8.6.3/1/DKP/2026")
    assert data == write_results(
        rows, period=PERIOD, office_name=OFFICE, number="000.8.6.3/1/DKP/2026"
    )
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet["A4"].value == "Nomor: 000.8.6.3/1/DKP/2026"
    for number, row in enumerate(rows, start=TOP + 1):
        kinds = {cell.data_type for cell in sheet[number]}
        assert "f" not in kinds
        if row.rating is not None:
            assert sheet.cell(number, 13).fill.start_color.rgb == "001B5E20"


def test_numbers_are_numbers_and_codes_are_text() -> None:
    data = write_results([ROW], period=PERIOD, office_name=OFFICE)
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    values = [cell.value for cell in sheet[TOP + 1]]
    assert values[1] == "IK-1"
    assert values[5:12] == [68174, 18087, 17520.5, "tetap", 48601.25, 96.87, 71.29]
    assert sheet.freeze_panes == "D7"
    assert sheet.page_setup.orientation == "landscape"
