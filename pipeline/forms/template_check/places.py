"""Where in a template something is written, in the words of the one who wrote it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pipeline.domain.finding import Finding
from pipeline.forms.package import W, WordPackage

LONGEST_PLACE = 60
NOTES = ("word/footnotes.xml", "word/endnotes.xml", "word/comments.xml")
"""The parts besides body, headers and footers in which people write paragraphs."""
_HIDDEN = re.compile(r"word/settings\.xml|customXml/item\d*\.xml|docProps/(?:core|custom)\.xml")
_JINJA = re.compile(r"\{[{%#]|[}%]\}")
_BRACE = re.compile(r"\{[{%#]|[}%#]\}")
_CLOSED_WITH = {"{{": "}}", "{%": "%}", "{#": "#}"}
_CONTROL = {f"{W}tag", f"{W}alias"}


@dataclass(frozen=True)
class Writing:
    """A stretch of a template that one person wrote in one go, and the name of its place."""

    place: str
    text: str
    elements: tuple[etree._Element, ...] = ()


def filled_parts(package: WordPackage) -> list[str]:
    """The parts of a template in which fields may stand, the body first."""
    notes = [name for name in NOTES if name in package.parts]
    hidden = [name for name in package.parts if _HIDDEN.fullmatch(name)]
    return [*package.content_parts(), *notes, *hidden]


def braces_left_open(part: str, root: etree._Element) -> list[Finding]:
    """Fields that are not closed where they were begun, or closed and not begun.

    Such a paragraph is emptied: to Jinja it would reach on into the next ones.
    """
    findings = []
    for writing in list(writings(part, root)):
        if (what := _unbalanced(writing.text)) is None:
            continue
        mend = "setiap {{ harus ditutup dengan }}, setiap {% dengan %}, di paragraf yang sama"
        findings.append(Finding(writing.place, f"penulisan isian tidak terbaca: {what}", mend))
        for element in writing.elements:
            element.text = ""
    return findings


def _unbalanced(text: str) -> str | None:
    """What is wrong with the braces of a text."""
    begun = ""
    for brace in _BRACE.findall(text):
        if brace in _CLOSED_WITH:
            if begun:
                return f"{begun} tidak ditutup dengan {_CLOSED_WITH[begun]}"
            begun = brace
        elif brace == _CLOSED_WITH.get(begun):
            begun = ""
        elif not begun and brace != "#}":
            return f"{brace} tanpa pembukanya"
    return f"{begun} tidak ditutup dengan {_CLOSED_WITH[begun]}" if begun else None


def writings(part: str, root: etree._Element) -> Iterator[Writing]:
    """Everything in a part where a field stands, or the remains of one."""
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if element.tag == f"{W}p":
            texts = tuple(_texts_of(element))
            text = "".join(each.text or "" for each in texts)
            if _JINJA.search(text):
                yield Writing(paragraph(text, part), text, texts)
        elif element.tag != f"{W}t" and _JINJA.search(element.text or ""):
            text = element.text or ""
            yield Writing(f"sifat dokumen “{_short(text)}”", text, (element,))
        for value in element.attrib.values():
            if _JINJA.search(str(value)):
                kind = "kotak isian" if element.tag in _CONTROL else "sifat"
                yield Writing(f"{kind} “{_short(str(value))}”", str(value))


def paragraph(text: str, part: str = "") -> str:
    """The place of a paragraph, named by how it begins."""
    kind = {"header": "kepala halaman, ", "footer": "kaki halaman, "}.get(
        part.removeprefix("word/")[:6], "catatan, " if part in NOTES else ""
    )
    return f"{kind}paragraf “{_short(text)}”"


def _texts_of(element: etree._Element) -> Iterator[etree._Element]:
    """The texts of a paragraph, without those of paragraphs within it (text boxes)."""
    for text in element.iter(f"{W}t"):
        if next(text.iterancestors(f"{W}p"), None) is element:
            yield text


def _short(text: str) -> str:
    return text.strip()[:LONGEST_PLACE]
