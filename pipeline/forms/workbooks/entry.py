"""The entry workbook of step 6: every verified value in one sheet, to be checked and corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.duty import Duty, listed
from pipeline.domain.figure import ReadFigure, parse_figure, show_figure
from pipeline.domain.finding import Finding
from pipeline.domain.form import LABELS, Field, FigureStatus, FilledRow
from pipeline.domain.indicator import AchievementPolicy, Polarity, Target
from pipeline.domain.period import Period
from pipeline.forms.properties import CODE as CODE_PROPERTY
from pipeline.forms.properties import PERIOD, REVISION
from pipeline.forms.workbooks.book import Book, open_book, pack
from pipeline.forms.workbooks.sheet import (
    SAND,
    TOP,
    Column,
    Formula,
    Value,
    add_guide,
    add_sheet,
    choices,
    clean_text,
    new_book,
    offer,
    protect,
    write_table,
)
from pipeline.forms.workbooks.table import RowReader, find_table, read_period

SHEET = "Entri Data"

FORM = Column("Kode Formulir", 16, entered=False)
POST = Column("Jabatan", 28, entered=False, read=False, needed=False)
INDICATOR = Column("Kode Indikator", 12, entered=False)
NAME = Column("Indikator Kinerja", 34, entered=False, read=False, needed=False)
UNIT = Column("Satuan", 11, entered=False, read=False, needed=False)
POLARITY = Column("Polaritas", 11, entered=False, read=False, needed=False)
TARGET = Column("Target TW", 14, "number", entered=False, read=False, needed=False)
VERIFIED = Column("Realisasi Diverifikasi", 14, "number", entered=False, read=False, needed=False)
ACHIEVED = Column("Capaian Diverifikasi (%)", 14, "number", entered=False, read=False, needed=False)
ACTUAL = Column(LABELS[Field.ACTUAL], 14, "number")
STATUS = Column("Status Angka", 14)
ACHIEVING = Column("Capaian Sekarang (%)", 14, "number", entered=False, read=False, needed=False)
TEXTS: dict[Field, Column] = {
    field: Column(LABELS[field], 26) for field in Field if field is not Field.ACTUAL
}
REASON = Column("Alasan Perubahan", 30)
COLUMNS = (
    *(FORM, POST, INDICATOR, NAME, UNIT, POLARITY, TARGET, VERIFIED, ACHIEVED, ACTUAL, STATUS),
    ACHIEVING,
    *TEXTS.values(),
    REASON,
)

_GUIDE = (
    "Setiap baris adalah satu indikator pada satu formulir yang sudah diverifikasi.",
    "Hanya sel putih yang diisi; sel lain terkunci (tanpa sandi).",
    "Bila nilainya sudah benar, tidak ada yang perlu diketik: pindahkan berkas ke folder kirim.",
    "Setiap perubahan memerlukan Alasan Perubahan pada baris yang sama; sel alasannya menyala bila"
    " realisasi berubah.",
    "Status Angka dipilih dari daftar: tetap, sementara, atau belum tersedia. Bila belum tersedia,"
    " realisasinya kosong dan alasannya ditulis di Keterangan.",
    "Realisasi yang dijumlahkan dari kontribusi dibiarkan kosong; indikator yang dilaporkan bersama"
    " harus sama angkanya.",
    "Capaian Sekarang dihitung dari realisasi yang tertulis; nilai resmi dihitung ulang saat"
    " berkas diterima.",
    "Jangan menghapus baris atau mengubah Kode Formulir dan Kode Indikator.",
)


@dataclass(frozen=True)
class EntryRow:
    """One verified indicator of one form; ``achievement`` is the percentage as printed."""

    form_code: str
    post: str
    duty: Duty
    filled: FilledRow
    achievement: str


@dataclass(frozen=True)
class EnteredRow:
    """One row as it came back; ``texts`` holds every field, the actual as ``show_figure`` says."""

    form_code: str
    indicator_code: str
    texts: dict[Field, str]
    actual: Decimal | None
    reason: str
    status: FigureStatus = FigureStatus.FINAL

    def onto(self, verified: FilledRow) -> FilledRow:
        """The verified row with what was entered; what says the same keeps its old writing."""
        texts = {
            field: old if clean_text(old) == new else new
            for field, new in self.texts.items()
            if (old := verified.text(field)) or new
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


def write_entry(
    rows: Sequence[EntryRow],
    *,
    code: str,
    period: Period,
    office_name: str,
    policy: AchievementPolicy | None = None,
    revision: int = 1,
) -> bytes:
    """The workbook with a row for each form and indicator.

    ``code`` and ``revision`` go into its properties.

    Raises:
        KinerjaError: a text is longer than a cell can hold.
    """
    title = f"Entri Data Kinerja {period.title}"
    properties = {CODE_PROPERTY: code, PERIOD: str(period), REVISION: str(revision)}
    book = new_book(title, office_name=office_name, properties=properties)
    sheet = add_sheet(
        book,
        SHEET,
        title=title,
        office_name=office_name,
        period=period,
        hint=f"Kode dokumen: {code}. Isi hanya sel putih; lihat lembar Petunjuk.",
    )
    bounds = policy or AchievementPolicy()
    values = [_values(row, period, bounds) for row in rows]
    write_table(sheet, COLUMNS, values, frozen=3)
    if rows:
        _guard_numbers(sheet, len(rows))
        offer(sheet, _place(STATUS), len(rows), choices(list(FigureStatus)), what=STATUS.heading)
        _light_reasons(sheet, len(rows))
        last = get_column_letter(len(COLUMNS))
        sheet.auto_filter.ref = f"A{TOP}:{last}{TOP + len(rows)}"
    protect(sheet)
    add_guide(book, _GUIDE)
    return pack(book)


def read_entry(data: bytes) -> EntryReading:
    """What staff entered, with every finding; unreadable bytes give one finding and no rows."""
    book = open_book(data)
    return EntryReading(None, None, [], [book]) if isinstance(book, Finding) else _read(book)


def _values(row: EntryRow, period: Period, policy: AchievementPolicy) -> Sequence[Value]:
    duty, filled = row.duty, row.filled
    indicator = duty.indicator
    target = None if duty.contributes else indicator.target_of(period.quarter)
    return (
        row.form_code,
        row.post,
        indicator.code,
        " ".join(text for text in (indicator.name, _part(duty)) if text),
        indicator.unit,
        indicator.polarity,
        target,
        filled.actual,
        row.achievement,
        filled.actual,
        None if duty.summed_of else filled.status,
        None if duty.summed_of else achievement_formula(target, indicator.polarity, policy),
        *(filled.text(field) for field in TEXTS),
        None,
    )


def _part(duty: Duty) -> str:
    if duty.summed_of:
        return f"(dijumlahkan dari: {listed(duty.summed_of)})"
    return "(kontribusi)" if duty.contributes else ""


def achievement_formula(
    target: Target | None, polarity: Polarity, policy: AchievementPolicy
) -> Formula | None:
    """The rule of ``achievement`` for the actual of the same row; ``None`` where none applies."""
    if target is None or 0 in (target.value, target.upper):
        return None
    cell = f"{_letter(ACTUAL)}{{row}}"
    inverted = polarity is Polarity.NEGATIVE
    percent = _ratio(cell, target.value, inverted=inverted)
    if target.upper is not None:
        above = _ratio(cell, target.upper, inverted=polarity is not Polarity.POSITIVE)
        outside = f"IF({cell}>{target.upper:f},{above},{percent})"
        percent = f"IF(AND({cell}>={target.value:f},{cell}<={target.upper:f}),100,{outside})"
    percent = f"MAX({percent},{policy.floor:f})"
    if policy.cap is not None:
        percent = f"MIN({percent},{policy.cap:f})"
    return Formula(f'IF(ISNUMBER({cell}),ROUND({percent},2),"–")')


def _ratio(cell: str, bound: Decimal, *, inverted: bool) -> str:
    ratio = f"{cell}/{bound:f}"
    return f"(2-{ratio})*100" if inverted else f"{ratio}*100"


def _place(column: Column) -> int:
    return COLUMNS.index(column) + 1


def _letter(column: Column) -> str:
    return get_column_letter(_place(column))


def _guard_numbers(sheet: Worksheet, rows: int) -> None:
    letter = _letter(ACTUAL)
    check = DataValidation(
        type="decimal", operator="between", formula1="-1E+15", formula2="1E+15", allow_blank=True
    )
    check.errorStyle = "warning"  # an Excel set to English takes 52.067,25 for text; we read it
    check.errorTitle = LABELS[Field.ACTUAL]
    check.error = "Realisasi ditulis sebagai angka. Tetap pakai isian ini?"
    check.add(f"{letter}{TOP + 1}:{letter}{TOP + rows}")
    sheet.add_data_validation(check)


def _light_reasons(sheet: Worksheet, rows: int) -> None:
    """Light the reason while the actual differs from the verified one and none is given."""
    first, reason = TOP + 1, _letter(REASON)
    changed = f"${_letter(ACTUAL)}{first}<>${_letter(VERIFIED)}{first}"
    lit = DifferentialStyle(fill=PatternFill("solid", start_color=SAND, end_color=SAND))
    rule = Rule(type="expression", dxf=lit, formula=[f'AND({changed},${reason}{first}="")'])
    sheet.conditional_formatting.add(f"{reason}{first}:{reason}{TOP + rows}", rule)


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
    texts = {field: row.text(column, needed=False) for field, column in TEXTS.items()}
    said = actual is not None or status is FigureStatus.UNAVAILABLE
    texts[Field.ACTUAL] = show_figure(actual, status) if said else ""
    return EnteredRow(form_code, indicator, texts, actual, row.text(REASON, needed=False), status)


def _actual(row: RowReader) -> Decimal | None:
    """The number; its status has a column of its own, and is not written beside it."""
    content = row.contents.get(ACTUAL)
    read = parse_figure(content) if isinstance(content, str) else None
    if isinstance(read, ReadFigure) and read.status is not FigureStatus.FINAL:
        message = f"“{str(content)[:60]}” bukan angka saja"
        mend = f"tulis angkanya saja, atau kosongkan; pilih “{read.status}” di {STATUS.heading}"
        row.note(ACTUAL, message, mend)
        return None
    return row.number(ACTUAL)


def _peers(row: RowReader) -> list[Decimal]:
    """What the actual may be compared with: the verified one, then the target."""
    shown = (row.contents.get(VERIFIED), row.contents.get(TARGET))
    return [content for content in shown if isinstance(content, Decimal)]
