"""Receipts: who sends or decides by folder is told what was taken, and who is next.

1. What is accepted asks for its receipt in the same transaction (`close_arrival`, `carry_out`).
2. It is printed afterwards, and only while it is news: it neither holds up nor undoes anything.
3. A newer one in that folder replaces it; once the next person has acted it is taken away
   (`pipeline.sop.case.move_to`).

A form's own receipt, with its figures, is printed where the form is taken
(`pipeline.sop.steps.fill`); what is decided on forms in time stands on _RINGKASAN.
"""

from collections.abc import Callable
from datetime import datetime
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import short_time
from pipeline.domain.document import Kind
from pipeline.domain.finding import Finding
from pipeline.domain.naming import safe_file_name
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.tables import Arrival, Decision, Document, Publication, Reason
from pipeline.office import Office
from pipeline.sop.case import NAME_LENGTH, RECEIPT, Delivery, case_of, deliver
from pipeline.sop.decisions import TAKEN
from pipeline.sop.publish import NOTICE, clear_receipts, publish
from pipeline.sop.reasons import KEPT, REASON, kept_name
from pipeline.sop.receipts.terms import Matter, missing_paper, other_paper, terms_of
from pipeline.sop.receipts.words import (
    ACCEPTED,
    BOUNCED,
    INCOMPLETE,
    REVISED,
    SEALED,
    WORDS,
    Words,
)
from pipeline.sop.returned import LATE
from pipeline.sop.slips import client_folder, print_slip
from pipeline.sop.values import findings_of

SENT = frozenset({ACCEPTED, REVISED, SEALED})


def acknowledge(office: Office, arrival_id: str) -> None:
    """Print the receipt of a file that was accepted."""
    with office.ledger.read() as session:
        arrival = session.get_one(Arrival, arrival_id)
    if arrival.outcome == REASON:
        _keep_reason(deliver(office, arrival))
    else:
        _lay(office, lambda session: _sent(session, office, arrival_id))


def acknowledge_decision(office: Office, decision_id: str) -> None:
    """Print the receipt of a decision that came by folder and was carried out."""
    _lay(office, lambda session: _decided(session, office, decision_id))


def _lay(office: Office, look: Callable[[Session], Matter | None]) -> None:
    with office.ledger.read() as session:
        matter = look(session)
        words = _words(session, matter) if matter else None
        if matter is None or words is None or _is_laid(session, matter, words):
            return
        slip = _slip(session, matter, words)
    period = matter.case.period if matter.case else None
    sha256 = print_slip(office, matter.delivery.procedure, period, slip)
    with office.ledger.write() as tx:
        matter = look(tx.session)
        if matter is None or _words(tx.session, matter) != words:  # no news any more
            return
        if not _is_laid(tx.session, matter, words):
            folder, case = matter.delivery.stage_folder, matter.case
            clear_receipts(tx, folder, matter.document)
            publish(
                tx,
                folder,
                _name(matter, words),
                sha256,
                role=RECEIPT,
                document=matter.document,
                collection=case.collection if case else None,
            )


def _keep_reason(delivery: Delivery) -> None:
    """Say that a reason is kept, while no return has used it."""
    office, arrival, folder = delivery.office, delivery.arrival, delivery.stage_folder
    name = kept_name(office, arrival)
    with office.ledger.read() as session:
        if not _is_unused(session, arrival, folder, name):
            return
    sent_to = client_folder(office, f"{delivery.procedure.key}/{delivery.place.path}")
    slip = Slip(
        title=KEPT,
        summary=f"Alasan dalam {delivery.name} disimpan; naskah yang dikembalikan belum ada.",
        document=delivery.name,
        recipient=delivery.actor,
        sender="kinerja",
        received=[(delivery.name, arrival.sha256)],
        steps=[
            f"Pindahkan naskah yang dikembalikan ke {sent_to} dalam satu jam; alasan ini lalu"
            " disertakan.",
            "Sesudah satu jam alasan ini tidak dipakai lagi; kirim lagi bersama naskahnya.",
        ],
    )
    sha256 = print_slip(office, delivery.procedure, None, slip)
    with office.ledger.write() as tx:
        if _is_unused(tx.session, arrival, folder, name):
            publish(tx, folder, f"{name}.pdf", sha256, role=NOTICE)


def _is_unused(session: Session, arrival: Arrival, folder: str, name: str) -> bool:
    """Whether no return has used the reason that came as this file, and nobody was told so yet."""
    reason = session.get_one(Reason, arrival.id)
    told = select(Publication.id).where(
        Publication.role == NOTICE, Publication.path.startswith(f"{folder}/{name}", autoescape=True)
    )
    return reason.used_for is None and session.scalars(told).first() is None


def _sent(session: Session, office: Office, arrival_id: str) -> Matter | None:
    """What a file is about, unless it belongs to no document or has been overtaken by another."""
    arrival = session.get_one(Arrival, arrival_id)
    document = session.get(Document, arrival.document_id) if arrival.document_id else None
    if document is None or arrival.outcome is None:
        return None
    if arrival.outcome in SENT and arrival.sha256 not in (document.original, document.pdf):
        return None
    moment = arrival.arrived_at
    return _matter(session, office, arrival, document, outcome=arrival.outcome, moment=moment)


def _decided(session: Session, office: Office, decision_id: str) -> Matter | None:
    """What a decision is about, unless the document has a newer revision."""
    decision = session.get_one(Decision, decision_id)
    document = session.get_one(Document, decision.document_id)
    arrival = session.scalar(
        select(Arrival)
        .where(Arrival.document_id == document.id, Arrival.outcome == TAKEN)
        .order_by(Arrival.arrived_at.desc())
        .limit(1)
    )
    if arrival is None or document.revision != decision.revision:
        return None
    return _matter(
        session,
        office,
        arrival,
        document,
        outcome=decision.verdict,
        moment=decision.decided_at,
        decision=decision,
    )


def _matter(
    session: Session,
    office: Office,
    arrival: Arrival,
    document: Document,
    *,
    outcome: str,
    moment: datetime,
    decision: Decision | None = None,
) -> Matter:
    case = case_of(session, office, document.collection_id) if document.collection_id else None
    moment = moment.astimezone(office.settings.office.zone)
    return Matter(deliver(office, arrival), document, case, outcome, moment, decision)


def _words(session: Session, matter: Matter) -> Words | None:
    """What there is to say, if anything still is."""
    document, case, outcome = matter.document, matter.case, matter.outcome
    kind = Kind(document.kind)
    if kind is Kind.FORM and not _is_told_apart(matter):
        return None
    if outcome == ACCEPTED and case is not None and missing_paper(session, case, document):
        outcome = INCOMPLETE
    words = WORDS.get((outcome, kind, matter.verb))
    stage = case.collection.stage if case else None
    return words if words and words.are_news(document.state, stage) else None


def _is_told_apart(matter: Matter) -> bool:
    """Whether a form's sender or judge has no other word: by Staf's hand, or as susulan."""
    if matter.decision is not None:
        return bool(matter.document.data.get(LATE))
    return matter.delivery.place.post_folder == ON_BEHALF


def _is_laid(session: Session, matter: Matter, words: Words) -> bool:
    """Whether it was laid out before, whatever has become of it; a name taken gets a number."""
    file = PurePosixPath(safe_file_name(_name(matter, words), limit=NAME_LENGTH))
    folder = matter.delivery.stage_folder
    query = select(Publication.id).where(
        Publication.role == RECEIPT,
        Publication.document_id == matter.document.id,
        Publication.revision == matter.document.revision,
        Publication.path.startswith(f"{folder}/{file.stem}", autoescape=True),
    )
    return session.scalars(query).first() is not None


def _name(matter: Matter, words: Words) -> str:
    document = matter.document
    of_form = document.kind == Kind.FORM
    about = document.code if of_form else PurePosixPath(document.name).stem
    mark = f"{words.title} {document.returns}" if matter.outcome == BOUNCED else words.title
    return f"{mark} {short_time(matter.moment)} - {about}.pdf"


def _slip(session: Session, matter: Matter, words: Words) -> Slip:
    document, delivery = matter.document, matter.delivery
    terms = terms_of(session, matter, words)
    case, sent, findings = matter.case, list[tuple[str, str]](), list[Finding]()
    if matter.decision is None:
        other = other_paper(session, case, document) if case and matter.verb is Verb.DRAFT else None
        sent = [(delivery.name, delivery.arrival.sha256)]
        sent += [(other.name, other.original or "")] if other else []
        findings = [f for paper in (document, other) if paper for f in findings_of(paper)]
    return Slip(
        title=words.title,
        summary=words.summary.format(**terms),
        document=document.name,
        recipient=matter.decision.actor if matter.decision else delivery.actor,
        sender="kinerja",
        code=document.code,
        received=sent,
        reasons=matter.decision.note.splitlines() if matter.decision else (),
        findings=findings,
        steps=[step.format(**terms) for step in words.steps],
    )
