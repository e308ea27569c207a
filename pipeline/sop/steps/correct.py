"""SOP 2: the Kasubag corrects the draft; right, it is used; wrong, it goes back to Staf."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Finding, errors
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError, ReadError
from pipeline.forms.apart import is_master
from pipeline.ledger.tables import Decision, Document
from pipeline.office import Office
from pipeline.sop.case import Delivery, blob_of, case_of, move_to
from pipeline.sop.decisions import Verdict, carry_out, receive_decision
from pipeline.sop.example import check_draft
from pipeline.sop.master.change_list import adopted_by, against_master, paper_of
from pipeline.sop.master.slips import edited
from pipeline.sop.master.versions import (
    keep,
    master_on_file,
    put_on_file,
    until_current,
    version_on_file,
)
from pipeline.sop.publish import COMPANION, MAIN, NOTICE, publish, withdraw
from pipeline.sop.slips import (
    Answer,
    client_folder,
    close_arrival,
    give_back,
    print_return,
    refuse,
)
from pipeline.sop.starters import ready_roster
from pipeline.sop.steps.draft import LAY_BEFORE
from pipeline.sop.targets import Target, find_target

REVISED = "revisi"


def receive(delivery: Delivery) -> None:
    """Take the Kasubag's decision; an edited draft is a new revision, checked again."""
    approves = delivery.place.command.value == Verdict.APPROVE
    with delivery.office.ledger.read() as session:
        target = find_target(session, delivery)
    if target is None and delivery.suffix == ".xlsx" and _is_master(delivery):
        refuse(delivery, edited(delivery))
    elif approves and target is not None and _is_edited(target):
        _revise(delivery, target.document)
    else:
        receive_decision(delivery)


def _is_master(delivery: Delivery) -> bool:
    return delivery.office.reader.read(is_master, delivery.data)


def _is_edited(target: Target) -> bool:
    """Whether the file is the revision that waits, with the Kasubag's own changes."""
    waits = target.document.state == State.WAITING
    edited = target.is_told and not target.exact
    return waits and edited and target.revision == target.document.revision


def decide(office: Office, decision: Decision, document: Document) -> None:
    """Carry the decision out."""
    if decision.verdict == Verdict.APPROVE:
        until_current(lambda: _approve(office, decision, document))
    else:
        _return(office, decision, document)


def _approve(office: Office, decision: Decision, document: Document) -> None:
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
        roster = office.store.put(ready_roster(session, case))
        base = version_on_file(session, office.id)
        known = master_on_file(session, office)
        master = keep(office, adopted_by(session, case, known))
        against = against_master(session, case, known)
    if errors(against):
        _return(office, decision, document, against)
        return
    with office.ledger.write() as tx:
        draft = carry_out(tx, decision)
        if draft is None:
            return
        case = case_of(tx.session, office, draft.collection_id)
        draft.state = State.APPROVED
        move_to(tx.session, case, Verb.DISTRIBUTE, tx.now())
        withdraw(tx.session, [draft])
        statements = case.require(tx.session, Kind.STATEMENTS)
        statements.state = State.APPROVED
        by = {"actor": decision.actor, "via": decision.via}
        put_on_file(tx, master, base=base, document=statements, **by)
        name = f"Daftar Pejabat {case.period.short}.xlsx"
        publish(
            tx, case.folder(Verb.DISTRIBUTE), name, roster, role=MAIN, collection=case.collection
        )


def _return(
    office: Office, decision: Decision, document: Document, against: Sequence[Finding] = ()
) -> None:
    """Give the draft back to Staf.

    An approval cannot stand ``against`` master data that changed after the statements were checked:
    then the Kasubag is told too.
    """
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
    count = document.returns + 1
    folder, sent_to = case.folder(Verb.DRAFT), case.folder(Verb.DRAFT, "kirim")
    name = f"PERBAIKI {count} - {document.name}"
    sha256 = print_return(
        case,
        decision,
        document,
        recipient=case.actor_of(Verb.DRAFT),
        steps=[
            f"Perbaiki {paper_of(case) if against else name} di folder ini menurut"
            f" {'temuan' if against else 'alasan'} di atas.",
            f"Pindahkan ke {client_folder(office, sent_to)}",
            "Format harus dikirim bersamanya."
            if against
            else "Daftar Pernyataan hanya perlu dikirim lagi bila diubah.",
        ],
        findings=against,
        **(_overtaken(document) if against else {}),
    )
    with office.ledger.write() as tx:
        draft = carry_out(tx, decision)
        if draft is None:
            return
        case = case_of(tx.session, office, draft.collection_id)
        draft.state, draft.returns = State.RETURNED, count
        move_to(tx.session, case, Verb.DRAFT, tx.now())
        withdraw(tx.session, [draft])
        statements = case.require(tx.session, Kind.STATEMENTS)
        publish(tx, folder, name, blob_of(draft), role=NOTICE, document=draft)
        publish(tx, folder, f"{PurePosixPath(name).stem}.pdf", sha256, role=NOTICE, document=draft)
        publish(tx, folder, statements.name, blob_of(statements), role=COMPANION, document=draft)
        if against:
            name = f"TIDAK DIJALANKAN - {PurePosixPath(document.name).stem}.pdf"
            publish(tx, case.folder(Verb.CORRECT), name, sha256, role=NOTICE, document=draft)


def _overtaken(document: Document) -> dict[str, str]:
    return {
        "title": "TIDAK DIJALANKAN",
        "summary": f"{document.name} tidak jadi disetujui: sesudah diajukan, Data Induk berubah,"
        " sehingga Daftar Pernyataannya tidak lagi cocok. Draf kembali kepada Staf.",
    }


def _revise(delivery: Delivery, document: Document) -> None:
    office = delivery.office
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
    try:
        findings = check_draft(office, delivery.data, case.period)
        message = ""
    except ReadError as unreadable:
        findings, message = [], str(unreadable)
    if errors(findings) or message:
        give_back(delivery, _faulty(delivery, message, findings), document=document)
        return
    with office.ledger.write() as tx:
        draft = tx.session.get_one(Document, document.id)
        if draft.state != State.WAITING or draft.revision != document.revision:
            raise ConflictError(f"{draft.name} sudah diputuskan; perubahan ini tidak dipakai.")
        if not close_arrival(tx, delivery, REVISED, draft):
            return
        case = case_of(tx.session, office, draft.collection_id)
        draft.revision += 1
        draft.state, draft.original = State.RECEIVED, delivery.arrival.sha256
        case.collection.stage = Verb.DRAFT
        withdraw(tx.session, [draft])
        tx.record(
            "draft.revised",
            chain=draft.collection_id,
            actor=delivery.actor,
            via=delivery.via,
            document_id=draft.id,
            revision=draft.revision,
            sha256=delivery.arrival.sha256,
        )
        tx.enqueue(LAY_BEFORE, case.collection.id, once=delivery.arrival.id)


def _faulty(delivery: Delivery, message: str, findings: list[Finding]) -> Answer:
    return Answer(
        title="PERUBAHAN BELUM DAPAT DIPAKAI",
        summary=message or f"Perubahan pada {delivery.name} membuat format tidak dapat dipakai.",
        findings=findings,
        steps=[
            f"Betulkan {delivery.back_name}, lalu pindahkan lagi ke setujui;",
            "atau setujui berkas yang masih menunggu di folder ini tanpa perubahan.",
        ],
    )
