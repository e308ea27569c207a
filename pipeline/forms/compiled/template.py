"""A template compiled once: what is the same in every document is read, patched and packed before.

docxtpl opens, patches, compiles, renders and packs a template for each document; most of that
depends on the template alone. Here it is done once, by docxtpl and python-docx themselves, and a
document is

1. each part with fields, rendered;
2. the pictures that came with the context, their relationships and content types;
3. the name tag of the document (`pipeline.forms.properties`);
4. a zip file of these, and of all other parts as they lie in the package, still packed.

What comes out is what docxtpl would have written, XML for XML; but fields are filled in as well in
settings, custom properties, custom XML, comments and endnotes, where docxtpl leaves them standing.
"""

import copy
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from docx.document import Document
from docx.opc.packuri import PackURI
from docxtpl import DocxTemplate
from lxml import etree

from pipeline.errors import ReadError
from pipeline.foreign.markup import parse
from pipeline.foreign.package import CONTENT_TYPES
from pipeline.forms.compiled.part import Part, body_part, other_part
from pipeline.forms.compiled.pictures import (
    Frame,
    Gallery,
    PlacedPicture,
    Placing,
    related_xml,
    typed_xml,
)
from pipeline.forms.compiled.values import Prepared
from pipeline.forms.compiled.whole import by_docxtpl, set_core
from pipeline.forms.package import OWN, open_word
from pipeline.forms.properties import PART as PROPERTIES
from pipeline.forms.properties import RELATIONS, NameTag, declared, write_properties
from pipeline.forms.sandbox import bounded_work
from pipeline.forms.zipped import Member, members_of, packed, stored, zip_file

_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_ALSO = re.compile(
    r"word/(?:settings|comments|endnotes)\.xml|customXml/item\d*\.xml|docProps/core\.xml"
)
_BODY = "body"
PACKED_KEPT = 64
"""Kept of the small parts that are alike in all documents with the same number of pictures."""


@dataclass(frozen=True)
class Compiled:
    """A template ready to be filled in, by many threads at once.

    ``members`` are all parts of the package, packed. ``parts`` are those that docxtpl renders too,
    ``more`` those that it leaves, ``custom`` the custom properties of people where fields stand in
    them. ``relations`` are those of each part that may show pictures, ``types`` the content types.
    """

    template: bytes
    members: Mapping[str, Member]
    parts: tuple[Part, ...]
    more: tuple[Part, ...]
    custom: Part | None
    tag: NameTag
    gallery: Gallery
    relations: Mapping[str, bytes | None]
    types: bytes

    def filled(self, context: Mapping[str, Any], properties: Mapping[str, str]) -> bytes:
        """The document that ``context`` makes of the template, with these custom properties.

        Raises:
            IllFormedError: a part of it is not well-formed.
            jinja2.TemplateError: the template asks for what there is not, or for too much.
        """
        placing = Placing(self.gallery)
        prepared = Prepared(context, lambda picture: PlacedPicture(picture, placing))
        with bounded_work():
            if prepared.documents:
                members = members_of(write_properties(by_docxtpl(self.template, context), {}))
            else:
                members = {**self.members, **_rendered(self.parts, prepared, placing)}
                members |= self._pictures(placing)
            placing.frame = None
            members |= _rendered(self.more, prepared, placing)
            others = _xml(self.custom, prepared) if self.custom else ""
            members[PROPERTIES] = packed(PROPERTIES, self.tag.written(properties, others))
        return zip_file(members.values())

    def _pictures(self, placing: Placing) -> dict[str, Member]:
        """The parts that pictures bring with them."""
        if not placing.relations:
            return {}
        kinds = tuple((image.ext, image.content_type) for image in placing.added.values())
        changed = {CONTENT_TYPES: _types_with(self.types, kinds)}
        for part, added in placing.relations.items():
            name = _relations_of(part)
            changed[name] = _relations_with(name, self.relations[part], tuple(added.items()))
        for name, image in placing.added.items():
            changed[_member(name)] = stored(_member(name), image.blob)
        return changed


def compile_template(template: bytes) -> Compiled:
    """A .docx read, patched and compiled by docxtpl's ways.

    Raises:
        ReadError: it is no sound .docx.
        jinja2.TemplateSyntaxError: its fields cannot be read.
    """
    open_word(template, OWN)
    document, parts = _opened(template)
    tag = NameTag.of(parts.get(PROPERTIES))
    if PROPERTIES not in parts:
        parts[CONTENT_TYPES], parts[RELATIONS] = declared(parts[CONTENT_TYPES], parts[RELATIONS])
        parts[PROPERTIES] = b""
    with bounded_work():
        filled = tuple(_parts_of_docxtpl(document))
        custom = other_part(PROPERTIES, tag.others)
        more = tuple(_more_parts(parts))
    frames = [part.frame.part for part in filled if part.frame]
    return Compiled(
        template,
        {name: packed(name, content) for name, content in parts.items()},
        filled,
        more,
        custom,
        tag,
        Gallery.of(document.part.package),
        {name: parts.get(_relations_of(name)) for name in frames},
        parts[CONTENT_TYPES],
    )


@lru_cache(maxsize=PACKED_KEPT)
def _types_with(types: bytes, kinds: tuple[tuple[str, str], ...]) -> Member:
    return packed(CONTENT_TYPES, typed_xml(types, dict(kinds)))


@lru_cache(maxsize=PACKED_KEPT)
def _relations_with(
    name: str, relations: bytes | None, added: tuple[tuple[str, str], ...]
) -> Member:
    return packed(name, related_xml(relations, dict(added)))


def _rendered(parts: Iterable[Part], prepared: Prepared, placing: Placing) -> dict[str, Member]:
    made = {}
    for part in parts:
        placing.frame = part.frame
        made[part.name] = packed(part.name, _xml(part, prepared).encode())
    return made


def _xml(part: Part, prepared: Prepared) -> str:
    return part.filled(prepared.values, markup=prepared.markup)


def _opened(template: bytes) -> tuple[Document, dict[str, bytes]]:
    """The template as python-docx has it, and its parts as python-docx would write them."""
    try:
        document = DocxTemplate(io.BytesIO(template)).get_docx()
        return document, _read_parts(_normal(document))
    except Exception as broken:  # a foreign package fails in every way that Python knows
        raise ReadError(
            "Susunan dokumen Word ini rusak. Buka dengan Word, simpan ulang sebagai .docx, lalu"
            " kirim lagi."
        ) from broken


def _normal(document: Document) -> bytes:
    """The package as python-docx writes it, with the core properties that docxtpl sets."""
    set_core(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _read_parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def _parts_of_docxtpl(document: Document) -> Iterator[Part]:
    """What docxtpl renders, in its order: body, headers, footers, footnotes."""
    main = document.part
    shell = copy.deepcopy(document.element)
    shell.replace(shell.body, etree.ProcessingInstruction(_BODY))
    before, _, after = _text(shell).partition(_text(etree.ProcessingInstruction(_BODY)))
    body = _text(document.element.body)
    yield body_part(_member(main.partname), (before, after), body, Frame.of(main, in_body=True))
    for uri in (DocxTemplate.HEADER_URI, DocxTemplate.FOOTER_URI):
        for relation in main.rels.values():
            if relation.reltype == uri:
                part = relation.target_part
                frame = Frame.of(part, in_body=False)
                found = other_part(_member(part.partname), _text(part.element), frame)
                if found:
                    yield found
    for part in main.package.parts:
        if part.content_type == _FOOTNOTES:
            found = other_part(_member(part.partname), part.blob.decode())
            if found:
                yield found


def _more_parts(parts: Mapping[str, bytes]) -> Iterator[Part]:
    for name, content in parts.items():
        if _ALSO.fullmatch(name):
            part = other_part(name, _text(parse(content)))
            if part:
                yield part


def _text(element: etree._Element) -> str:
    return str(etree.tostring(element, encoding="unicode"))


def _member(partname: str) -> str:
    return partname.removeprefix("/")


def _relations_of(partname: str) -> str:
    return _member(PackURI(partname).rels_uri)
