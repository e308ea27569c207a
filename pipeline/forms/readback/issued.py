"""The issued form as a pattern: which cells are printed, and where in them values belong."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from pipeline.forms.readback.plain import alike, letters_of, squeezed
from pipeline.forms.readback.said import Cell, Held, Row, Slot, Story
from pipeline.forms.readback.stories import Heard

MOST_IN_A_CELL = 2  # slots between printed words: with more, words in a value mislead
LONGEST = 20_000


@dataclass(frozen=True)
class Blank:
    """A cell or paragraph with slots: the printed words around them, one more than there are."""

    slots: tuple[Slot, ...]
    printed: tuple[str, ...]
    column: int = 0

    @property
    def is_bare(self) -> bool:
        """Whether nothing is printed beside its one slot."""
        return len(self.slots) == 1 and not any(self.printed)

    @property
    def text(self) -> str:
        """The printed words, with ``[…]`` where a value belongs."""
        return "[…]".join(self.printed)

    def values_in(self, text: str) -> list[str] | None:
        """What stands in the slots where ``text`` fills them; ``None`` where it is not clear."""
        if self.is_bare:
            return [text]
        if len(self.slots) > MOST_IN_A_CELL or len(text) > LONGEST:
            return None
        lazy, greedy = (self._found(text, some) for some in ("(.*?)", "(.*)"))
        return lazy if lazy == greedy else None

    def _found(self, text: str, some: str) -> list[str] | None:
        letters, places = letters_of(text)
        printed = (re.escape(letters_of(words)[0]) for words in self.printed)
        match = re.fullmatch(some.join(printed), letters, re.S)
        if match is None:
            return None
        spans = [match.span(n + 1) for n in range(len(self.slots))]
        if any(a < b and _in_a_number(text, places, at) for a, b in spans for at in (a, b)):
            return None
        return [text[places[a] : places[b - 1] + 1] if a < b else "" for a, b in spans]


def _in_a_number(text: str, places: list[int], at: int) -> bool:
    """Whether digits stand on both sides of a letter's beginning, so that no value ends there."""
    if not 0 < at < len(places):
        return False
    before, after = places[at - 1], places[at]
    return after - before <= 1 and text[before].isdigit() and text[after].isdigit()


@dataclass(frozen=True, eq=False)
class Line:
    """An issued row with slots: what is printed in it by column, and its blanks."""

    row: Row
    printed: dict[int, str]
    blanks: tuple[Blank, ...]

    @cached_property
    def key(self) -> tuple[str, ...]:
        """What is printed, to be compared."""
        return tuple(map(squeezed, self.printed.values()))

    @property
    def code(self) -> str:
        """The indicator whose values belong in it."""
        return self.blanks[0].slots[0][0]

    @property
    def code_column(self) -> int | None:
        """The printed column that names the indicator's code."""
        return next((c for c, text in self.printed.items() if names(text, self.code)), None)


@dataclass(frozen=True)
class Issued:
    """The issued form: its lines, its paragraphs with slots, and the headings of its tables."""

    heard: Heard
    lines: list[Line]
    paragraphs: list[Blank]
    heads: dict[int, dict[int, str]]
    aliases: dict[str, Slot]

    @cached_property
    def alike(self) -> frozenset[Blank]:
        """Paragraphs whose words another one has as well: only their controls tell them apart."""
        worded = [blank for blank in self.paragraphs if any(map(squeezed, blank.printed))]
        texts = [letters_of(blank.text)[0] for blank in worded]
        found = set[Blank]()
        for one in worded:
            first, last = (letters_of(one.printed[at])[0] for at in (0, -1))
            for other, text in zip(worded, texts, strict=True):
                apart = one is other or not (text.startswith(first) and text.endswith(last))
                if not apart and one.values_in(other.text) is not None:
                    found |= {one, other}
        return frozenset(found)

    @cached_property
    def only_printed(self) -> frozenset[str]:
        """What paragraphs without slots say, to be compared."""
        paragraphs = self.heard.body.paragraphs
        return frozenset(squeezed(cell.text) for cell in paragraphs if not _blank(cell).slots)

    @cached_property
    def bare(self) -> frozenset[Slot]:
        """The slots that have a cell of a table for themselves."""
        blanks = (blank for line in self.lines for blank in line.blanks)
        return frozenset(blank.slots[0] for blank in blanks if blank.is_bare)

    @cached_property
    def slots(self) -> list[Slot]:
        """Every slot, in the order of the form."""
        by_tag = [held.slot for held in self.heard.held if held.slot is not None]
        return list(dict.fromkeys(by_tag))

    def slot_of(self, held: Held) -> Slot | None:
        """Which slot a control belongs to, by its tag or, where that was lost, its title."""
        return held.slot or self.aliases.get(held.alias)


def names(text: str, code: str) -> bool:
    """Whether ``text`` holds ``code`` as a word of its own."""
    return re.search(rf"(?<![\w.-]){re.escape(alike(code))}(?![\w-])", alike(text)) is not None


def issued_form(heard: Heard) -> Issued:
    """The pattern of an issued form."""
    lines = [line for row in heard.body.rows if (line := _line(row)) is not None]
    first = {}
    for line in reversed(lines):
        first[line.row.table] = line.row
    heads = {table: _head(heard.body, row) for table, row in first.items()}
    named = [(held.alias, held.slot) for held in heard.held if held.slot and held.alias]
    titles = [alias for alias, _ in named]
    return Issued(
        heard,
        lines,
        [blank for cell in heard.body.paragraphs if (blank := _blank(cell)).slots],
        heads,
        {alias: slot for alias, slot in named if titles.count(alias) == 1},
    )


def _line(row: Row) -> Line | None:
    blanks = {cell.column: _blank(cell) for cell in row.cells}
    found = tuple(blank for blank in blanks.values() if blank.slots)
    if not found:
        return None
    printed = {c.column: c.text for c in row.cells if not blanks[c.column].slots}
    return Line(row, printed, found)


def _blank(cell: Cell) -> Blank:
    return blank_in(cell, lambda held: held.slot)[0]


def blank_in(cell: Cell, slot_of: Callable[[Held], Slot | None]) -> tuple[Blank, list[str]]:
    """The slots whose controls stand in a cell, what is printed around them, and what they hold."""
    slots, printed, values, end = list[Slot](), list[str](), list[str](), 0
    for held, start, stop in sorted(cell.spans, key=lambda span: span[1]):
        slot = slot_of(held)
        if slot is None or start < end or slot in slots:
            continue
        slots.append(slot)
        printed.append("".join(cell.parts[end:start]))
        values.append("".join(cell.parts[start:stop]))
        end = stop
    rest = "".join(cell.parts[end:])
    return Blank(tuple(slots), (*printed, rest), cell.column), values


def _head(story: Story, first: Row) -> dict[int, str]:
    """The headings above the first line of a table, by column."""
    above = [row for row in story.rows[: story.rows.index(first)] if row.table == first.table]
    if not above:
        return {}
    return {cell.column: cell.text for cell in above[-1].cells}
