"""The entry workbook of step 6: every verified value in one sheet, to be checked and corrected."""

from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl.formatting.rule import Rule
from openpyxl.styles import PatternFill
from openpyxl.styles.differential import DifferentialStyle
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.duty import Duty, listed
from pipeline.domain.form import LABELS, Field, FigureStatus, FilledRow
from pipeline.domain.indicator import AchievementPolicy
from pipeline.domain.period import Period
from pipeline.forms.properties import CODE as CODE_PROPERTY
from pipeline.forms.properties import PERIOD, REVISION
from pipeline.forms.workbooks.book import pack
from pipeline.forms.workbooks.entry_formula import achievement_formula
from pipeline.forms.workbooks.sheet import (
    SAND,
    TOP,
    Column,
    Value,
    add_guide,
    add_sheet,
    choices,
    new_book,
    offer,
    protect,
    write_table,
)

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
NOTE = Column("Catatan", 34, entered=False, read=False, needed=False)
CHECK = "PERIKSA"
"""How a note begins that asks for a decision; its cell is lit."""
COLUMNS = (
    *(FORM, POST, INDICATOR, NAME, UNIT, POLARITY, TARGET, VERIFIED, ACHIEVED, ACTUAL, STATUS),
    ACHIEVING,
    *TEXTS.values(),
    REASON,
    NOTE,
)

_GUIDE = (
    "Setiap baris adalah satu indikator pada satu formulir yang sudah diverifikasi.",
    "Hanya sel putih yang diisi; sel lain terkunci (tanpa sandi).",
    "Bila nilainya sudah benar, tidak ada yang perlu diketik: pindahkan berkas ke folder kirim.",
    "Setiap perubahan memerlukan Alasan Perubahan pada baris yang sama; sel alasannya menyala bila"
    " realisasi berubah. Alasan yang sudah diterima tertulis di Catatan dan tidak perlu diulang.",
    "Status Angka dipilih dari daftar: tetap, sementara, atau belum tersedia. Bila belum tersedia,"
    " realisasinya kosong dan alasannya ditulis di Keterangan.",
    "Realisasi yang dijumlahkan dari kontribusi dibiarkan kosong; indikator yang dilaporkan bersama"
    " harus sama angkanya.",
    "Capaian Sekarang dihitung dari realisasi yang tertulis; nilai resmi dihitung ulang saat"
    " berkas diterima.",
    "Bila formulir bertambah atau berubah sesudah buku kerja ini diambil, terbit edisi baru yang"
    f" sudah memuat isian Saudara; Catatan yang diawali {CHECK} menyebut isian yang tidak dapat"
    " dipindahkan begitu saja.",
    "Jangan menghapus baris atau mengubah Kode Formulir dan Kode Indikator.",
)


@dataclass(frozen=True)
class EntryRow:
    """One verified indicator of one form; ``achievement`` is the verified percentage as printed.

    ``entered`` is what entry has made of it so far, ``reason`` why where that is not on file yet;
    ``note`` is what staff should know about the row.
    """

    form_code: str
    post: str
    duty: Duty
    verified: FilledRow
    achievement: str
    entered: FilledRow | None = None
    reason: str = ""
    note: str = ""

    @property
    def now(self) -> FilledRow:
        """The row as it is laid out."""
        return self.entered or self.verified


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
    _print_on_two(sheet)
    protect(sheet)
    add_guide(book, _GUIDE)
    return pack(book)


def _values(row: EntryRow, period: Period, policy: AchievementPolicy) -> Sequence[Value]:
    duty, verified, now = row.duty, row.verified, row.now
    indicator = duty.indicator
    target = None if duty.contributes else indicator.target_of(period.quarter)
    formula = achievement_formula(target, indicator.polarity, policy, _letter(ACTUAL))
    return (
        row.form_code,
        row.post,
        indicator.code,
        " ".join(text for text in (indicator.name, _part(duty)) if text),
        indicator.unit,
        indicator.polarity,
        target,
        verified.actual,
        row.achievement,
        now.actual,
        None if duty.summed_of else now.status,
        None if duty.summed_of else formula,
        *(now.text(field) for field in TEXTS),
        row.reason,
        row.note,
    )


def _part(duty: Duty) -> str:
    if duty.summed_of:
        return f"(dijumlahkan dari: {listed(duty.summed_of)})"
    return "(kontribusi)" if duty.contributes else ""


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


def _print_on_two(sheet: Worksheet) -> None:
    """Print on two pages abreast, so that it can be read; what a row is about stands on both."""
    sheet.page_setup.fitToWidth, sheet.page_setup.pageOrder = 2, "overThenDown"
    sheet.print_title_cols = f"A:{_letter(NAME)}"


def _light_reasons(sheet: Worksheet, rows: int) -> None:
    """Light the reason while the actual differs from the verified one and none is given.

    A note says the reason that was accepted before, or asks for a decision, and is lit then.
    """
    first, reason, note = TOP + 1, _letter(REASON), _letter(NOTE)
    changed = f"${_letter(ACTUAL)}{first}<>${_letter(VERIFIED)}{first}"
    without = f'${reason}{first}="",${note}{first}=""'
    asked = f'LEFT(${note}{first},{len(CHECK)})="{CHECK}"'
    for letter, formula in ((reason, f"AND({changed},{without})"), (note, asked)):
        lit = DifferentialStyle(fill=PatternFill("solid", start_color=SAND, end_color=SAND))
        rule = Rule(type="expression", dxf=lit, formula=[formula])
        sheet.conditional_formatting.add(f"{letter}{first}:{letter}{TOP + rows}", rule)
