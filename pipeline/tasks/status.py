"""A collection at a glance: each document, where it is, since when, how late, who is next."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from pipeline.domain.collection import FILED
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Procedure, Verb
from pipeline.ledger.tables import Arrival, Collection, Document, Record
from pipeline.office import Office
from pipeline.sop.case import Case


@dataclass(frozen=True)
class DocumentStatus:
    """Where one document stands; ``next`` is who acts next."""

    code: str
    kind: str
    name: str
    post: str
    state: str
    since: datetime
    returns: int
    next: str


@dataclass(frozen=True)
class CollectionStatus:
    """One collection; ``late`` by its step's quality standard."""

    procedure: str
    period: str
    title: str
    stage: str
    step: int | None
    next: str
    since: datetime
    due: datetime | None
    late: bool
    documents: Sequence[DocumentStatus]
    record_id: str | None
    archive: str | None


@dataclass(frozen=True)
class OfficeStatus:
    """All of an office that is under way, and what needs an administrator."""

    office: str
    collections: Sequence[CollectionStatus]
    untaken: int
    failed: Sequence[str]

    def to_dict(self) -> dict[str, Any]:
        """As JSON values; moments in ISO 8601."""
        plain: dict[str, Any] = _plain(asdict(self))
        return plain


def office_status(office: Office) -> OfficeStatus:
    """The office's collections, newest first."""
    with office.ledger.read() as session:
        rows = session.scalars(
            select(Collection)
            .where(Collection.office_id == office.id)
            .order_by(Collection.period.desc())
        ).all()
        records = {
            r.collection_id: r
            for r in session.scalars(select(Record).where(Record.office_id == office.id))
        }
        untaken = session.scalar(
            select(func.count())
            .select_from(Arrival)
            .where(Arrival.office_id == office.id, Arrival.outcome.is_(None))
        )
        collections = [
            _collection(
                Case(office, office.procedures[row.procedure], row),
                list(
                    session.scalars(
                        select(Document)
                        .where(Document.collection_id == row.id)
                        .order_by(Document.kind, Document.post)
                    )
                ),
                records.get(row.id),
            )
            for row in rows
        ]
    return OfficeStatus(office.id, collections, untaken or 0, office.ledger.failed_work())


def _collection(case: Case, documents: list[Document], record: Record | None) -> CollectionStatus:
    row, zone, now = case.collection, case.office.settings.office.zone, case.office.now()
    step = next((s for s in case.procedure.steps if s.verb == row.stage), None)
    return CollectionStatus(
        procedure=case.procedure.key,
        period=row.period,
        title=case.period.title,
        stage=row.stage,
        step=step.number if step else None,
        next=case.procedure.actor(step.actor).name if step else "–",
        since=row.stage_since.astimezone(zone),
        due=row.due.astimezone(zone) if row.due else None,
        late=row.stage != FILED and row.due is not None and now > row.due,
        documents=[_document(case.procedure, row, d, zone_of=case) for d in documents],
        record_id=record.id if record and record.filed_at else None,
        archive=str(case.office.archive / record.path) if record and record.filed_at else None,
    )


def _document(
    procedure: Procedure, collection: Collection, document: Document, *, zone_of: Case
) -> DocumentStatus:
    return DocumentStatus(
        code=document.code,
        kind=document.kind,
        name=document.name,
        post=document.post,
        state=document.state,
        since=document.updated_at.astimezone(zone_of.office.settings.office.zone),
        returns=document.returns,
        next=_next(procedure, collection, document),
    )


def _next(procedure: Procedure, collection: Collection, document: Document) -> str:
    """Who has to act on a document now; a dash where nobody has."""
    if document.kind == Kind.FORM and document.state == State.ISSUED:
        return document.post
    if document.state != State.WAITING:
        return "–"
    verb = Verb.VERIFY if document.kind == Kind.FORM else Verb(collection.stage)
    step = procedure.step(verb)
    return procedure.post_for(step, party=document.post) or procedure.actor(step.actor).name


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
