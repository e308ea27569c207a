"""docxtpl as its guide shows it, in our sandbox, and what two packages have in common."""

import io
from collections.abc import Mapping
from typing import Any

from docx.shared import Mm
from docxtpl import DocxTemplate, InlineImage
from lxml import etree

from pipeline.forms.compiled.values import Prepared
from pipeline.forms.properties import PART, write_properties
from pipeline.forms.sandbox import Sandbox, bounded_work

from .documents import parts


def by_docxtpl(template: bytes, context: Mapping[str, Any]) -> bytes:
    """``template`` filled in by docxtpl, which knows nothing of us."""
    document = DocxTemplate(io.BytesIO(template))
    document.render_init()
    values = Prepared(
        context,
        lambda picture: InlineImage(document, io.BytesIO(picture.png), width=Mm(picture.width)),
        lambda inner: document.new_subdoc(io.BytesIO(inner.docx)),
    ).values
    with bounded_work():
        document.render(values, Sandbox(), autoescape=True)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def canonical(package: bytes) -> dict[str, Any]:
    """The parts of a package in canonical form (C14N); lists that have no order are sorted.

    What only we write is left out: the custom properties.
    """
    named = parts(write_properties(package, {}))
    return {name: _canonical(name, data) for name, data in named.items() if name != PART}


def _canonical(name: str, data: bytes) -> Any:
    if not name.endswith((".xml", ".rels")):
        return data
    root = etree.fromstring(data)
    if name == "[Content_Types].xml":
        return sorted(etree.tostring(child, method="c14n") for child in root)
    if name.endswith(".rels"):
        return sorted(
            tuple(sorted(child.items())) for child in root if child.get("Id") != "rIdKinerja"
        )
    return etree.tostring(root, method="c14n")
