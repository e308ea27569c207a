"""What a step wants people to find in their folders."""

import os
from collections.abc import Container, Iterable
from pathlib import PurePosixPath
from uuid import uuid4

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State, code_from
from pipeline.domain.naming import safe_file_name
from pipeline.domain.period import Period
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Publication
from pipeline.office import Office
from pipeline.sop.case import GIVEN_BACK, NAME_LENGTH, RECEIPT
from pipeline.sop.master.versions import MASTER_NAME

MAIN, COMPANION, NOTICE, RESULT = "main", "companion", "notice", "result"
STARTER = "starter"
ANSWER = "answer"
"""Why a file was refused: it stays, whatever becomes of the document, until the record is filed."""
SLIP = "SLIP"
WORD_SUFFIXES = frozenset({".docx", ".docm", ".doc", ".odt", ".rtf"})
BOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


def new_code() -> str:
    """A short code that no document has."""
    return code_from(os.urandom(8))


def new_document(
    tx: Transaction,
    collection: Collection,
    kind: Kind,
    *,
    name: str,
    post: str = "",
    state: State,
    code: str = "",
) -> Document:
    """A document with an id of its own, and a new code unless it was given one already."""
    document = unentered(tx, collection, kind, name=name, post=post, state=state, code=code)
    tx.session.add(document)
    tx.session.flush()
    return document


def unentered(
    tx: Transaction,
    collection: Collection,
    kind: Kind,
    *,
    name: str,
    post: str = "",
    state: State,
    code: str = "",
) -> Document:
    """As `new_document`, but to be entered by the caller, with many others at one go."""
    return Document(
        id=uuid4().hex,
        office_id=tx.office_id,
        collection_id=collection.id,
        code=code or new_code(),
        kind=kind.value,
        post=post,
        name=name,
        state=state.value,
        updated_at=tx.now(),
    )


def publish(
    tx: Transaction,
    folder: str,
    name: str,
    sha256: str,
    *,
    role: str,
    document: Document | None = None,
    collection: Collection | None = None,
) -> None:
    """Have a file lie in ``folder`` (relative to the inbox) after the commit."""
    tx.session.add(
        Publication(
            office_id=tx.office_id,
            collection_id=collection.id if collection else None,
            document_id=document.id if document else None,
            path=f"{folder}/{safe_file_name(name, limit=NAME_LENGTH)}",
            sha256=sha256,
            role=role,
            revision=document.revision if document else 1,
        )
    )


def withdraw(
    session: Session,
    documents: Iterable[Document],
    roles: Iterable[str] = (MAIN, COMPANION, NOTICE),
    *,
    folder: str = "",
    but: str = "",
) -> None:
    """Have what was published of these documents (in ``folder``) taken away after the commit.

    Not where the name begins with ``but``.
    """
    ids = [d.id for d in documents]
    query = select(Publication).where(
        Publication.document_id.in_(ids),
        Publication.path.startswith(f"{folder}/" if folder else "", autoescape=True),
        Publication.role.in_(list(roles)),
        Publication.state.in_((WANTED, PLACED)),
    )
    for row in session.scalars(query):
        if not (but and PurePosixPath(row.path).name.startswith(but)):
            row.state = UNWANTED


def moved_away(office: Office, folder: str, name: str, sha256: str) -> list[int]:
    """What lay in ``folder`` as ``name`` or with these bytes, and is gone though still wanted.

    Raises:
        InboxAwayError: nobody can tell, as the whole inbox is gone.
    """
    query = select(Publication).where(
        Publication.office_id == office.id,
        Publication.path.startswith(f"{folder}/", autoescape=True),
        or_(Publication.path == f"{folder}/{name}", Publication.sha256 == sha256),
        Publication.role.in_((MAIN, COMPANION, STARTER)),
        Publication.state == PLACED,
    )
    with office.ledger.read() as session:
        rows = session.scalars(query).all()
    gone = [row.id for row in rows if not os.path.lexists(office.inbox / row.path)]
    office.mark.require()
    return gone


def lay_again(session: Session, ids: Iterable[int]) -> None:
    """Have these publications laid out anew, unless somebody has withdrawn them meanwhile."""
    for row in session.scalars(select(Publication).where(Publication.id.in_(list(ids)))):
        if row.state == PLACED:
            row.state = WANTED


def clear_notices(tx: Transaction, folder: str, settled: Container[str], period: Period) -> None:
    """Have slips, and given back files with a suffix in ``settled``, taken away from ``folder``.

    Their matter is settled. What else was given back there, names another period or the master
    data, or is about a document of another period, is another matter: it stays, and so does its
    slip.
    """
    rows = tx.session.scalars(
        select(Publication)
        .outerjoin(Document, Document.id == Publication.document_id)
        .outerjoin(Collection, Collection.id == Document.collection_id)
        .where(
            Publication.office_id == tx.office_id,
            Publication.path.startswith(f"{folder}/", autoescape=True),
            Publication.role.in_((NOTICE, ANSWER)),
            Publication.state.in_((WANTED, PLACED)),
            or_(Collection.period.is_(None), Collection.period == str(period)),
        )
    ).all()
    files = {row.id: PurePosixPath(row.path) for row in rows}
    given_back = [f for f in files.values() if f.name.startswith(f"{GIVEN_BACK} - ")]
    others = {_subject(f) for f in given_back if f.suffix.lower() not in settled}
    for row in rows:
        subject = _subject(files[row.id])
        other = subject in others or MASTER_NAME in subject
        if not other and Period.parse(subject) in {None, period}:
            row.state = UNWANTED


def clear_about(tx: Transaction, folder: str, subject: str) -> None:
    """Have slips and given back files whose names say ``subject`` taken away from ``folder``."""
    _clear(
        tx,
        NOTICE,
        Publication.path.startswith(f"{folder}/", autoescape=True)
        & Publication.path.contains(subject, autoescape=True),
    )


def clear_receipts(tx: Transaction, folder: str, document: Document) -> None:
    """Have earlier receipts about the same matter taken away from ``folder``: a new one follows.

    A form is a matter of its own; else that is the collection, or the master data.
    """
    own = Publication.document_id == document.id
    shared = Publication.collection_id == document.collection_id
    matter = own if document.kind == Kind.FORM else shared
    here = Publication.path.startswith(f"{folder}/", autoescape=True)
    _clear(tx, RECEIPT, matter & here)


def clear_answer(tx: Transaction, folder: str, back_name: str) -> None:
    """Have an earlier answer to the same file taken away from ``folder``: a new one follows."""
    subject = _subject(PurePosixPath(back_name))
    for name in (back_name, f"{SLIP} - {subject}.pdf"):
        for role in (NOTICE, ANSWER):
            _clear(tx, role, Publication.path == f"{folder}/{name}")


def _subject(file: PurePosixPath) -> str:
    """What a slip and the file given back with it have in common."""
    return file.stem.removeprefix(f"{GIVEN_BACK} - ").removeprefix(f"{SLIP} - ")


def end_answers(tx: Transaction, collection_id: str) -> None:
    """Have the slips about what was refused taken away: the collection's matters are settled."""
    papers = select(Document.id).where(Document.collection_id == collection_id)
    _clear(tx, ANSWER, Publication.document_id.in_(papers))


def clear_starter(tx: Transaction, folder: str, name: str) -> None:
    """Have a starter taken away: what was made from it has been accepted."""
    _clear(tx, STARTER, Publication.path == f"{folder}/{name}")


def _clear(tx: Transaction, role: str, where: ColumnElement[bool]) -> None:
    live = Publication.state.in_((WANTED, PLACED))
    ours = Publication.office_id == tx.office_id  # another office's folder may have the same name
    for row in tx.session.scalars(
        select(Publication).where(ours, where, Publication.role == role, live)
    ):
        row.state = UNWANTED
