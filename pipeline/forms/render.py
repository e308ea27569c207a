"""Word templates filled in (docxtpl), in a sandbox: staff edit the templates."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from pipeline.errors import KinerjaError
from pipeline.forms.package import open_word
from pipeline.forms.properties import CODE, PERIOD, write_properties

_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class RenderError(KinerjaError):
    """A template could not be filled in."""


@dataclass(frozen=True)
class Picture:
    """A PNG in a context, ``width`` in millimetres."""

    png: bytes
    width: float


def sandbox() -> SandboxedEnvironment:
    """The environment of all templates: no dunder access, unknown fields refused, XML escaped."""
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def render(
    template: bytes, context: Mapping[str, Any], *, code: str = "", period: str = ""
) -> bytes:
    """``template`` with ``context`` filled in, named by ``code`` and ``period``.

    Raises:
        RenderError: the template asks for a field that does not exist, or breaks the document.
    """
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.render(_prepared(context, document), jinja_env=sandbox(), autoescape=True)
    except TemplateError as broken:
        raise RenderError(f"Templat tidak dapat diisi: {broken}. Betulkan kolom itu.") from broken
    buffer = io.BytesIO()
    document.save(buffer)
    filled = write_properties(buffer.getvalue(), {CODE: code, PERIOD: period})
    package = open_word(filled)
    for part in package.content_parts():
        package.xml(part)  # refuses what is not well-formed
    return filled


def _prepared(value: Any, document: DocxTemplate) -> Any:
    if isinstance(value, Picture):
        return InlineImage(document, io.BytesIO(value.png), width=Mm(value.width))
    if isinstance(value, Mapping):
        return {key: _prepared(inner, document) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_prepared(inner, document) for inner in value]
    return _CONTROLS.sub("", value) if isinstance(value, str) else value
