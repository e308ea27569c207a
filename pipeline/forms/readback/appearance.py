"""How text looks, as far as it tells whether a reader sees it: hidden, white, tiny, struck out."""

from dataclasses import dataclass, replace
from functools import cache

from lxml import etree

from pipeline.forms.package import NS, W, WordPackage
from pipeline.forms.readback.said import Odd

_VAL = f"{W}val"
_OFF = frozenset({"0", "false", "off"})
_HIDING = (f"{W}vanish", f"{W}specVanish", f"{W}webHidden")
_STRIKING = (f"{W}strike", f"{W}dstrike")
_STYLES = "word/styles.xml"
_SMALLEST = 6  # half points
_PALE = 0xF0


@dataclass(frozen=True)
class Appearance:
    """What holds for the text at hand; ``styles`` are those of the file that hide their text.

    ``on_paper`` says that the background is white, on which white letters are not seen.
    """

    styles: frozenset[str] = frozenset()
    on_paper: bool = True
    odd: Odd = Odd.NOTHING

    def of_cell(self, properties: etree._Element) -> "Appearance":
        """In a cell with these ``w:tcPr``."""
        shade = properties.find(f"{W}shd")
        fill = shade.get(f"{W}fill", "auto") if shade is not None else "auto"
        return self if _is_pale(fill) is self.on_paper else replace(self, on_paper=_is_pale(fill))

    def of_paragraph(self, properties: etree._Element | None) -> "Appearance":
        """In a paragraph with these ``w:pPr``."""
        style = properties.find(f"{W}pStyle") if properties is not None else None
        if style is None or style.get(_VAL) not in self.styles:
            return self
        return replace(self, odd=Odd.HIDDEN)

    def of_run(self, properties: etree._Element | None) -> "Appearance":
        """In a run with these ``w:rPr``."""
        if properties is None or len(properties) == 0:
            return self
        odd = self.odd
        for item in properties:
            odd = self._changed(odd, item)
        return self if odd == self.odd else replace(self, odd=odd)

    def _changed(self, odd: Odd, item: etree._Element) -> Odd:
        tag, value = item.tag, item.get(_VAL, "")
        if tag in _HIDING:
            return odd & ~Odd.HIDDEN if value in _OFF else odd | Odd.HIDDEN
        if tag in _STRIKING and value not in _OFF:
            return odd | Odd.STRUCK
        if tag == f"{W}vertAlign" and value in {"superscript", "subscript"}:
            return odd | Odd.RAISED
        unseen = (
            (tag == f"{W}rStyle" and value in self.styles)
            or (tag == f"{W}sz" and value.isdecimal() and int(value[:5]) < _SMALLEST)
            or (tag == f"{W}color" and self.on_paper and value != "auto" and _is_pale(value))
        )
        return odd | Odd.HIDDEN if unseen else odd


def appearance_of(package: WordPackage) -> Appearance:
    """How text looks in a file where nothing is said of it.

    Raises:
        ReadError: the part with the styles is not well-formed.
    """
    if not any(word in package.parts.get(_STYLES, b"") for word in (b"vanish", b"webHidden")):
        return Appearance()
    hiding = {
        style.get(f"{W}styleId", "")
        for style in package.xml(_STYLES).iterfind("w:style", NS)
        for tag in _HIDING
        if any(item.get(_VAL) not in _OFF for item in style.iterfind(f"{W}rPr/{tag}"))
    }
    return Appearance(frozenset(hiding))


@cache
def _is_pale(colour: str) -> bool:
    """Whether white letters are lost on it, or it is lost on white; ``auto`` is the paper."""
    if colour in {"auto", ""}:
        return True
    try:
        return len(colour) == 6 and min(bytes.fromhex(colour)) >= _PALE
    except ValueError:
        return False
