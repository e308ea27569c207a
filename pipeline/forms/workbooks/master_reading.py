"""The Data Induk read: each cell by itself, then all rows together, every finding at once."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipeline.domain.finding import Finding, errors
from pipeline.domain.indicator import Aggregation, Polarity
from pipeline.domain.master import (
    Capacity,
    Definition,
    MasterData,
    Opening,
    Post,
    TargetSet,
    Tenure,
    Unit,
)
from pipeline.domain.master_checks import problems
from pipeline.domain.master_tables import EntryT, MasterTable
from pipeline.domain.naming import name_key
from pipeline.domain.period import ROMAN
from pipeline.forms.properties import REVISION
from pipeline.forms.workbooks import master_columns as at
from pipeline.forms.workbooks import statements
from pipeline.forms.workbooks.book import PLACE, Book, open_book, sheet_titles
from pipeline.forms.workbooks.roster_reading import (
    ASSIGNMENTS,
    NAME,
    POST,
    read_grade,
    read_nip,
)
from pipeline.forms.workbooks.table import RowReader, Table, find_table, heading_key

_OWN_SHEETS = {
    heading_key(table)
    for table in (
        *(MasterTable.UNITS, MasterTable.POSTS),
        *(MasterTable.TARGETS, MasterTable.OPENINGS),
    )
}
_OTHERS_SHEETS = {heading_key(name) for name in (ASSIGNMENTS, statements.SHEET)}
_YEAR = re.compile(r"(?:19|20)\d\d")
_QUARTERS = {word: n for n, roman in enumerate(ROMAN, start=1) for word in (str(n), roman)}
_LEAST = 3  # sheets, of six, by which a workbook is known even where they have other names
Spelling = Mapping[str, str]
"""Names as they are spelled where they come from, by their key."""
Peers = Mapping[tuple[str, int], Sequence[Decimal]]


@dataclass(frozen=True)
class MasterReading:
    """A workbook read: ``master`` is ``None`` where a finding is an error.

    ``version`` is the one that it was laid out from, ``None`` where the workbook no longer says;
    ``places`` says in which row each entry of ``master`` stands.
    """

    master: MasterData | None
    version: int | None
    findings: list[Finding]
    places: dict[MasterTable, list[str]] = field(default_factory=dict)

    def place(self, table: MasterTable, index: int) -> str:
        """Where an entry stands."""
        return self.places[table][index]


@dataclass
class _Sheets:
    """The sheets as far as they were found; what is read of them, row by row."""

    tables: Mapping[MasterTable, Table | None]
    findings: list[Finding]
    places: dict[MasterTable, list[str]] = field(default_factory=dict)

    def collect(
        self, table: MasterTable, read: Callable[[RowReader], EntryT | None]
    ) -> list[EntryT]:
        """The entries of one sheet; a row that gives none has said why."""
        found, places = list[EntryT](), self.places.setdefault(table, [])
        source = self.tables[table]
        for row in source.rows() if source is not None else ():
            entry = read(row)
            self.findings += row.findings
            if entry is not None:
                found.append(entry)
                places.append(row.place)
        return found

    def place(self, table: MasterTable, index: int) -> str:
        """Where an entry stands."""
        return self.places[table][index]


def is_master(data: bytes) -> bool:
    """Whether ``data`` is meant as Data Induk: a workbook with its sheets, whatever is in them."""
    return _meant(sheet_titles(data))


def read_master(data: bytes) -> MasterReading:
    """The master data in ``data``, with every finding."""
    book = open_book(data)
    if isinstance(book, Finding):
        return MasterReading(None, None, [book])
    revision = book.properties.get(REVISION, "")
    version = int(revision) if re.fullmatch(r"[0-9]{1,9}", revision) else None
    sheets = _find_sheets(book)
    titles = [grid.title for grid in book.grids]
    if sum(t is not None for t in sheets.tables.values()) < _LEAST and not _meant(titles):
        return MasterReading(None, None, [_other_book(titles)])
    master = _read(sheets)
    if None not in sheets.tables.values():  # or all that refers to the missing sheet is at fault
        sheets.findings += problems(master, sheets.place)
    whole = None if errors(sheets.findings) else master
    return MasterReading(whole, version, sheets.findings, sheets.places)


def _meant(titles: Sequence[str]) -> bool:
    keys = {heading_key(title) for title in titles}
    return len(keys & _OWN_SHEETS) >= _LEAST - 1 and not keys & _OTHERS_SHEETS


def _other_book(titles: Sequence[str]) -> Finding:
    return Finding(
        PLACE,
        f"berkas ini bukan Data Induk; lembarnya: {', '.join(titles)[:200]}",
        "pakai buku kerja Data Induk yang disediakan; Daftar Pejabat dan Daftar Pernyataan dikirim"
        " di langkahnya sendiri",
    )


def _find_sheets(book: Book) -> _Sheets:
    """Each table in its own sheet, or in one of another name; never in the sheet of another."""
    found: dict[MasterTable, Table | None] = {}
    findings: list[Finding] = []
    for name in MasterTable:
        others = {heading_key(table) for table in MasterTable} - {heading_key(name)}
        grids = tuple(grid for grid in book.grids if heading_key(grid.title) not in others)
        table, more = find_table(
            replace(book, grids=grids), name, at.COLUMNS[name], named=True, may_be_empty=True
        )
        found[name] = table
        findings += more
    return _Sheets(found, findings)


def _read(sheets: _Sheets) -> MasterData:
    """All that can be read; names and codes spelled as in the sheet that they come from."""
    units = sheets.collect(MasterTable.UNITS, _unit)
    known_units = _spelling(unit.name for unit in units)
    posts = sheets.collect(MasterTable.POSTS, lambda row: _post(row, known_units))
    known_posts = _spelling(post.name for post in posts)
    tenures = sheets.collect(MasterTable.TENURES, lambda row: _tenure(row, known_posts))
    indicators = sheets.collect(MasterTable.INDICATORS, _definition)
    codes = _spelling(known.code for known in indicators)
    targets = sheets.collect(MasterTable.TARGETS, lambda row: _target_set(row, codes))
    peers = _quarter_targets(targets)
    openings = sheets.collect(MasterTable.OPENINGS, lambda row: _opening(row, codes, peers))
    return MasterData(
        tuple(replace(unit, parent=_spelled(unit.parent, known_units)) for unit in units),
        tuple(posts),
        tuple(tenures),
        tuple(indicators),
        tuple(targets),
        tuple(openings),
    )


def _spelling(names: Iterable[str]) -> Spelling:
    return {name_key(name): name for name in names}


def _spelled(written: str, spelling: Spelling) -> str:
    return spelling.get(name_key(written), written)


def _unit(row: RowReader) -> Unit | None:
    name, parent = row.line(at.UNIT), row.line(at.PARENT, needed=False)
    return Unit(name, parent) if name else None


def _post(row: RowReader, units: Spelling) -> Post | None:
    name, unit = row.line(POST), row.line(at.POST_UNIT, needed=False)
    return Post(name, _spelled(unit, units)) if name else None


def _tenure(row: RowReader, posts: Spelling) -> Tenure | None:
    post, name = row.line(POST), row.line(NAME)
    nip, grade = read_nip(row), read_grade(row)
    capacity = row.choice(at.CAPACITY, Capacity)
    start, end = row.day(at.ACTIVE_FROM), row.day(at.ACTIVE_TO, needed=False)
    decree = row.line(at.DECREE, needed=False)
    if capacity is None or start is None or not row.sound:
        return None
    return Tenure(_spelled(post, posts), name, nip, grade, start, end, capacity, decree)


def _definition(row: RowReader) -> Definition | None:
    """The indicator; known by its code even where the row is at fault, for what refers to it."""
    code, objective = statements.read_code(row), row.line(statements.OBJECTIVE)
    name, definition = row.line(statements.NAME), row.text(statements.DEFINITION, needed=False)
    unit = row.line(statements.UNIT)
    polarity = row.choice(statements.POLARITY, Polarity) or Polarity.POSITIVE
    aggregation = row.choice(statements.AGGREGATION, Aggregation) or Aggregation.SUM
    source = row.line(statements.SOURCE, needed=False)
    known = Definition(*(code, objective, name, definition, unit, polarity, aggregation, source))
    return known if code else None


def _target_set(row: RowReader, codes: Spelling) -> TargetSet | None:
    code, year = row.line(at.INDICATOR), _year(row)
    effective, basis = row.day(at.EFFECTIVE), row.line(at.BASIS, needed=False)
    annual = row.target(at.ANNUAL, needed=True)
    one, two, three, four = (row.target(column) for column in at.QUARTERS)
    row.doubt()
    if year is None or effective is None or annual is None or not row.sound:
        return None
    quarters = (one, two, three, four)
    return TargetSet(_spelled(code, codes), year, effective, basis, annual, quarters)


def _opening(row: RowReader, codes: Spelling, peers: Peers) -> Opening | None:
    code, year, quarter = _spelled(row.line(at.INDICATOR), codes), _year(row), _quarter(row)
    source = row.line(at.OPENING_SOURCE)
    before = len(row.findings)
    actual = row.number(at.ACTUAL)
    if actual is None and len(row.findings) == before:
        row.note(at.ACTUAL, "belum diisi", "isi realisasinya, atau hapus barisnya")
    if year is None or quarter is None or actual is None or not row.sound:
        return None
    row.doubt(peers.get((code, year), ()))
    return Opening(code, year, quarter, actual, source)


def _year(row: RowReader) -> int | None:
    written = row.line(at.YEAR)
    if _YEAR.fullmatch(written):
        return int(written)
    if written:
        row.note(at.YEAR, f"“{written[:40]}” bukan tahun", "tulis empat angka, misalnya 2026")
    return None


def _quarter(row: RowReader) -> int | None:
    written = row.line(at.QUARTER)
    word = re.sub(r"^(TRIWULAN|TW)\s*", "", written.upper())
    if written and word not in _QUARTERS:
        row.note(at.QUARTER, f"“{written[:40]}” bukan triwulan", "tulis 1, 2, atau 3")
    return _QUARTERS.get(word)


def _quarter_targets(targets: Sequence[TargetSet]) -> Peers:
    """By indicator and year, the figures that an actual of a quarter is of the size of."""
    found: dict[tuple[str, int], list[Decimal]] = {}
    for one in targets:
        known = found.setdefault((one.indicator, one.year), [])
        known += [target.value for target in one.quarters if target is not None]
    return found
