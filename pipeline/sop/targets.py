"""Which document, and which revision of it, a file in a command folder stands for."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, number_said
from pipeline.domain.procedure import Verb
from pipeline.forms.readback import Identity
from pipeline.ledger.tables import Document, Publication
from pipeline.sop.case import Delivery
from pipeline.sop.publish import COMPANION, MAIN
from pipeline.sop.word_forms import said_of

DECIDED_AT: dict[Verb, Kind] = {
    Verb.CORRECT: Kind.DRAFT,
    Verb.VERIFY: Kind.FORM,
    Verb.INITIAL: Kind.PRINTOUT,
    Verb.SIGN: Kind.PRINTOUT,
}


@dataclass(frozen=True)
class Target:
    """The document that a file stands for; ``exact`` where its bytes are as published.

    ``is_told`` is false where nobody can tell from which revision the file was made.
    """

    document: Document
    revision: int
    exact: bool
    is_told: bool = True


def find_target(session: Session, delivery: Delivery) -> Target | None:
    """The document that a delivered file stands for: by its bytes, then by the code it carries.

    Only what was laid out for a decision counts: a slip, or a file given back, is no token.
    """
    row = session.scalar(
        select(Publication)
        .where(
            Publication.office_id == delivery.office.id,
            Publication.sha256 == delivery.arrival.sha256,
            Publication.document_id.is_not(None),
            Publication.role.in_((MAIN, COMPANION)),
            Publication.path.startswith(f"{delivery.stage_folder}/", autoescape=True),
        )
        .order_by(Publication.id.desc())
        .limit(1)
    )
    if row is not None:
        return Target(session.get_one(Document, row.document_id), row.revision, exact=True)
    said = said_of(delivery)
    identity = said.identity if said else Identity("", "", "")
    document = session.scalar(
        select(Document).where(
            Document.office_id == delivery.office.id,
            Document.code == identity.code,
            Document.kind == DECIDED_AT.get(delivery.place.step.verb),
        )
    )
    return _edited(session, delivery, document, identity) if document is not None else None


def _edited(session: Session, delivery: Delivery, document: Document, identity: Identity) -> Target:
    """By the revision in the file's properties; without them, by the only one there ever was."""
    said = number_said(identity.revision)
    if said is not None:
        return Target(document, said, exact=False)
    laid_out = session.scalars(
        select(Publication.revision)
        .where(
            Publication.document_id == document.id,
            Publication.role == MAIN,
            Publication.path.startswith(f"{delivery.stage_folder}/", autoescape=True),
        )
        .distinct()
    ).all()
    is_told = not identity.property_code and len(laid_out) <= 1
    return Target(document, document.revision, exact=False, is_told=is_told)
