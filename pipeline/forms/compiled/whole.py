"""A template filled in by docxtpl itself, where the fast way does not apply: sub-documents.

They bring styles, numbering, notes and pictures of their own, which docxcompose merges into those
of the package.
"""

import io
from collections.abc import Mapping
from typing import Any

from docx.document import Document
from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage

from pipeline.forms.compiled.part import check
from pipeline.forms.compiled.values import Prepared
from pipeline.forms.sandbox import Sandbox

_CORE = ("author", "comments", "identifier", "language", "subject", "title")


def by_docxtpl(template: bytes, context: Mapping[str, Any]) -> bytes:
    """``template`` with ``context`` filled in; to be called within `bounded_work`.

    Raises:
        IllFormedError: the body is not well-formed.
        jinja2.TemplateError: the template asks for what there is not, or for too much.
    """
    document = _Strict(io.BytesIO(template))
    document.render_init()
    prepared = Prepared(
        context,
        lambda picture: InlineImage(document, io.BytesIO(picture.png), width=Mm(picture.width)),
        lambda inner: document.new_subdoc(io.BytesIO(inner.docx)),
    )
    document.render(prepared.values, jinja_env=Sandbox(), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def set_core(document: Document) -> None:
    """Have a document the core properties that docxtpl sets, empty where it had none."""
    for name in _CORE:
        setattr(document.core_properties, name, getattr(document.core_properties, name))


class _Strict(DocxTemplate):  # type: ignore[misc]  # docxtpl declares no types
    """docxtpl, which silently leaves out what is not well-formed in a body, refusing it."""

    def fix_tables(self, xml: str) -> Any:
        """The body with the grids that its tables need."""
        check(xml)
        return super().fix_tables(xml)

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """The properties set, but not filled in: docxtpl would escape them twice."""
        set_core(self.docx)
