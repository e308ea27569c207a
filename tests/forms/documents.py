"""Small Word files: as Word would save them, and as nobody should."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import docx

TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "data-kinerja"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MAIN = "word/document.xml"


def word(*paragraphs: str) -> bytes:
    """A document with these paragraphs, as python-docx saves it."""
    document = docx.Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    return saved(document)


def saved(document: "docx.document.Document") -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def body(*paragraphs: str) -> bytes:
    """A document whose paragraphs are given as XML."""
    joined = "".join(f"<w:p>{p}</w:p>" for p in paragraphs)
    xml = f'<?xml version="1.0"?><w:document xmlns:w="{_W}"><w:body>{joined}</w:body></w:document>'
    return with_parts(word(), {MAIN: xml.encode()})


def run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def control(tag: str, content: str) -> str:
    """A content control around ``content`` (XML)."""
    return (
        f"<w:sdt><w:sdtPr><w:tag w:val={quoteattr(tag)}/></w:sdtPr>"
        f"<w:sdtContent>{content}</w:sdtContent></w:sdt>"
    )


def comments(*texts: str) -> bytes:
    inner = "".join(
        f'<w:comment w:id="{n}" w:author="x"><w:p>{run(t)}</w:p></w:comment>'
        for n, t in enumerate(texts)
    )
    return f'<w:comments xmlns:w="{_W}">{inner}</w:comments>'.encode()


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_parts(data: bytes, changed: Mapping[str, bytes], without: Iterable[str] = ()) -> bytes:
    """The package with some parts changed, added or left out."""
    out = io.BytesIO()
    gone = set(without)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**parts(data), **changed}.items():
            if name not in gone:
                package.writestr(name, content)
    return out.getvalue()


def text_of(data: bytes) -> list[str]:
    """The paragraphs that python-docx, a stranger to us, reads."""
    return [p.text for p in docx.Document(io.BytesIO(data)).paragraphs]


def template(name: str) -> bytes:
    return (TEMPLATES / f"{name}.docx").read_bytes()
