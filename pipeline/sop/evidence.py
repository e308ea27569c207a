"""Data dukung: whatever lies beside a form and is no form itself."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import long_time
from pipeline.domain.collection import WITHDRAWN, Return
from pipeline.domain.document import Kind
from pipeline.domain.naming import post_folder
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document
from pipeline.sop.case import Delivery
from pipeline.sop.publish import NOTICE, publish
from pipeline.sop.returned import return_of
from pipeline.sop.slips import Answer, close_arrival, give_back, print_slip

EVIDENCE = "data-dukung"
OPEN = frozenset({Return.IN_TIME, Return.LATE})


def take_evidence(delivery: Delivery) -> None:
    """Keep a file as evidence of the form that is open in its folder, and say so there."""
    office = delivery.office
    with office.ledger.read() as session:
        open_now = _open_form(session, delivery)
    if open_now is None:
        give_back(delivery, _no_form(delivery))
        return
    sha256 = print_slip(office, delivery.procedure, None, _kept(delivery, open_now))
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, open_now.id)
        still = return_of(tx.session, form) in OPEN
        if still:
            _enter(tx, delivery, form, sha256)
    if not still:  # verified or withdrawn while the slip was printed
        take_evidence(delivery)


def _enter(tx: Transaction, delivery: Delivery, form: Document, slip: str) -> None:
    if not close_arrival(tx, delivery, EVIDENCE, form):
        return
    item = {
        "name": delivery.name,
        "sha256": delivery.arrival.sha256,
        "size": f"{max(1, delivery.arrival.size // 1024)} KB",
        "received": long_time(tx.now()),
    }
    form.data = {**form.data, "evidence": [*form.data.get("evidence", []), item]}
    name = f"DATA DUKUNG DITERIMA - {delivery.stem}.pdf"
    publish(tx, delivery.stage_folder, name, slip, role=NOTICE, document=form)
    tx.record(
        "evidence.received",
        chain=form.collection_id,
        actor=form.post,
        via=delivery.via,
        document_id=form.id,
        arrival=delivery.arrival.id,
        sha256=delivery.arrival.sha256,
    )


def _open_form(session: Session, delivery: Delivery) -> Document | None:
    """The form in this official's folder that may still be sent: in time, else as susulan.

    The newest one in time; a late one only where nothing newer has been asked of the official.
    """
    newest_first = session.scalars(
        select(Document)
        .join(Collection, Collection.id == Document.collection_id)
        .where(
            Document.office_id == delivery.office.id,
            Document.kind == Kind.FORM,
            Collection.procedure == delivery.procedure.key,
            Collection.stage != WITHDRAWN,
        )
        .order_by(Collection.period.desc(), Collection.edition.desc())
    )
    own = [f for f in newest_first if post_folder(f.post) == delivery.place.post_folder]
    in_time = next((f for f in own if return_of(session, f) is Return.IN_TIME), None)
    late = own[0] if own and return_of(session, own[0]) is Return.LATE else None
    return in_time or late


def _kept(delivery: Delivery, form: Document) -> Slip:
    return Slip(
        title="DATA DUKUNG DITERIMA",
        summary=f"{delivery.name} disimpan sebagai data dukung formulir {form.code}.",
        document=delivery.name,
        recipient=form.post,
        sender="kinerja",
        code=form.code,
        steps=[
            "Tidak perlu tindakan lagi untuk berkas ini.",
            "Bila berkas ini sebenarnya formulir, kirim formulirnya sebagai Word (.docx): hanya"
            " itu yang dibaca angkanya.",
        ],
    )


def _no_form(delivery: Delivery) -> Answer:
    return Answer(
        title="BELUM ADA FORMULIRNYA",
        summary=f"{delivery.name} bukan formulir Word, dan tidak ada formulir terbuka yang dapat"
        " dilampirinya sebagai data dukung di folder ini.",
        steps=[
            "Bila berkas ini formulir, kirim formulirnya sendiri dalam bentuk Word (.docx).",
            "Data dukung diletakkan di folder kirim milik pejabatnya, bukan di _titipan.",
        ],
    )
