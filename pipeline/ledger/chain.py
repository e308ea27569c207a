"""What makes a chain of events: each holds the hash of the one before it."""

import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

GENESIS = "0" * 64


class EventLike(Protocol):
    """An event, as a mapped object or as a row of a query."""

    office_id: Any
    chain: Any
    seq: Any
    kind: Any
    document_id: Any
    actor: Any
    via: Any
    at: Any
    payload: Any
    previous: Any
    hash: Any


class Tampering(StrEnum):
    """What was done to a chain, as far as the chain itself shows."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    MOVED = "moved"
    BROKEN = "broken"


@dataclass(frozen=True)
class ChainFault:
    """Where a chain no longer holds: events ``seq`` to ``last`` of it, and what shows it."""

    chain: str
    seq: int
    last: int
    kind: Tampering
    message: str

    @property
    def place(self) -> str:
        """For people: ``chain c, events 3–5``."""
        return f"chain {self.chain}, {events(self.seq, self.last)}"


def events(first: int, last: int) -> str:
    """``event 3``, or ``events 3–5``."""
    return f"event {first}" if first == last else f"events {first}–{last}"


def event_hash(event: EventLike, chain: str | None = None, seq: int | None = None) -> str:
    """SHA-256 over the event's content and its predecessor's hash, as canonical JSON.

    With ``chain`` and ``seq``, what it would be at that place.
    """
    content = {
        "office": event.office_id,
        "chain": event.chain if chain is None else chain,
        "seq": event.seq if seq is None else seq,
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
