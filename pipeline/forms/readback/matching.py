"""Rows of a returned form found again by what the issued one printed in them, wherever they stand.

1. Columns are found by the headings, in whatever order they are now; else by their place.
2. A row in which all that was printed still stands is the issued one; two such rows are copies.
   Where several issued ones print the same, its controls tell which of them it is.
3. One in which something was altered is still known by its code and half of what was printed.
4. What looks like a row but names no code, or another one, is unclear, and nothing is taken of it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pipeline.forms.readback.issued import Blank, Issued, Line, names
from pipeline.forms.readback.plain import squeezed
from pipeline.forms.readback.said import Cell, Odd, Row, Story

ENOUGH = 0.5
"""How much of what was printed a row must still say to be looked at."""


@dataclass(frozen=True)
class Match:
    """An issued line and the returned row taken for it; ``altered`` by column: before, after."""

    line: Line
    row: Row
    cells: dict[int, Cell]
    altered: dict[int, tuple[str, str]] = field(default_factory=dict)


@dataclass
class Matching:
    """Which rows were found again, which lines were not, and which rows may be one of them."""

    matches: list[Match] = field(default_factory=list)
    unclear: list[tuple[Line, Row]] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    reordered: bool = False

    @property
    def found(self) -> set[int]:
        """The identities of the lines that were found."""
        return {id(match.line) for match in self.matches}


def match_rows(issued: Issued, story: Story) -> Matching:
    """Which row of ``story`` is which line of the issued form."""
    tables = {row.table for row in story.rows}
    # (1)
    columns = {
        (head, table): _columns(issued.heads[head], [r for r in story.rows if r.table == table])
        for head in issued.heads
        for table in tables
    }
    # (2)
    matching = Matching()
    taken: set[int] = set()
    for row, fitting in _fitting(issued.lines, story.rows, columns):
        matches = fitting if len(fitting) == 1 else _by_controls(issued, row, fitting)
        if len(matches) == 1:
            matching.matches += matches
            taken.add(id(row))
        elif matches:
            matching.unclear += [(match.line, row) for match in matches]
            taken.add(id(row))
    # (3) and (4)
    rest = [row for row in story.rows if id(row) not in taken]
    found = matching.found
    for row in rest:
        _known_by_code(issued.lines, row, columns, matching, found)
    known = {id(m.row) for m in matching.matches} | {id(row) for _, row in matching.unclear}
    matching.left = [row for row in story.rows if id(row) not in known]
    matching.unclear += _again(matching)
    place = {id(line): at for at, line in enumerate(issued.lines)}
    at = {id(row): n for n, row in enumerate(story.rows)}
    order = [place[id(m.line)] for m in sorted(matching.matches, key=lambda m: at[id(m.row)])]
    matching.reordered = order != sorted(order)
    return matching


@dataclass(frozen=True)
class Columns:
    """Where each issued column stands in a table, and how many columns that has."""

    places: dict[int, int]
    width: int


ByTable = Mapping[tuple[int, int], Columns | None]
"""The columns of each returned table, by issued table and returned table."""


def _columns(head: Mapping[int, str], rows: Iterable[Row]) -> Columns | None:
    """(1) Where each issued column stands in a table; ``None`` where it has no such headings."""
    wanted = {squeezed(text): column for column, text in head.items() if text}
    for row in rows:
        texts = [squeezed(cell.text) for cell in row.cells]
        found = {
            wanted[text]: cell.column
            for text, cell in zip(texts, row.cells, strict=True)
            if text in wanted and texts.count(text) == 1
        }
        if len(found) < max(2, len(wanted) * ENOUGH):
            continue
        if len(row.cells) == len(head):  # a heading that was reworded stands where it stood
            places = zip(head, (cell.column for cell in row.cells), strict=True)
            used = set(found.values())
            found |= {c: now for c, now in places if c not in found and now not in used}
        return Columns(found, row.width)
    return None


def _cells(line: Line, row: Row, columns: ByTable) -> dict[int, Cell] | None:
    """The cells of a row by issued column; ``None`` where it has other columns than its table."""
    own = [cell.column for cell in line.row.cells]
    there = columns.get((line.row.table, row.table))
    if there is None:
        return dict(zip(own, row.cells, strict=True)) if len(own) == len(row.cells) else None
    if row.width != there.width:  # a cell is gone, and those behind it stand in others' places
        return None
    mapped = there.places
    starts = {cell.column: cell for cell in row.cells}
    cells = {c: starts[mapped[c]] for c in own if c in mapped and mapped[c] in starts}
    inside = {c for cell in row.cells for c in range(cell.column + 1, cell.column + cell.span)}
    for cell in cells.values():
        covered = range(cell.column + 1, cell.column + cell.span)
        if cell.span > 1 and any(now in covered and now in inside for now in mapped.values()):
            cell.odd |= Odd.MERGED
    return cells


def _key(line: Line, cells: Mapping[int, Cell]) -> tuple[str, ...]:
    return tuple(squeezed(_text(cells, c)) for c in line.printed)


def _fitting(
    lines: list[Line], rows: list[Row], columns: ByTable
) -> Iterable[tuple[Row, list[Match]]]:
    """Each row with the lines that it may be: all that they print stands in it."""
    patterns: dict[tuple[int, ...], dict[tuple[str, ...], list[Line]]] = {}
    for line in lines:
        by_key = patterns.setdefault((line.row.table, *line.printed), {})
        by_key.setdefault(line.key, []).append(line)
    for row in rows:
        found = list[Match]()
        for by_key in patterns.values():
            like = next(iter(by_key.values()))[0]
            cells = _cells(like, row, columns)
            if cells:
                found += [Match(line, row, cells) for line in by_key.get(_key(like, cells), ())]
        if found:
            yield row, found


def _by_controls(issued: Issued, row: Row, matches: list[Match]) -> list[Match]:
    """Those of several lines whose controls the row holds."""
    slots = {issued.slot_of(held) for cell in row.cells for held in cell.held}
    return [m for m in matches if any(not slots.isdisjoint(b.slots) for b in m.line.blanks)]


def _known_by_code(
    lines: list[Line], row: Row, columns: ByTable, matching: Matching, found: set[int]
) -> None:
    """(3) and (4) for a row in which something was altered."""
    like = list[tuple[float, bool, Line, dict[int, Cell]]]()
    for line in lines:
        cells = _cells(line, row, columns)
        if cells is not None and line.printed:
            code = line.code_column
            named = code in cells and names(cells[code].text, line.code)
            like.append((_likeness(line, cells), named, line, cells))
    if not like:
        return
    most = max(likeness for likeness, *_ in like)
    sure = [one for one in like if one[1] and one[0] == most >= len(one[2].key) * ENOUGH]
    if len(sure) == 1:
        _, _, line, cells = sure[0]
        matching.matches.append(Match(line, row, cells, _altered(line, cells)))
        return
    doubtful = [
        line
        for likeness, named, line, _ in like
        if named or (likeness == most >= max(2, len(line.key) * ENOUGH) and id(line) not in found)
    ]
    matching.unclear += [(line, row) for line in doubtful]


def _again(matching: Matching) -> list[tuple[Line, Row]]:
    """(4) What is left and says what a row says that was found: a copy with its cells in disorder.

    Either of them may hold the indicator's values.
    """
    found = {id(match.line): match.line for match in matching.matches}
    return [
        (line, row) for row in matching.left for line in found.values() if _says_the_same(line, row)
    ]


def _says_the_same(line: Line, row: Row) -> bool:
    """Whether a row names the line's code and has half of its print, in whatever columns."""
    if not any(names(cell.text, line.code) for cell in row.cells):
        return False
    said, printed = {squeezed(cell.text) for cell in row.cells}, [*filter(None, line.key)]
    return sum(text in said for text in printed) >= max(2, len(printed) * ENOUGH)


def _likeness(line: Line, cells: Mapping[int, Cell]) -> float:
    """How many of the printed cells still say the same; the words that name the indicator count."""
    now = _key(line, cells)
    same = float(sum(a == b for a, b in zip(now, line.key, strict=True)))
    column = line.code_column
    if column is None or squeezed(line.printed[column]) == now[list(line.printed).index(column)]:
        return same
    before, after = (Counter(text.split()) for text in (line.printed[column], _text(cells, column)))
    return same + 2 * (before & after).total() / max(1, before.total() + after.total())


def _text(cells: Mapping[int, Cell], column: int) -> str:
    return cells[column].text if column in cells else ""


def _altered(line: Line, cells: Mapping[int, Cell]) -> dict[int, tuple[str, str]]:
    now = {c: _text(cells, c) for c in line.printed}
    return {
        c: (text, now[c]) for c, text in line.printed.items() if squeezed(text) != squeezed(now[c])
    }


def blanks_of(match: Match) -> list[tuple[Blank, Cell | None]]:
    """The blanks of a matched row, each with the cell in which it is now."""
    return [(blank, match.cells.get(blank.column)) for blank in match.line.blanks]
