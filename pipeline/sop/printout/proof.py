"""What the seals of a print-out prove, measured on the finished file, as it is written down."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Proof, Record
from pipeline.signing.renewal import Standing


def in_event(found: Standing) -> dict[str, Any]:
    """The measure as an event tells it."""
    until = found.holds_until
    return {"level": found.level, "holds_until": until.isoformat() if until else None}


def enter_proof(
    tx: Transaction, record_id: str, found: Standing, *, renewal: str | None = None
) -> None:
    """Enter what was measured of a record's file; ``renewal`` where it is a longer one to come."""
    proof = Proof(
        record_id=record_id,
        office_id=tx.office_id,
        level=found.level,
        stamped=found.stamped,
        holds_until=found.holds_until,
        renewal=renewal,
    )
    tx.session.merge(proof)


def proofs_of(session: Session, records: Iterable[Record]) -> dict[str, Proof]:
    """What is written down of these records, by their ids."""
    ids = [record.id for record in records]
    return {p.record_id: p for p in session.scalars(select(Proof).where(Proof.record_id.in_(ids)))}
