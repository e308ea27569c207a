"""The data dukung of a form as it lies in the ledger, matched to the form's indicators."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.evidence import Piece, indicators_of
from pipeline.domain.form import Field, FilledRow
from pipeline.intake.places import ON_BEHALF
from pipeline.ledger.tables import Arrival, Document
from pipeline.sop.case import Delivery
from pipeline.sop.publish import WORD_SUFFIXES

EVIDENCE_KEY = "evidence"
"""Where a form's data keep it."""


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


def on_its_way(session: Session, delivery: Delivery) -> list[Piece]:
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
    return [
        Piece(a.name, a.sha256, size_of(a), "", (path_of(a),))
        for a in waiting
        if PurePosixPath(a.name).suffix.lower() not in WORD_SUFFIXES
    ]


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
