"""What the parts of a Word file say: rows of cells, and paragraphs outside of tables."""

from dataclasses import dataclass, field
from enum import Flag, auto

from pipeline.domain.form import Field

Slot = tuple[str, Field]
"""Where a value belongs: indicator code and field."""


class Odd(Flag):
    """What makes the text of a cell less than sure: a reader sees more, or other than its letters.

    ``MERGED``: with the cell above or beside it. ``CODED``: a field whose result Word computes.
    """

    NOTHING = 0
    HIDDEN = auto()
    PICTURE = auto()
    STRUCK = auto()
    RAISED = auto()
    NUMBERED = auto()
    CODED = auto()
    FORMULA = auto()
    MERGED = auto()


@dataclass(eq=False)
class Held:
    """A content control: the slot that its tag names, its title, what it holds, and where.

    ``said`` is empty where it still asks for something; ``asks`` says so.
    """

    slot: Slot | None
    alias: str
    said: str = ""
    asks: bool = False
    cells: list["Cell"] = field(default_factory=list)


@dataclass(eq=False)
class Cell:
    """A cell of a table, or a paragraph outside of tables.

    ``parts`` are what a reader sees, in order, between paragraphs a line feed, for a line break a
    vertical tab; a control holds those from start to end of its span. ``column`` and ``span`` count
    grid columns.
    """

    parts: list[str] = field(default_factory=list)
    hidden: list[str] = field(default_factory=list)
    spans: list[tuple[Held, int, int]] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    odd: Odd = Odd.NOTHING
    column: int = 0
    span: int = 1

    @property
    def text(self) -> str:
        """All that a reader sees."""
        return "".join(self.parts)


@dataclass(eq=False)
class Row:
    """A row of a table: its cells, and which table of the file it stands in."""

    cells: list[Cell]
    table: int

    @property
    def width(self) -> int:
        """How many grid columns it takes."""
        return max((cell.column + cell.span for cell in self.cells), default=0)


@dataclass
class Story:
    """The body, or all headers, footers or notes: what they say in the order of the file."""

    rows: list[Row] = field(default_factory=list)
    paragraphs: list[Cell] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    bookmarks: list[str] = field(default_factory=list)
    tracked: bool = False
    tables: int = 0
