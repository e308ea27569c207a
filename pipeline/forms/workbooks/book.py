"""A workbook as bytes: packed the same way every time, opened with care when it comes from outside.

Reading streams the sheets instead of building openpyxl's cell objects: a merged range or a row of
formats over the whole sheet would otherwise cost gigabytes.
"""

import io
import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import IO, Any

from lxml import etree
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.packaging.custom import CustomPropertyList
from openpyxl.utils import range_boundaries
from openpyxl.utils.escape import unescape
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter

from pipeline.domain.finding import Finding
from pipeline.foreign.markup import is_markup, parse
from pipeline.foreign.package import CONTENT_TYPES, Limits, PackageError, Reason, parts_of
from pipeline.foreign.relations import is_relations
from pipeline.forms.workbooks.carried import (
    carried_finding,
    carried_parts,
    fetches,
    leads_to,
)

LIMITS = Limits(packed=32 << 20, unpacked=60 << 20, parts=2_000, tags=2_000_000)
"""Each tag costs some 200 bytes of memory while it is read."""
MAX_TAGS_AROUND = 200_000  # in styles, names and whatever else openpyxl makes objects of at once
MAX_CELLS = 1_000_000  # looked at, blank ones between filled ones included
MAX_ROWS_WRITTEN = 200_000  # of one sheet, blank ones with a format included
MAX_ROWS = 50_000  # that hold anything; two thousand officials with ten indicators have 20 000
LONGEST_WRITTEN = 250_000  # a cell holds 32 767 characters, each spelt out with seven at most
MAX_CHARACTERS = 20_000_000  # in all cells: one shared text may be shown in every one of them
OLD_OFFICE = b"\xd0\xcf\x11\xe0"  # an OLE container: .xls, or an encrypted .xlsx
_TABLES = ("xl/worksheets/", "xl/sharedStrings")  # read as a stream, row by row
_LITERAL = re.compile(r'"[^"]*"|\\.|[_*].')  # of a number format: shown as it stands there
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip entry can carry
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_DOCUMENT = "/officeDocument"
_AS_VALUE = "tempel sebagai nilai (Paste Special, Values)"
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


class _CarriedError(Exception):
    def __init__(self, what: str, mend: str) -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


@dataclass
class _Room:
    """What may still be read of a workbook."""

    cells: int = field(default_factory=lambda: MAX_CELLS)
    characters: int = field(default_factory=lambda: MAX_CHARACTERS)
    rows: int = MAX_ROWS

    def take(self, cells: int, filled: Sequence[Cell | MergedCell]) -> None:
        """Count a row of ``cells``, or raise `_TooBigError`."""
        self.cells -= cells
        lengths = [len(c.value) for c in filled if isinstance(c.value, str)]
        self.characters -= sum(lengths)
        self.rows -= bool(filled)
        most = max(lengths, default=0)
        if most > LONGEST_WRITTEN or min(self.cells, self.characters, self.rows) < 0:
            raise _TooBigError


def custom_properties(workbook: Workbook) -> "CustomPropertyList[Any]":
    """The custom document properties, which openpyxl's type stubs do not know."""
    properties: CustomPropertyList[Any] = workbook.custom_doc_props  # type: ignore[attr-defined]
    return properties


class _InMemory(ExcelWriter):
    """Writes sheets without openpyxl's temporary files: a full disk cuts those short unnoticed."""

    _archive: zipfile.ZipFile

    def write_worksheet(self, ws: Any) -> None:
        """Write one sheet, and leave its relations to be written."""
        ws._drawing = SpreadsheetDrawing()
        ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
        writer: Any = WorksheetWriter(ws, out=io.BytesIO())
        writer.write()
        ws._rels = writer._rels
        self._archive.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)


def pack(workbook: Workbook) -> bytes:
    """The .xlsx of ``workbook``; the same content gives the same bytes, whenever it is made."""
    workbook.properties.created = workbook.properties.modified = datetime(*_EPOCH)
    raw = io.BytesIO()
    _InMemory(workbook, zipfile.ZipFile(raw, "w")).save()
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
        _check(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _load(data, _merges(archive))
    except _TooBigError:
        return _TOO_BIG
    except _CarriedError as carried:
        return carried_finding(PLACE, carried.what, carried.mend)
    except Exception:  # a foreign file makes openpyxl fail in every way that Python knows
        return _BROKEN


def sheet_titles(data: bytes) -> tuple[str, ...]:
    """The names of the sheets, which stay unread; none where ``data`` is no workbook."""
    try:
        _check(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return tuple(title for title, _ in _sheets(archive))
    except Exception:  # as in `open_book`
        return ()


def _check(data: bytes) -> None:
    """Look at every part before openpyxl, whose parsers have no limits, reads any of them."""
    around, names, types = 0, [], b""
    try:
        for name, part in parts_of(data, LIMITS):
            names.append(name)
            types = part if name == CONTENT_TYPES else types
            if is_markup(name, part) and not name.startswith(_TABLES):
                around += part.count(b"<")
            if part.count(b"<row") > MAX_ROWS_WRITTEN:
                raise _TooBigError
            if is_relations(name) and (target := leads_to(part)):
                raise _CarriedError(f"tautan ke {target[:80]}", "hapus tautannya")
    except PackageError as fault:
        raise (_TooBigError if fault.reason is Reason.TOO_BIG else ValueError) from fault
    if around > MAX_TAGS_AROUND:
        raise _TooBigError
    for what, mend in carried_parts(names, types):
        raise _CarriedError(what, mend)


def _load(data: bytes, merges: Mapping[str, tuple[Merge, ...]]) -> Book:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of features that it will not keep
        workbook = load_workbook(io.BytesIO(data), read_only=True, keep_links=False)
        grids = []
        room = _Room()
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()  # the file's own claim of its extent may be wrong
            cells: dict[tuple[int, int], Content] = {}
            for number, row in enumerate(sheet.iter_rows(), start=1):
                if number > _LAST_ROW:  # a row may claim any number, and blank ones come before it
                    raise _TooBigError
                if not row:
                    continue
                filled = [cell for cell in row if cell.value is not None]
                room.take(len(row), filled)
                if any(cell.data_type == "f" and fetches(cell.value) for cell in filled):
                    raise _CarriedError("rumus yang memanggil program atau alamat lain", _AS_VALUE)
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
    return number * 100 if "%" in _LITERAL.sub("", cell.number_format) else number


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
    for sheet in parse(archive.read(book)).iter(f"{_MAIN}sheet"):
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
        for r in parse(xml)
    }


def _merges_in(source: IO[bytes]) -> Iterator[Merge]:
    wanted = (f"{_MAIN}mergeCell", f"{_MAIN}row")
    for _, element in etree.iterparse(
        source, tag=wanted, resolve_entities=False, no_network=True, huge_tree=False
    ):
        if ref := element.get("ref"):
            left, top, right, bottom = range_boundaries(ref)
            yield left or 1, top or 1, right or _LAST_COLUMN, bottom or _LAST_ROW
        element.clear()
        while element.getprevious() is not None:  # or a million emptied rows stay in memory
            del element.getparent()[0]
