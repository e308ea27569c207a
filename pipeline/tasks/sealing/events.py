"""What the ledger itself says of its seals: each is an event of the office's own chain."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.ledger.tables import Event

SEALED = "ledger.sealed"
STAMPED = "ledger.seal-stamped"
KEY_MADE = "ledger.seal-key"
LOSS_ACCEPTED = "ledger.loss-accepted"
RESTORED = "ledger.restored"
OF_SEALS = (SEALED, STAMPED, KEY_MADE)
"""What sealing itself records: no reason to seal again."""


@dataclass(frozen=True)
class SealRecord:
    """All that the ledger says of its seals.

    By number the event of each seal and the SHA-256 of each timestamp; by fingerprint the event of
    each key; the losses that were accepted, and the restores.
    """

    sealed: dict[int, Event]
    stamped: dict[int, str]
    keys: dict[str, Event]
    accepted: list[Event]
    restored: list[Event]

    @property
    def numbering_is_unsure(self) -> bool:
        """Whether the database was restored since its last seal: later ones may lie elsewhere."""
        last = max((event.seq for event in self.sealed.values()), default=0)
        return any(event.seq > last for event in self.restored)

    @property
    def accepted_through(self) -> int:
        """The number of the last seal of which the ledger says that its loss was accepted."""
        return max((event.payload["through"] for event in self.accepted), default=0)


def office_chain(office_id: str) -> str:
    """The name of the office's own chain."""
    return f"kantor:{office_id}"


def seal_record(session: Session, office_id: str) -> SealRecord:
    """What the ledger says of its seals; events that are none, however they came, are left out."""
    query = select(Event).where(
        Event.chain == office_chain(office_id), Event.kind.in_((*OF_SEALS, LOSS_ACCEPTED, RESTORED))
    )
    record = SealRecord({}, {}, {}, [], [])
    for event in session.scalars(query.order_by(Event.seq)):
        said = _said(event)
        if event.kind == SEALED and said:
            record.sealed.setdefault(said[0], event)
        elif event.kind == STAMPED and said:
            record.stamped.setdefault(*said)
        elif event.kind == KEY_MADE and said:
            record.keys.setdefault(said[1], event)
        elif event.kind == LOSS_ACCEPTED and isinstance(event.payload.get("through"), int):
            record.accepted.append(event)
        elif event.kind == RESTORED:
            record.restored.append(event)
    return record


def last_sealed(session: Session, office_id: str) -> Event | None:
    """The event of the last seal."""
    query = select(Event).where(Event.chain == office_chain(office_id), Event.kind == SEALED)
    return session.scalar(query.order_by(Event.seq.desc()).limit(1))


def _said(event: Event) -> tuple[int, str] | None:
    payload: dict[str, Any] = event.payload if isinstance(event.payload, dict) else {}
    number, digest = payload.get("number"), payload.get("sha256")
    return (number, digest) if isinstance(number, int) and isinstance(digest, str) else None
