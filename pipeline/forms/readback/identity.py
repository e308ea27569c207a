"""Who a file says it is: by property, printed code, bookmark and QR; they must not disagree."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from lxml import etree

from pipeline.domain.document import CODE_ALPHABET, CODE_LENGTH
from pipeline.forms.package import W, WordPackage
from pipeline.forms.properties import CODE, PERIOD, RETURNS, REVISION, read_properties
from pipeline.forms.readback.qr import codes_in_pictures

BOOKMARK = "kode"
"""What the name of the form's bookmark begins with; the code follows."""
_CODE = f"[{CODE_ALPHABET}]{{{CODE_LENGTH}}}"
_PRINTED = re.compile(rf"Kode formulir:?\s*({_CODE})\b")
_BOOKMARK = re.compile(rf"{BOOKMARK}({_CODE})")
_P, _T, _MARK, _MOVED = f"{W}p", f"{W}t", f"{W}bookmarkStart", f"{W}moveFrom"


@dataclass(frozen=True)
class Identity:
    """What a file says of itself: its code in four places, its period, revision and return.

    ``revision`` is empty where the file was not published for a decision; ``returns`` says after
    how many returns the form was made out. ``printed_code`` and ``drawn_code`` (the QR) are the
    first of their kind; ``further`` are other codes of the same kinds. ``is_ours`` says that the
    file was once laid out here, whatever is left of it.
    """

    property_code: str
    printed_code: str
    period: str
    revision: str = ""
    bookmark_code: str = ""
    drawn_code: str = ""
    returns: str = ""
    further: tuple[tuple[str, str], ...] = ()
    is_ours: bool = field(default=False, compare=False)

    @property
    def code(self) -> str:
        """The document's code; empty where the file carries none."""
        return self.property_code or self.printed_code or self.bookmark_code or self.drawn_code

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Where each code was found, in words, and the code."""
        named = [
            ("di dalam berkas", self.property_code),
            ("tercetak", self.printed_code),
            ("penanda (bookmark)", self.bookmark_code),
            ("QR", self.drawn_code),
        ]
        return [(where, code) for where, code in (*named, *self.further) if code]

    @property
    def conflicts(self) -> bool:
        """Whether the file carries different codes."""
        return len({code for _, code in self.sources}) > 1


def read_identity(package: WordPackage) -> Identity:
    """Who the file says it is.

    Raises:
        ReadError: a part is not well-formed.
    """
    properties = read_properties(package)
    roots = [package.xml(part) for part in package.content_parts()]
    printed = _each(_PRINTED.findall("\n".join(map(_text, roots))))
    names = (mark.get(f"{W}name", "") for root in roots for mark in root.iter(_MARK))
    marked = _each(match[1] for match in map(_BOOKMARK.fullmatch, names) if match)
    drawn = codes_in_pictures(package, re.compile(_CODE))
    kinds = (("tercetak", printed), ("penanda (bookmark)", marked), ("QR", drawn))
    return Identity(
        properties.get(CODE, ""),
        printed[0] if printed else "",
        properties.get(PERIOD, ""),
        properties.get(REVISION, ""),
        marked[0] if marked else "",
        drawn[0] if drawn else "",
        properties.get(RETURNS, ""),
        tuple((where, code) for where, codes in kinds for code in codes[1:]),
        is_ours=not properties.keys().isdisjoint((CODE, PERIOD)),
    )


def _text(root: etree._Element) -> str:
    """What is printed, a line a paragraph, without what was moved away."""
    moved = {text for away in root.iter(_MOVED) for text in away.iter(_T)}
    nodes = (node for node in root.iter(_T, _P) if node not in moved)
    return "".join(node.text or "" if node.tag == _T else "\n" for node in nodes)


def _each(codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(codes))
