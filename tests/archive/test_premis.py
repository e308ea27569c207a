from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pipeline.archive.premis import (
    DC,
    PREMIS,
    ArchiveEvent,
    ArchiveObject,
    Description,
    dublin_core_xml,
    premis_xml,
    read_premis,
)
from pipeline.errors import ArchiveError

# XML 1.0 characters that a reader gives back as they were written.
TEXT = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\ufffe\uffff").filter(
        lambda c: c >= " " or c in "\t\n"
    )
)
ZONES = st.integers(-12, 14).map(lambda hours: timezone(timedelta(hours=hours)))
EVENTS = st.builds(
    ArchiveEvent,
    id=TEXT,
    type=TEXT,
    when=st.datetimes(timezones=ZONES),
    agent=TEXT,
    detail=TEXT,
    outcome=TEXT,
    object_ids=st.lists(TEXT, max_size=3).map(tuple),
)
OBJECTS = st.builds(ArchiveObject, name=TEXT, sha256=TEXT, size=st.integers(0, 2**40), format=TEXT)
WHEN = datetime(2026, 10, 8, tzinfo=UTC)


@given(st.lists(OBJECTS, max_size=4), st.lists(EVENTS, max_size=4))
def test_what_is_written_is_read_back(
    objects: list[ArchiveObject], events: list[ArchiveEvent]
) -> None:
    data = premis_xml(objects, events)
    found, history = read_premis(data)
    assert sorted(found, key=repr) == sorted(objects, key=repr)
    assert sorted(history, key=repr) == sorted(events, key=repr)
    by_name = sorted(objects, key=lambda item: item.name)
    assert premis_xml(by_name, history) == data


def test_events_are_told_in_their_order() -> None:
    late = ArchiveEvent("b", "arsip", WHEN, "sistem", "", "")
    early = ArchiveEvent("c", "paraf", WHEN - timedelta(hours=1), "Kasubag", "", "")
    assert read_premis(premis_xml([], [late, early]))[1] == (early, late)


def test_the_elements_stand_in_the_order_of_premis_3() -> None:
    event = ArchiveEvent("e", "paraf", WHEN, "Kasubag", "rincian", "sah", ("data/a.pdf",))
    item = ArchiveObject("data/a.pdf", "0" * 64, 3, "application/pdf")
    root = etree.fromstring(premis_xml([item], [event]))
    assert root.get("version") == "3.0"
    assert [etree.QName(child).localname for child in root] == ["object", "event", "agent"]
    assert [etree.QName(child).localname for child in root[1]] == [
        "eventIdentifier",
        "eventType",
        "eventDateTime",
        "eventDetailInformation",
        "eventOutcomeInformation",
        "linkingAgentIdentifier",
        "linkingObjectIdentifier",
    ]
    assert {etree.QName(child).namespace for child in root.iter()} == {PREMIS}


def test_characters_that_xml_cannot_hold_do_not_stop_a_filing() -> None:
    event = ArchiveEvent("e", "paraf", WHEN, "Kasubag", "a\x00b\x0bc\ud800d", "")
    assert read_premis(premis_xml([], [event]))[1][0].detail == "a�b�c�d"


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ArchiveError, match="zona waktu"):
        premis_xml([], [ArchiveEvent("e", "paraf", datetime(2026, 1, 1), "Kasubag", "", "")])


@pytest.mark.parametrize(
    "data", [b"", b"<a", b'<premis xmlns="http://www.loc.gov/premis/v3"><event/></premis>']
)
def test_a_damaged_history_is_named(data: bytes) -> None:
    with pytest.raises(ArchiveError, match=r"premis\.xml"):
        read_premis(data)


def test_dublin_core_holds_one_element_a_value() -> None:
    description = Description(
        title="Data Kinerja & Capaian",
        creator="Subbagian Program",
        identifier=("01J", "000.8.6.3/1/PKP/2026"),
        date="2026-07-01/2026-09-30",
    )
    data = dublin_core_xml(description)
    root = etree.fromstring(data)
    assert [element.text for element in root.iterfind(f"{{{DC}}}identifier")] == [
        "01J",
        "000.8.6.3/1/PKP/2026",
    ]
    assert root.findtext(f"{{{DC}}}title") == "Data Kinerja & Capaian"
    assert root.findtext(f"{{{DC}}}language") == "id"
    assert root.find(f"{{{DC}}}rights") is None
    assert dublin_core_xml(description) == data
