"""Custom document properties: the machine's name tag on a Word file (ECMA-376 part 1, §22.3)."""

import io
import zipfile

from lxml import etree

from pipeline.foreign.markup import parse
from pipeline.foreign.package import CONTENT_TYPES
from pipeline.forms.package import WordPackage

PART = "docProps/custom.xml"
CODE = "kinerja_kode"
PERIOD = "kinerja_periode"
REVISION = "kinerja_revisi"
_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
RELATIONS = "_rels/.rels"
EPOCH = (1980, 1, 1, 0, 0, 0)
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
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"


def read_properties(package: WordPackage) -> dict[str, str]:
    """The custom properties, as text; empty where the file has none."""
    if PART not in package.parts:
        return {}
    return {
        prop.get("name", ""): "".join(str(text) for text in prop.itertext())
        for prop in package.xml(PART)
    }


def write_properties(data: bytes, values: dict[str, str]) -> bytes:
    """The .docx with its custom properties set to ``values``; what people wrote stays as it is."""
    source = zipfile.ZipFile(io.BytesIO(data))
    parts = {entry.filename: source.read(entry) for entry in source.infolist()}
    if PART not in parts:
        parts[CONTENT_TYPES] = _with_child(parts[CONTENT_TYPES], _OVERRIDE)
        parts[RELATIONS] = _with_child(parts[RELATIONS], _RELATION)
    parts[PART] = _properties_xml(values)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            out.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _with_child(xml: bytes, child: str) -> bytes:
    root = parse(xml)
    root.append(etree.fromstring(child))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _properties_xml(values: dict[str, str]) -> bytes:
    root = etree.Element(f"{{{_PROPERTIES}}}Properties", nsmap={"vt": _VALUES})
    for number, (name, value) in enumerate(values.items(), start=2):
        prop = etree.SubElement(
            root, f"{{{_PROPERTIES}}}property", fmtid=_FORMAT, pid=str(number), name=name
        )
        etree.SubElement(prop, f"{{{_VALUES}}}lpwstr").text = value
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
