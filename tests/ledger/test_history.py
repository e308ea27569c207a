"""What a chain does not show of itself, a seal does: on both databases."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update

from pipeline.errors import ReadError
from pipeline.ledger.chain import event_hash
from pipeline.ledger.database import Ledger
from pipeline.ledger.seal import Seal, read_seal, standing
from pipeline.ledger.tables import Event

from .samples import OFFICE
from .tampering import (
    OFFICE_CHAIN,
    cut,
    events,
    examine,
    filled,
    put_back,
    rewrite,
    seal,
    swap_ids,
    write,
)
from .test_merkle import mth


@pytest.fixture
def seals(ledger: Ledger) -> list[Seal]:
    """The ledger is filled: chains of 4, 7 and 10 events, 21 in all, under three seals."""
    return filled(ledger)


def test_an_honest_ledger_agrees_with_its_seals(ledger: Ledger, seals: list[Seal]) -> None:
    assert [s.events for s in seals] == [9, 14, 21]
    write(ledger, "a", "c", None)
    assert examine(ledger, seals) == []
    assert examine(ledger, []) == []


def test_a_seal_holds_the_root_over_all_events_by_id(ledger: Ledger, seals: list[Seal]) -> None:
    with ledger.read() as session:
        hashes = session.scalars(select(Event.hash).order_by(Event.id)).all()
        now = standing(session, OFFICE)
        last = session.scalars(select(Event.id).order_by(Event.id.desc())).first()
    for made in seals:
        assert made.root == mth([h.encode() for h in hashes[: made.events]]).hex()
    assert (now.events, now.root, now.through) == (21, seals[-1].root, last)
    assert {chain: end.events for chain, end in now.chains.items()} == {
        "a": 4,
        "b": 7,
        OFFICE_CHAIN: 10,
    }


def test_a_seal_survives_its_file_and_names_nobody(seals: list[Seal]) -> None:
    data = seals[0].to_bytes()
    read = read_seal(data)
    assert (read.seal, read.data) == (seals[0], data)
    assert b"Kasubag" not in data
    for broken in (data[:-30], b"", b"{}", data.replace(b'"number": 1', b'"number": "1"')):
        with pytest.raises(ReadError):
            read_seal(broken)


def test_a_cut_end_is_found_with_what_the_seal_recorded(ledger: Ledger, seals: list[Seal]) -> None:
    with ledger.write() as tx:
        cut(tx.session, "b", 5)
    (found,) = examine(ledger, seals)
    assert (found.kind, found.place) == ("cut", "chain b, events 6–7")
    assert found.message == (
        "The chain was cut: seal 3 (2026-11-03 10:15) recorded 7 events, now there are 5."
    )


def test_a_deleted_chain_is_found(ledger: Ledger, seals: list[Seal]) -> None:
    with ledger.write() as tx:
        tx.session.execute(delete(Event).where(Event.chain == "a"))
    found = {f.kind: f for f in examine(ledger, seals)}
    assert found["gone"].place == "chain a"
    assert "recorded 4 events" in found["gone"].message
    assert "seal 1 " in found["order"].place


@pytest.mark.parametrize(
    ("first", "span", "between"),
    [
        (1, "events 1–3", "in what happened before it"),
        (4, "events 4–5", "seal 1 (2026-11-01 10:15) and"),
        (6, "events 6–7", "seal 2 (2026-11-02 10:15) and"),
    ],
)
def test_a_tail_written_anew_is_located_between_two_seals(
    ledger: Ledger, seals: list[Seal], first: int, span: str, between: str
) -> None:
    with ledger.write() as tx:
        rewrite(tx.session, "b", first)
    found = {f.kind: f for f in examine(ledger, seals)}
    assert set(found) == {"rewritten", "order"}
    assert found["rewritten"].place == f"chain b, {span}"
    assert between in found["rewritten"].message
    assert found["rewritten"].message.count("seal") >= 1


def test_a_single_event_written_anew_is_located(ledger: Ledger, seals: list[Seal]) -> None:
    """Its hash is the end that a seal recorded; the event after it does not follow any more."""
    with ledger.write() as tx:
        event = events(tx.session, "a")[2]
        event.actor = "Orang Lain"
        event.hash = event_hash(event)
    found = {f.kind: f.place for f in examine(ledger, seals)}
    assert found == {
        "broken": "chain a, event 4",
        "rewritten": "chain a, events 1–3",
        "order": "seal 1 (2026-11-01 10:15)",
    }


def test_an_older_database_is_called_that(ledger: Ledger, seals: list[Seal]) -> None:
    with ledger.write() as tx:
        put_back(tx.session, 12)
    found = examine(ledger, seals)
    assert {f.kind for f in found} == {"older", "cut"}
    assert found[0].kind == "older"
    assert "12 events now, 21 then" in found[0].message
    assert [f.place for f in found[1:]] == [
        "chain b, events 5–7",
        f"chain {OFFICE_CHAIN}, events 5–10",
    ]


def test_work_that_went_on_in_an_older_database_hides_nothing(
    ledger: Ledger, seals: list[Seal]
) -> None:
    with ledger.write() as tx:
        put_back(tx.session, 12)
    write(ledger, *["a"] * 5, *["b"] * 5, *[None] * 10)
    kinds = {f.kind for f in examine(ledger, seals)}
    assert kinds == {"order", "rewritten"}


def test_events_that_changed_places_are_found(ledger: Ledger, seals: list[Seal]) -> None:
    with ledger.write() as tx:
        ids = tx.session.scalars(select(Event.id).order_by(Event.id)).all()
        swap_ids(tx.session, ids[10], ids[11])
    (found,) = examine(ledger, seals)
    assert (found.kind, found.place) == ("order", "seal 2 (2026-11-02 10:15)")
    assert "those of seal 1 (2026-11-01 10:15) still do" in found.message


def test_a_chain_slipped_in_between_is_found(ledger: Ledger, seals: list[Seal]) -> None:
    """A forged chain is sound in itself; that it was not there when it says, the root shows."""
    write(ledger, "palsu")
    with ledger.write() as tx:
        ids = tx.session.scalars(select(Event.id).order_by(Event.id)).all()
        tx.session.execute(update(Event).values(id=Event.id + 1000))
        tx.session.execute(
            update(Event).where(Event.chain == "palsu").values(id=ids[5] + 1000 - 1_000_000)
        )
    (found,) = examine(ledger, seals)
    assert (found.kind, found.place) == ("order", "seal 1 (2026-11-01 10:15)")


def test_a_whole_ledger_written_anew_is_found(ledger: Ledger, seals: list[Seal]) -> None:
    with ledger.write() as tx:
        for chain in ("a", "b", OFFICE_CHAIN):
            rewrite(tx.session, chain, 1)
    places = [f.place for f in examine(ledger, seals) if f.kind == "rewritten"]
    assert places == [f"chain {c}, events 1–3" for c in ("a", "b", OFFICE_CHAIN)]


def test_a_later_seal_does_not_hide_what_an_earlier_one_shows(
    ledger: Ledger, seals: list[Seal]
) -> None:
    with ledger.write() as tx:
        rewrite(tx.session, "a", 2)
    write(ledger, "a")
    found = examine(ledger, [*seals, seal(ledger, 4)])
    assert {f.kind: f.place for f in found} == {
        "rewritten": "chain a, events 1–3",
        "order": "seal 1 (2026-11-01 10:15)",
    }


COLUMNS: dict[str, Any] = {
    "chain": "lain",
    "seq": 999,
    "kind": "lain",
    "document_id": "d" * 32,
    "actor": "Orang Lain",
    "via": "lain",
    "at": "2020-01-01T00:00:00.000+07:00",
    "previous": "e" * 64,
    "hash": "f" * 64,
    "office_id": "lain",
}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(data=st.data())
def test_any_single_change_is_found(ledger: Ledger, data: st.DataObject) -> None:
    """Any column of any event, or the event itself; then all is put back, and is clean again."""
    seals = _SEALS.setdefault(ledger.url, []) or _fill(ledger)
    with ledger.read() as session:
        known = session.scalars(select(Event.id).order_by(Event.id)).all()
        whole = session.execute(select(*Event.__table__.columns).order_by(Event.id)).mappings()
        rows = [dict(row) for row in whole]
    chosen = data.draw(st.sampled_from(known))
    deed = data.draw(st.sampled_from(["delete", "payload", "id", *COLUMNS]))
    with ledger.write() as tx:
        at = Event.id == chosen
        if deed == "delete":
            tx.session.execute(delete(Event).where(at))
        elif deed == "payload":
            number = data.draw(st.integers().filter(lambda n: n != 1))
            tx.session.execute(update(Event).where(at).values(payload={"number": str(number)}))
        elif deed == "id":
            other = data.draw(st.sampled_from([i for i in known if i != chosen]))
            swap_ids(tx.session, chosen, other)
        else:
            tx.session.execute(update(Event).where(at).values({deed: COLUMNS[deed]}))
    assert examine(ledger, seals), (chosen, deed)
    with ledger.write() as tx:
        tx.session.execute(text("DELETE FROM event"))
        tx.session.execute(Event.__table__.insert(), rows)
    assert examine(ledger, seals) == []


_SEALS: dict[str, list[Seal]] = {}


def _fill(ledger: Ledger) -> list[Seal]:
    _SEALS[ledger.url] += filled(ledger)
    return _SEALS[ledger.url]


def test_the_beginning_of_all_is_known(ledger: Ledger) -> None:
    with ledger.read() as session:
        now = standing(session, OFFICE)
    assert (now.events, now.through, dict(now.chains)) == (0, 0, {})
    assert now.root == mth([]).hex()
