from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.ledger.database import Ledger
from pipeline.ledger.events import GENESIS, ChainFault, event_hash
from pipeline.ledger.tables import Event

from .samples import OFFICE, faults

words = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=20)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | words | st.floats(-1e9, 1e9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)


def write_chain(ledger: Ledger, length: int = 5, chain: str = "c") -> None:
    for number in range(1, length + 1):
        with ledger.write() as tx:
            tx.record("kind", chain=chain, actor="Kasubag", via="uji", number=number)


def tamper(ledger: Ledger, change: Callable[[Session, dict[int, Event]], None]) -> list[ChainFault]:
    """What the check says after somebody with the database has had their way."""
    with ledger.write() as tx:
        events = {e.seq: e for e in tx.session.scalars(select(Event).where(Event.chain == "c"))}
        change(tx.session, events)
    return faults(ledger)


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
def test_an_edit_is_found_where_it_was_made(ledger: Ledger, column: str, value: object) -> None:
    write_chain(ledger)
    write_chain(ledger, 3, "d")
    found = tamper(ledger, lambda _, events: setattr(events[3], column, value))
    assert found[0] == ChainFault("c", 3, "kejadian 3 tidak utuh lagi")
    assert {fault.seq for fault in found} <= {3, 4}


def test_an_edit_with_its_hash_made_to_fit_is_found_at_the_next(ledger: Ledger) -> None:
    def edit(_: Session, events: dict[int, Event]) -> None:
        events[3].payload = {"number": 99}
        events[3].hash = event_hash(events[3])

    write_chain(ledger)
    assert tamper(ledger, edit) == [ChainFault("c", 4, "kejadian 4 tidak utuh lagi")]


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_a_deleted_event_is_missed(ledger: Ledger, seq: int) -> None:
    write_chain(ledger)
    found = tamper(ledger, lambda session, events: session.delete(events[seq]))
    assert found[0] == ChainFault("c", seq, f"kejadian {seq} hilang dari rantai")


def test_an_inserted_event_is_found(ledger: Ledger) -> None:
    def insert(session: Session, events: dict[int, Event]) -> None:
        for seq in (5, 4, 3):
            events[seq].seq = seq + 1
            session.flush()
        forged = Event(
            office_id=OFFICE,
            chain="c",
            seq=3,
            kind="kind",
            document_id=None,
            actor="Kasubag",
            via="uji",
            at="2026-10-05T10:14:00.000+07:00",
            payload={},
            previous=events[2].hash,
            hash="",
        )
        forged.hash = event_hash(forged)
        session.add(forged)

    write_chain(ledger)
    assert tamper(ledger, insert)[0] == ChainFault("c", 4, "kejadian 4 tidak utuh lagi")


def test_reordered_events_are_found(ledger: Ledger) -> None:
    def swap(session: Session, events: dict[int, Event]) -> None:
        events[2].seq = 99
        session.flush()
        events[3].seq = 2
        session.flush()
        events[2].seq = 3

    write_chain(ledger)
    found = tamper(ledger, swap)
    assert [fault.seq for fault in found][:2] == [2, 3]


def test_an_event_moved_to_another_chain_is_found(ledger: Ledger) -> None:
    write_chain(ledger, 2)
    found = tamper(ledger, lambda _, events: setattr(events[2], "chain", "lain"))
    assert ChainFault("lain", 1, "kejadian 1 hilang dari rantai") in found


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
