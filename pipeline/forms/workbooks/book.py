"""A workbook as bytes: packed the same way every time, opened with care when it comes from outside.

Reading streams the sheets instead of building openpyxl's cell objects: a merged range or a row of
formats over the whole sheet would otherwise cost gigabytes.
"""

import io
import posixpath
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.utils import range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.writer.excel import ExcelWriter

from pipeline.domain.finding import Finding

MAX_BYTES = 60 << 20  # unpacked
MAX_PARTS = 2_000
MAX_TAGS = 2_000_000  # of XML in all parts; each costs some 200 bytes of memory while it is read
MAX_CELLS = 1_000_000  # looked at, blank ones between filled ones included
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # an OLE container: .xls, or an encrypted .xlsx
_CHUNK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip entry can carry
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DOCUMENT = "/officeDocument"
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384

PLACE = "buku kerja"
_BROKEN = Finding(
    PLACE,
    "berkas ini bukan buku kerja Excel (.xlsx) yang utuh",
    "buka dengan Excel atau LibreOffice, simpan sebagai .xlsx, lalu kirim lagi",
)
_OLD_OR_ENCRYPTED = Finding(
    PLACE,
    "berkas ini bersandi atau berformat Excel lama (.xls)",
    "hapus sandinya, simpan sebagai .xlsx, lalu kirim lagi",
)
_TOO_BIG = Finding(
    PLACE,
    "isi berkas ini terlalu besar untuk sebuah buku kerja",
    "hapus gambar, lembar, dan baris kosong berformat yang tidak perlu, lalu kirim lagi",
)


class Odd(StrEnum):
    """What a cell can hold besides a text or a number, in the words of a finding."""

    FORMULA = "rumus"
    ERROR = "galat"
    DATE = "tanggal"
    BOOLEAN = "nilai benar/salah"


Content = str | Decimal | date | Odd
Merge = tuple[int, int, int, int]  # first column, first row, last column, last row; from 1


@dataclass(frozen=True)
class Grid:
    """One sheet: what its filled cells hold by ``(row, column)``, from 1, and its merges."""

    title: str
    cells: Mapping[tuple[int, int], Content]
    merges: tuple[Merge, ...] = ()


@dataclass(frozen=True)
class Book:
    """A workbook from outside: its sheets and its custom document properties."""

    grids: tuple[Grid, ...]
    properties: Mapping[str, str]


class _TooBigError(Exception):
    pass


def custom_properties(workbook: Workbook) -> "CustomPropertyList[Any]":
    """The custom document properties, which openpyxl's type stubs do not know."""
    properties: CustomPropertyList[Any] = workbook.custom_doc_props  # type: ignore[attr-defined]
    return properties


def pack(workbook: Workbook) -> bytes:
    """The .xlsx of ``workbook``; the same content gives the same bytes, whenever it is made."""
    workbook.properties.created = workbook.properties.modified = datetime(*_EPOCH)
    raw = io.BytesIO()
    ExcelWriter(workbook, zipfile.ZipFile(raw, "w")).save()
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w") as target:
        for name in source.namelist():
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system = 0
            target.writestr(entry, source.read(name), zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def open_book(data: bytes) -> Book | Finding:
    """What is in ``data``, or the one finding that says why it cannot be read."""
    if data.startswith(OLD_OFFICE):
        return _OLD_OR_ENCRYPTED
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive)
            return _load(data, _merges(archive))
    except _TooBigError:
        return _TOO_BIG
    except Exception:  # a foreign file makes openpyxl fail in every way that Python knows
        return _BROKEN


def sheet_titles(data: bytes) -> tuple[str, ...]:
    """The names of the sheets, which stay unread; none where ``data`` is no workbook."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive)
            return tuple(title for title, _ in _sheets(archive))
    except Exception:  # as in `open_book`
        return ()


def _check_sizes(archive: zipfile.ZipFile) -> None:
    # zipfile never unpacks more of an entry than its header claims, so the claims are the bound.
    entries = archive.infolist()
    if len(entries) > MAX_PARTS or sum(e.file_size for e in entries) > MAX_BYTES:
        raise _TooBigError
    tags = 0
    for entry in entries:
        with archive.open(entry) as part:
            while chunk := part.read(_CHUNK):
                tags += chunk.count(b"<")
    if tags > MAX_TAGS:
        raise _TooBigError


def _load(data: bytes, merges: Mapping[str, tuple[Merge, ...]]) -> Book:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of features that it will not keep
        workbook = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        grids = []
        room = MAX_CELLS
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # the file's own claim of its extent may be wrong
            cells: dict[tuple[int, int], Content] = {}
            for row in sheet.iter_rows():
                room -= len(row)
                if room < 0:
                    raise _TooBigError
                filled = (cell for cell in row if cell.value is not None)
                cells.update({(cell.row, cell.column): _content(cell) for cell in filled})
            grids.append(Grid(sheet.title, cells, merges.get(sheet.title, ())))
        properties = {p.name: str(p.value or "") for p in custom_properties(workbook)}
        workbook.close()
    return Book(tuple(grids), properties)


def _content(cell: Cell | MergedCell) -> Content:
    """A cell's value; a percentage as the number that is seen, 0.85 shown as 85 % as 85."""
    value = cell.value
    if cell.data_type == "f":
        return Odd.FORMULA
    if isinstance(value, bool):
        return Odd.BOOLEAN
    if isinstance(value, str) and cell.data_type != "e":
        return unescape(value).replace("\r\n", "\n").replace("\r", "\n")
    if isinstance(value, date | time | timedelta):
        return value.date() if isinstance(value, datetime) else Odd.DATE
    number = Decimal(str(value)) if isinstance(value, int | float) else None
    if number is None or not number.is_finite():
        return Odd.ERROR
    return number * 100 if "%" in cell.number_format else number


def _merges(archive: zipfile.ZipFile) -> dict[str, tuple[Merge, ...]]:
    """The merged ranges of each sheet, which openpyxl's streaming reader leaves out."""
    found = {}
    for title, part in _sheets(archive):
        with archive.open(part) as source:
            found[title] = tuple(_merges_in(source))
    return found


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The name and the part of each sheet."""
    book = next(t for kind, t in _relations(archive, "").values() if kind.endswith(_DOCUMENT))
    targets = _relations(archive, book)
    for sheet in etree.fromstring(archive.read(book), _safe_parser()).iter(f"{_MAIN}sheet"):
        yield sheet.get("name", ""), targets[sheet.get(_RELATION_ID, "")][1]


def _relations(archive: zipfile.ZipFile, part: str) -> dict[str, tuple[str, str]]:
    """What ``part`` points to, as type and part name by id (ECMA-376 part 2, relationships)."""
    folder, name = posixpath.split(part)
    xml = archive.read(posixpath.join(folder, "_rels", f"{name}.rels"))
    return {
        r.get("Id", ""): (
            r.get("Type", ""),
            posixpath.normpath(posixpath.join("/", folder, r.get("Target", ""))).lstrip("/"),
        )
        for r in etree.fromstring(xml, _safe_parser())
    }


def _merges_in(source: IO[bytes]) -> Iterator[Merge]:
    wanted = (f"{_MAIN}mergeCell", f"{_MAIN}row")
    for _, element in etree.iterparse(source, tag=wanted, resolve_entities=False, no_network=True):
        if ref := element.get("ref"):
            left, top, right, bottom = range_boundaries(ref)
            yield left or 1, top or 1, right or _LAST_COLUMN, bottom or _LAST_ROW
        element.clear()
        while element.getprevious() is not None:  # or a million emptied rows stay in memory
            del element.getparent()[0]


def _safe_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
