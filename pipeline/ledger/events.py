"""Hash-chained events: each holds the hash of the one before it in the same chain."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.ledger.tables import Event

GENESIS = "0" * 64


@dataclass(frozen=True)
class ChainFault:
    """Where a chain no longer holds, and why."""

    chain: str
    seq: int
    message: str


def event_hash(event: Event) -> str:
    """SHA-256 over the event's content and its predecessor's hash, as canonical JSON."""
    content = {
        "office": event.office_id,
        "chain": event.chain,
        "seq": event.seq,
        "kind": event.kind,
        "document": event.document_id,
        "actor": event.actor,
        "via": event.via,
        "at": event.at,
        "payload": event.payload,
        "previous": event.previous,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def append_event(
    session: Session,
    *,
    office_id: str,
    chain: str,
    kind: str,
    document_id: str | None,
    actor: str,
    via: str,
    at: str,
    payload: dict[str, Any],
) -> Event:
    """Add an event to its chain inside the caller's transaction."""
    last_seq = session.scalar(select(func.max(Event.seq)).where(Event.chain == chain)) or 0
    last = session.scalar(select(Event).where(Event.chain == chain, Event.seq == last_seq))
    event = Event(
        office_id=office_id,
        chain=chain,
        seq=last_seq + 1,
        kind=kind,
        document_id=document_id,
        actor=actor,
        via=via,
        at=at,
        payload=payload,
        previous=last.hash if last else GENESIS,
        hash="",
    )
    event.hash = event_hash(event)
    session.add(event)
    session.flush()
    return event


def check_chains(session: Session, office_id: str) -> Iterator[ChainFault]:
    """Every place where a chain of the office was edited, cut or reordered."""
    ordered = session.scalars(
        select(Event).where(Event.office_id == office_id).order_by(Event.chain, Event.seq)
    )
    for chain, events in groupby(ordered, key=lambda e: e.chain):
        previous, expected = GENESIS, 1
        for event in events:
            if event.seq != expected:
                yield ChainFault(chain, expected, f"kejadian {expected} hilang dari rantai")
            if event.previous != previous or event_hash(event) != event.hash:
                yield ChainFault(chain, event.seq, f"kejadian {event.seq} tidak utuh lagi")
            previous, expected = event.hash, event.seq + 1
