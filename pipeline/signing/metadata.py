"""What a PDF says about itself in Info and XMP, and which part a signing program writes by itself.

Every program but ours enters when and with what it saved (ISO 32000-2 §14.3.3, XMP part 1 §8.3 and
8.4). That is no change of the document; its title, author or number would be one.
"""

from dataclasses import dataclass
from functools import cached_property

from lxml import etree

from pipeline.foreign.markup import parse

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_XMP, _PDF, _MEDIA = (
    f"{{http://ns.adobe.com/{name}/}}" for name in ("xap/1.0", "pdf/1.3", "xap/1.0/mm")
)
SAVING_INFO = frozenset({"/ModDate", "/Producer"})
SAVING_XMP = frozenset(
    {f"{_XMP}ModifyDate", f"{_XMP}MetadataDate", f"{_PDF}Producer"}
    | {f"{_MEDIA}{name}" for name in ("DocumentID", "InstanceID", "VersionID", "History")}
)
Property = tuple[str, str]


@dataclass(frozen=True)
class Metadata:
    """Info and XMP of one revision."""

    info: tuple[Property, ...]
    xmp: bytes

    @cached_property
    def description(self) -> tuple[tuple[Property, ...], tuple[Property, ...]]:
        """What it says of the document itself, and not of how and when it was last saved."""
        info = tuple(p for p in self.info if p[0] not in SAVING_INFO)
        try:
            found = _properties(parse(self.xmp)) if self.xmp else ()
        except ValueError:  # no XML: then every byte counts
            return info, (("", self.xmp.hex()),)
        return info, tuple(sorted(p for p in found if p[0] not in SAVING_XMP))


def _properties(root: etree._Element) -> list[Property]:
    """Every property, whether it is written as an attribute or as an element."""
    found: list[Property] = []
    for described in root.iterfind(f".//{_RDF}RDF/{_RDF}Description"):
        found += [(str(k), str(v)) for k, v in described.attrib.items() if k != f"{_RDF}about"]
        found += [(str(child.tag), _value(child)) for child in described]
    return found


def _value(element: etree._Element) -> str:
    """What an element says, however it is laid out and its namespaces are called."""
    text = " ".join((element.text or "").split())
    if not len(element) and not element.attrib:
        return text
    inner = [f"{child.tag}={_value(child)}" for child in element]
    return repr((text, sorted(map(str, element.attrib.items())), inner))
