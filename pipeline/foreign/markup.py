"""XML from outside: one hardened parser, and a look at the bytes before any other parser sees them.

Office files are read by several programs (lxml, expat, LibreOffice), and each has its own idea of
entities and encodings. What this look lets through, all of them read alike.
"""

import re

from lxml import etree

_ENCODINGS = frozenset({"UTF-8", "UTF8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII"})
_DECLARED = re.compile(r"<\?xml[^>]{0,200}?\bencoding\s*=\s*[\"']([A-Za-z0-9._:-]{1,40})")
_HEAD = 300  # bytes within which the XML declaration stands
_DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_FOUR_BYTE_SIGNS = (b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"<\0\0\0", b"\0\0\0<")
_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff", b"\0<")
_SUFFIXES = (".xml", ".rels", ".vml", ".svg")


class DeclarationError(ValueError):
    """The XML declares a document type or entities (ECMA-376 part 2, M1.18)."""


class EncodingError(ValueError):
    """The XML is written in neither UTF-8 nor UTF-16 (ECMA-376 part 2, M1.17)."""


def parse(data: bytes) -> etree._Element:
    """The root of ``data``: no document type, no entities, no network, at most 256 deep.

    Raises:
        DeclarationError: it declares a document type.
        EncodingError: it is in an encoding that not every reader takes alike.
        ValueError: it is not well-formed (`lxml.etree.XMLSyntaxError` is turned into this).
    """
    check_markup(data)
    try:
        root = etree.fromstring(data, parser=hardened_parser())
    except etree.XMLSyntaxError as broken:
        raise ValueError(str(broken)) from broken
    if root.getroottree().docinfo.internalDTD is not None:
        raise DeclarationError
    return root


def hardened_parser() -> etree.XMLParser:
    """A parser that expands nothing, fetches nothing and keeps libxml2's own limits."""
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False,
    )  # fmt: skip


def is_markup(name: str, data: bytes) -> bool:
    """Whether a part is XML, by its name or by how it begins."""
    return name.lower().endswith(_SUFFIXES) or data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(
        _STARTS
    )


def check_markup(data: bytes) -> None:
    """Look for what no part of an Office file has.

    Raises:
        DeclarationError: a document type or an entity is declared.
        EncodingError: an encoding other than UTF-8 and UTF-16 is declared or used.
    """
    if any(word in data for word in _DECLARATIONS):
        raise DeclarationError
    if data.startswith(_FOUR_BYTE_SIGNS):
        raise EncodingError
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0"))
    head = data[:_HEAD].decode("utf-16" if wide else "latin-1", errors="replace")
    declared = _DECLARED.search(head)
    if declared is not None and declared[1].upper() not in _ENCODINGS:
        raise EncodingError
