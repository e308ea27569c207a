"""One Word file from its markup: a small package whose bytes depend on nothing but the markup."""

import io
import zipfile
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import docx
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE as CT
from docx.opc.constants import RELATIONSHIP_TYPE as RT
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from docx.package import Package

from .look import FAINT_INK, Paper, styles_xml
from .wml import WORD_NAMESPACE

EMPTY_CONTROL = "klik untuk mengisi"
"""What every empty control shows; the program takes exactly this text for "nothing entered"."""

PLACEHOLDER_PART = "KinerjaIsian"
CUSTOM_PROPERTIES = ("kinerja_kode", "kinerja_periode")
"""Custom properties that the program fills after rendering; docxtpl leaves them alone."""

_FIXED_TIME = datetime(2026, 1, 1)
_DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_NAMESPACES = (
    f'xmlns:w="{WORD_NAMESPACE}" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"'
)


@dataclass(frozen=True)
class Sheet:
    """One template: its paper, its body, and what stands above and below every page.

    With `first_page_bare` the header is left out on page 1, which has its letterhead.
    """

    title: str
    paper: Paper
    body: str
    header: str = ""
    footer: str = ""
    first_page_bare: bool = False
    has_controls: bool = False


def build(sheet: Sheet) -> bytes:
    """The sheet as a .docx file, the same bytes at every run."""
    document = docx.Document()
    _strip(document)
    _attach(document, RT.STYLES, "/word/styles.xml", CT.WML_STYLES, styles_xml())
    _attach(document, RT.SETTINGS, "/word/settings.xml", CT.WML_SETTINGS, _settings())
    if sheet.has_controls:
        kind = CT.WML_DOCUMENT_GLOSSARY
        _attach(document, RT.GLOSSARY_DOCUMENT, "/word/glossary/document.xml", kind, _glossary())
    _describe(document, sheet.title)
    section = sheet.paper.markup(
        _furniture(document, sheet), first_page_differs=sheet.first_page_bare
    )
    body = parse_xml(f"<w:body {_NAMESPACES}>{sheet.body}{section}</w:body>")
    document.element.replace(document.element.body, body)
    raw = io.BytesIO()
    document.save(raw)
    return _repacked(raw.getvalue())


def members(data: bytes) -> dict[str, bytes]:
    """The unpacked parts of a .docx, in order: what two builds must agree on.

    Compressed bytes may differ between zlib versions; the parts may not.
    """
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def _strip(document: Document) -> None:
    """Drop every part of python-docx's default template but the document itself."""
    document.part.rels.clear()
    rels = _package(document).rels
    for key in [k for k, rel in rels.items() if rel.reltype not in _KEPT]:
        del rels[key]


_KEPT = (RT.OFFICE_DOCUMENT, RT.CORE_PROPERTIES)


def _attach(document: Document, relation: str, name: str, kind: str, blob: bytes) -> str:
    part = Part(PackURI(name), kind, blob, _package(document))
    return document.part.relate_to(part, relation)


def _relate(document: Document, relation: str, name: str, kind: str, blob: bytes) -> None:
    package = _package(document)
    package.relate_to(Part(PackURI(name), kind, blob, package), relation)


def _package(document: Document) -> Package:
    """The package of a document, which python-docx's types leave open."""
    return cast(Package, document.part.package)


def _furniture(document: Document, sheet: Sheet) -> str:
    """Attach header and footer parts and refer to them."""
    references = []
    plan = [("header", sheet.header, RT.HEADER, CT.WML_HEADER)]
    plan.append(("footer", sheet.footer, RT.FOOTER, CT.WML_FOOTER))
    for element, content, relation, kind in plan:
        if not content:
            continue
        tag = "w:hdr" if element == "header" else "w:ftr"
        blob = f"{_DECLARATION}<{tag} {_NAMESPACES}>{content}</{tag}>".encode()
        key = _attach(document, relation, f"/word/{element}1.xml", kind, blob)
        references.append(f'<w:{element}Reference w:type="default" r:id="{key}"/>')
        if element == "footer" and sheet.first_page_bare:
            references.append(f'<w:{element}Reference w:type="first" r:id="{key}"/>')
    return "".join(references)


def _settings() -> bytes:
    uri = "http://schemas.microsoft.com/office/word"
    return (
        f"{_DECLARATION}<w:settings {_NAMESPACES}>"
        '<w:zoom w:percent="100"/><w:defaultTabStop w:val="567"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat><w:compatSetting w:name="compatibilityMode" w:uri="{uri}" w:val="15"/>'
        '</w:compat><w:themeFontLang w:val="id-ID"/>'
        '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
    ).encode()


def _glossary() -> bytes:
    """The building block that Word puts back when somebody empties a control."""
    return (
        f"{_DECLARATION}<w:glossaryDocument {_NAMESPACES}><w:docParts><w:docPart>"
        f'<w:docPartPr><w:name w:val="{PLACEHOLDER_PART}"/>'
        '<w:category><w:name w:val="General"/><w:gallery w:val="placeholder"/></w:category>'
        '<w:types><w:type w:val="bbPlcHdr"/></w:types>'
        '<w:behaviors><w:behavior w:val="content"/></w:behaviors>'
        '<w:guid w:val="{5B1D2C60-7A0E-4C1B-9E57-2F6B8C3A9D41}"/></w:docPartPr>'
        f"<w:docPartBody><w:p><w:r>{FAINT_INK.markup()}"
        f"<w:t>{EMPTY_CONTROL}</w:t></w:r></w:p></w:docPartBody>"
        "</w:docPart></w:docParts></w:glossaryDocument>"
    ).encode()


def _application() -> tuple[str, bytes]:
    kind = CT.OFC_EXTENDED_PROPERTIES
    namespace = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    text = f'{_DECLARATION}<Properties xmlns="{namespace}"><Application>kinerja</Application>'
    return kind, f"{text}</Properties>".encode()


def _custom() -> tuple[str, bytes]:
    base = "http://schemas.openxmlformats.org/officeDocument/2006"
    listed = "".join(
        '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"'
        f' pid="{number}" name="{name}"><vt:lpwstr></vt:lpwstr></property>'
        for number, name in enumerate(CUSTOM_PROPERTIES, start=2)
    )
    text = (
        f'{_DECLARATION}<Properties xmlns="{base}/custom-properties"'
        f' xmlns:vt="{base}/docPropsVTypes">{listed}</Properties>'
    )
    return CT.OFC_CUSTOM_PROPERTIES, text.encode()


def _describe(document: Document, title: str) -> None:
    """Fixed properties, and the custom ones that the program fills."""
    _relate(document, RT.EXTENDED_PROPERTIES, "/docProps/app.xml", *_application())
    _relate(document, RT.CUSTOM_PROPERTIES, "/docProps/custom.xml", *_custom())
    core = document.core_properties
    core.title, core.author, core.last_modified_by = title, "kinerja", "kinerja"
    core.comments, core.keywords, core.subject, core.category = "", "", "", ""
    core.language, core.revision = "id-ID", 1
    core.created = core.modified = _FIXED_TIME


def _repacked(raw: bytes) -> bytes:
    """The same parts with fixed times, in a fixed order, the list of types first."""
    parts = members(raw)
    names = sorted(parts, key=lambda name: (name != "[Content_Types].xml", name))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
        for name in names:
            entry = zipfile.ZipInfo(name, _FIXED_TIME.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            entry.create_system = 3
            package.writestr(entry, parts[name])
    return out.getvalue()
