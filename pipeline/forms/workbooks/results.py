"""The final values of a collection, to take away: one workbook and one CSV file.

Each figure names the forms that it comes from, with cell and hashes, and what was changed since.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.utils import get_column_letter

from pipeline.domain.evaluation import show_target
from pipeline.domain.form import FigureStatus
from pipeline.domain.indicator import Rating, Target
from pipeline.domain.period import Period
from pipeline.forms.properties import PERIOD
from pipeline.forms.workbooks.book import pack
from pipeline.forms.workbooks.figure_sources import COLUMNS as SOURCE_COLUMNS
from pipeline.forms.workbooks.figure_sources import SHEET as SOURCES
from pipeline.forms.workbooks.figure_sources import FigureSource
from pipeline.forms.workbooks.sheet import (
    TOP,
    Column,
    Formula,
    Value,
    add_sheet,
    clean_text,
    new_book,
    write_table,
)
from pipeline.forms.workbooks.values import plain_digits

SHEET = "Data Kinerja"
ORIGINS = ("Kode Formulir", "Sel", "SHA-256 Asli", "SHA-256 Terverifikasi", "Perubahan")
"""Columns of the CSV behind the values; the workbook has a sheet for them."""
_RISKY = tuple("=+-@")
# An Excel set to English parts cells at commas: what would then begin a cell and start something
_INNER = re.compile(r"([,\t;\n]\s*)(?=[=+\-@][^,;\t\n]*[|(!])")


@dataclass(frozen=True)
class ResultRow:
    """One consolidated value: targets and actuals in ``unit``, achievements in percent."""

    objective: str
    code: str
    name: str
    unit: str
    post: str
    annual_target: Target
    quarter_target: Target | None
    actual: Decimal | None
    year_to_date: Decimal | None
    achievement: Decimal | None
    annual_achievement: Decimal | None
    rating: Rating | None
    remark: str = ""
    status: FigureStatus = FigureStatus.FINAL
    sources: tuple[FigureSource, ...] = ()

    @property
    def _status(self) -> str:
        """The figure's status; empty where nobody said anything."""
        silent = self.actual is None and self.status is not FigureStatus.UNAVAILABLE
        return "" if silent else self.status.value

    @property
    def values(self) -> Sequence[Value]:
        """The values in the order of the columns."""
        return (
            *(self.objective, self.code, self.name, self.unit, self.post),
            *(self.annual_target, self.quarter_target, self.actual, self._status),
            *(self.year_to_date, self.achievement, self.annual_achievement),
            *(self.rating, self.remark),
        )

    @property
    def origins(self) -> Sequence[Value]:
        """Where the figure stands written, in the order of ``ORIGINS``; parts parted by ``+``."""
        came = [source for source in self.sources if source.form]
        return (
            " + ".join(s.form for s in came),
            " + ".join(dict.fromkeys(s.cell for s in came)),
            " + ".join(s.original for s in came),
            " + ".join(s.verified for s in came),
            "; ".join(s.shown_changes for s in came if s.changes),
        )


def write_results(
    rows: Sequence[ResultRow], *, period: Period, office_name: str, number: str = ""
) -> bytes:
    """The values as a workbook; ``number`` is the print-out's document number.

    Raises:
        KinerjaError: a text is longer than a cell can hold.
    """
    title = f"Data Kinerja {period.title}"
    book = new_book(title, office_name=office_name, properties={PERIOD: str(period)})
    sheet = add_sheet(
        book,
        SHEET,
        title=title,
        office_name=office_name,
        period=period,
        hint=f"Nomor: {number}" if number else "",
    )
    columns = _columns(period)
    write_table(sheet, columns, [row.values for row in rows], frozen=3)
    if rows:
        last = get_column_letter(len(columns))
        sheet.auto_filter.ref = f"A{TOP}:{last}{TOP + len(rows)}"
    listed = [source.values(r.code, r.name) for r in rows for source in r.sources]
    if listed:
        hint = "Asal setiap angka: formulir, sel dan barisnya, sidik jari berkasnya, perubahannya."
        second = add_sheet(
            book, SOURCES, title=title, office_name=office_name, period=period, hint=hint
        )
        write_table(second, SOURCE_COLUMNS, listed, frozen=2)
    return pack(book)


def write_results_csv(rows: Sequence[ResultRow], *, period: Period) -> bytes:
    """The values as CSV that an Indonesian Excel opens with a double click.

    UTF-8 with byte order mark, semicolons, decimal commas without grouping, lines ending CR LF
    (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([*(column.heading for column in _columns(period)), *ORIGINS])
    writer.writerows([_csv_cell(v) for v in (*row.values, *row.origins)] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _columns(period: Period) -> tuple[Column, ...]:
    quarter = f"TW {period.roman}"
    return (
        Column("Sasaran Strategis", 30, entered=False),
        Column("Kode", 11, entered=False),
        Column("Indikator Kinerja", 36, entered=False),
        Column("Satuan", 12, entered=False),
        Column("Penanggung Jawab", 28, entered=False),
        Column("Target Tahunan", 15, "number", entered=False),
        Column(f"Target {quarter}", 15, "number", entered=False),
        Column(f"Realisasi {quarter}", 15, "number", entered=False),
        Column("Status Angka", 14, entered=False),
        Column(f"Realisasi s.d. {quarter}", 15, "number", entered=False),
        Column(f"Capaian {quarter} (%)", 13, "number", entered=False),
        Column("Capaian Tahunan (%)", 13, "number", entered=False),
        Column("Predikat", 17, entered=False),
        Column("Keterangan", 36, entered=False),
    )


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain_digits(value).replace(".", ",")
    if isinstance(value, Target) and value.upper is None:
        return plain_digits(value.value).replace(".", ",")
    if isinstance(value, Target):
        return show_target(value)
    if isinstance(value, Formula):
        return ""
    return _guarded(value.name if isinstance(value, Rating) else value)


def _guarded(text: str) -> str:
    cleaned = _INNER.sub(r"\1'", clean_text(text))
    # Excel takes the full-width signs of East Asian keyboards for the plain ones.
    first = unicodedata.normalize("NFKC", cleaned[:1])
    return f"'{cleaned}" if first.startswith(_RISKY) else cleaned
