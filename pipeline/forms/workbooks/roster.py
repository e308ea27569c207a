"""The roster of step 3: who holds which post, and which indicators each post reports."""

from openpyxl import Workbook

from pipeline.domain.period import Period
from pipeline.domain.roster import Part, Roster, Statements
from pipeline.forms.properties import PERIOD
from pipeline.forms.workbooks.book import pack
from pipeline.forms.workbooks.roster_reading import (
    ASSIGNMENT_COLUMNS,
    ASSIGNMENTS,
    OFFICIAL_COLUMNS,
    OFFICIALS,
    read_roster,
)
from pipeline.forms.workbooks.sheet import (
    TOP,
    Column,
    Formula,
    add_guide,
    add_sheet,
    choices,
    new_book,
    offer,
    protect,
    write_table,
)

__all__ = ["read_roster", "write_roster"]

INDICATORS = "Indikator"
SPARE_ROWS = 15

_LIST_COLUMNS = (
    Column("Kode", 16, entered=False),
    Column("Indikator Kinerja", 60, entered=False),
    Column("Satuan", 14, entered=False),
    Column("Target TW", 16, "number", entered=False),
)
_GUIDE = (
    "Lembar Pejabat: satu baris satu jabatan. Jabatan ditulis lengkap dan tidak boleh ganda.",
    "NIP ditulis 18 angka. Sel NIP berformat Teks; bila diformat sebagai angka, Excel mengganti"
    " angka ke-16 sampai ke-18 dengan nol.",
    "Golongan PNS ditulis misalnya III/d; PPPK ditulis misalnya Golongan IX.",
    "Lembar Penugasan: satu baris satu indikator dan jabatan yang melaporkannya. Kode, jabatan, dan"
    " peran dipilih dari daftar.",
    "Peran: melaporkan (atau kosong) bagi yang bertanggung jawab atas angkanya; menyumbang bagi"
    " yang angkanya dijumlahkan ke dalamnya, misalnya UPTD. Indikator yang dijumlahkan mempunyai"
    " tepat satu pelapor; pelapor yang juga menyumbang ditulis dalam dua baris.",
    "Dua jabatan yang sama-sama melaporkan satu indikator harus sampai pada angka yang sama.",
    "Setiap indikator yang ditugaskan harus bertarget pada triwulan ini di Daftar Pernyataan.",
)


def write_roster(roster: Roster, statements: Statements, *, office_name: str) -> bytes:
    """The roster as a workbook, with lists of the codes and posts to pick from."""
    period = statements.period or roster.period
    title = "Daftar Pejabat dan Penugasan"
    properties = {PERIOD: str(period)} if period else {}
    book = new_book(title, office_name=office_name, properties=properties)
    _write_officials(book, roster, period, office_name)
    _write_assignments(book, roster, statements, period, office_name)
    _write_indicators(book, statements, period, office_name)
    add_guide(book, _GUIDE)
    return pack(book)


def _write_officials(
    book: Workbook, roster: Roster, period: Period | None, office_name: str
) -> None:
    sheet = add_sheet(
        book,
        OFFICIALS,
        title="Daftar Pejabat",
        office_name=office_name,
        period=period,
        hint="Satu baris satu jabatan; lihat lembar Petunjuk.",
    )
    rows = [(o.post, o.name, o.nip, o.grade, o.unit) for o in roster.officials]
    write_table(sheet, OFFICIAL_COLUMNS, rows, spare=SPARE_ROWS, frozen=1)


def _write_assignments(
    book: Workbook,
    roster: Roster,
    statements: Statements,
    period: Period | None,
    office_name: str,
) -> None:
    sheet = add_sheet(
        book,
        ASSIGNMENTS,
        title="Penugasan Indikator",
        office_name=office_name,
        period=period,
        hint="Satu baris satu indikator dan jabatan yang melaporkannya; pilih dari daftar.",
    )
    codes = _span(INDICATORS, "A", len(statements.indicators))
    names = _span(INDICATORS, "B", len(statements.indicators))
    posts = _span(OFFICIALS, "A", len(roster.officials) + SPARE_ROWS)
    name = Formula(f'IFERROR(INDEX({names},MATCH(A{{row}},{codes},0)),"")')
    rows = [
        *((a.indicator, a.post, a.part, name) for a in roster.assignments),
        *[(None, None, None, name)] * SPARE_ROWS,
    ]
    write_table(sheet, ASSIGNMENT_COLUMNS, rows, frozen=1)
    offer(sheet, 1, len(rows), f"={codes}", what="kode indikator")
    offer(sheet, 2, len(rows), f"={posts}", what="jabatan")
    offer(sheet, 3, len(rows), choices(list(Part)), what="peran")


def _write_indicators(
    book: Workbook, statements: Statements, period: Period | None, office_name: str
) -> None:
    sheet = add_sheet(
        book,
        INDICATORS,
        title="Indikator menurut Daftar Pernyataan",
        office_name=office_name,
        period=period,
        hint="Hanya untuk dibaca; perubahan indikator dilakukan di Daftar Pernyataan.",
    )
    quarter = period.quarter if period else None
    rows = [
        (i.code, i.name, i.unit, i.target_of(quarter) if quarter else None)
        for i in statements.indicators
    ]
    write_table(sheet, _LIST_COLUMNS, rows, frozen=1)
    protect(sheet)


def _span(sheet: str, column: str, rows: int) -> str:
    return f"{sheet}!${column}${TOP + 1}:${column}${TOP + max(rows, 1)}"
