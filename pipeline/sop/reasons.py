"""Why something is returned, where the text came as a file of its own."""

from datetime import timedelta
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import short_time
from pipeline.domain.document import State
from pipeline.domain.naming import safe_file_name
from pipeline.forms.apart import read_text
from pipeline.intake.claim import TAKE
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Arrival, Document, Reason
from pipeline.office import Office
from pipeline.sop.case import Delivery, is_return
from pipeline.sop.publish import clear_about
from pipeline.sop.slips import Answer, close_arrival, give_back

HELD, REASON = "tertahan", "alasan"
KEPT, KEPT_LENGTH = "ALASAN DISIMPAN", 60
REASON_LIMIT = 4000
MEANT_TOGETHER = timedelta(hours=1)


def reason_text(delivery: Delivery) -> str:
    """What a text file says, as far as anybody reads."""
    return delivery.office.reader.read(read_text, delivery.data, REASON_LIMIT)


def belongs(one: Arrival, other: Arrival) -> bool:
    """Whether two files were meant together: of one bundle, or of one name."""
    same_bundle = bool(one.bundle) and one.bundle == other.bundle
    return same_bundle or one.name.rpartition(".")[0] == other.name.rpartition(".")[0]


def kept_name(office: Office, arrival: Arrival) -> str:
    """What the receipt of a reason is called that no return needs yet, without its suffix."""
    came = arrival.arrived_at.astimezone(office.settings.office.zone)
    name = f"{KEPT} {short_time(came)} - {PurePosixPath(arrival.name).stem}"
    return safe_file_name(name, limit=KEPT_LENGTH)


def receive_reason(delivery: Delivery) -> None:
    """A text file with a reason: for the return that is held, or for the one about to come."""
    text = reason_text(delivery)
    if not text:
        give_back(delivery, _empty())
        return
    with delivery.office.ledger.write() as tx:
        held = _held(tx.session, delivery)
        fitting = [a for a in held if belongs(a, delivery.arrival)] or held
        if len(fitting) <= 1:
            if not close_arrival(tx, delivery, REASON):
                return
            reason = Reason(
                arrival_id=delivery.arrival.id,
                office_id=tx.office_id,
                folder=delivery.arrival.folder,
                text=text,
            )
            tx.session.add(reason)
            for arrival in fitting:  # is judged again, as if it came now together with its reason
                reason.used_for, arrival.outcome = arrival.id, None
                tx.enqueue(TAKE, arrival.id, once=f"{arrival.id}:{delivery.arrival.id}")
            return
    give_back(delivery, _for_which(fitting))


def _held(session: Session, delivery: Delivery) -> list[Arrival]:
    """The returns that wait for a reason in this folder, and whose document still waits."""
    return list(
        session.scalars(
            select(Arrival)
            .join(Document, Document.id == Arrival.document_id)
            .where(
                Arrival.office_id == delivery.office.id,
                Arrival.folder == delivery.arrival.folder,
                Arrival.outcome == HELD,
                Document.state == State.WAITING,
            )
            .order_by(Arrival.arrived_at)
        )
    )


def reason_for(session: Session, delivery: Delivery) -> Reason | None:
    """The reason that lies ready for a return: meant for it, of its name, or the only one.

    A reason that nobody has used for an hour was meant for something else.
    """
    meant = session.scalar(select(Reason).where(Reason.used_for == delivery.arrival.id))
    if meant is not None:
        return meant
    unused = session.execute(
        select(Reason, Arrival)
        .join(Arrival, Arrival.id == Reason.arrival_id)
        .where(
            Reason.office_id == delivery.office.id,
            Reason.folder == delivery.arrival.folder,
            Reason.used_for.is_(None),
            Arrival.arrived_at >= delivery.arrival.arrived_at - MEANT_TOGETHER,
        )
    ).all()
    for reason, arrival in unused:
        if belongs(arrival, delivery.arrival):
            return reason
    return unused[0][0] if len(unused) == 1 else None


def reason_waiting(delivery: Delivery) -> bool:
    """Whether a reason for this return lies ready."""
    with delivery.office.ledger.read() as session:
        return reason_for(session, delivery) is not None


def use_reason(tx: Transaction, delivery: Delivery, document: Document) -> str:
    """The words of the reason that lies ready, used for ``document``; empty where none does."""
    reason = reason_for(tx.session, delivery) if is_return(delivery.place) else None
    if reason is None:
        return ""
    reason.used_for = document.id
    kept = tx.session.get_one(Arrival, reason.arrival_id)
    clear_about(tx, delivery.stage_folder, kept_name(delivery.office, kept))
    return reason.text


def _empty() -> Answer:
    return Answer(
        title="ALASAN KOSONG",
        summary="Berkas alasan tidak berisi teks yang terbaca.",
        steps=["Tulis alasannya dengan Notepad, simpan sebagai .txt, lalu letakkan kembali."],
    )


def _for_which(held: list[Arrival]) -> Answer:
    names = ", ".join(arrival.name for arrival in held)
    return Answer(
        title="ALASAN UNTUK YANG MANA?",
        summary=f"Beberapa pengembalian menunggu alasan: {names}.",
        steps=["Beri berkas alasan nama yang sama dengan naskahnya, lalu letakkan kembali."],
    )
