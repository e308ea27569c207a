"""The Daftar Pernyataan: the year's indicators with their targets, the required input of step 1."""

import re
from collections.abc import Sequence

from pipeline.domain.finding import Finding, Severity, errors
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, year_to_date
from pipeline.domain.numbers import format_number
from pipeline.domain.period import ROMAN
from pipeline.domain.roster import Statements
from pipeline.forms.properties import PERIOD
from pipeline.forms.workbooks.book import Book, open_book, pack
from pipeline.forms.workbooks.sheet import (
    Column,
    Value,
    add_guide,
    add_sheet,
    choices,
    new_book,
    offer,
    write_table,
)
from pipeline.forms.workbooks.table import RowReader, find_table, read_period

SHEET = "Daftar Pernyataan"
SPARE_ROWS = 15
CODE_FORM = re.compile(r"[A-Za-z0-9.-]{1,20}")

CODE = Column("Kode", 11)
OBJECTIVE = Column("Sasaran Strategis", 30)
NAME = Column("Indikator Kinerja", 34)
DEFINITION = Column("Definisi/Formula", 36)
UNIT = Column("Satuan", 12)
POLARITY = Column("Polaritas", 12)
AGGREGATION = Column("Agregasi", 13)
SOURCE = Column("Sumber Data", 20)
ANNUAL_TARGET = Column("Target Tahunan", 15, "number")
QUARTER_TARGETS = tuple(Column(f"Target TW {r}", 15, "number") for r in ROMAN)
ACTUALS = tuple(Column(f"Realisasi TW {r}", 15, "number", needed=False) for r in ROMAN[:3])
COLUMNS = (
    *(CODE, OBJECTIVE, NAME, DEFINITION, UNIT, POLARITY, AGGREGATION, SOURCE, ANNUAL_TARGET),
    *QUARTER_TARGETS,
    *ACTUALS,
)

_GUIDE = (
    "Satu baris untuk satu indikator kinerja. Urutan baris menjadi urutan cetak.",
    "Periode ditulis di sel A3, misalnya Periode: 2026-TW3.",
    "Kode: huruf, angka, titik, dan tanda hubung; paling panjang 20; tidak boleh sama.",
    "Polaritas: positif (makin tinggi makin baik), negatif (makin rendah makin baik), atau rentang"
    " (baik bila berada di dalam rentang).",
    "Agregasi ke tahun: jumlah, rata-rata, atau terakhir.",
    "Target rentang ditulis 80–90. Target triwulan boleh kosong bila indikator hanya bertarget"
    " tahunan; target tahunan wajib diisi.",
    "Realisasi TW I–III diisi dengan realisasi triwulan sebelumnya yang sudah ditetapkan.",
    "Angka ditulis dengan titik sebagai pemisah ribuan dan koma sebagai pemisah desimal, misalnya"
    " 52.067,25. Rumus ditempel sebagai nilai. Sel tidak boleh digabung.",
)


def write_statements(statements: Statements, *, office_name: str) -> bytes:
    """The Daftar Pernyataan as a workbook, with room for more rows."""
    title = "Daftar Pernyataan Kinerja"
    properties = {PERIOD: str(statements.period)} if statements.period else {}
    book = new_book(title, office_name=office_name, properties=properties)
    sheet = add_sheet(
        book,
        SHEET,
        title=title,
        office_name=office_name,
        period=statements.period,
        hint="Satu baris satu indikator; lihat lembar Petunjuk.",
    )
    write_table(
        sheet, COLUMNS, [_row(i) for i in statements.indicators], spare=SPARE_ROWS, frozen=1
    )
    count = len(statements.indicators) + SPARE_ROWS
    for column, options in ((POLARITY, Polarity), (AGGREGATION, Aggregation)):
        place = COLUMNS.index(column) + 1
        source = choices([o.value for o in options])
        offer(sheet, place, count, source, what=column.heading)
    add_guide(book, _GUIDE)
    return pack(book)


def read_statements(data: bytes) -> tuple[Statements | None, list[Finding]]:
    """The Daftar Pernyataan in ``data``; ``None`` where a finding is an error.

    The period is ``None`` where the workbook names none: that alone is no finding here.
    """
    book = open_book(data)
    return (None, [book]) if isinstance(book, Finding) else _read(book)


def _read(book: Book) -> tuple[Statements | None, list[Finding]]:
    table, findings = find_table(book, SHEET, COLUMNS)
    if table is None:
        return None, findings
    period, found = read_period(book, table)
    findings += found
    indicators: list[Indicator] = []
    first_rows: dict[str, str] = {}
    for row in table.rows():
        code = read_code(row)
        if first := first_rows.get(code.casefold()):
            row.note(CODE, f"kode {code} sudah dipakai {first}", "beri setiap indikator kodenya")
        elif code:
            first_rows[code.casefold()] = row.place
        indicator = _read_indicator(row, code)
        findings += row.findings
        if indicator is not None:
            indicators.append(indicator)
    if errors(findings):
        return None, findings
    return Statements(period, tuple(indicators)), findings


def _row(indicator: Indicator) -> Sequence[Value]:
    return (
        indicator.code,
        indicator.strategic_objective,
        indicator.name,
        indicator.definition,
        indicator.unit,
        indicator.polarity,
        indicator.aggregation,
        indicator.source,
        indicator.annual_target,
        *indicator.quarter_targets,
        *indicator.previous_actuals,
    )


def read_code(row: RowReader) -> str:
    """The indicator's code of a row, its form judged."""
    code = row.line(CODE)
    if code and not CODE_FORM.fullmatch(code):
        row.note(
            CODE,
            f"“{code[:40]}” tidak dapat menjadi kode",
            "pakai huruf, angka, titik, atau tanda hubung, paling panjang 20",
        )
    return code


def _read_indicator(row: RowReader, code: str) -> Indicator | None:
    objective, name, unit = row.line(OBJECTIVE), row.line(NAME), row.line(UNIT)
    definition, source = row.text(DEFINITION, needed=False), row.line(SOURCE, needed=False)
    polarity, aggregation = row.choice(POLARITY, Polarity), row.choice(AGGREGATION, Aggregation)
    annual = row.target(ANNUAL_TARGET, needed=True)
    one, two, three, four = (row.target(column) for column in QUARTER_TARGETS)
    first, second, third = (row.number(column) for column in ACTUALS)
    row.doubt()
    if polarity is None or aggregation is None or annual is None:
        return None
    indicator = Indicator(
        *(code, objective, name, definition, unit, polarity, aggregation, source, annual),
        quarter_targets=(one, two, three, four),
        previous_actuals=(first, second, third),
    )
    _check_ranges(row, indicator)
    _check_year(row, indicator)
    return indicator if row.sound else None


def _check_ranges(row: RowReader, indicator: Indicator) -> None:
    """An indicator that is judged by a range needs one in every target."""
    if indicator.polarity is not Polarity.RANGE:
        return
    targets = zip(
        (ANNUAL_TARGET, *QUARTER_TARGETS),
        (indicator.annual_target, *indicator.quarter_targets),
        strict=True,
    )
    for column, target in targets:
        if target is not None and target.upper is None:
            row.note(
                column,
                "polaritas rentang memerlukan target berupa rentang",
                "tulis misalnya 80–90, atau ganti polaritasnya",
            )


def _check_year(row: RowReader, indicator: Indicator) -> None:
    """Warn where four quarter targets aggregate to another year than the annual target's."""
    targets = [t.value for t in indicator.quarter_targets if t is not None and t.upper is None]
    if len(targets) < 4 or indicator.annual_target.upper is not None:
        return
    expected = year_to_date(targets, indicator.aggregation)
    annual = indicator.annual_target.value
    if expected is not None and abs(expected - annual) * 100 > abs(annual):  # more than 1 %
        row.note(
            ANNUAL_TARGET,
            f"target tahunan {format_number(annual)}, sedangkan target TW I–IV menurut agregasi"
            f" “{indicator.aggregation}” menjadi {format_number(expected)}",
            "periksa target atau agregasinya; abaikan bila memang demikian",
            Severity.WARNING,
        )
