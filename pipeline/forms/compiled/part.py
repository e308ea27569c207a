"""One part of a package in which fields stand: compiled once, filled in for each document."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import Template, nodes
from lxml import etree

from pipeline.foreign.markup import parse
from pipeline.forms.compiled.pictures import Frame
from pipeline.forms.compiled.sound import Skeleton, UnprovenError, skeleton
from pipeline.forms.compiled.tables import grids_are_steady
from pipeline.forms.properties import DECLARATION
from pipeline.forms.sandbox import TEXT_ONLY, Sandbox

DOCXTPL = DocxTemplate("")
"""For its ways with XML alone; it opens no file and keeps nothing of a document."""
_JINJA = re.compile(r"\{[{%#]")
_DECLARED = re.compile(r"\s*<\?xml[^>]*\?>\s*")
_START = re.compile(r"<([\w:.-]+)(?:\s+[\w:.-]+=\"[^\"]*\")*\s*>")
_NAMESPACE = re.compile(r"\s+xmlns(?::[\w.-]+)?=\"[^\"]*\"")
_LISTED = "\t\n\a\f"
_PARAGRAPH_END = "</w:p>"
_DRAWING = re.compile(r'(<(?:[\w.-]+:)?docPr(?=[\s/>])(?:[^>"]|"[^"]*")*?\sid=")[^"]*')
_FIRST_DRAWING = 1001  # as docxtpl numbers them


class IllFormedError(Exception):
    """What a template has made is no XML."""


@dataclass(frozen=True)
class Part:
    """A part by its ``name`` in the package; ``before`` and ``after`` stand around its template.

    ``root`` are the tags around a body, with the namespaces that a parser needs. ``sound`` says
    that it can come out as nothing but well-formed XML, ``steady`` that no table can need another
    grid.
    """

    name: str
    template: Template
    before: str
    after: str
    frame: Frame | None
    root: tuple[str, str] = ("", "")
    sound: bool = False
    steady: bool = False

    def filled(self, values: Mapping[str, Any], *, markup: bool) -> str:
        """The part as it is filled in; ``markup`` says that ``values`` write XML of their own.

        Raises:
            ValueError: it is not well-formed.
            jinja2.TemplateError: the template asks for what there is not.
        """
        plain = _unmasked(self.template.render(values))
        xml = _with_line_breaks(plain)
        sound = self.sound and not markup and xml == plain
        if not sound:
            check(self._whole(xml))
        if self.root[0]:
            xml = _numbered(xml if sound and self.steady else self._with_grids(xml))
        return self._whole(xml)

    def _whole(self, xml: str) -> str:
        return f"{self.before}{xml}{self.after}"

    def _with_grids(self, xml: str) -> str:
        start, end = self.root
        tree = DOCXTPL.fix_tables(f"{start}{xml}{end}")
        if not len(tree) and not tree.text:
            return ""
        return _split_root(etree.tostring(tree, encoding="unicode"))[1]


def check(xml: str) -> None:
    """Parse what was made.

    Raises:
        IllFormedError: it is not well-formed.
    """
    try:
        parse(xml.encode())
    except ValueError as broken:
        raise IllFormedError(str(broken)) from broken


def body_part(name: str, shell: tuple[str, str], source: str, frame: Frame) -> Part:
    """The body ``source`` of a document; ``shell`` is what stands before and after it."""
    start, inner, end = _split_root(DOCXTPL.patch_xml(source))
    around = f"{DECLARATION}{shell[0]}{_bare(start, shell[0])}", f"{end}{shell[1]}"
    return _compiled(name, inner, around, frame, (start, end))


def other_part(name: str, source: str, frame: Frame | None = None) -> Part | None:
    """Any other part; ``None`` where there is nothing to fill in."""
    patched = DOCXTPL.patch_xml(_DECLARED.sub("", source, count=1))
    if not _JINJA.search(patched):
        return None
    return _compiled(name, patched, (DECLARATION, ""), frame, ("", ""))


def _compiled(
    name: str, source: str, around: tuple[str, str], frame: Frame | None, root: tuple[str, str]
) -> Part:
    environment = Sandbox()
    tree = environment.parse(source)
    try:
        proof = skeleton(tree, inside=_name_of(root[0]))
        steady = grids_are_steady(parse(f"{root[0]}{proof.xml}{root[1]}".encode()))
    except (UnprovenError, ValueError):
        return Part(name, environment.from_string(tree), *around, frame, root)
    _refuse_pictures(proof)
    return Part(name, environment.from_string(tree), *around, frame, root, True, steady)


def _refuse_pictures(proof: Skeleton) -> None:
    """Let only text pass wherever a value stands outside the text of a run."""
    for output, at in proof.outside_runs:
        output.nodes[at] = nodes.Filter(output.nodes[at], TEXT_ONLY, [], [], None, None)


def _split_root(xml: str) -> tuple[str, str, str]:
    """The tag that begins an element, what is inside, and the tag that ends it.

    Raises:
        ValueError: there is no such element, or nothing is in it.
    """
    start = _START.match(xml)
    if start is None:
        raise ValueError("naskahnya kosong")
    end = f"</{start[1]}>"
    return start[0], xml[start.end() : xml.rindex(end)], end


def _name_of(start: str) -> list[str]:
    found = _START.match(start)
    return [found[1]] if found else []


def _bare(start: str, above: str) -> str:
    """The tag of a body without the namespaces that the document ``above`` it declares."""
    return _NAMESPACE.sub(lambda found: "" if found[0].strip() in above else found[0], start)


def _unmasked(xml: str) -> str:
    """(docxtpl) ``{_{`` and the like stand for braces that are no field."""
    if "{" not in xml and "}" not in xml:
        return xml
    return xml.replace("{_{", "{{").replace("}_}", "}}").replace("{_%", "{%").replace("%_}", "%}")


def _with_line_breaks(xml: str) -> str:
    """(docxtpl) Tabs, line, paragraph and page breaks in texts as Word has them.

    docxtpl looks at all paragraphs; only those that hold such a character can change.
    """
    if not _is_listed(xml):
        return xml
    *paragraphs, rest = xml.split(_PARAGRAPH_END)
    whole = (f"{paragraph}{_PARAGRAPH_END}" for paragraph in paragraphs)
    resolved = (DOCXTPL.resolve_listing(p) if _is_listed(p) else p for p in whole)
    return "".join((*resolved, rest))


def _is_listed(xml: str) -> bool:
    return any(character in xml for character in _LISTED)


def _numbered(xml: str) -> str:
    """(docxtpl) Each drawing of a body has a number of its own."""
    if "docPr" not in xml:
        return xml
    numbers = count(_FIRST_DRAWING)
    return _DRAWING.sub(lambda found: f"{found[1]}{next(numbers)}", xml)
