"""The dossier's history and description in the archives' own languages.

PREMIS 3 (Library of Congress) for files and events, simple Dublin Core in the OAI container for
what the dossier is. Both are made deterministically: the same facts give the same bytes.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime

from lxml import etree

from pipeline.errors import ArchiveError

PREMIS = "http://www.loc.gov/premis/v3"
DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_LOCAL = "lokal"
# What XML 1.0 cannot hold at all (section 2.2), and CR, which a reader would turn into LF.
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class ArchiveObject:
    """A file: ``name`` is its path in the bag, ``size`` in bytes, ``format`` a media type."""

    name: str
    sha256: str
    size: int
    format: str


@dataclass(frozen=True)
class ArchiveEvent:
    """What happened: ``type`` in a word, ``agent`` who or what did it, ``object_ids`` to what.

    ``when`` carries its time zone. ``object_ids`` are names of objects or document ids.
    """

    id: str
    type: str
    when: datetime
    agent: str
    detail: str
    outcome: str
    object_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Description:
    """The fifteen elements of Dublin Core, as far as a dossier has them.

    ``date`` is an ISO 8601 date or interval (``2026-07-01/2026-09-30``), ``language`` an ISO 639
    code.
    """

    title: str
    creator: str
    identifier: tuple[str, ...]
    subject: tuple[str, ...] = ()
    description: str = ""
    publisher: str = ""
    contributor: tuple[str, ...] = ()
    date: str = ""
    type: str = ""
    format: tuple[str, ...] = ()
    source: str = ""
    language: str = "id"
    relation: tuple[str, ...] = ()
    coverage: str = ""
    rights: str = ""


def premis_xml(objects: Iterable[ArchiveObject], events: Iterable[ArchiveEvent]) -> bytes:
    """``premis.xml``: objects by name, events by time, agents by name.

    Characters that XML cannot hold become U+FFFD.

    Raises:
        ArchiveError: an event's time lacks its zone.
    """
    ordered = sorted(events, key=_moment)
    root = _root(PREMIS, "premis", "premis", "https://www.loc.gov/standards/premis/premis.xsd")
    root.set("version", "3.0")
    for item in sorted(objects, key=lambda item: item.name):
        _add_object(root, item)
    for event in ordered:
        _add_event(root, event)
    for agent in sorted({event.agent for event in ordered}):
        element = _add(root, "agent")
        _add_identifier(element, "agentIdentifier", agent)
        _add(element, "agentName", agent)
    return _bytes(root)


def read_premis(data: bytes) -> tuple[tuple[ArchiveObject, ...], tuple[ArchiveEvent, ...]]:
    """Objects and events of a ``premis.xml`` that ``premis_xml`` wrote.

    Raises:
        ArchiveError: it is no such file.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    try:
        root = etree.fromstring(data, parser)
        objects = tuple(_read_object(element) for element in root.iterfind(f"{{{PREMIS}}}object"))
        events = tuple(_read_event(element) for element in root.iterfind(f"{{{PREMIS}}}event"))
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ArchiveError(
            f"Riwayat arsip (premis.xml) tidak dapat dibaca: {error}. Jalankan `kinerja audit`,"
            " lalu pulihkan dari cadangan."
        ) from error
    return objects, events


def dublin_core_xml(description: Description) -> bytes:
    """``dc.xml``: one element for each value, in the order of the standard; empty ones left out."""
    schema = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
    root = _root(OAI_DC, "dc", "oai_dc", schema)
    for field in fields(description):
        value = getattr(description, field.name)
        for text in value if isinstance(value, tuple) else (value,):
            if text:
                etree.SubElement(root, f"{{{DC}}}{field.name}").text = _xml_text(str(text))
    return _bytes(root)


def _moment(event: ArchiveEvent) -> tuple[datetime, str]:
    if event.when.tzinfo is None:
        raise ArchiveError(
            f"Peristiwa “{event.type}” ({event.id}) tidak menyebut zona waktunya, sehingga tidak"
            " dapat diarsipkan. Laporkan kepada pengelola aplikasi."
        )
    return event.when, event.id


def _add_object(root: etree._Element, item: ArchiveObject) -> None:
    element = _add(root, "object")
    element.set(f"{{{_XSI}}}type", "premis:file")
    _add_identifier(element, "objectIdentifier", item.name)
    traits = _add(element, "objectCharacteristics")
    fixity = _add(traits, "fixity")
    _add(fixity, "messageDigestAlgorithm", "SHA-256")
    _add(fixity, "messageDigest", item.sha256)
    _add(traits, "size", str(item.size))
    _add(_add(_add(traits, "format"), "formatDesignation"), "formatName", item.format)


def _add_event(root: etree._Element, event: ArchiveEvent) -> None:
    element = _add(root, "event")
    _add_identifier(element, "eventIdentifier", event.id)
    _add(element, "eventType", event.type)
    _add(element, "eventDateTime", event.when.isoformat())
    if event.detail:
        _add(_add(element, "eventDetailInformation"), "eventDetail", event.detail)
    if event.outcome:
        _add(_add(element, "eventOutcomeInformation"), "eventOutcome", event.outcome)
    _add_identifier(element, "linkingAgentIdentifier", event.agent)
    for name in event.object_ids:
        _add_identifier(element, "linkingObjectIdentifier", name)


def _read_object(element: etree._Element) -> ArchiveObject:
    return ArchiveObject(
        name=_text(element, "objectIdentifier/objectIdentifierValue"),
        sha256=_text(element, "objectCharacteristics/fixity/messageDigest"),
        size=int(_text(element, "objectCharacteristics/size")),
        format=_text(element, "objectCharacteristics/format/formatDesignation/formatName"),
    )


def _read_event(element: etree._Element) -> ArchiveEvent:
    return ArchiveEvent(
        id=_text(element, "eventIdentifier/eventIdentifierValue"),
        type=_text(element, "eventType"),
        when=datetime.fromisoformat(_text(element, "eventDateTime")),
        agent=_text(element, "linkingAgentIdentifier/linkingAgentIdentifierValue"),
        detail=_text(element, "eventDetailInformation/eventDetail"),
        outcome=_text(element, "eventOutcomeInformation/eventOutcome"),
        object_ids=_texts(element, "linkingObjectIdentifier/linkingObjectIdentifierValue"),
    )


def _root(namespace: str, name: str, prefix: str, schema: str) -> etree._Element:
    spaces = {prefix: namespace, "xsi": _XSI}
    if namespace == OAI_DC:
        spaces["dc"] = DC
    root = etree.Element(f"{{{namespace}}}{name}", nsmap=spaces)
    root.set(f"{{{_XSI}}}schemaLocation", f"{namespace} {schema}")
    return root


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{PREMIS}}}{name}")
    element.text = None if text is None else _xml_text(text)
    return element


def _add_identifier(parent: etree._Element, name: str, value: str) -> None:
    element = _add(parent, name)
    _add(element, f"{name}Type", _LOCAL)
    _add(element, f"{name}Value", value)


def _texts(element: etree._Element, path: str) -> tuple[str, ...]:
    steps = "/".join(f"{{{PREMIS}}}{step}" for step in path.split("/"))
    return tuple(found.text or "" for found in element.iterfind(steps))


def _text(element: etree._Element, path: str) -> str:
    return next(iter(_texts(element, path)), "")


def _xml_text(text: str) -> str:
    return _NOT_XML.sub("�", text.replace("\r\n", "\n"))


def _bytes(root: etree._Element) -> bytes:
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
