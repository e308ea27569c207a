"""Whoever has the database may do anything to it: what a chain shows of that, and where."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from pipeline.ledger.chain import GENESIS, ChainFault, Tampering, event_hash
from pipeline.ledger.database import Ledger
from pipeline.ledger.events import MOST_EXPLAINED, chains_that_are_gone, check_chains
from pipeline.ledger.tables import Event

from .samples import OFFICE, a_collection, faults

words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
Change = Callable[[Session, dict[int, Event]], None]


def write_chain(ledger: Ledger, length: int = 5, chain: str = "c") -> None:
    for number in range(1, length + 1):
        with ledger.write() as tx:
            tx.record("kind", chain=chain, actor="Kasubag", via="uji", number=number)


def tamper(ledger: Ledger, change: Change) -> list[ChainFault]:
    """What the check says after somebody with the database has had their way."""
    with ledger.write() as tx:
        events = {e.seq: e for e in tx.session.scalars(select(Event).where(Event.chain == "c"))}
        change(tx.session, events)
    return faults(ledger)


def told(found: list[ChainFault]) -> list[tuple[str, int, int, Tampering]]:
    return [(fault.chain, fault.seq, fault.last, fault.kind) for fault in found]


def renumber(session: Session, event: Event, seq: int) -> None:
    session.execute(update(Event).where(Event.id == event.id).values(seq=seq))
    session.expire(event)


def made_up(session: Session, seq: int, after: str) -> Event:
    event = Event(
        office_id=OFFICE,
        chain="c",
        seq=seq,
        kind="kind",
        document_id=None,
        actor="Kasubag",
        via="uji",
        at="2026-10-05T10:14:00.000+07:00",
        payload={},
        previous=after,
        hash="",
    )
    event.hash = event_hash(event)
    session.add(event)
    session.flush()
    return event


def test_events_of_many_documents_are_chained_as_one_after_the_other(ledger: Ledger) -> None:
    write_chain(ledger, 2)
    about = [(f"d{number}", {"post": f"Kepala {number}"}) for number in range(300)]
    with ledger.write() as tx:
        tx.record("kind", chain="c", actor="Kasubag", via="uji")
        tx.record_each("form.issued", about, chain="c", actor="kinerja", via="layanan")
        tx.record("kind", chain="c", actor="Kasubag", via="uji")
        assert tx.record_each("none", [], chain="d", actor="kinerja", via="layanan") == []
    assert faults(ledger) == []
    with ledger.read() as session:
        events = list(session.scalars(select(Event).where(Event.chain == "c").order_by(Event.id)))
    assert [event.seq for event in events] == list(range(1, 305))
    issued = [event for event in events if event.kind == "form.issued"]
    assert [(event.document_id, event.payload) for event in issued] == about


def test_an_honest_chain_has_no_fault(ledger: Ledger) -> None:
    write_chain(ledger)
    write_chain(ledger, 3, "d")
    assert faults(ledger) == []
    with ledger.read() as session:
        first, second = session.scalars(
            select(Event).where(Event.chain == "c").order_by(Event.seq).limit(2)
        )
    assert first.previous == GENESIS
    assert second.previous == first.hash == event_hash(first)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("payload", {"number": 99}),
        ("actor", "Orang Lain"),
        ("via", "x"),
        ("kind", "x"),
        ("at", "2020-01-01"),
        ("document_id", "x"),
        ("hash", "0" * 64),
        ("previous", "f" * 64),
    ],
)
@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_edit_is_found_where_it_was_made(
    ledger: Ledger, column: str, value: object, seq: int
) -> None:
    write_chain(ledger)
    write_chain(ledger, 3, "d")
    found = tamper(ledger, lambda _, events: setattr(events[seq], column, value))
    assert told(found) == [("c", seq, seq, Tampering.CHANGED)]
    assert f"Event {seq}" in found[0].message


def test_neighbours_that_were_edited_are_told_together(ledger: Ledger) -> None:
    def edit(_: Session, events: dict[int, Event]) -> None:
        for seq in (2, 3, 5):
            events[seq].actor = "Orang Lain"

    write_chain(ledger)
    found = tamper(ledger, edit)
    assert told(found) == [("c", 2, 3, Tampering.CHANGED), ("c", 5, 5, Tampering.CHANGED)]
    assert found[0].place == "chain c, events 2–3"


def test_an_edit_with_its_hash_made_to_fit_is_found_at_the_next(ledger: Ledger) -> None:
    def edit(_: Session, events: dict[int, Event]) -> None:
        events[3].payload = {"number": 99}
        events[3].hash = event_hash(events[3])

    write_chain(ledger)
    found = tamper(ledger, edit)
    assert told(found) == [("c", 4, 4, Tampering.BROKEN)]
    assert "does not follow event 3" in found[0].message


def test_another_beginning_is_found(ledger: Ledger) -> None:
    def edit(_: Session, events: dict[int, Event]) -> None:
        events[1].previous = "a" * 64
        events[1].hash = event_hash(events[1])

    write_chain(ledger, 1)
    assert told(tamper(ledger, edit)) == [("c", 1, 1, Tampering.BROKEN)]


@pytest.mark.parametrize(("first", "last"), [(1, 1), (2, 2), (4, 4), (1, 3), (2, 4)])
def test_deleted_events_are_missed(ledger: Ledger, first: int, last: int) -> None:
    def delete(session: Session, events: dict[int, Event]) -> None:
        for seq in range(first, last + 1):
            session.delete(events[seq])

    write_chain(ledger)
    assert told(tamper(ledger, delete)) == [("c", first, last, Tampering.REMOVED)]


@pytest.mark.parametrize("seq", [2**31 - 1, -(2**31)])
def test_a_place_far_away_does_not_keep_the_check_for_ever(ledger: Ledger, seq: int) -> None:
    write_chain(ledger)
    found = tamper(ledger, lambda session, events: renumber(session, events[5], seq))
    assert found
    assert {fault.chain for fault in found} == {"c"}


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_a_deletion_that_was_closed_up_is_found(ledger: Ledger, seq: int) -> None:
    def delete(session: Session, events: dict[int, Event]) -> None:
        session.delete(events[seq])
        session.flush()
        for later in range(seq + 1, 6):
            renumber(session, events[later], later - 1)

    write_chain(ledger)
    found = tamper(ledger, delete)
    assert told(found) == [("c", seq, seq, Tampering.REMOVED)]
    assert "renumbered" in found[0].message


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_an_inserted_event_is_found(ledger: Ledger, seq: int) -> None:
    def insert(session: Session, events: dict[int, Event]) -> None:
        for later in range(5, seq - 1, -1):
            renumber(session, events[later], later + 1)
        made_up(session, seq, events[seq - 1].hash if seq > 1 else GENESIS)

    write_chain(ledger)
    assert told(tamper(ledger, insert)) == [("c", seq, seq, Tampering.INSERTED)]


@pytest.mark.parametrize(("one", "other"), [(2, 3), (1, 5), (1, 2), (4, 5)])
def test_swapped_events_are_found(ledger: Ledger, one: int, other: int) -> None:
    def swap(session: Session, events: dict[int, Event]) -> None:
        renumber(session, events[one], 99)
        renumber(session, events[other], one)
        renumber(session, events[one], other)

    write_chain(ledger)
    found = tamper(ledger, swap)
    assert told(found) == [("c", n, n, Tampering.MOVED) for n in (one, other)]
    assert f"by the hash event {other} of this chain" in found[0].message


@pytest.mark.parametrize(("seq", "to"), [(1, 4), (3, 4), (5, 4), (3, 7)])
def test_an_event_moved_to_another_chain_is_found(ledger: Ledger, seq: int, to: int) -> None:
    def move(_: Session, events: dict[int, Event]) -> None:
        events[seq].chain, events[seq].seq = "lain", to

    write_chain(ledger)
    write_chain(ledger, 3, "lain")
    found = [fault for fault in tamper(ledger, move) if fault.kind is Tampering.MOVED]
    assert told(found) == [("lain", to, to, Tampering.MOVED)]
    assert f"event {seq} of chain c" in found[0].message


def test_a_chain_under_another_name_is_found(ledger: Ledger) -> None:
    collection = a_collection()
    with ledger.write() as tx:
        tx.session.add(collection)
    write_chain(ledger, 4, collection.id)
    with ledger.write() as tx:
        tx.session.execute(update(Event).values(chain="c"))
    (found,) = faults(ledger)
    assert told([found]) == [("c", 1, 4, Tampering.MOVED)]
    assert f"events 1–4 of chain {collection.id}" in found.message
    with ledger.read() as session:
        assert chains_that_are_gone(session, OFFICE) == [collection.id]


def test_a_place_before_the_first_is_found(ledger: Ledger) -> None:
    def prepend(session: Session, _: dict[int, Event]) -> None:
        made_up(session, 0, GENESIS)

    write_chain(ledger)
    assert told(tamper(ledger, prepend))[0] == ("c", 0, 0, Tampering.CHANGED)


def test_events_of_another_office_are_nobody_s_business_here(ledger: Ledger) -> None:
    write_chain(ledger)
    with ledger.write() as tx:
        tx.session.execute(text("UPDATE event SET office_id = 'lain'"))
    assert faults(ledger) == []


def test_a_collection_that_nothing_is_said_of(ledger: Ledger) -> None:
    collection = a_collection()
    with ledger.write() as tx:
        tx.session.add(collection)
    with ledger.read() as session:
        assert chains_that_are_gone(session, OFFICE) == [collection.id]
    write_chain(ledger, 1, collection.id)
    with ledger.read() as session:
        assert chains_that_are_gone(session, OFFICE) == []


def test_a_ledger_in_which_nothing_fits_is_told_whole(ledger: Ledger) -> None:
    with ledger.write() as tx:
        for number in range(MOST_EXPLAINED + 20):
            tx.record("kind", chain="c", actor="Kasubag", via="uji", number=number)
    with ledger.write() as tx:
        tx.session.execute(update(Event).values(actor="Orang Lain"))
    found = faults(ledger)
    assert sum(fault.last - fault.seq + 1 for fault in found) == MOST_EXPLAINED + 20
    assert {fault.kind for fault in found} == {Tampering.CHANGED}


def test_every_event_is_shown_to_the_witness_in_order(ledger: Ledger) -> None:
    write_chain(ledger, 3, "d")
    write_chain(ledger, 2)
    seen: list[tuple[str, int]] = []
    with ledger.read() as session:
        assert list(check_chains(session, OFFICE, lambda e: seen.append((e.chain, e.seq)))) == []
    assert seen == [("c", 1), ("c", 2), ("d", 1), ("d", 2), ("d", 3)]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(payload=st.dictionaries(words, values, max_size=4), actor=words)
def test_any_payload_keeps_its_hash_through_the_database(
    ledger: Ledger, payload: dict[str, Any], actor: str
) -> None:
    reserved = {"kind", "chain", "actor", "via", "document_id", "self"}
    kept = {key: value for key, value in payload.items() if key not in reserved}
    with ledger.write() as tx:
        tx.record("kind", chain="c", actor=actor, via="uji", **kept)
    assert faults(ledger) == []
