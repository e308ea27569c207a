"""Custom document properties: the machine's name tag on a Word file (ECMA-376 part 1, §22.3)."""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from pipeline.foreign.markup import parse
from pipeline.foreign.package import CONTENT_TYPES
from pipeline.forms.package import WordPackage
from pipeline.forms.zipped import packed, zip_file

PART = "docProps/custom.xml"
CODE = "kinerja_kode"
PERIOD = "kinerja_periode"
REVISION = "kinerja_revisi"
RETURNS = "kinerja_kiriman"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
RELATIONS = "_rels/.rels"
DECLARATION = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
_OVERRIDE = (
    '<Override xmlns="http://schemas.openxmlformats.org/package/2006/content-types"'
    ' PartName="/docProps/custom.xml"'
    ' ContentType="application/vnd.openxmlformats-officedocument.custom-properties+xml"/>'
)
_RELATION = (
    '<Relationship xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    ' Id="rIdKinerja" Target="docProps/custom.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"/>'
)
_OURS = "kinerja_"
_NONE = f'<Properties xmlns="{_PROPERTIES}" xmlns:vt="{_VALUES}"/>'
_PROPERTY = (
    f'<property xmlns="{_PROPERTIES}" xmlns:vt="{_VALUES}" pid="{{}}" name="{{}}"'
    ' fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}"><vt:lpwstr>{}</vt:lpwstr></property>'
)
_FIRST = 2
_QUOTE = {'"': "&quot;"}


def read_properties(package: WordPackage) -> dict[str, str]:
    """The custom properties, as text; empty where the file has none."""
    if PART not in package.parts:
        return {}
    return {
        prop.get("name", ""): "".join(str(text) for text in prop.itertext())
        for prop in package.xml(PART)
    }


@dataclass(frozen=True)
class NameTag:
    """The custom properties of a file that are not ours, as XML; ``first`` is the next free id."""

    others: str
    first: int

    @classmethod
    def of(cls, xml: bytes | None) -> "NameTag":
        """The tag of a file whose part says ``xml``, or that has none.

        Raises:
            ValueError: it is not well-formed.
        """
        root = parse(xml) if xml else etree.fromstring(_NONE)
        for prop in list(root):
            if (prop.get("name") or "").startswith(_OURS):
                root.remove(prop)
        root.text = root.text or ""  # so that it has an end tag even when nothing is in it
        ids = [int(pid) for prop in root if (pid := prop.get("pid", "")).isdecimal()]
        return cls(etree.tostring(root, encoding="unicode"), max([_FIRST - 1, *ids]) + 1)

    def written(self, values: Mapping[str, str], others: str = "") -> bytes:
        """The part, with ``values``; ``others`` in place of those that are not ours."""
        before, end, after = (others.removeprefix(DECLARATION) or self.others).rpartition("</")
        ours = "".join(
            _PROPERTY.format(number, escape(name, _QUOTE), escape(value))
            for number, (name, value) in enumerate(values.items(), start=self.first)
        )
        return f"{DECLARATION}{before}{ours}{end}{after}".encode()


def write_properties(data: bytes, values: dict[str, str]) -> bytes:
    """The .docx with ``values`` as its properties of ours; what people wrote stays as it is."""
    source = zipfile.ZipFile(io.BytesIO(data))
    parts = {entry.filename: source.read(entry) for entry in source.infolist()}
    tag = NameTag.of(parts.get(PART))
    if PART not in parts:
        parts[CONTENT_TYPES], parts[RELATIONS] = declared(parts[CONTENT_TYPES], parts[RELATIONS])
    parts[PART] = tag.written(values)
    return zip_file(packed(name, content) for name, content in parts.items())


def declared(types: bytes, relations: bytes) -> tuple[bytes, bytes]:
    """Content types and relationships of a package that gets custom properties."""
    return _with_child(types, _OVERRIDE), _with_child(relations, _RELATION)


def _with_child(xml: bytes, child: str) -> bytes:
    root = parse(xml)
    root.append(etree.fromstring(child))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
