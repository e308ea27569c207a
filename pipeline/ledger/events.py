"""Hash-chained events: appended to their chain, and read again to see whether it still holds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from pipeline.ledger.chain import GENESIS, ChainFault, EventLike, Tampering, event_hash
from pipeline.ledger.displaced import Displaced, Place, explain
from pipeline.ledger.tables import Collection, Event

AT_ONCE = 1000  # rows that are held at a time, however long the ledger is
MOST_EXPLAINED = 500  # events that do not fit; of the others only where they stand is told
Witness = Callable[[Row[Any]], None]
"""Shown every event, chain by chain and in order."""


@dataclass(frozen=True)
class Happening:
    """What an event tells of a document: its id, when it happened, and its own particulars."""

    document_id: str | None
    at: str
    payload: dict[str, Any]


def append_events(
    session: Session,
    *,
    office_id: str,
    chain: str,
    kind: str,
    actor: str,
    via: str,
    happenings: Iterable[Happening],
) -> list[Event]:
    """Add events of one kind to their chain, in order, inside the caller's transaction."""
    end = select(Event.seq, Event.hash).where(Event.chain == chain)
    last = session.execute(end.order_by(Event.seq.desc()).limit(1)).first()
    length, previous = (last.seq, last.hash) if last else (0, GENESIS)
    events = []
    for seq, one in enumerate(happenings, length + 1):
        event = Event(
            office_id=office_id,
            chain=chain,
            seq=seq,
            kind=kind,
            document_id=one.document_id,
            actor=actor,
            via=via,
            at=one.at,
            payload=one.payload,
            previous=previous,
            hash="",
        )
        event.hash = previous = event_hash(event)
        events.append(event)
    session.add_all(events)
    session.flush()
    return events


def events_in_order(session: Session, office_id: str) -> Iterator[Row[Any]]:
    """Every event of the office, chain by chain, a few at a time."""
    query = select(*Event.__table__.columns).where(Event.office_id == office_id)
    ordered = query.order_by(Event.chain, Event.seq)
    yield from session.execute(ordered.execution_options(yield_per=AT_ONCE))


def check_chains(
    session: Session, office_id: str, witness: Witness = lambda _: None
) -> Iterator[ChainFault]:
    """Every place where a chain of the office was edited, cut or reordered.

    Steps: (1) read all chains once, noting what is missing, what does not fit its own hash, and
    where a sound event does not follow its predecessor; (2) find where the misfits belong.

    A chain of which only the end is gone, or that was written anew with all its hashes, still
    holds in itself: the seals show that.
    """
    walk = _Walk()
    for event in events_in_order(session, office_id):  # (1)
        yield from walk.pass_by(event)
        witness(event)
    if walk.misfits or walk.gaps:  # (2)
        yield from explain(walk.misfits, walk.gaps, _candidates(session, office_id, walk))


class _Walk:
    """One way along all chains."""

    def __init__(self) -> None:
        self.misfits: list[Displaced] = []
        self.gaps: list[tuple[str, int, int]] = []
        self.chains: set[str] = set()
        self._chain: str | None = None
        self._seq, self._hash, self._fitted = 0, GENESIS, True

    def pass_by(self, event: Row[Any]) -> Iterator[ChainFault]:
        """Look at the next event; what nothing but itself can explain is told at once."""
        if event.chain != self._chain:
            self._chain, self._seq, self._hash, self._fitted = event.chain, 0, GENESIS, True
            self.chains.add(event.chain)
        expected, fits = self._seq + 1, event_hash(event) == event.hash
        if event.seq > expected:
            self.gaps.append((event.chain, expected, event.seq - 1))
        if not fits and len(self.misfits) < MOST_EXPLAINED:
            self.misfits.append(Displaced(event))
        elif not fits:
            yield _changed(event)
        elif event.previous != self._hash and event.seq == expected and self._fitted:
            yield _broken(event)
        elif event.seq < 1:
            yield _changed(event)
        self._seq, self._hash, self._fitted = event.seq, event.hash, fits


def _changed(event: EventLike) -> ChainFault:
    message = f"Event {event.seq}: changed, no longer in agreement with the hash."
    return ChainFault(event.chain, event.seq, event.seq, Tampering.CHANGED, message)


def _broken(event: EventLike) -> ChainFault:
    if event.seq == 1:
        message = "Event 1: the chain has been given another beginning."
    else:
        message = (
            f"Event {event.seq} is sound in itself, but does not follow event {event.seq - 1}:"
            " that one was changed with its hash made to fit, or what stands from here on was put"
            " in place of something else."
        )
    return ChainFault(event.chain, event.seq, event.seq, Tampering.BROKEN, message)


def _candidates(session: Session, office_id: str, walk: _Walk) -> list[Place]:
    """The places at which a misfit may have stood, as far as the rest of the ledger tells."""
    named = {m.event.previous for m in walk.misfits}
    after = select(Event.chain, Event.seq).where(
        Event.office_id == office_id, Event.hash.in_(named)
    )
    places = [Place(chain, seq + 1) for chain, seq in session.execute(after)]
    query = select(Collection.id).where(Collection.office_id == office_id)
    silent = set(session.scalars(query)) - walk.chains
    places += [Place(chain, m.event.seq) for chain in sorted(silent) for m in walk.misfits]
    return places


def chains_that_are_gone(session: Session, office_id: str) -> list[str]:
    """The collections of which no event is left: the first one opens every collection."""
    told = select(Event.id).where(Event.chain == Collection.id).exists()
    query = select(Collection.id).where(Collection.office_id == office_id, ~told)
    return list(session.scalars(query.order_by(Collection.id)))
