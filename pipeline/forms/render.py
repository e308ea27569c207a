"""Word templates filled in (docxtpl), in a sandbox: staff edit the templates."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from jinja2 import TemplateSyntaxError, UndefinedError
from jinja2.exceptions import SecurityError

from pipeline.errors import KinerjaError, ReadError
from pipeline.forms.compiled.part import IllFormedError
from pipeline.forms.compiled.template import Compiled, compile_template
from pipeline.forms.compiled.values import Picture, SubDocument
from pipeline.forms.properties import CODE, PERIOD, RETURNS, REVISION
from pipeline.forms.sandbox import TemplateLimitError

__all__ = ["Picture", "RenderError", "SubDocument", "reason_of", "render"]
TEMPLATES_KEPT = 16
"""Compiled templates kept, by their content: those of the office, and the format of a quarter."""

_REASONS: dict[type[Exception] | tuple[type[Exception], ...], str] = {
    ZeroDivisionError: "ada pembagian dengan nol",
    (OverflowError, MemoryError, RecursionError): (
        "perulangan atau hitungannya terlalu besar; periksa {% for %} dan range"
    ),
}


class RenderError(KinerjaError):
    """A template could not be filled in."""


def render(
    template: bytes,
    context: Mapping[str, Any],
    *,
    code: str = "",
    period: str = "",
    revision: str = "",
    returns: str = "",
) -> bytes:
    """``template`` with ``context`` filled in, named by ``code`` and ``period``.

    Raises:
        RenderError: the template asks for a field that does not exist, or breaks the document.
    """
    try:
        compiled = _compiled(template)
        named = {CODE: code, PERIOD: period, REVISION: revision, RETURNS: returns}
        return compiled.filled(context, named)
    except ReadError as broken:
        raise RenderError(f"Templat tidak dapat diisi: {broken}") from broken
    except IllFormedError as broken:
        raise RenderError(
            "Templat tidak dapat diisi: isiannya merusak susunan dokumen. Bandingkan dengan draf"
            " awal, dan jangan memakai saringan “safe”."
        ) from broken
    except Exception as broken:  # people's Jinja fails in every way that Python knows
        raise RenderError(f"Templat tidak dapat diisi: {reason_of(broken)}.") from broken


@lru_cache(maxsize=TEMPLATES_KEPT)
def _compiled(template: bytes) -> Compiled:
    return compile_template(template)


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
    for kinds, words in _REASONS.items():
        if isinstance(error, kinds):
            return words
    return f"{error or type(error).__name__}"
