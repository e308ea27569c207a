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
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Publication
from pipeline.office import Office
from pipeline.sop.case import GIVEN_BACK, NAME_LENGTH

MAIN, COMPANION, NOTICE, RESULT = "main", "companion", "notice", "result"
STARTER = "starter"
SLIP = "SLIP"
WORD_SUFFIXES = frozenset({".docx", ".docm", ".doc", ".odt", ".rtf"})
BOOK_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".ods"})


def new_document(
    tx: Transaction,
    collection: Collection,
    kind: Kind,
    *,
    name: str,
    post: str = "",
    state: State,
) -> Document:
    """A document with an id and a short code of its own."""
    document = Document(
        id=uuid4().hex,
        office_id=tx.office_id,
        collection_id=collection.id,
        code=code_from(os.urandom(8)),
        kind=kind.value,
        post=post,
        name=name,
        state=state.value,
        updated_at=tx.now(),
    )
    tx.session.add(document)
    tx.session.flush()
    return document


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
) -> None:
    """Have what was published of these documents (in ``folder``) taken away after the commit."""
    ids = [d.id for d in documents]
    query = select(Publication).where(
        Publication.document_id.in_(ids),
        Publication.path.startswith(f"{folder}/" if folder else "", autoescape=True),
        Publication.role.in_(list(roles)),
        Publication.state.in_(("wanted", "placed")),
    )
    for row in session.scalars(query):
        row.state = "unwanted"


def moved_away(office: Office, folder: str, name: str, sha256: str) -> list[int]:
    """What lay in ``folder`` as ``name`` or with these bytes, and is gone though still wanted."""
    query = select(Publication).where(
        Publication.office_id == office.id,
        Publication.path.startswith(f"{folder}/", autoescape=True),
        or_(Publication.path == f"{folder}/{name}", Publication.sha256 == sha256),
        Publication.role.in_((MAIN, COMPANION, STARTER)),
        Publication.state == "placed",
    )
    with office.ledger.read() as session:
        rows = session.scalars(query).all()
    return [row.id for row in rows if not (office.inbox / row.path).exists()]


def lay_again(session: Session, ids: Iterable[int]) -> None:
    """Have these publications laid out anew, unless somebody has withdrawn them meanwhile."""
    for row in session.scalars(select(Publication).where(Publication.id.in_(list(ids)))):
        if row.state == "placed":
            row.state = "wanted"


def clear_notices(session: Session, folder: str, settled: Container[str], period: Period) -> None:
    """Have slips, and given back files with a suffix in ``settled``, taken away from ``folder``.

    Their matter is settled. What else was given back there, or names another period, is another
    matter: it stays, and so does its slip.
    """
    rows = session.scalars(
        select(Publication).where(
            Publication.path.startswith(f"{folder}/", autoescape=True),
            Publication.role == NOTICE,
            Publication.state.in_(("wanted", "placed")),
        )
    ).all()
    files = {row.id: PurePosixPath(row.path) for row in rows}
    given_back = [f for f in files.values() if f.name.startswith(f"{GIVEN_BACK} - ")]
    others = {_subject(f) for f in given_back if f.suffix.lower() not in settled}
    for row in rows:
        subject = _subject(files[row.id])
        if subject not in others and Period.parse(subject) in {None, period}:
            row.state = "unwanted"


def clear_answer(session: Session, folder: str, back_name: str) -> None:
    """Have an earlier answer to the same file taken away from ``folder``: a new one follows."""
    subject = _subject(PurePosixPath(back_name))
    for name in (back_name, f"{SLIP} - {subject}.pdf"):
        _clear(session, NOTICE, Publication.path == f"{folder}/{name}")


def _subject(file: PurePosixPath) -> str:
    """What a slip and the file given back with it have in common."""
    return file.stem.removeprefix(f"{GIVEN_BACK} - ").removeprefix(f"{SLIP} - ")


def clear_starter(session: Session, folder: str, name: str) -> None:
    """Have a starter taken away: what was made from it has been accepted."""
    _clear(session, STARTER, Publication.path == f"{folder}/{name}")


def _clear(session: Session, role: str, where: ColumnElement[bool]) -> None:
    live = Publication.state.in_(("wanted", "placed"))
    for row in session.scalars(select(Publication).where(where, Publication.role == role, live)):
        row.state = "unwanted"
