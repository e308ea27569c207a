"""The entry workbook of step 6 as it comes back: what staff entered, and what is wrong with it."""

from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.domain.figure import ReadFigure, parse_figure, show_figure
from pipeline.domain.finding import Finding
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.domain.period import Period
from pipeline.forms.properties import CODE as CODE_PROPERTY
from pipeline.forms.properties import PERIOD, REVISION
from pipeline.forms.workbooks.book import Book, open_book
from pipeline.forms.workbooks.entry import (
    ACTUAL,
    COLUMNS,
    FORM,
    INDICATOR,
    NOTE,
    REASON,
    SHEET,
    STATUS,
    TARGET,
    TEXTS,
    UNIT,
    VERIFIED,
)
from pipeline.forms.workbooks.sheet import clean_text
from pipeline.forms.workbooks.table import RowReader, find_table, read_period


@dataclass(frozen=True)
class EnteredRow:
    """One row as it came back; ``texts`` holds every field, the actual as ``show_figure`` says.

    ``note`` is what it was laid out with.
    """

    form_code: str
    indicator_code: str
    texts: dict[Field, str]
    actual: Decimal | None
    reason: str
    status: FigureStatus = FigureStatus.FINAL
    note: str = field(default="", compare=False)

    def onto(self, verified: FilledRow) -> FilledRow:
        """The verified row with what was entered; what says the same keeps its old writing."""
        texts = {
            kind: old if clean_text(old) == new else new
            for kind, new in self.texts.items()
            if (old := verified.text(kind)) or new
        }
        if (self.actual, self.status) == (verified.actual, verified.status):
            texts[Field.ACTUAL] = verified.text(Field.ACTUAL)
        return FilledRow(verified.indicator, texts, self.actual, self.status)


@dataclass(frozen=True)
class EntryReading:
    """What came back; ``code`` is the document's, ``None`` where the file lost its property.

    ``revision`` is the one that was laid out, empty where the file does not say.
    """

    code: str | None
    period: Period | None
    rows: list[EnteredRow]
    findings: list[Finding]
    revision: str = ""


def read_entry(data: bytes) -> EntryReading:
    """What staff entered, with every finding; unreadable bytes give one finding and no rows."""
    book = open_book(data)
    return EntryReading(None, None, [], [book]) if isinstance(book, Finding) else _read(book)


def _read(book: Book) -> EntryReading:
    code = book.properties.get(CODE_PROPERTY) or None
    table, findings = find_table(book, SHEET, COLUMNS)
    if table is None:
        return EntryReading(code, Period.parse(book.properties.get(PERIOD, "")), [], findings)
    period, found = read_period(book, table)
    findings += found
    rows: list[EnteredRow] = []
    places: dict[tuple[str, str], str] = {}
    for row in table.rows():
        entered = _read_row(row)
        key = (entered.form_code, entered.indicator_code)
        if all(key) and key in places:
            message = f"formulir dan indikator ini sudah ada di {places[key]}"
            row.note(INDICATOR, message, "hapus salah satu barisnya")
        else:
            places[key] = row.place
            rows.append(entered)
        findings += row.findings
    return EntryReading(code, period, rows, findings, book.properties.get(REVISION, ""))


def _read_row(row: RowReader) -> EnteredRow:
    form_code, indicator = row.line(FORM), row.line(INDICATOR)
    actual = _actual(row)
    status = row.choice(STATUS, FigureStatus, needed=False) or FigureStatus.FINAL
    row.doubt(_peers(row))
    texts = {kind: row.text(column, needed=False) for kind, column in TEXTS.items()}
    said = actual is not None or status is FigureStatus.UNAVAILABLE
    texts[Field.ACTUAL] = show_figure(actual, status) if said else ""
    reason, note = row.text(REASON, needed=False), row.contents.get(NOTE)
    told = note if isinstance(note, str) else ""
    return EnteredRow(form_code, indicator, texts, actual, reason, status, told)


def _actual(row: RowReader) -> Decimal | None:
    """The number; status and unit have columns of their own, and are not written beside it."""
    content = row.contents.get(ACTUAL)
    read = parse_figure(content) if isinstance(content, str) else None
    if isinstance(read, ReadFigure) and (read.status is not FigureStatus.FINAL or read.unit):
        message = f"“{str(content)[:60]}” bukan angka saja"
        mend = f"tulis angkanya saja, atau kosongkan; pilih “{read.status}” di {STATUS.heading}"
        if read.unit:
            mend = f"tulis angkanya saja, dalam satuan di kolom {UNIT.heading}, tanpa “{read.unit}”"
        row.note(ACTUAL, message, mend)
        return None
    return row.number(ACTUAL)


def _peers(row: RowReader) -> list[Decimal]:
    """What the actual may be compared with: the verified one, then the target."""
    shown = (row.contents.get(VERIFIED), row.contents.get(TARGET))
    return [content for content in shown if isinstance(content, Decimal)]
