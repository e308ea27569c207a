"""A returned form read back: who it says it is, what was written, what was commented."""

import re
from dataclasses import dataclass

from lxml import etree

from pipeline.domain.document import CODE_ALPHABET, CODE_LENGTH
from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.forms.package import NS, W, WordPackage
from pipeline.forms.properties import CODE, PERIOD, REVISION, read_properties

_TAG = re.compile(r"k:([A-Za-z0-9.-]{1,20}):(\w+)")
_PRINTED = re.compile(rf"Kode formulir:?\s*([{CODE_ALPHABET}]{{{CODE_LENGTH}}})\b")
LONGEST_CHOICE = 20_000  # characters of what copies of one control say
COMMENTS = "word/comments.xml"
FIELD_KEYS = frozenset(field.value for field in Field)


@dataclass(frozen=True)
class Identity:
    """What a file says of itself: the code as a property and as printed, period and revision.

    ``revision`` is empty where the file was not published for a decision.
    """

    property_code: str
    printed_code: str
    period: str
    revision: str = ""

    @property
    def code(self) -> str:
        """The document's code; empty where the file carries none."""
        return self.property_code or self.printed_code

    @property
    def conflicts(self) -> bool:
        """Whether the file carries two different codes."""
        return bool(
            self.property_code and self.printed_code and self.property_code != self.printed_code
        )


def read_identity(package: WordPackage) -> Identity:
    """Who the file says it is."""
    properties = read_properties(package)
    text = " ".join(_visible_text(package.xml(part)) for part in package.content_parts())
    printed = _PRINTED.search(text)
    return Identity(
        properties.get(CODE, ""),
        printed[1] if printed else "",
        properties.get(PERIOD, ""),
        properties.get(REVISION, ""),
    )


def read_fields(package: WordPackage) -> dict[str, dict[Field, str]]:
    """What stands in the content controls: indicator code → field → text.

    A control that still shows its placeholder is an empty text; a control that is gone has no key.
    A control that was copied and says different things shows them, up to `LONGEST_CHOICE`, so that
    no check can take one of them for the figure.
    """
    fields: dict[str, dict[Field, str]] = {}
    for part in package.content_parts():
        for control in package.xml(part).iter(f"{W}sdt"):
            tag = control.find("w:sdtPr/w:tag", NS)
            match = _TAG.fullmatch(tag.get(f"{W}val", "")) if tag is not None else None
            content = control.find("w:sdtContent", NS)
            if match is None or content is None or match[2] not in FIELD_KEYS:
                continue
            text = _visible_text(content)
            said = "" if text == PLACEHOLDER else text
            row = fields.setdefault(match[1], {})
            before = row.get(Field(match[2]), said)
            if said != before and len(before) <= LONGEST_CHOICE:
                said = f"{before} | {said}"
            row[Field(match[2])] = said if len(before) <= LONGEST_CHOICE else before
    return fields


def read_comments(package: WordPackage) -> list[str]:
    """The text of Word comments, in order."""
    if COMMENTS not in package.parts:
        return []
    comments = package.xml(COMMENTS).iterfind("w:comment", NS)
    return [text for text in map(_visible_text, comments) if text]


def _visible_text(element: etree._Element) -> str:
    """Text as a reader sees it: without what was deleted or moved away; breaks as blanks."""
    pieces: list[str] = []
    for node in element.iter(f"{W}t", f"{W}tab", f"{W}br", f"{W}p"):
        if next(node.iterancestors(f"{W}del", f"{W}moveFrom"), None) is not None:
            continue
        pieces.append(node.text or "" if node.tag == f"{W}t" else " ")
    return " ".join("".join(pieces).split())
