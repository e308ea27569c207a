"""What still comes back for a collection that was withdrawn: recognised, and answered."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import long_time
from pipeline.domain.collection import WITHDRAWN
from pipeline.domain.document import Kind
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.forms.apart import read_entry, read_roster
from pipeline.ledger.tables import Collection, Document, Publication
from pipeline.sop.case import Delivery, case_of, editions
from pipeline.sop.publish import BOOK_SUFFIXES, COMPANION, MAIN, WORD_SUFFIXES
from pipeline.sop.slips import Answer, refuse
from pipeline.sop.telling import last_event
from pipeline.sop.word_forms import said_of

WITHDRAWN_EVENT = "collection.withdrawn"


def refuse_withdrawn(delivery: Delivery) -> bool:
    """Refuse a paper of a withdrawn collection; whether it was one.

    A draft is never one: it may begin the period anew.
    """
    if delivery.place.step.verb is Verb.DRAFT:
        return False
    with delivery.office.ledger.read() as session:
        ended = _ended(session, delivery)
        document = _document(session, delivery, ended) if ended else None
        collection = document.collection_id if document else _period_ended(session, delivery, ended)
        if collection is None:
            return False
        answer = withdrawn_answer(session, delivery, collection)
    refuse(delivery, answer, document=document)
    return True


def withdrawn_answer(session: Session, delivery: Delivery, collection_id: str | None) -> Answer:
    """Why a paper of this collection is of no use any more."""
    case = case_of(session, delivery.office, collection_id)
    why = last_event(session, case.collection.id, WITHDRAWN_EVENT)
    when = datetime.fromisoformat(why.at).astimezone(delivery.office.settings.office.zone)
    return Answer(
        title="PENGUMPULAN INI SUDAH DITARIK",
        summary=f"{delivery.name} berasal dari pengumpulan {case.period.title}, yang ditarik oleh"
        f" {why.actor} pada {long_time(when)}. Kiriman ini tidak dipakai.",
        reasons=why.payload["note"].splitlines(),
        steps=[
            "Tidak perlu mengirim apa pun lagi untuk pengumpulan itu.",
            "Bila periode itu dikumpulkan lagi, pakai berkas baru yang tersedia untuk itu.",
        ],
    )


def _ended(session: Session, delivery: Delivery) -> set[str]:
    """The withdrawn collections of the procedure."""
    query = select(Collection.id).where(
        Collection.office_id == delivery.office.id,
        Collection.procedure == delivery.procedure.key,
        Collection.stage == WITHDRAWN,
    )
    return set(session.scalars(query))


def _document(session: Session, delivery: Delivery, ended: set[str]) -> Document | None:
    """The paper of a withdrawn collection that a file is: by its bytes, else by what it says."""
    laid_out = session.scalars(
        select(Document)
        .join(Publication, Publication.document_id == Document.id)
        .where(
            Publication.office_id == delivery.office.id,
            Publication.sha256 == delivery.arrival.sha256,
            Publication.role.in_((MAIN, COMPANION)),
        )
        .order_by(Publication.id.desc())
    ).first()
    found = laid_out or next(_by_content(session, delivery, ended), None)
    return found if found is not None and found.collection_id in ended else None


def _by_content(session: Session, delivery: Delivery, ended: set[str]) -> Iterator[Document]:
    """Papers that say what they are; a PDF sealed elsewhere begins with the one laid out."""
    code = _code(delivery)
    if code:
        known = Document.office_id == delivery.office.id, Document.code == code
        yield from session.scalars(select(Document).where(*known))
    if delivery.suffix == ".pdf":
        printouts = session.scalars(
            select(Document).where(
                Document.collection_id.in_(ended), Document.kind == Kind.PRINTOUT
            )
        )
        data, store = delivery.data, delivery.office.store
        yield from (p for p in printouts if p.pdf and data.startswith(store.read(p.pdf)))


def _code(delivery: Delivery) -> str:
    if delivery.suffix in BOOK_SUFFIXES and delivery.place.step.verb is Verb.ENTER:
        return delivery.office.reader.read(read_entry, delivery.data).code or ""
    if delivery.suffix not in WORD_SUFFIXES:
        return ""
    said = said_of(delivery)
    return said.identity.code if said else ""


def _period_ended(session: Session, delivery: Delivery, ended: set[str]) -> str | None:
    """The withdrawn collection for whose period a roster is, if nothing has begun anew."""
    if not ended or delivery.place.step.verb is not Verb.DISTRIBUTE:
        return None
    period = Period.parse(delivery.stem)
    if period is None:
        roster, _ = delivery.office.reader.read(read_roster, delivery.data, None)
        period = roster.period if roster else None
    found = editions(session, delivery.office, delivery.procedure, period) if period else []
    return found[0].id if found and all(c.id in ended for c in found) else None
