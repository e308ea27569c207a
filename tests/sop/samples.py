"""Rows of the ledger, as a collection that has begun has them."""

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Roster, Statements
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Publication
from pipeline.sop.publish import new_document

PERIOD = Period(2026, 3)
INDICATOR = Indicator(
    *("IK-1", "Sasaran", "Produksi", "", "ton", Polarity.POSITIVE, Aggregation.SUM, "Sumber"),
    annual_target=Target(Decimal(5000)),
    quarter_targets=(Target(Decimal(1200)),) * 4,
    previous_actuals=(Decimal(1100), Decimal(1250), None),
)
STATEMENTS = Statements(PERIOD, (INDICATOR,))
HEAD = Official("Kepala Bidang", "Contoh Satu", "197803142003121004", "IV/a", "Bidang")
ROSTER = Roster(PERIOD, (HEAD,), (Assignment(HEAD.post, "IK-1"),))


def a_collection(tx: Transaction, period: Period = PERIOD) -> Collection:
    now = tx.now()
    collection = Collection(
        id=f"k{period}",
        office_id=tx.office_id,
        procedure="data-kinerja",
        period=str(period),
        stage="fill",
        opened_at=now,
        stage_since=now,
    )
    tx.session.add(collection)
    tx.session.flush()
    return collection


def a_form(tx: Transaction, collection: Collection, post: str = HEAD.post) -> Document:
    return new_document(
        tx, collection, Kind.FORM, name="Formulir.docx", post=post, state=State.ISSUED
    )


def publications(session: Session) -> dict[str, str]:
    """Path → state."""
    rows = session.scalars(select(Publication).order_by(Publication.id))
    return {row.path: row.state for row in rows}
