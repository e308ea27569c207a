"""The office at a glance: each document, where it is, since when, how late, who is next."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.authority import Act, entitled_to
from pipeline.domain.deadline import Deadline, Lateness
from pipeline.domain.document import Kind, State
from pipeline.domain.holders import Holders
from pipeline.domain.period import Period
from pipeline.domain.posts import short_post
from pipeline.errors import NotFoundError
from pipeline.intake.untaken import left_lying
from pipeline.ledger.tables import Arrival, Collection, Document, Record
from pipeline.office import Office
from pipeline.sop.authority import holders_on_file
from pipeline.sop.case import Case
from pipeline.sop.collection.recap import recap
from pipeline.sop.collection.standing import (
    ENDED,
    Standing,
    actor_of,
    amendment_words,
    in_titles,
    place_name,
    stage_deadline,
    standings,
    step_of,
)
from pipeline.sop.printout.paper import paper_coming
from pipeline.tasks.renew.due import Due, due_in


@dataclass(frozen=True)
class Timing:
    """How something stands to its deadline; ``late_by`` is in words, empty where it is in time."""

    due: datetime | None = None
    red: datetime | None = None
    lateness: Lateness = Lateness.IN_TIME
    late_by: str = ""


@dataclass(frozen=True)
class DocumentStatus:
    """Where one document stands; ``next`` is who acts next, with the capacity.

    ``title`` is the official's post as printed, ``short`` as people call it; ``unconfirmed`` says
    that the form has come on paper only, and nobody has confirmed what was read.
    """

    code: str
    kind: str
    name: str
    post: str
    title: str
    short: str
    state: str
    where: str
    since: datetime
    opened: datetime | None
    timing: Timing
    returns: int
    unconfirmed: bool
    next: str


@dataclass(frozen=True)
class CollectionStatus:
    """One collection; ``amendment`` says in words what it corrects, ``recap`` how far it is.

    ``paper`` says so where its print-out was signed on paper, or the scan of that is not whole yet.
    """

    id: str
    procedure: str
    period: str
    edition: int
    title: str
    amends: str | None
    amendment: str
    stage: str
    step: int | None
    where: str
    next: str
    since: datetime
    timing: Timing
    closed: datetime | None
    documents: Sequence[DocumentStatus]
    recap: str
    paper: str
    record_id: str | None
    archive: str | None


@dataclass(frozen=True)
class OfficeStatus:
    """All of an office that is under way ``at`` a moment, and what needs an administrator.

    ``master`` are the proposals to change the master data that wait to be decided, ``unjudged``
    files were taken and await judgement, ``left_lying`` is what cannot be taken, with the reason.
    ``to_renew`` are the filed print-outs that `kinerja renew` should see to.
    """

    office: str
    at: datetime
    collections: Sequence[CollectionStatus]
    master: Sequence[DocumentStatus]
    unjudged: int
    left_lying: Sequence[str]
    failed: Sequence[str]
    to_renew: Sequence[Due] = ()

    def to_dict(self) -> dict[str, Any]:
        """As JSON values; moments in ISO 8601."""
        plain: dict[str, Any] = _plain(asdict(self))
        return {**plain, "to_renew": [due.to_dict() for due in self.to_renew]}


def office_status(office: Office, period: Period | None = None) -> OfficeStatus:
    """The office's collections (of one period), newest first.

    Raises:
        NotFoundError: there is none of that period.
    """
    with office.ledger.read() as session:
        query = select(Collection).where(Collection.office_id == office.id)
        if period is not None:
            query = query.where(Collection.period == str(period))
        rows = session.scalars(
            query.order_by(Collection.period.desc(), Collection.edition.desc())
        ).all()
        if period is not None and not rows:
            raise NotFoundError(f"{period}: belum ada pengumpulan untuk {period.title}.")
        records = {
            r.collection_id: r
            for r in session.scalars(select(Record).where(Record.office_id == office.id))
        }
        unjudged = session.scalar(
            select(func.count())
            .select_from(Arrival)
            .where(Arrival.office_id == office.id, Arrival.outcome.is_(None))
        )
        holders = holders_on_file(session, office)
        collections = [
            _collection(session, _case(office, row), holders, records.get(row.id)) for row in rows
        ]
        proposals = _proposals(session, office, holders)
        lying = [f"{row.folder}/{row.name}: {row.why}" for row in left_lying(session, office.id)]
    at, failed = office.now().astimezone(office.settings.office.zone), office.ledger.failed_work()
    due = due_in(office)
    return OfficeStatus(office.id, at, collections, proposals, unjudged or 0, lying, failed, due)


def _case(office: Office, row: Collection) -> Case:
    return Case(office, office.procedures[row.procedure], row)


def _collection(
    session: Session, case: Case, holders: Holders, record: Record | None
) -> CollectionStatus:
    row, step, zone = case.collection, step_of(case), case.office.settings.office.zone
    documents = standings(session, case, holders)
    filed = record if record and record.filed_at else None
    return CollectionStatus(
        id=row.id,
        procedure=case.procedure.key,
        period=row.period,
        edition=row.edition,
        title=case.period.title,
        amends=row.amends,
        amendment=amendment_words(session, case),
        stage=row.stage,
        step=step.number if step else None,
        where=place_name(step) if step else ENDED[row.stage],
        next=actor_of(session, case, holders),
        since=row.stage_since.astimezone(zone),
        timing=_timing(case.office, stage_deadline(case, documents)),
        closed=row.closed_at.astimezone(zone) if row.closed_at else None,
        documents=[_document(case.office, standing) for standing in documents],
        recap=recap(session, case, documents),
        paper=_paper(session, case),
        record_id=filed.id if filed else None,
        archive=str(case.office.archive / filed.path) if filed else None,
    )


def _paper(session: Session, case: Case) -> str:
    printout = case.document(session, Kind.PRINTOUT)
    paper = paper_coming(printout) if printout is not None else None
    if paper is None:
        return ""
    return paper.words if paper.copy else "pindaian naskah bertanda tangan basah belum lengkap"


def _document(office: Office, standing: Standing) -> DocumentStatus:
    document, zone = standing.document, office.settings.office.zone
    return DocumentStatus(
        code=document.code,
        kind=document.kind,
        name=document.name,
        post=document.post,
        title=standing.title,
        short=short_post(standing.title),
        state=document.state,
        where=standing.where,
        since=standing.since.astimezone(zone),
        opened=document.opened_at.astimezone(zone) if document.opened_at else None,
        timing=_timing(office, standing.deadline),
        returns=document.returns,
        unconfirmed=standing.is_unconfirmed,
        next=standing.next,
    )


def _timing(office: Office, deadline: Deadline | None) -> Timing:
    if deadline is None:
        return Timing()
    now, zone = office.now(), office.settings.office.zone
    lateness = deadline.lateness(now)
    late = lateness is not Lateness.IN_TIME
    late_by = office.hours.between(deadline.due, now).words if late else ""
    return Timing(deadline.due.astimezone(zone), deadline.red.astimezone(zone), lateness, late_by)


def _proposals(session: Session, office: Office, holders: Holders) -> list[DocumentStatus]:
    """The waiting proposals to change the master data."""
    may = entitled_to(Act.APPROVE_MASTER, office.procedures.values())
    who = in_titles(office, holders, may)
    query = select(Document).where(
        Document.office_id == office.id,
        Document.kind == Kind.MASTER,
        Document.state == State.WAITING,
    )
    found = session.scalars(query.order_by(Document.updated_at)).all()
    return [
        _document(office, Standing(d, "", "data induk", d.updated_at, None, who)) for d in found
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, datetime) else value
