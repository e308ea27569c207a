"""Decisions that came by folder, ratified with the PIN of whoever puts the paraf.

Write permission on a folder is the authority for a decision there, and weak evidence of who took
it. Before the paraf the signer is shown what was decided in the name of his post, and by which
account; with the PIN he takes it upon himself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.authority import post_of
from pipeline.domain.document import Kind
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Decision, Document
from pipeline.sop.case import Case


@dataclass(frozen=True)
class FolderDecision:
    """A decision that came by folder; ``mine`` where it was taken for the post that ratifies."""

    id: str
    code: str
    document: str
    verdict: str
    actor: str
    via: str
    decided_at: datetime
    mine: bool


def folder_decisions(session: Session, case: Case, post: str) -> list[FolderDecision]:
    """What was decided by folder in a collection, or on the master data, and is not ratified."""
    of_master = and_(Document.collection_id.is_(None), Document.kind == Kind.MASTER)
    rows = session.execute(
        select(Decision, Document)
        .join(Document, Document.id == Decision.document_id)
        .where(
            Decision.office_id == case.office.id,
            Decision.by_folder,
            Decision.ratified_at.is_(None),
            or_(Document.collection_id == case.collection.id, of_master),
        )
        .order_by(Decision.decided_at)
    )
    zone = case.office.settings.office.zone
    return [
        FolderDecision(
            id=decision.id,
            code=document.code,
            document=document.name,
            verdict=decision.verdict,
            actor=decision.actor,
            via=decision.via,
            decided_at=decision.decided_at.astimezone(zone),
            mine=post_of(decision.actor) == post,
        )
        for decision, document in rows
    ]


def ratify(tx: Transaction, case: Case, ids: Sequence[str], *, actor: str, via: str) -> list[str]:
    """Ratify these decisions, those that nobody has ratified meanwhile; their ids."""
    rows = tx.session.scalars(
        select(Decision)
        .where(
            Decision.office_id == tx.office_id,
            Decision.id.in_(ids),
            Decision.ratified_at.is_(None),
        )
        .order_by(Decision.decided_at)
    ).all()
    for row in rows:
        row.ratified_by, row.ratified_at = actor, tx.now()
    done = [row.id for row in rows]
    if done:
        tx.record(
            "decisions.ratified",
            chain=case.collection.id,
            actor=actor,
            via=via,
            decisions=done,
        )
    return done
