"""A table found in a workbook from outside by its headings, and its rows read with every finding.

Columns may stand in any order and in any place; a sheet may carry more than the table.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from pipeline.domain.finding import Finding, Severity, errors
from pipeline.domain.indicator import Target
from pipeline.domain.numbers import ReadNumber, format_number
from pipeline.domain.period import ROMAN, Period
from pipeline.forms.properties import PERIOD
from pipeline.forms.workbooks.book import Book, Content, Grid
from pipeline.forms.workbooks.sheet import Column
from pipeline.forms.workbooks.values import (
    Fault,
    date_of,
    number_of,
    plain_digits,
    range_of,
    text_of,
)

HEADING_ROWS = 40  # how far down the headings are looked for
_COUNTERS = {"no", "nomor"}  # a running number is nobody's column
Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True)
class Table:
    """A found table: where its columns are, and its filled rows."""

    grid: Grid
    heading_row: int
    columns: Mapping[Column, int]
    prefix: str = ""

    def rows(self) -> Iterator["RowReader"]:
        """The rows that hold something in a column that is read."""
        for number in sorted({row for row, _ in self.grid.cells if row > self.heading_row}):
            contents = {
                column: content
                for column, place in self.columns.items()
                if (content := self.grid.cells.get((number, place))) is not None
                and (not isinstance(content, str) or content.strip())
            }
            if any(column.read for column in contents):
                yield RowReader(f"{self.prefix}baris {number}", contents)


@dataclass
class RowReader:
    """One row: each method takes a cell for what it should be and keeps what is wrong with it."""

    place: str
    contents: Mapping[Column, Content]
    findings: list[Finding] = field(default_factory=list)
    _numbers: list[tuple[Column, ReadNumber]] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether no error was found in the row so far."""
        return not errors(self.findings)

    def note(
        self, column: Column, message: str, mend: str, severity: Severity = Severity.ERROR
    ) -> None:
        """Keep a finding at ``column``."""
        place = f"{self.place}, kolom {column.heading}"
        self.findings.append(Finding(place, message, mend, severity))

    def text(self, column: Column, *, needed: bool = True) -> str:
        """The cell as text; a finding where it is ``needed`` and empty."""
        read = text_of(self.contents.get(column))
        if isinstance(read, Fault):
            self.note(column, read.message, read.mend)
            return ""
        if needed and not read:
            self.note(column, "belum diisi", f"isi {column.heading}")
        return read

    def line(self, column: Column, *, needed: bool = True) -> str:
        """The cell as text of one line, blanks folded."""
        return " ".join(self.text(column, needed=needed).split())

    def choice(
        self, column: Column, options: type[Choice], *, needed: bool = True
    ) -> Choice | None:
        """The cell as one of ``options``; a finding where it is ``needed`` and empty."""
        written = self.line(column, needed=needed)
        chosen = next((o for o in options if _folded(o.value) == _folded(written)), None)
        if chosen is None and written:
            names = ", ".join(option.value for option in options)
            self.note(column, f"“{written[:60]}” tidak dikenal", f"pilih salah satu: {names}")
        return chosen

    def day(self, column: Column, *, needed: bool = True) -> date | None:
        """The cell as a day; a finding where it is ``needed`` and empty."""
        read = date_of(self.contents.get(column))
        if isinstance(read, Fault):
            self.note(column, read.message, read.mend)
            return None
        if needed and read is None:
            self.note(column, "belum diisi", f"isi {column.heading}, misalnya 31-12-2026")
        return read

    def number(self, column: Column) -> Decimal | None:
        """The cell as a number; ``None`` where it is empty."""
        read = number_of(self.contents.get(column))
        if isinstance(read, Fault):
            self.note(column, read.message, read.mend)
        if not isinstance(read, ReadNumber):
            return None
        self._numbers.append((column, read))
        return read.value

    def target(self, column: Column, *, needed: bool = False) -> Target | None:
        """The cell as a target, single or a range; a finding where it is ``needed`` and empty."""
        band = range_of(self.contents.get(column))
        if isinstance(band, Fault):
            self.note(column, band.message, band.mend)
            return None
        if band is not None:
            return band
        before = len(self.findings)
        value = self.number(column)
        if value is None and needed and len(self.findings) == before:
            self.note(column, "belum diisi", f"isi {column.heading}")
        return None if value is None else Target(value)

    def doubt(self, peers: Sequence[Decimal] = ()) -> None:
        """Warn of each number whose other reading fits its row, or ``peers``, better."""
        sure = [*peers, *(read.value for _, read in self._numbers if read.other is None)]
        goal = next((value for value in sure if value), None)
        for column, read in self._numbers:
            if goal is None or read.other is None:
                continue
            if abs(read.other - goal) < abs(read.value - goal):
                value, other = format_number(read.value), format_number(read.other)
                plain = plain_digits(read.other).replace(".", ",")
                self.note(
                    column,
                    f"dibaca {value}, padahal {other} lebih dekat ke {format_number(goal)}",
                    f"bila maksudnya {other}, tulis {plain} tanpa pemisah ribuan, lalu kirim lagi",
                    Severity.WARNING,
                )


def find_table(
    book: Book,
    name: str,
    columns: Sequence[Column],
    *,
    named: bool = False,
    may_be_empty: bool = False,
) -> tuple[Table | None, list[Finding]]:
    """The table with ``columns``, in the sheet called ``name`` or else where the headings are.

    The table is ``None`` where it cannot be read at all; other findings come beside it. With
    ``named``, places carry the name of the sheet; without a row it is at fault unless it
    ``may_be_empty``.
    """
    place = f"lembar {name}"
    grid, row = _best_sheet(book, name, columns)
    if grid is None:
        headings = ", ".join(c.heading for c in columns if c.needed)
        mend = f"pakai buku kerja yang disediakan; judul kolomnya: {headings}"
        return None, [Finding(place, "judul kolom tabel tidak ditemukan", mend)]
    places, findings = _place_columns(grid, row, columns)
    prefix = f"{place}, " if named else ""
    findings = [Finding(f"{prefix}{f.place}", f.message, f.mend, f.severity) for f in findings]
    table = Table(grid, row, places, prefix)
    findings += _merge_findings(table)
    if errors(findings):
        return (table if all(c in places for c in columns if c.needed) else None), findings
    if not may_be_empty and next(table.rows(), None) is None:
        mend = "isi paling sedikit satu baris di bawah judul kolom"
        findings.append(Finding(place, "tabel belum berisi satu baris pun", mend))
    return table, findings


def read_period(book: Book, table: Table) -> tuple[Period | None, list[Finding]]:
    """The period: what stands above the table, else the document property; ``None`` if neither.

    What people see wins over a property that they do not, and the difference is a warning.
    """
    hidden = Period.parse(book.properties.get(PERIOD, ""))
    written = _written_period(table)
    if not written:
        return hidden, []
    seen = Period.parse(written)
    place = f"lembar {table.grid.title}, Periode"
    if seen is None:
        mend = "tulis misalnya Periode: 2026-TW3"
        return hidden, [Finding(place, f"“{written[:60]}” bukan periode", mend)]
    if hidden is not None and hidden != seen:
        message = f"tertulis {seen}, sedangkan berkas ini semula dibuat untuk {hidden}"
        mend = f"tidak perlu tindakan bila memang {seen} yang dimaksud"
        return seen, [Finding(place, message, mend, Severity.WARNING)]
    return seen, []


def heading_key(text: str) -> str:
    """A heading as it is compared: ``Target Triwulan 3`` and ``TARGET TW III`` are one."""
    folded = unicodedata.normalize("NFKC", text).casefold().replace("triwulan", "tw")
    words = re.findall(r"[^\W_]+", folded)
    return " ".join(ROMAN[int(w) - 1].casefold() if w in {"1", "2", "3", "4"} else w for w in words)


def _folded(word: str) -> str:
    return re.sub(r"[\s.]+", "", word.casefold().replace("–", "-").replace("—", "-"))


def _written_period(table: Table) -> str:
    above: dict[int, list[str]] = {}
    for (row, _), content in sorted(table.grid.cells.items()):
        if row < table.heading_row and isinstance(content, str):
            above.setdefault(row, []).append(content)
    lines = (" ".join(texts).strip() for texts in above.values())
    line = next((text for text in lines if text.casefold().startswith("periode")), "")
    return line[len("periode") :].strip(" :")


def _best_sheet(book: Book, name: str, columns: Sequence[Column]) -> tuple[Grid | None, int]:
    """The sheet and the row with the most of the headings; the sheet called ``name`` first."""
    keys = {heading_key(c.heading) for c in columns}

    def score(grid: Grid) -> tuple[int, int]:
        hits: dict[int, set[str]] = {}
        for (row, _), content in grid.cells.items():
            if row <= HEADING_ROWS and isinstance(content, str):
                hits.setdefault(row, set()).add(heading_key(content))
        return max(((len(found & keys), -row) for row, found in hits.items()), default=(0, 0))

    scored = [(heading_key(g.title) == heading_key(name), score(g), g) for g in book.grids]
    usable = [(called, hits, g) for called, hits, g in scored if hits[0] >= min(2, len(keys))]
    if not usable:
        return None, 0
    _, (_, row), grid = max(usable, key=lambda found: found[:2])
    return grid, -row


def _place_columns(
    grid: Grid, row: int, columns: Sequence[Column]
) -> tuple[dict[Column, int], list[Finding]]:
    known = {heading_key(c.heading): c for c in columns}
    places: dict[Column, int] = {}
    findings = []
    for (at, place), content in sorted(grid.cells.items()):
        if at != row or not isinstance(content, str) or not content.strip():
            continue
        column, shown = known.get(heading_key(content)), " ".join(content.split())[:60]
        where = f"baris {row}, kolom {shown}"
        if column is None and heading_key(content) not in _COUNTERS:
            message, mend = "kolom tidak dikenal, isinya tidak dipakai", "periksa ejaan judulnya"
            findings.append(Finding(where, message, mend, Severity.WARNING))
        elif column in places:
            findings.append(Finding(where, "judul kolom ini ada dua", "hapus salah satunya"))
        elif column is not None:
            places[column] = place
    findings += [
        Finding(f"baris {row}", f"kolom {c.heading} tidak ada", "tambahkan kolom itu")
        for c in columns
        if c.needed and c not in places
    ]
    return places, findings


def _merge_findings(table: Table) -> list[Finding]:
    last = max((row for row, _ in table.grid.cells), default=0)
    inside = {place for column, place in table.columns.items() if column.read}
    return [
        Finding(
            f"{table.prefix}baris {max(top, table.heading_row + 1)}",
            "ada sel yang digabung (merge) di dalam tabel",
            "pisahkan selnya (Unmerge Cells), lalu isi setiap baris",
        )
        for left, top, right, bottom in table.grid.merges
        if bottom > table.heading_row
        and top <= last
        and any(left <= place <= right for place in inside)
    ]
