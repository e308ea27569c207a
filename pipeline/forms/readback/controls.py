"""What stands in the content controls whose tags are ours; nothing else is looked at."""

from collections.abc import Iterable

from pipeline.domain.form import Field
from pipeline.foreign.package import MAIN_PART
from pipeline.forms.package import W, WordPackage
from pipeline.forms.readback.listen import slot_of
from pipeline.forms.readback.plain import squeezed, taken
from pipeline.forms.readback.stories import hear

_SHOWN = tuple(f"{W}{name}" for name in ("drawing", "pict", "object"))
LONGEST_CHOICE = 20_000  # characters of what copies of one control say

Values = dict[str, dict[Field, str]]
"""Indicator code → field → text; a slot that was not found has no key."""


def is_tagged(package: WordPackage) -> bool:
    """Whether a control of the file has one of our tags.

    Raises:
        ReadError: a part is not well-formed.
    """
    tags = (tag for part in package.content_parts() for tag in package.xml(part).iter(f"{W}tag"))
    return any(slot_of(tag.get(f"{W}val", "")) for tag in tags)


def is_empty(package: WordPackage) -> bool:
    """Whether the body of the file says and shows nothing at all.

    Raises:
        ReadError: a part is not well-formed.
    """
    body = package.xml(MAIN_PART)
    shown = next(body.iter(*_SHOWN), None)
    return shown is None and not any((text.text or "").strip() for text in body.iter(f"{W}t"))


def read_fields(package: WordPackage) -> Values:
    """What stands in the controls of a file whose tags are whole.

    A control that still shows its placeholder is an empty text. One that was copied and says
    different things shows them (see `either`).

    Raises:
        ReadError: a part is not well-formed.
    """
    said: dict[str, dict[Field, list[str]]] = {}
    for held in hear(package).held:
        if held.slot is not None:
            code, field = held.slot
            said.setdefault(code, {}).setdefault(field, []).append(taken(held.said, field))
    return {
        code: {field: either(texts) for field, texts in row.items()} for code, row in said.items()
    }


def either(texts: Iterable[str]) -> str:
    """What several places say of one value, up to `LONGEST_CHOICE`.

    Where they differ all are shown, so that no check can take one of them for the figure.
    """
    shown = ""
    for number, text in enumerate(distinct(texts)):
        if len(shown) > LONGEST_CHOICE:
            break
        shown = f"{shown} | {text}" if number else text
    return shown


def distinct(texts: Iterable[str]) -> list[str]:
    """The texts that differ in more than blanks and the kind of their signs, in order."""
    return list({squeezed(text): text for text in reversed(list(texts))}.values())[::-1]
