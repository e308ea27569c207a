import io
import resource
import time
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from openpyxl import Workbook

from pipeline.domain.finding import Finding
from pipeline.forms.workbooks import book as book_module
from pipeline.forms.workbooks.book import Book, Odd, open_book, sheet_titles
from pipeline.forms.workbooks.statements import read_statements, write_statements

from .samples import OFFICE, STATEMENTS, edited, saved

GOOD = write_statements(STATEMENTS, office_name=OFFICE)


def _with_part(name: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(out, "w", 8) as target:
        for entry in source.namelist():
            target.writestr(entry, content if entry == name else source.read(entry))
    return out.getvalue()


def _opened(data: bytes) -> Book:
    book = open_book(data)
    assert isinstance(book, Book)
    return book


def test_bytes_do_not_depend_on_the_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "localtime", lambda *_: time.gmtime(10**9))
    assert write_statements(STATEMENTS, office_name=OFFICE) == GOOD
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        assert {e.date_time for e in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"1980-01-01T00:00:00Z" in archive.read("docProps/core.xml")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "bukan buku kerja"),
        (b"Kode;Sasaran\n", "bukan buku kerja"),
        (GOOD[:-200], "bukan buku kerja"),
        (GOOD[:3000] + b"\x00" * 300 + GOOD[3300:], "bukan buku kerja"),
        (b"\xd0\xcf\x11\xe0" + b"\x00" * 600, "bersandi atau berformat Excel lama"),
        (_with_part("xl/worksheets/sheet1.xml", b"<worksheet"), "bukan buku kerja"),
        (_with_part("xl/workbook.xml", b"<workbook/>"), "judul kolom tabel tidak ditemukan"),
        (_with_part("[Content_Types].xml", b"<Types/>"), "bukan buku kerja"),
    ],
)
def test_what_is_no_workbook_gives_one_finding(data: bytes, message: str) -> None:
    statements, findings = read_statements(data)
    assert statements is None
    [finding] = findings
    assert message in finding.message
    assert finding.mend


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    started = time.process_time()
    found = open_book(_bomb())
    assert isinstance(found, Finding)
    assert "terlalu besar" in found.message
    assert time.process_time() - started < 2


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("a", "w") as part:
        for _ in range(61):
            part.write(bytes(1 << 20))
    return out.getvalue()


def test_the_names_of_sheets_come_without_what_is_in_them() -> None:
    assert sheet_titles(GOOD) == ("Daftar Pernyataan", "Petunjuk")
    assert sheet_titles(_with_part("xl/worksheets/sheet1.xml", b"<worksheet")) == (
        "Daftar Pernyataan",
        "Petunjuk",
    )


@pytest.mark.parametrize("data", [b"", b"PK", GOOD[:-200], b"\xd0\xcf\x11\xe0"])
def test_what_is_no_workbook_has_no_sheets(data: bytes) -> None:
    assert sheet_titles(data) == ()
    assert sheet_titles(_bomb()) == ()


def test_entities_are_not_expanded() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    part = (
        f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&l9;</t></is></c></row></sheetData></worksheet>'
    )
    started = time.process_time()
    open_book(_with_part("xl/worksheets/sheet1.xml", part.encode()))
    assert time.process_time() - started < 3


def test_a_merge_of_the_whole_sheet_costs_nothing() -> None:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    merge = b'</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    started = time.process_time()
    book = _opened(_with_part("xl/worksheets/sheet1.xml", sheet.replace(b"</sheetData>", merge, 1)))
    assert book.grids[0].merges == ((1, 1, 16384, 1048576),)
    assert time.process_time() - started < 3


def test_a_stray_cell_in_the_last_row_is_found() -> None:
    data = edited(GOOD, lambda sheet: sheet.cell(1_048_576, 1, "sisa"))
    assert _opened(data).grids[0].cells[1_048_576, 1] == "sisa"


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(book_module, "MAX_CELLS", 100)
    found = open_book(GOOD)
    assert isinstance(found, Finding)
    assert "terlalu besar" in found.message


@pytest.mark.parametrize("form", ['0.00"%"', "0\\%", '0.0" %"', "0_%"])
def test_a_percent_sign_that_is_only_written_scales_nothing(form: str) -> None:
    workbook = Workbook()
    cell = workbook.worksheets[0].cell(1, 1, 85)
    cell.number_format = form
    assert _opened(saved(workbook)).grids[0].cells[1, 1] == Decimal(85)


def test_cells_are_read_for_what_people_see() -> None:
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    for row, (value, form) in enumerate(
        [
            (0.855, "0.0%"),
            (68174, "General"),
            (87.35, "0.00"),
            ("=1+1", "General"),
            (True, "General"),
            ("#N/A", "General"),
            (45123, "dd/mm/yyyy"),
            ("a_x000D_\nb", "General"),
        ],
        start=1,
    ):
        cell = sheet.cell(row, 1, value)
        cell.number_format = form
    cells = _opened(saved(workbook)).grids[0].cells
    assert [cells[row, 1] for row in range(1, 9)] == [
        Decimal("85.5"),
        Decimal(68174),
        Decimal("87.35"),
        Odd.FORMULA,
        Odd.BOOLEAN,
        Odd.ERROR,
        date(2023, 7, 16),
        "a\nb",
    ]


def test_a_full_disk_cuts_no_sheet_short() -> None:
    """No file can be written here for a moment, and none is needed."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        written = write_statements(STATEMENTS, office_name=OFFICE)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert written == GOOD
