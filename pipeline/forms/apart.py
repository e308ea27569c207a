"""What is done with the bytes of people's Word files and workbooks, each in a process of its own.

One function does all for one file. Arguments and results are plain values, for they travel; see
`pipeline.confine.reader`. Nobody outside this room calls a parser itself.
"""

import base64
import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue

from pipeline.domain.finding import Finding
from pipeline.errors import KinerjaError, ReadError
from pipeline.forms.package import OWN, open_word
from pipeline.forms.properties import write_properties
from pipeline.forms.readback import Identity, is_empty, is_tagged, read_comments, read_identity
from pipeline.forms.readback.form import FormReading, read_returned
from pipeline.forms.render import Picture, RenderError, render
from pipeline.forms.template_check import check_template
from pipeline.forms.workbooks.entry_reading import read_entry
from pipeline.forms.workbooks.master import is_master, read_master
from pipeline.forms.workbooks.roster import read_roster
from pipeline.forms.workbooks.statements import read_statements

__all__ = [
    "APART",
    "FormReading",
    "PlainContext",
    "PlainPicture",
    "WordReading",
    "check_format",
    "fill_in",
    "fill_many",
    "is_master",
    "name_word",
    "read_entry",
    "read_form",
    "read_master",
    "read_roster",
    "read_statements",
    "read_text",
    "read_word",
]
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class WordReading:
    """What a Word file says of itself, before it is read by the form that was issued.

    ``tagged`` says whether a content control of it has a tag of ours; ``comments`` are the texts of
    its comments; ``empty`` says that its body has neither words nor pictures.
    """

    identity: Identity
    tagged: bool
    comments: list[str]
    macros: bool
    empty: bool


@dataclass(frozen=True)
class PlainPicture:
    """A picture on its way: a PNG in base64, its width in millimetres."""

    png: str
    width: float


@dataclass(frozen=True)
class PlainContext:
    """What a template is filled in with, on its way: values, and pictures by their key."""

    values: dict[str, JsonValue]
    pictures: dict[str, PlainPicture]

    @classmethod
    def of(cls, context: Mapping[str, Any]) -> "PlainContext":
        """A context whose pictures stand at its top."""
        pictures = {key: value for key, value in context.items() if isinstance(value, Picture)}
        return cls(
            {key: value for key, value in context.items() if key not in pictures},
            {
                key: PlainPicture(base64.b64encode(picture.png).decode(), picture.width)
                for key, picture in pictures.items()
            },
        )

    def context(self) -> dict[str, Any]:
        """The context again, in the order of values before pictures."""
        pictures = {
            key: Picture(base64.b64decode(picture.png), picture.width)
            for key, picture in self.pictures.items()
        }
        return {**self.values, **pictures}


def read_word(data: bytes) -> WordReading:
    """A Word file read.

    Raises:
        ReadError: it is no sound .docx.
    """
    package = open_word(data)
    return WordReading(
        read_identity(package),
        is_tagged(package),
        read_comments(package),
        package.has_macros(),
        is_empty(package),
    )


def read_form(data: bytes, issued: bytes) -> FormReading:
    """The values of a returned form, read by the form as it was issued, and all that is odd of it.

    Raises:
        ReadError: one of them is no sound .docx.
    """
    return read_returned(open_word(data), open_word(issued, OWN))


def check_format(data: bytes, sample: PlainContext) -> list[Finding]:
    """Every fault of a form template; ``sample`` is a context like the real ones.

    Raises:
        ReadError: it is no sound .docx.
    """
    return check_template(data, open_word(data), sample.context())


def name_word(data: bytes, properties: dict[str, str]) -> bytes:
    """The .docx with its custom properties set; what people wrote stays as it is.

    Raises:
        ReadError: it is no sound .docx.
    """
    open_word(data)
    return write_properties(data, properties)


def fill_in(template: bytes, context: PlainContext, properties: dict[str, str]) -> bytes:
    """A template of the office's staff, filled in, and named by ``properties``.

    ``properties`` may be ``code``, ``period``, ``revision`` and ``returns``.

    Raises:
        RenderError: it asks for a field that does not exist, or breaks the document.
    """
    return render(template, context.context(), **properties)


def fill_many(
    template: bytes, contexts: list[PlainContext], properties: list[dict[str, str]]
) -> list[bytes]:
    """A template filled in once for each context, each named by the ``properties`` at its place.

    Raises:
        RenderError: one of the documents cannot be made; which one, only `fill_in` says.
    """
    pairs = zip(contexts, properties, strict=True)
    return [fill_in(template, context, named) for context, named in pairs]


def read_text(data: bytes, limit: int) -> str:
    """The first ``limit`` characters of a text file: UTF-8, or UTF-16 as Notepad's “Unicode”."""
    code = "utf-16" if data.startswith(_UTF_16) else "utf-8-sig"
    return data.decode(code, errors="replace").replace("\0", "").strip()[:limit]


APART: dict[Any, type[KinerjaError]] = {
    read_word: ReadError,
    read_form: ReadError,
    check_format: ReadError,
    name_word: ReadError,
    fill_in: RenderError,
    fill_many: RenderError,
    read_text: ReadError,
    is_master: ReadError,
    read_master: ReadError,
    read_statements: ReadError,
    read_roster: ReadError,
    read_entry: ReadError,
}
"""What may be called, and which error says that a file took too much."""
