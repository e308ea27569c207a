"""The data dukung of a form as it lies in the ledger, matched to the form's indicators.

A file that lies beside a form and has not been judged counts as having come, so that a form and its
evidence may be sent together. Where it turns out to be something else, the form is judged anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.evidence import Piece, indicators_of
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import Verb
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Arrival, Document
from pipeline.sop.case import Delivery
from pipeline.sop.publish import WORD_SUFFIXES

EVIDENCE = "data-dukung"
"""What became of an arrival that is kept as evidence of its document."""
EVIDENCE_KEY = "evidence"
"""Where a form's data keep it."""
COUNTED_ON, PAPERS_ASKED = "evidence_counted_on", "papers_asked"
"""In a form's data: the arrivals that were counted on before they were judged, and how often its
papers were asked for."""
RENEW_PAPERS = "renew-papers"


def pieces_of(document: Document) -> list[Piece]:
    """What has come beside a form, in order."""
    return [_piece(item) for item in document.data.get(EVIDENCE_KEY, [])]


def pieces_to_json(pieces: Iterable[Piece]) -> list[dict[str, Any]]:
    """The pieces as JSON."""
    return [
        {
            "name": p.name,
            "sha256": p.sha256,
            "size": p.size,
            "received": p.received,
            "paths": list(p.paths),
            "indicators": list(p.indicators),
        }
        for p in pieces
    ]


def cells_of(rows: Iterable[FilledRow]) -> dict[str, str]:
    """What each indicator's cell Data Dukung says, by code."""
    return {row.indicator: row.text(Field.EVIDENCE) for row in rows}


def matched(pieces: Iterable[Piece], cells: Mapping[str, str]) -> list[Piece]:
    """The pieces with the indicators that they belong to."""
    return [replace(piece, indicators=indicators_of(piece, cells)) for piece in pieces]


def on_its_way(session: Session, delivery: Delivery) -> list[Arrival]:
    """What was put beside a form at the same time and has not been judged yet."""
    if delivery.place.post_folder == ON_BEHALF:  # of whom is not known there
        return []
    arrival = delivery.arrival
    waiting = session.scalars(
        select(Arrival).where(
            Arrival.office_id == arrival.office_id,
            Arrival.folder == arrival.folder,
            Arrival.outcome.is_(None),
            Arrival.id != arrival.id,
        )
    )
    return [a for a in waiting if _may_be_evidence(a.name)]


def _may_be_evidence(name: str) -> bool:
    """Whether a file that nobody has judged is rather evidence than a form."""
    return PurePosixPath(name).suffix.lower() not in WORD_SUFFIXES


def counted_on(session: Session, form: Document) -> list[Arrival]:
    """What a form was judged with and is still not judged itself."""
    return [a for a in _counted_on(session, form) if a.outcome is None]


def was_counted_wrongly(session: Session, form: Document) -> bool:
    """Whether a file that a form was judged with has turned out to be no evidence of it."""
    judged = (a for a in _counted_on(session, form) if a.outcome is not None)
    return any(a.outcome != EVIDENCE or a.document_id != form.id for a in judged)


def _counted_on(session: Session, form: Document) -> list[Arrival]:
    query = select(Arrival).where(Arrival.id.in_(form.data.get(COUNTED_ON, [])))
    return list(session.scalars(query))


def as_piece(arrival: Arrival) -> Piece:
    """A file that is not judged yet, as if it were evidence."""
    return Piece(arrival.name, arrival.sha256, size_of(arrival), "", (path_of(arrival),))


def ask_for_papers(tx: Transaction, form: Document) -> None:
    """Have a waiting form's papers made anew; of many requests only the last is carried out."""
    if form.state == State.WAITING:
        form.data = {**form.data, PAPERS_ASKED: form.data.get(PAPERS_ASKED, 0) + 1}
        key = papers_key(form)
        tx.enqueue(RENEW_PAPERS, key, once=key)


def papers_key(form: Document) -> str:
    """The last request for a form's papers."""
    return f"{form.id}:{form.revision}:{form.data.get(PAPERS_ASKED, 0)}"


def judge_anew(tx: Transaction, delivery: Delivery, supported: Document | None) -> None:
    """Have forms judged anew that counted on a file which has just been judged.

    Not the form that is ``supported`` by it, which asks for its papers itself.
    """
    place, may_be_counted = delivery.place, _may_be_evidence(delivery.name)
    if not may_be_counted or place.step.verb is not Verb.FILL or place.post_folder == ON_BEHALF:
        return
    waiting = select(Document.id, Document.post).where(
        Document.office_id == tx.office_id,
        Document.state == State.WAITING,
        Document.kind == Kind.FORM,
    )
    for form_id, post in tx.session.execute(waiting).all():
        if post_folder(post) == place.post_folder and (not supported or supported.id != form_id):
            form = tx.session.get_one(Document, form_id)
            if delivery.arrival.id in form.data.get(COUNTED_ON, []):
                ask_for_papers(tx, form)


def path_of(arrival: Arrival) -> str:
    """The file's name with the folders that it came in."""
    return f"{arrival.bundle}/{arrival.name}" if arrival.bundle else arrival.name


def size_of(arrival: Arrival) -> str:
    """The size as printed."""
    return f"{max(1, arrival.size // 1024)} KB"


def with_paths(pieces: Sequence[Piece], sha256: str, path: str) -> list[Piece]:
    """The pieces, the one with these bytes known under one more name."""
    return [
        replace(p, paths=tuple(dict.fromkeys((*p.paths, path)))) if p.sha256 == sha256 else p
        for p in pieces
    ]


def _piece(item: Mapping[str, Any]) -> Piece:
    return Piece(
        item["name"],
        item["sha256"],
        item["size"],
        item["received"],
        tuple(item.get("paths", (item["name"],))),
        tuple(item.get("indicators", ())),
    )
