"""One issued form that all cases share, and a returned one as a tree that can be mangled.

`truth` is what a reader of the returned form would say was written in each place.
"""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from random import Random

from lxml import etree

from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.package import MAIN_PART, W, WordPackage, open_word
from pipeline.forms.qr import qr_png
from pipeline.forms.readback.form import FormReading, read_returned
from pipeline.forms.readback.plain import taken
from pipeline.forms.render import Picture, render

from ...templates.samples import formulir, indicator
from ..documents import template

Slot = tuple[str, Field]
FOOTER = "word/footer1.xml"
ROWS = 6
HEADS = 6  # printed columns before the official's own


def issued(rows: int = ROWS, texts: dict[Slot, str] | None = None) -> bytes:
    """A form with that many indicators, as it is laid out."""
    context = formulir()
    context["qr"] = Picture(qr_png(context["kode"]), 25.0)
    context["indikator"] = [
        indicator(at)
        | {"no": str(at + 1)}
        | {f.value: (texts or {}).get((indicator(at)["kode"], f), "") for f in Field}
        for at in range(rows)
    ]
    return render(template("formulir"), context, code=context["kode"], period="2026-TW3")


@cache
def shared() -> WordPackage:
    package = open_word(issued())
    body = package.xml(MAIN_PART)
    for control, slot in controls(body):
        before, after = WORDED.get(slot, ("", ""))
        control.addprevious(run(before))
        control.addnext(run(after))
    return WordPackage(package.parts | {MAIN_PART: etree.tostring(body)})


CODES = tuple(indicator(at)["kode"] for at in range(ROWS))
SLOTS = tuple((code, f) for code in CODES for f in Field)
WORDED = {
    (CODES[2], Field.ACTUAL): ("", " m²"),
    (CODES[2], Field.REMARK): ("Sebab: ", ""),
    (CODES[3], Field.ACTUAL): ("Rp ", " (ribu)"),
    (CODES[4], Field.FOLLOW_UP): ("", " – menurut bidang"),
}
"""What is printed before and behind some slots, in their own cells."""


@dataclass
class Returned:
    """A returned form: its parts as trees, and what a reader would say stands in it."""

    body: etree._Element
    footer: etree._Element
    random: Random
    truth: dict[Slot, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def lines(self) -> list[etree._Element]:
        """The rows in which indicators stand, as they are now."""
        return [r for r in self.body.iter(f"{W}tr") if any(names(r, c) for c in CODES)]

    def line(self, code: str) -> etree._Element | None:
        """The first row of an indicator."""
        return next((r for r in self.lines() if names(r, code)), None)

    def cell(self, slot: Slot) -> etree._Element | None:
        """The cell of a slot, while rows and columns are as issued."""
        row = self.line(slot[0])
        cells = list(row.iter(f"{W}tc")) if row is not None else []
        at = HEADS + list(Field).index(slot[1])
        return cells[at] if len(cells) == HEADS + len(Field) else None

    def package(self) -> WordPackage:
        parts = {MAIN_PART: etree.tostring(self.body), FOOTER: etree.tostring(self.footer)}
        return WordPackage(shared().parts | parts)

    def read(self) -> FormReading:
        return read_returned(self.package(), shared())


def returned(values: dict[Slot, str], random: Random) -> Returned:
    """The issued form as Word saves it once these values are typed into its controls."""
    form = Returned(deepcopy(_trees()[0]), deepcopy(_trees()[1]), random)
    for control, slot in controls(form.body):
        form.truth[slot] = taken(values.get(slot, ""), slot[1])
        if values.get(slot):
            type_into(control, values[slot])
    return form


@cache
def _trees() -> tuple[etree._Element, etree._Element]:
    return shared().xml(MAIN_PART), shared().xml(FOOTER)


def controls(tree: etree._Element) -> Iterator[tuple[etree._Element, Slot]]:
    """The controls whose tags are ours."""
    for control in list(tree.iter(f"{W}sdt")):
        tag = control.find(f"{W}sdtPr/{W}tag")
        parts = tag.get(f"{W}val").split(":") if tag is not None else []
        if len(parts) == 3:
            yield control, (parts[1], Field(parts[2]))


def type_into(control: etree._Element, text: str) -> None:
    """As in Word: the prompt goes, a line break where the text has one."""
    content = control.find(f"{W}sdtContent")
    shown = control.find(f"{W}sdtPr/{W}showingPlcHdr")
    if shown is not None:
        shown.getparent().remove(shown)
    for child in list(content):
        content.remove(child)
    content.append(run(text))


def run(text: str, **properties: str) -> etree._Element:
    """A run; each property is an element of ``w:rPr`` with that value."""
    made = etree.Element(f"{W}r")
    if properties:
        looks = etree.SubElement(made, f"{W}rPr")
        for name, value in properties.items():
            etree.SubElement(looks, f"{W}{name}").set(f"{W}val", value)
    for number, line in enumerate(text.split("\n")):
        if number:
            etree.SubElement(made, f"{W}br")
        piece = etree.SubElement(made, f"{W}t")
        piece.text = line
        piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return made


def names(row: etree._Element, code: str) -> bool:
    """Whether a row is an indicator's by its first cells."""
    return any(words(cell).startswith(code) for cell in list(row.iter(f"{W}tc"))[:2])


def words(element: etree._Element) -> str:
    return "".join(t.text or "" for t in element.iter(f"{W}t"))


def text_nodes(element: etree._Element) -> list[etree._Element]:
    return [t for t in element.iter(f"{W}t") if t.text]


def printed_nodes(form: Returned) -> list[etree._Element]:
    """Text that nobody is to change: what stands outside of controls and of the own columns."""
    inside = [t for c, _ in controls(form.body) for t in c.iter(f"{W}t")]
    own = [
        t
        for row in form.lines()
        for cell in list(row.iter(f"{W}tc"))[HEADS:]
        for t in cell.iter(f"{W}t")
    ]
    others = {*inside, *own}
    return [t for t in text_nodes(form.body) if t not in others]


def emptied(cell: etree._Element) -> etree._Element:
    """The cell's first paragraph, with nothing in it but its properties."""
    first = cell.find(f".//{W}p")
    for child in list(first):
        if child.tag != f"{W}pPr":
            first.remove(child)
    return first


__all__ = ["PLACEHOLDER", "Returned", "Slot"]
