"""A part of a Word file read once from its first element to its last (ECMA-376 part 1, §17).

Deleted and moved-away text is not seen, inserted text is. Results of page-number fields differ from
page to page and are left out; those of form fields are what somebody typed.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, partial

from lxml import etree

from pipeline.domain.form import Field
from pipeline.forms.package import W
from pipeline.forms.readback.appearance import Appearance
from pipeline.forms.readback.plain import is_prompt
from pipeline.forms.readback.said import Cell, Held, Odd, Row, Slot, Story

_TAG = re.compile(r"k:([A-Za-z0-9.-]{1,20}):(\w+)")
_FIELD_KEYS = frozenset(field.value for field in Field)
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_VAL = f"{W}val"
_PPR, _RPR, _TCPR, _T = f"{W}pPr", f"{W}rPr", f"{W}tcPr", f"{W}t"
_PAGES = frozenset({"PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES"})
_TYPED = frozenset({"FORMTEXT", "FILLIN", "HYPERLINK", ""})  # LibreOffice makes FILLIN of controls
_PASSED = (
    *("pPr", "rPr", "tblPr", "tblGrid", "sectPr", "sdtPr", "sdtEndPr", "tblPrEx", "trPr", "tcPr"),
    *("delText", "delInstrText", "bookmarkEnd", "proofErr", "rt", "softHyphen"),
)
_SIGNS = {
    f"{W}{name}": sign
    for sign, names in {"-": ["noBreakHyphen"], "\v": ["cr", "br"], "\t": ["tab", "ptab"]}.items()
    for name in names
} | {f"{W}sym": "□"}


@dataclass
class _Field:
    """A field that is open: its instruction so far, and its name once that is complete."""

    words: str = ""
    name: str | None = None

    @property
    def is_left_out(self) -> bool:
        return self.name is None or self.name in _PAGES


class Listener:
    """Reads elements of one story, in order; `story` is what they said."""

    def __init__(self, appearance: Appearance) -> None:
        self.story = Story()
        self._looks = appearance
        self._cell: Cell | None = None
        self._controls: list[tuple[Held, list[str]]] = []
        self._fields: list[_Field] = []

    def hear(self, element: etree._Element) -> None:
        """Read what stands in ``element``."""
        known = self._known
        for child in element:
            act = known.get(child.tag, self.hear) if isinstance(child.tag, str) else None
            if act is not None:
                act(child)

    @cached_property
    def _known(self) -> dict[str, Callable[[etree._Element], None] | None]:
        own: dict[str, Callable[[etree._Element], None] | None] = {
            "p": self._paragraph,
            "r": self._run,
            "tbl": self._table,
            "sdt": self._control,
            "ins": self._inserted,
            "moveTo": self._inserted,
            "del": self._deleted,
            "moveFrom": self._deleted,
            "fldSimple": self._simple_field,
            "fldChar": self._field_mark,
            "instrText": self._instruction,
            "drawing": self._picture,
            "pict": self._picture,
            "object": self._picture,
            "ruby": self._ruby,
            "txbxContent": self._box,
            "bookmarkStart": self._bookmark,
            **dict.fromkeys(_PASSED),
        }
        return {f"{W}{name}": act for name, act in own.items()} | {
            f"{_M}oMath": self._formula,
            f"{_MC}AlternateContent": self._alternative,
        }

    # Blocks

    def _paragraph(self, element: etree._Element) -> None:
        properties = _first(element, _PPR)
        before = self._looks
        self._looks = before.of_paragraph(properties)
        alone = self._cell is None
        if self._cell is None:
            self._cell = Cell()
            self.story.paragraphs.append(self._cell)
            self._touch(self._cell)
        elif self._cell.parts:
            self._say("\n")
        if properties is not None and _is_numbered(properties):
            self._cell.odd |= Odd.NUMBERED
        depth = len(self._fields)
        self.hear(element)
        self._close_fields(depth)
        self._looks = before
        if alone:
            self._cell = None

    def _table(self, element: etree._Element) -> None:
        self.story.tables += 1
        table = self.story.tables
        for row, wrapping in _unwrapped(element, f"{W}tr"):
            if row.find(f"{W}trPr/{W}del") is not None:
                self.story.tracked = True
                continue
            self._within(wrapping, partial(self._row, row, table))

    def _row(self, element: etree._Element, table: int) -> None:
        cells, column = [], _number(element.find(f"{W}trPr/{W}gridBefore"), 0)
        for item, wrapping in _unwrapped(element, f"{W}tc"):
            cell = self._one_cell(item, wrapping, column)
            column += cell.span
            cells.append(cell)
        self.story.rows.append(Row(cells, table))

    def _one_cell(
        self, element: etree._Element, wrapping: Sequence[etree._Element], column: int
    ) -> Cell:
        properties = _first(element, _TCPR)
        cell = Cell(column=column)
        outer_cell, outer_looks = self._cell, self._looks
        if properties is not None:
            cell.span = max(1, _number(properties.find(f"{W}gridSpan"), 1))
            merge = properties.find(f"{W}vMerge")
            if merge is not None and merge.get(_VAL, "continue") == "continue":
                cell.odd |= Odd.MERGED
            self._looks = outer_looks.of_cell(properties)
        self._cell = cell
        self._touch(cell)
        self._within(wrapping, lambda: self.hear(element))
        self._cell, self._looks = outer_cell, outer_looks
        if outer_cell is not None:  # a table in a cell is a part of what that cell says
            outer_cell.parts.append(f"{cell.text}\n")
            outer_cell.odd |= cell.odd
            outer_cell.held += cell.held
        return cell

    def _box(self, element: etree._Element) -> None:
        """A text box stands beside the text in which it is anchored."""
        outer, self._cell = self._cell, None
        self.hear(element)
        self._cell = outer

    def _bookmark(self, element: etree._Element) -> None:
        self.story.bookmarks.append(element.get(f"{W}name", ""))

    # Controls

    def _control(self, element: etree._Element) -> None:
        self._within([element], lambda: self._content(element))

    def _content(self, element: etree._Element) -> None:
        for content in element.iterchildren(f"{W}sdtContent"):
            self.hear(content)

    def _within(self, wrapping: Sequence[etree._Element], hear: Callable[[], None]) -> None:
        """Hear what stands in the controls ``wrapping``, the outermost first."""
        if not wrapping:
            hear()
            return
        held, said = _held(wrapping[0]), list[str]()
        cell, start = self._cell, len(self._cell.parts) if self._cell else 0
        before = [len(parts) for _, parts in self._controls]
        self._controls.append((held, said))
        if cell is not None:
            self._touch(cell)
        self._within(wrapping[1:], hear)
        self._controls.pop()
        held.said = "".join(said)
        if is_prompt(held.said):
            held.said, held.asks = "", True
            for (_, parts), length in zip(self._controls, before, strict=True):
                del parts[length:]
            for touched in held.cells:
                touched.parts[start if touched is cell else 0 :] = []
        self.story.held.append(held)
        if cell is not None:
            cell.spans.append((held, start, len(cell.parts)))

    def _touch(self, cell: Cell) -> None:
        """Every open control holds something of the cell."""
        for held, _ in self._controls:
            if cell not in held.cells:
                held.cells.append(cell)
                cell.held.append(held)

    # Runs

    def _run(self, element: etree._Element) -> None:
        looks = self._looks.of_run(_first(element, _RPR))
        known = self._known
        for child in element:
            tag = child.tag
            if tag == _T:
                self._say((child.text or "").replace("\n", " ").replace("\t", " "), looks.odd)
            elif tag in _SIGNS:
                self._say(_SIGNS[tag], looks.odd)
            elif isinstance(tag, str):
                act = known.get(tag, self.hear)
                if act is not None:
                    act(child)

    def _say(self, text: str, odd: Odd = Odd.NOTHING) -> None:
        cell = self._cell
        if cell is None or not text or any(one.is_left_out for one in self._fields):
            return
        if text.strip():
            cell.odd |= odd
        if Odd.HIDDEN in odd:
            cell.hidden.append(text)
            return
        cell.parts.append(text)
        for _, said in self._controls:
            said.append(text)

    def _formula(self, element: etree._Element) -> None:
        for text in element.iter(f"{_M}t"):
            self._say(text.text or "", Odd.FORMULA)

    def _ruby(self, element: etree._Element) -> None:
        if self._cell is not None:
            self._cell.odd |= Odd.RAISED
        self.hear(element)

    def _picture(self, element: etree._Element) -> None:
        if self._cell is not None:
            self._cell.odd |= Odd.PICTURE
        for box in element.iter(f"{W}txbxContent"):
            self._box(box)

    def _alternative(self, element: etree._Element) -> None:
        """The first of several ways to say the same."""
        for choice in element:
            self.hear(choice)
            return

    def _inserted(self, element: etree._Element) -> None:
        self.story.tracked = True
        self.hear(element)

    def _deleted(self, element: etree._Element) -> None:
        self.story.tracked = True

    # Fields

    def _simple_field(self, element: etree._Element) -> None:
        self._fields.append(_Field(name=_first_word(element.get(f"{W}instr") or "")))
        self._note_field()
        self.hear(element)
        self._fields.pop()

    def _field_mark(self, element: etree._Element) -> None:
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append(_Field())
        elif kind == "separate" and self._fields:
            self._fields[-1].name = _first_word(self._fields[-1].words)
            self._note_field()
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _instruction(self, element: etree._Element) -> None:
        if self._fields:
            self._fields[-1].words += element.text or ""

    def _note_field(self) -> None:
        if self._cell is not None and self._fields[-1].name not in _TYPED:
            self._cell.odd |= Odd.CODED

    def _close_fields(self, depth: int) -> None:
        """A field that hides its text ends with its paragraph, whatever the file says."""
        kept = [one for one in self._fields[depth:] if not one.is_left_out]
        if self._cell is not None and len(kept) < len(self._fields) - depth:
            self._cell.odd |= Odd.CODED
        self._fields[depth:] = kept


def _first(element: etree._Element, tag: str) -> etree._Element | None:
    """The properties of an element, which come first where it has any (§17.3.1.26 and alike)."""
    return element[0] if len(element) and element[0].tag == tag else None


def _held(element: etree._Element) -> Held:
    properties = element.find(f"{W}sdtPr")
    if properties is None:
        return Held(None, "")
    tag, alias = properties.find(f"{W}tag"), properties.find(f"{W}alias")
    title = alias.get(_VAL, "") if alias is not None else ""
    return Held(slot_of(tag.get(_VAL, "")) if tag is not None else None, title)


def slot_of(tag: str) -> Slot | None:
    """The slot that a control's tag names; ``None`` where it is not one of ours."""
    match = _TAG.fullmatch(tag)
    return (match[1], Field(match[2])) if match and match[2] in _FIELD_KEYS else None


def _unwrapped(
    element: etree._Element, wanted: str
) -> list[tuple[etree._Element, list[etree._Element]]]:
    """The rows of a table or the cells of a row, each with the controls around it."""
    found: list[tuple[etree._Element, list[etree._Element]]] = []
    for child in element:
        if child.tag == wanted:
            found.append((child, []))
        elif child.tag == f"{W}sdt":
            for content in child.iterchildren(f"{W}sdtContent"):
                found += [(item, [child, *outer]) for item, outer in _unwrapped(content, wanted)]
        elif child.tag in {f"{W}ins", f"{W}moveTo", f"{W}customXml"}:
            found += _unwrapped(child, wanted)
    return found


def _is_numbered(properties: etree._Element) -> bool:
    number = properties.find(f"{W}numPr/{W}numId")
    return number is not None and number.get(_VAL) != "0"


def _number(element: etree._Element | None, otherwise: int) -> int:
    written = element.get(_VAL, "") if element is not None else ""
    return int(written) if written.isdecimal() and len(written) < 4 else otherwise


def _first_word(instruction: str) -> str:
    words = instruction.split(maxsplit=1)
    return words[0].upper() if words else ""
