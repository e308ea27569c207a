"""The Data Induk: officials, units, indicators, targets and opening balances, each with its days.

Dates are written as text: in a date cell, an Excel set to English takes 5/10 for the tenth of May.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

from pipeline.domain.indicator import Aggregation, Polarity, Target
from pipeline.domain.master import Capacity, MasterData
from pipeline.domain.master_tables import Entry, MasterTable, entries, show_date, values
from pipeline.domain.master_target_checks import OPENING_QUARTERS
from pipeline.forms.properties import REVISION
from pipeline.forms.workbooks import master_columns as at
from pipeline.forms.workbooks import statements
from pipeline.forms.workbooks.book import pack
from pipeline.forms.workbooks.master_reading import MasterReading, is_master, read_master
from pipeline.forms.workbooks.roster_reading import INDICATOR_NAME, POST
from pipeline.forms.workbooks.sheet import (
    TOP,
    Column,
    Formula,
    Value,
    add_guide,
    add_sheet,
    cell_at,
    choices,
    new_book,
    offer,
    put,
    write_table,
)

__all__ = ["MasterReading", "is_master", "read_master", "write_master"]

TITLE = "Data Induk"
SPARE_ROWS = 30
VERSION_ROW = 3

_HINTS: Mapping[MasterTable, tuple[str, str]] = {
    MasterTable.UNITS: ("Unit Kerja", "Satu baris satu unit; Induk dipilih dari daftar."),
    MasterTable.POSTS: (
        "Jabatan",
        "Satu baris satu jabatan, terisi atau lowong.",
    ),
    MasterTable.TENURES: (
        "Pejabat",
        "Satu baris satu masa jabatan. Baris lama tidak dihapus: isi Sampai, lalu tambahkan baris.",
    ),
    MasterTable.INDICATORS: (
        "Indikator Kinerja",
        "Satu baris satu indikator. Urutan baris menjadi urutan cetak.",
    ),
    MasterTable.TARGETS: (
        "Target",
        "Satu baris satu indikator, tahun, dan dasar hukum. Perubahan target menjadi baris baru.",
    ),
    MasterTable.OPENINGS: (
        "Saldo Awal",
        "Realisasi triwulan sebelum pengumpulan pertama, beserta sumbernya.",
    ),
}
_GUIDE = (
    "Buku kerja ini memuat seluruh data induk. Yang diubah, ditambah, atau dihapus diusulkan"
    " kepada Kasubag dan berlaku sesudah disetujui; yang tidak diubah dibiarkan.",
    "Tanggal ditulis 31-12-2026, 31/12/2026, atau 31 Desember 2026: hari dahulu, lalu bulan.",
    "Jabatan yang kosong cukup ada di lembar Jabatan, tanpa baris di lembar Pejabat.",
    "Pejabat diganti: isi Sampai pada barisnya dengan hari terakhirnya, lalu tambahkan baris"
    " pejabat yang baru. Satu orang boleh memegang dua jabatan, satu baris setiap jabatan.",
    "Status: definitif, Plt. (jabatannya kosong), atau Plh. (pejabatnya berhalangan). Plt. dan Plh."
    " memerlukan Nomor SK dan Sampai.",
    "NIP ditulis 18 angka. Sel NIP berformat Teks; bila diformat sebagai angka, Excel mengganti"
    " angka ke-16 sampai ke-18 dengan nol.",
    "Target berubah (perubahan Renstra, APBD-P): tambahkan baris dengan Berlaku Sejak dan Dasar"
    " Hukumnya. Triwulan yang berakhir sebelum tanggal itu tetap memakai target lama.",
    "Target rentang ditulis 80–90. Target triwulan boleh kosong bila indikator hanya bertarget"
    " tahunan; target tahunan wajib diisi.",
    "Saldo Awal hanya untuk triwulan 1 sampai 3 sebelum pengumpulan pertama tahun itu.",
    "Angka ditulis dengan titik sebagai pemisah ribuan dan koma sebagai pemisah desimal, misalnya"
    " 52.067,25. Rumus ditempel sebagai nilai. Sel tidak boleh digabung.",
)


def write_master(master: MasterData, *, office_name: str, version: int) -> bytes:
    """The master data as a workbook laid out from ``version``, with room for more rows."""
    book = new_book(TITLE, office_name=office_name, properties={REVISION: str(version)})
    for table in MasterTable:
        _write_sheet(book, table, master, office_name=office_name, version=version)
    add_guide(book, _GUIDE)
    return pack(book)


def _write_sheet(
    book: Workbook, table: MasterTable, master: MasterData, *, office_name: str, version: int
) -> None:
    title, hint = _HINTS[table]
    sheet = add_sheet(
        book,
        table,
        title=f"{TITLE}: {title}",
        office_name=office_name,
        period=None,
        hint=f"{hint} Lihat lembar Petunjuk.",
    )
    put(cell_at(sheet, VERSION_ROW, 1), f"Versi {version}")
    columns = at.COLUMNS[table]
    name = _indicator_name(len(master.indicators))
    eye = (name,) if INDICATOR_NAME in columns else ()
    rows: list[Sequence[Value]] = [(*_cells(entry), *eye) for entry in entries(master, table)]
    blank = (*[None] * (len(columns) - len(eye)), *eye)
    rows += [blank] * SPARE_ROWS
    write_table(sheet, columns, rows, frozen=1)
    for column, source in _lists(table, master).items():
        offer(sheet, columns.index(column) + 1, len(rows), source, what=column.heading)


def _cells(entry: Entry) -> list[Value]:
    return [_cell(value) for value in values(entry).values()]


def _cell(value: str | int | date | Decimal | Target | None) -> Value:
    if isinstance(value, date):
        return show_date(value)
    return str(value) if isinstance(value, int) else value


def _lists(table: MasterTable, master: MasterData) -> Mapping[Column, str]:
    """What may be picked, by column; rows that are still to be written in a sheet count too."""
    units = _span(MasterTable.UNITS, len(master.units))
    codes = _span(MasterTable.INDICATORS, len(master.indicators))
    lists: Mapping[MasterTable, Mapping[Column, str]] = {
        MasterTable.UNITS: {at.PARENT: units},
        MasterTable.POSTS: {at.POST_UNIT: units},
        MasterTable.TENURES: {
            POST: _span(MasterTable.POSTS, len(master.posts)),
            at.CAPACITY: choices(list(Capacity)),
        },
        MasterTable.INDICATORS: {
            statements.POLARITY: choices(list(Polarity)),
            statements.AGGREGATION: choices(list(Aggregation)),
        },
        MasterTable.TARGETS: {at.INDICATOR: codes},
        MasterTable.OPENINGS: {
            at.INDICATOR: codes,
            at.QUARTER: choices([str(quarter) for quarter in OPENING_QUARTERS]),
        },
    }
    return lists[table]


def _indicator_name(indicators: int) -> Formula:
    """The name that belongs to the code in the first column, for the eye."""
    codes = _span(MasterTable.INDICATORS, indicators)
    column = at.COLUMNS[MasterTable.INDICATORS].index(statements.NAME) + 1
    names = _span(MasterTable.INDICATORS, indicators, column=column)
    return Formula(f'IFERROR(INDEX({names[1:]},MATCH(A{{row}},{codes[1:]},0)),"")')


def _span(table: MasterTable, rows: int, *, column: int = 1) -> str:
    letter = get_column_letter(column)
    return f"={table}!${letter}${TOP + 1}:${letter}${TOP + rows + SPARE_ROWS}"
