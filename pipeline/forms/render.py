"""Word templates filled in (docxtpl), in a sandbox: staff edit the templates."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from pipeline.domain.plain_text import plain_text
from pipeline.errors import KinerjaError, ReadError
from pipeline.forms.package import OWN, open_word
from pipeline.forms.properties import CODE, PERIOD, REVISION, write_properties
from pipeline.forms.sandbox import Sandbox, TemplateLimitError


class RenderError(KinerjaError):
    """A template could not be filled in."""


@dataclass(frozen=True)
class Picture:
    """A PNG in a context, ``width`` in millimetres."""

    png: bytes
    width: float


def render(
    template: bytes,
    context: Mapping[str, Any],
    *,
    code: str = "",
    period: str = "",
    revision: str = "",
) -> bytes:
    """``template`` with ``context`` filled in, named by ``code`` and ``period``.

    Raises:
        RenderError: the template asks for a field that does not exist, or breaks the document.
    """
    try:
        filled = _rendered(template, context, {CODE: code, PERIOD: period, REVISION: revision})
        package = open_word(filled, OWN)
        for part in package.content_parts():
            package.xml(part)  # refuses what is not well-formed
    except ReadError as broken:
        raise RenderError(
            "Templat tidak dapat diisi: isiannya merusak susunan dokumen. Bandingkan dengan draf"
            " awal, dan jangan memakai saringan “safe”."
        ) from broken
    except Exception as broken:  # people's Jinja fails in every way that Python knows
        raise RenderError(f"Templat tidak dapat diisi: {reason_of(broken)}.") from broken
    return filled


def reason_of(error: Exception) -> str:
    """Why Jinja or the Word library gave up, to the person who wrote the template."""
    match error:
        case TemplateLimitError():
            return error.message or ""
        case UndefinedError():
            return f"ada kolom yang tidak dikenal atau kosong ({error.message})"
        case SecurityError():
            return f"ada penulisan yang tidak diizinkan ({error.message})"
        case TemplateSyntaxError():
            return f"penulisannya tidak terbaca ({error.message})"
        case OverflowError() | MemoryError() | RecursionError():
            return "perulangan atau hitungannya terlalu besar; periksa {% for %} dan range"
    return f"{error or type(error).__name__}"


def _rendered(template: bytes, context: Mapping[str, Any], properties: dict[str, str]) -> bytes:
    document = DocxTemplate(io.BytesIO(template))
    document.render(_prepared(context, document), jinja_env=Sandbox(), autoescape=True)
    buffer = io.BytesIO()
    document.save(buffer)
    return write_properties(buffer.getvalue(), properties)


def _prepared(value: Any, document: DocxTemplate) -> Any:
    if isinstance(value, Picture):
        return InlineImage(document, io.BytesIO(value.png), width=Mm(value.width))
    if isinstance(value, Mapping):
        return {key: _prepared(inner, document) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_prepared(inner, document) for inner in value]
    return plain_text(value) if isinstance(value, str) else value
