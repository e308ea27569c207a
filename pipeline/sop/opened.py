"""When the person awaited has first had a document open: from then on its minutes count.

Only steps whose standard is in minutes need to know: the draft at correction, the print-out at
paraf and signature. What shows it is the lock file that Word and LibreOffice lay beside an open
file, or the sitting at which the print-out is looked at to be sealed.
"""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.intake.locks import is_locked
from pipeline.intake.outbox import PLACED
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.authority import step_of
from pipeline.sop.case import case_of
from pipeline.sop.publish import COMPANION, MAIN

OPENED = "document.opened"
BY_LOCK_FILE = "berkas kunci di folder"
TIMED = (Kind.DRAFT, Kind.PRINTOUT)


def look_for_opened(office: Office) -> None:
    """Note the waiting documents beside which a lock file lies; cheap where none waits unopened."""
    with office.ledger.read() as session:
        waiting = _unopened(session, office)
    seen = {d.id: d for d, path in waiting if is_locked(office.inbox / path)}
    if seen:
        note_opened(office, seen.values(), via=BY_LOCK_FILE)


def note_opened(office: Office, documents: Iterable[Document], *, via: str) -> None:
    """Note that whoever is awaited has these documents open now, as they were read.

    What is noted already, has moved on or waits for nobody stays as it is.
    """
    with office.ledger.write() as tx:
        for read in documents:
            document = tx.session.get_one(Document, read.id)
            same = (document.revision, document.pdf) == (read.revision, read.pdf)
            if document.opened_at is not None or document.state != State.WAITING or not same:
                continue
            document.opened_at = tx.now()
            case = case_of(tx.session, office, document.collection_id)
            step = step_of(case, document)
            tx.record(
                OPENED,
                chain=case.collection.id,
                actor=case.procedure.actor(step.actor).name,
                via=via,
                document_id=document.id,
                revision=document.revision,
            )


def _unopened(session: Session, office: Office) -> list[tuple[Document, str]]:
    """The timed documents that wait and are not known to be open, with where their files lie."""
    rows = session.execute(
        select(Document, Publication.path)
        .join(Publication, Publication.document_id == Document.id)
        .where(
            Document.office_id == office.id,
            Document.kind.in_(TIMED),
            Document.state == State.WAITING,
            Document.opened_at.is_(None),
            Publication.role.in_((MAIN, COMPANION)),
            Publication.state == PLACED,
        )
    )
    return [(document, path) for document, path in rows]
