"""Decisions: a file moved to ``setujui`` or ``kembalikan``; by word see `pipeline.sop.by_word`.

A command is a token: the published bytes name the document and its revision. The first decision
committed for a revision stands; a contradicting one gets a slip, an agreeing one is the second
half of a pair. A return without a reason is held, and the reason asked for.
"""

from enum import StrEnum
from pathlib import PurePosixPath
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import long_time
from pipeline.domain.document import State
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.outbox import PLACED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Decision, Document, Publication
from pipeline.sop.authority import holders_on_file, title_of, who_may_decide
from pipeline.sop.case import Delivery, is_return
from pipeline.sop.publish import (
    MAIN,
    NOTICE,
    WORD_SUFFIXES,
    lay_again,
    moved_away,
    publish,
)
from pipeline.sop.reasons import (
    HELD,
    REASON_LIMIT,
    reason_for,
    reason_waiting,
    receive_reason,
    use_reason,
)
from pipeline.sop.slips import (
    Answer,
    client_folder,
    close_arrival,
    give_back,
    print_slip,
    refuse,
)
from pipeline.sop.targets import Target, find_target
from pipeline.sop.word_forms import said_of

DECIDE, ACKNOWLEDGE_DECISION = "decide", "acknowledge-decision"
SAME, TAKEN = "sama", "diputuskan"


class Verdict(StrEnum):
    """What may be decided."""

    APPROVE = "setujui"
    RETURN = "kembalikan"


def receive_decision(delivery: Delivery) -> None:
    """Take a decision that came by folder."""
    if delivery.suffix == ".txt" and is_return(delivery.place):
        receive_reason(delivery)
        return
    with delivery.office.ledger.read() as session:
        target = find_target(session, delivery)
    if target is None:
        refuse(delivery, _unknown(delivery))
        return
    if not target.is_told:
        _ask_which(delivery, target.document)
        return
    verdict = Verdict.RETURN if is_return(delivery.place) else Verdict.APPROVE
    if verdict is Verdict.APPROVE:
        _commit(delivery, target, verdict, "")
        return
    note = _comments(delivery)
    if note or reason_waiting(delivery):
        _commit(delivery, target, verdict, note)
    else:
        _hold(delivery, target)


def _ask_which(delivery: Delivery, document: Document) -> None:
    """Give back a file of which nobody can tell from which revision it was made."""
    with delivery.office.ledger.read() as session:
        now = session.get_one(Document, document.id)
        lying = session.scalar(
            select(Publication.path).where(
                Publication.document_id == now.id,
                Publication.role == MAIN,
                Publication.path.startswith(f"{delivery.stage_folder}/", autoescape=True),
                Publication.state.in_((WANTED, PLACED)),
            )
        )
    name = PurePosixPath(lying).name if lying and now.state == State.WAITING else ""
    give_back(delivery, _which(delivery, now, name), document=now)


def _comments(delivery: Delivery) -> str:
    said = said_of(delivery) if delivery.suffix in WORD_SUFFIXES else None
    return "\n".join(said.comments)[:REASON_LIMIT] if said else ""


def _commit(delivery: Delivery, target: Target, verdict: Verdict, note: str) -> None:
    """Enter the decision; a decision that comes too late becomes a slip."""
    actor = _decider(delivery, target.document)
    with delivery.office.ledger.write() as tx:
        document = tx.session.get_one(Document, target.document.id)
        clash = decision_on(tx.session, document.id, target.revision)
        late = document.state != State.WAITING or document.revision != target.revision
        if not (clash or late):
            if not close_arrival(tx, delivery, TAKEN, document):
                return
            words = note or use_reason(tx, delivery, document)
            blob = None if target.exact else delivery.arrival.sha256
            enter_decision(
                tx,
                document,
                verdict,
                words,
                blob,
                actor=actor,
                via=delivery.via,
                by_folder=True,
            )
            return
        same = clash is not None and clash.verdict == verdict
        if same and document.revision == target.revision:
            close_arrival(tx, delivery, SAME, document)
            return
    old = document.revision != target.revision
    told = _outdated(delivery, target, document) if old else _too_late(document, clash)
    refuse(delivery, told, document=document)


def enter_decision(
    tx: Transaction,
    document: Document,
    verdict: Verdict,
    note: str,
    blob: str | None,
    *,
    actor: str,
    via: str,
    by_folder: bool,
) -> None:
    """Let a decision stand, with its event, and have it carried out.

    ``blob`` are the bytes that were edited before they were approved. What came ``by_folder`` waits
    to be ratified with the PIN.
    """
    decision = Decision(
        id=uuid4().hex,
        office_id=tx.office_id,
        document_id=document.id,
        revision=document.revision,
        verdict=verdict.value,
        note=note,
        blob=blob,
        actor=actor,
        via=via,
        decided_at=tx.now(),
        by_folder=by_folder,
    )
    tx.session.add(decision)
    document.state, document.updated_at = State.DECIDED, tx.now()
    tx.record(
        f"{document.kind}.{verdict.value}",
        chain=document.collection_id,
        actor=actor,
        via=via,
        document_id=document.id,
        decision=decision.id,
        revision=document.revision,
    )
    tx.enqueue(DECIDE, decision.id, once=decision.id)


def carry_out(tx: Transaction, decision: Decision) -> Document | None:
    """The decided document, to be changed in this transaction.

    ``None`` where a run before a crash has changed it already.
    """
    row = tx.session.get_one(Decision, decision.id)
    if row.done:
        return None
    row.done = True
    document = tx.session.get_one(Document, decision.document_id)
    document.updated_at = tx.now()
    tx.record(
        "decision.carried-out",
        chain=document.collection_id,
        actor="kinerja",
        via="layanan",
        document_id=document.id,
        decision=decision.id,
        revision=decision.revision,
    )
    if row.by_folder:
        tx.enqueue(ACKNOWLEDGE_DECISION, row.id, once=row.id)
    return document


def _decider(delivery: Delivery, document: Document) -> str:
    """Who decides at this step, by the title of today: the substitute where it is his own paper."""
    with delivery.office.ledger.read() as session:
        step, procedure = delivery.place.step, delivery.procedure
        who = who_may_decide(session, delivery.office, procedure, step, document)
        holders = holders_on_file(session, delivery.office)
    return title_of(delivery.office, holders, who.posts[0]) if who.posts else delivery.actor


def decision_on(session: Session, document_id: str, revision: int) -> Decision | None:
    """What was decided on a revision of a document."""
    return session.scalar(
        select(Decision).where(Decision.document_id == document_id, Decision.revision == revision)
    )


def _hold(delivery: Delivery, target: Target) -> None:
    """Keep a return without a reason, and ask for it where it was moved."""
    office, name = delivery.office, target.document.name
    folder = client_folder(office, f"{delivery.procedure.key}/{delivery.place.path}")
    slip = Slip(
        title="ALASAN DIPERLUKAN",
        summary=f"{name} akan dikembalikan, tetapi alasannya belum ada. Pengembalian ditahan.",
        document=name,
        recipient=delivery.actor,
        sender="kinerja",
        code=target.document.code,
        steps=[
            "Buat berkas teks (.txt) berisi alasan pengembalian.",
            f"Simpan di {folder}",
            "Pengembalian berjalan sendiri begitu alasannya terbaca.",
        ],
    )
    sha256, stem = print_slip(office, delivery.procedure, None, slip), PurePosixPath(name).stem
    waiting = moved_away(office, delivery.stage_folder, delivery.name, delivery.arrival.sha256)
    with office.ledger.write() as tx:
        document = tx.session.get_one(Document, target.document.id)
        late = document.state != State.WAITING or document.revision != target.revision
        ready = reason_for(tx.session, delivery) is not None  # it came while the slip was printed
        if not (late or ready):
            if not close_arrival(tx, delivery, HELD, document):
                return
            lay_again(tx.session, waiting)  # until then it may still be approved
            where = delivery.stage_folder
            publish(
                tx, where, f"ALASAN DIPERLUKAN - {stem}.pdf", sha256, role=NOTICE, document=document
            )
            tx.record(
                "return.held",
                chain=document.collection_id,
                actor=delivery.actor,
                via=delivery.via,
                document_id=document.id,
                arrival=delivery.arrival.id,
            )
            return
    _commit(delivery, target, Verdict.RETURN, "")


def _unknown(delivery: Delivery) -> Answer:
    commands = client_folder(delivery.office, delivery.stage_folder)
    return Answer(
        title="TIDAK DIKENAL",
        summary=f"{delivery.name} bukan berkas yang menunggu keputusan di folder ini.",
        steps=[
            f"Ambil berkas yang menunggu dari {commands}",
            "Pindahkan berkas itu, bukan salinan yang disimpan dengan program lain.",
            f"Berkas ini disimpan di {client_folder(delivery.office, delivery.procedure.key)}"
            "\\ditolak; tidak ada yang hilang.",
        ],
    )


def _which(delivery: Delivery, document: Document, waiting: str) -> Answer:
    """For a file that does not say of which revision it is; ``waiting`` is what may be decided."""
    folder = client_folder(delivery.office, delivery.stage_folder)
    steps = [f"Tunggu sampai {document.name} yang baru menunggu di {folder}"]
    if waiting:
        steps = [
            f"Putuskan {waiting} yang menunggu di {folder}: pindahkan berkas itu sendiri.",
            f"Bila ada yang hendak diubah, ubah {waiting} itu dengan Word atau LibreOffice, lalu"
            f" pindahkan; perubahan Saudara masih ada di {delivery.back_name}.",
        ]
    return Answer(
        title="REVISI TIDAK DIKETAHUI",
        summary=f"{delivery.name} adalah {document.name}, tetapi tidak memuat tanda revisi yang"
        " menunggu keputusan: program yang menyimpannya membuang tanda itu, atau berkasnya bukan"
        " yang menunggu di sini. Tidak dapat dipastikan revisi mana yang diputuskan; keputusan yang"
        " ini tidak dijalankan.",
        steps=steps,
    )


def _outdated(delivery: Delivery, target: Target, document: Document) -> Answer:
    """For a file that was kept while a newer revision came."""
    waiting = client_folder(delivery.office, delivery.stage_folder)
    mend = f"Putuskan {document.name} yang sekarang menunggu di {waiting}"
    wait = f"Tunggu sampai {document.name} yang baru menunggu di {waiting}"
    return Answer(
        title="REVISI LAMA",
        summary=f"{delivery.name} adalah revisi {target.revision} dari {document.name}, padahal"
        f" sudah ada revisi {document.revision}. Keputusan yang ini tidak dijalankan.",
        steps=[mend if document.state == State.WAITING else wait],
    )


def _too_late(document: Document, clash: Decision | None) -> Answer:
    what = (
        f"sudah diputuskan “{clash.verdict}” oleh {clash.actor} pada {long_time(clash.decided_at)}"
        if clash
        else f"sudah berstatus {document.state}"
    )
    return Answer(
        title="SUDAH DIPUTUSKAN",
        summary=f"{document.name} {what}. Keputusan yang ini tidak dijalankan.",
        steps=["Lihat keadaannya dengan `kinerja status` atau di folder tahap berikutnya."],
    )
