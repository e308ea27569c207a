"""Slips that answer no file: somebody is told, once, of what was decided over his papers."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.naming import safe_file_name
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.tables import Collection, Document, Event, Publication
from pipeline.sop.case import NAME_LENGTH, Case
from pipeline.sop.publish import NOTICE, publish
from pipeline.sop.slips import print_slip


@dataclass(frozen=True)
class Notice:
    """A slip that shall lie in ``folder`` as ``name``; it belongs to a document or a collection."""

    folder: str
    name: str
    slip: Slip
    document: Document | None = None
    collection: Collection | None = None


def tell(case: Case, notice: Notice, still: Callable[[Session], bool]) -> None:
    """Print a slip and lay it out, unless that was done before or ``still`` holds no longer."""
    office = case.office
    with office.ledger.read() as session:
        if _told(session, notice) or not still(session):
            return
    sha256 = print_slip(office, case.procedure, case.period, notice.slip)
    with office.ledger.write() as tx:
        if not _told(tx.session, notice) and still(tx.session):
            publish(
                tx,
                notice.folder,
                notice.name,
                sha256,
                role=NOTICE,
                document=notice.document,
                collection=notice.collection,
            )


def last_event(session: Session, collection_id: str, kind: str, document_id: str = "") -> Event:
    """The last event of a kind in a collection (about a document): who did it, when and why."""
    query = select(Event).where(Event.chain == collection_id, Event.kind == kind)
    if document_id:
        query = query.where(Event.document_id == document_id)
    return session.scalars(query.order_by(Event.seq.desc()).limit(1)).one()


def _told(session: Session, notice: Notice) -> bool:
    """Whether it was laid out before, whatever has become of it; a name taken gets a number."""
    file = PurePosixPath(safe_file_name(notice.name, limit=NAME_LENGTH))
    query = select(Publication.id).where(
        Publication.role == NOTICE,
        Publication.document_id == (notice.document.id if notice.document else None),
        Publication.collection_id == (notice.collection.id if notice.collection else None),
        Publication.path.startswith(f"{notice.folder}/{file.stem}", autoescape=True),
    )
    return session.scalars(query).first() is not None
