"""Data dukung: whatever lies beside a form and is no form itself.

It is kept once, under a name of its own, matched to the indicators that its name, its folder or
the form names. What comes after the form has receipt and verification sheet made anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from sqlalchemy.orm import Session

from pipeline.domain.calendar import long_time
from pipeline.domain.collection import Return
from pipeline.domain.document import State
from pipeline.domain.duty import duties_of, listed
from pipeline.domain.evidence import Piece, told_apart
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document
from pipeline.sop.case import Delivery, case_of
from pipeline.sop.pieces import (
    EVIDENCE,
    EVIDENCE_KEY,
    ask_for_papers,
    cells_of,
    matched,
    path_of,
    pieces_of,
    pieces_to_json,
    size_of,
    with_paths,
)
from pipeline.sop.publish import NOTICE, publish
from pipeline.sop.returned import return_of
from pipeline.sop.slips import Answer, close_arrival, give_back, print_slip
from pipeline.sop.values import rows_of
from pipeline.sop.word_forms import forms_of_folder

OPEN = frozenset({Return.IN_TIME, Return.LATE})


@dataclass(frozen=True)
class Kept:
    """A form's pieces with one more, or with one more name of a piece that is there already."""

    pieces: Sequence[Piece]
    piece: Piece
    is_repeated: bool

    @property
    def said(self) -> tuple[str, bool, tuple[str, ...]]:
        """What the slip says of it."""
        return self.piece.name, self.is_repeated, self.piece.indicators


def take_evidence(delivery: Delivery) -> None:
    """Keep a file as evidence of the form that is open in its folder, and say so there."""
    office = delivery.office
    with office.ledger.read() as session:
        open_now = _open_form(session, delivery)
        kept = _kept(session, delivery, open_now) if open_now else None
    if open_now is None or kept is None:
        give_back(delivery, _no_form(delivery))
        return
    sha256 = print_slip(office, delivery.procedure, None, _slip(delivery, open_now, kept))
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, open_now.id)
        now = _kept(tx.session, delivery, form)
        still = return_of(tx.session, form) in OPEN and now.said == kept.said
        if still:
            _enter(tx, delivery, form, now, sha256)
    if not still:  # verified or withdrawn while the slip was printed, or more evidence has come
        take_evidence(delivery)


def _kept(session: Session, delivery: Delivery, form: Document) -> Kept:
    """What the form has with this file; the same bytes are kept once."""
    sha256, path = delivery.arrival.sha256, path_of(delivery.arrival)
    before = pieces_of(form)
    is_repeated = any(piece.sha256 == sha256 for piece in before)
    if is_repeated:
        pieces = with_paths(before, sha256, path)
    else:
        name = told_apart(delivery.name, (piece.name for piece in before))
        received = long_time(delivery.office.now())
        new = Piece(name, sha256, size_of(delivery.arrival), received, (path,))
        pieces = [*before, new]
    pieces = matched(pieces, _cells(session, delivery, form))
    return Kept(pieces, next(p for p in pieces if p.sha256 == sha256), is_repeated)


def _cells(session: Session, delivery: Delivery, form: Document) -> dict[str, str]:
    """What the form's cells Data Dukung say; of a form that has not come yet, nothing."""
    case = case_of(session, delivery.office, form.collection_id)
    duties = duties_of(case.roster(session), form.post, case.statements(session))
    rows = rows_of(form) if form.state == State.WAITING else []
    return {duty.indicator.code: "" for duty in duties} | cells_of(rows)


def _enter(tx: Transaction, delivery: Delivery, form: Document, kept: Kept, slip: str) -> None:
    if not close_arrival(tx, delivery, EVIDENCE, form):
        return
    form.data = {**form.data, EVIDENCE_KEY: pieces_to_json(kept.pieces)}
    publish(
        tx,
        delivery.stage_folder,
        f"{_title(kept)} - {_stem(kept)}.pdf",
        slip,
        role=NOTICE,
        document=form,
    )
    tx.record(
        "evidence.repeated" if kept.is_repeated else "evidence.received",
        chain=form.collection_id,
        actor=form.post,
        via=delivery.via,
        document_id=form.id,
        arrival=delivery.arrival.id,
        sha256=delivery.arrival.sha256,
    )
    ask_for_papers(tx, form)


def _open_form(session: Session, delivery: Delivery) -> Document | None:
    """The form in this official's folder that may still be sent: in time, else as susulan.

    The newest one in time; a late one only where nothing newer has been asked of the official.
    """
    own = forms_of_folder(session, delivery)
    in_time = next((f for f in own if return_of(session, f) is Return.IN_TIME), None)
    late = own[0] if own and return_of(session, own[0]) is Return.LATE else None
    return in_time or late


def _title(kept: Kept) -> str:
    return "DATA DUKUNG SUDAH ADA" if kept.is_repeated else "DATA DUKUNG DITERIMA"


def _stem(kept: Kept) -> str:
    return PurePosixPath(kept.piece.name).stem


def _slip(delivery: Delivery, form: Document, kept: Kept) -> Slip:
    piece = kept.piece
    summary = f"{delivery.name} disimpan sebagai data dukung formulir {form.code}."
    if kept.is_repeated:
        summary = (
            f"{delivery.name} sama persis dengan {piece.name} yang diterima {piece.received};"
            " disimpan satu kali saja."
        )
    elif piece.name != delivery.name:
        summary += f" Berkas lain sudah bernama sama; yang ini disimpan sebagai {piece.name}."
    return Slip(
        title=_title(kept),
        summary=summary,
        document=delivery.name,
        recipient=form.post,
        sender="kinerja",
        code=form.code,
        received=[(piece.name, piece.sha256)],
        steps=[
            "Tidak perlu tindakan lagi untuk berkas ini.",
            _belongs(piece),
            "Bila berkas ini sebenarnya formulir, kode QR-nya tidak terbaca: foto ulang lebih dekat"
            " dan terang, simpan fotonya sebagai JPEG (bukan HEIC), atau kirim formulirnya sebagai"
            " Word (.docx).",
        ],
    )


def _belongs(piece: Piece) -> str:
    if piece.indicators:
        return f"Dicatat sebagai data dukung indikator {listed(piece.indicators)}."
    return (
        "Dicatat sebagai data dukung seluruh formulir. Supaya dicatat per indikator, sebut namanya"
        " di kolom Data Dukung, atau awali namanya dengan kode indikator."
    )


def _no_form(delivery: Delivery) -> Answer:
    return Answer(
        title="BELUM ADA FORMULIRNYA",
        summary=f"{delivery.name} bukan formulir Word, dan tidak ada formulir terbuka yang dapat"
        " dilampirinya sebagai data dukung di folder ini.",
        steps=[
            "Bila berkas ini formulir, kode QR-nya tidak terbaca: foto ulang lebih dekat dan"
            " terang, simpan fotonya sebagai JPEG (bukan HEIC), atau kirim formulirnya sebagai"
            " Word (.docx).",
            "Data dukung diletakkan di folder kirim milik pejabatnya, bukan di _titipan.",
        ],
    )
