"""SOP 1: Staf sends the draft form together with the Daftar Pernyataan.

1. Read the file and its period.
2. Check it; every fault goes back on one slip.
3. Open the collection of that period, or take the new revision into it.
4. When both the draft and the statements are in, lay them before the Kasubag (`lay_before`).
"""

from collections.abc import Sequence
from pathlib import PurePosixPath
from uuid import uuid4

from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Finding, errors, warnings
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.errors import ConversionError
from pipeline.forms.apart import PlainContext, fill_in, is_master, name_word
from pipeline.forms.contexts.notices import Slip
from pipeline.forms.properties import CODE, PERIOD, REVISION
from pipeline.forms.render import RenderError
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.sop.case import (
    RECEIPT,
    Case,
    Delivery,
    blob_of,
    case_of,
    editions,
    end_receipts,
    find_collection,
    move_to,
)
from pipeline.sop.example import sample_context
from pipeline.sop.master import proposals
from pipeline.sop.master.change_list import LIST_NAME, print_adoption
from pipeline.sop.publish import (
    BOOK_SUFFIXES,
    COMPANION,
    MAIN,
    NOTICE,
    SLIP,
    WORD_SUFFIXES,
    clear_notices,
    clear_starter,
    new_document,
    publish,
    withdraw,
)
from pipeline.sop.reading import NO_PERIOD, WHOLE_FILE, Reading, read_sent
from pipeline.sop.slips import (
    Answer,
    client_folder,
    close_arrival,
    give_back,
    print_slip,
    remember,
    supersedes,
)
from pipeline.sop.values import findings_to_json

LAY_BEFORE = "lay-before"
RECEIVED = "diterima"
SUFFIXES = {Kind.DRAFT: WORD_SUFFIXES, Kind.STATEMENTS: BOOK_SUFFIXES}
NAMES = {Kind.DRAFT: "Format Data Kinerja", Kind.STATEMENTS: "Daftar Pernyataan"}


def receive(delivery: Delivery) -> None:
    """Take a draft or the statements; the master data are proposed here too."""
    read = delivery.office.reader.read
    if delivery.suffix == ".xlsx" and read(is_master, delivery.data):
        proposals.receive(delivery)
        return
    # (1) and (2)
    reading = read_sent(delivery)
    unreadable = any(f.place == WHOLE_FILE for f in reading.findings)
    asked = [] if reading.period or unreadable else [NO_PERIOD]
    findings = [*reading.findings, *asked]
    if errors(findings) or reading.period is None:
        give_back(delivery, _faulty(delivery, findings), period=reading.period)
        return
    # (3)
    period = reading.period
    with delivery.office.ledger.read() as session:
        collection = find_collection(session, delivery.office, delivery.procedure, period)
    if collection is not None and collection.stage != Verb.DRAFT:
        give_back(delivery, _too_late(delivery, period), period=period)
        return
    with delivery.office.ledger.write() as tx:
        taken = _take(tx, delivery, reading, period)
    if not taken:  # laid before the Kasubag while this one was read
        give_back(delivery, _too_late(delivery, period), period=period)


def lay_before(office: Office, collection_id: str) -> None:
    """(4) Lay the draft and an example filled with real data before the Kasubag."""
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        if case.collection.stage != Verb.DRAFT:
            return
        documents = _both(session, case)
        if documents is not None:
            context = sample_context(session, case)
    if documents is None:
        return
    draft, statements = documents
    seen = _revisions(documents)
    named = office.reader.run(
        name_word,
        office.store.read(draft.original or blob_of(draft)),
        {CODE: draft.code, PERIOD: str(case.period), REVISION: str(draft.revision)},
    )
    blob = office.store.put(named)
    try:
        filled = office.reader.run(fill_in, named, PlainContext.of(context), {})
        sample = office.store.put(office.convert(filled))
        with office.ledger.read() as session:
            added = print_adoption(session, case, draft.code)
    except (RenderError, ConversionError) as unusable:
        _hand_back(case, draft, str(unusable))
        return
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        documents = _both(tx.session, case)
        if documents is None or case.collection.stage != Verb.DRAFT:
            return
        if _revisions(documents) != seen:  # a newer one came: its own chain lays it out
            return
        draft, statements = documents
        draft.state, draft.blob, draft.opened_at = State.WAITING, blob, None
        withdraw(tx.session, [draft, statements])
        move_to(tx.session, case, Verb.CORRECT, tx.now())
        folder, period = case.folder(Verb.CORRECT), case.period.short
        publish(tx, folder, draft.name, blob, role=MAIN, document=draft)
        publish(tx, folder, statements.name, blob_of(statements), role=COMPANION, document=draft)
        publish(tx, folder, f"CONTOH JADI {period}.pdf", sample, role=COMPANION, document=draft)
        if added is not None:
            name = f"{LIST_NAME} {period}.pdf"
            publish(tx, folder, name, added, role=COMPANION, document=draft)
        tx.record(
            "draft.laid-before",
            chain=case.collection.id,
            actor="kinerja",
            via="layanan",
            document_id=draft.id,
            revision=draft.revision,
            sha256=blob,
        )


def _take(tx: Transaction, delivery: Delivery, reading: Reading, period: Period) -> bool:
    """Enter what was sent; ``False`` where the collection has moved on meanwhile."""
    kind = reading.kind
    collection = find_collection(tx.session, delivery.office, delivery.procedure, period)
    collection = collection or _open_collection(tx, delivery, period)
    if collection.stage != Verb.DRAFT:
        return False
    case = Case(delivery.office, delivery.procedure, collection)
    suffix = ".docx" if kind is Kind.DRAFT else ".xlsx"
    document = case.document(tx.session, kind)
    if document is None:
        name = f"{NAMES[kind]} {period.short}{suffix}"
        document = new_document(tx, collection, kind, name=name, state=State.RECEIVED)
    elif supersedes(tx, delivery, document):
        document.revision += 1
    else:
        return True
    if not close_arrival(tx, delivery, RECEIVED, document):
        tx.session.rollback()
        return True
    remember(document, delivery)
    document.data = {**document.data, "findings": findings_to_json(warnings(reading.findings))}
    document.state, document.updated_at = State.RECEIVED, tx.now()
    document.original = document.blob = delivery.arrival.sha256
    withdraw(tx.session, [document], (MAIN, COMPANION, NOTICE, RECEIPT))
    clear_notices(tx, delivery.stage_folder, SUFFIXES[kind], period)
    clear_starter(tx, delivery.stage_folder, document.name)
    tx.record(
        f"{kind.value}.received",
        chain=collection.id,
        actor=delivery.actor,
        via=delivery.via,
        document_id=document.id,
        revision=document.revision,
        sha256=delivery.arrival.sha256,
    )
    tx.enqueue(LAY_BEFORE, collection.id, once=delivery.arrival.id)
    return True


def _open_collection(tx: Transaction, delivery: Delivery, period: Period) -> Collection:
    now = tx.now()
    withdrawn = editions(tx.session, delivery.office, delivery.procedure, period)
    collection = Collection(
        id=uuid4().hex,
        office_id=tx.office_id,
        procedure=delivery.procedure.key,
        period=str(period),
        edition=len(withdrawn) + 1,
        stage=Verb.DRAFT,
        opened_at=now,
        stage_since=now,
    )
    tx.session.add(collection)
    tx.session.flush()
    tx.record(
        "collection.opened",
        chain=collection.id,
        actor=delivery.actor,
        via=delivery.via,
        procedure=delivery.procedure.key,
        period=str(period),
    )
    return collection


def _both(session: Session, case: Case) -> tuple[Document, Document] | None:
    draft = case.document(session, Kind.DRAFT)
    statements = case.document(session, Kind.STATEMENTS)
    if draft is None or statements is None:
        return None
    ready = draft.state == State.RECEIVED and statements.state == State.RECEIVED
    return (draft, statements) if ready else None


def _hand_back(case: Case, draft: Document, why: str) -> None:
    """A draft that cannot be filled in with this period's data goes back to Staf."""
    office, folder = case.office, case.folder(Verb.DRAFT)
    slip = Slip(
        title="PERLU DIPERBAIKI",
        summary=f"{draft.name} tidak dapat diisi dengan Daftar Pernyataan periode ini.",
        document=draft.name,
        recipient=case.actor_of(Verb.DRAFT),
        sender="kinerja",
        code=draft.code,
        reasons=why.splitlines(),
        steps=[
            f"Perbaiki PERBAIKI - {draft.name} di folder ini.",
            f"Pindahkan lagi ke {client_folder(office, f'{folder}/kirim')}",
            "Daftar Pernyataan yang sudah dikirim tetap tersimpan; kirim lagi hanya bila diubah.",
        ],
    )
    sha256 = print_slip(office, case.procedure, case.period, slip)
    with office.ledger.write() as tx:
        current = tx.session.get_one(Document, draft.id)
        if current.state != State.RECEIVED or current.revision != draft.revision:
            return
        current.state, current.updated_at = State.RETURNED, tx.now()
        end_receipts(tx.session, case)
        name, sent = f"PERBAIKI - {draft.name}", draft.original or blob_of(draft)
        publish(tx, folder, name, sent, role=NOTICE, document=current)
        slip_name = f"{SLIP} - {PurePosixPath(draft.name).stem}.pdf"
        publish(tx, folder, slip_name, sha256, role=NOTICE, document=current)
        tx.record(
            "draft.unusable",
            chain=draft.collection_id,
            actor="kinerja",
            via="layanan",
            document_id=draft.id,
            revision=draft.revision,
        )


def _revisions(documents: tuple[Document, Document]) -> tuple[int, int]:
    draft, statements = documents
    return draft.revision, statements.revision


def _faulty(delivery: Delivery, findings: Sequence[Finding]) -> Answer:
    folder = client_folder(delivery.office, f"{delivery.procedure.key}/{delivery.place.path}")
    return Answer(
        title="PERLU DIPERBAIKI",
        summary=f"{delivery.name} belum dapat dipakai; {len(errors(findings))} hal perlu"
        " diperbaiki.",
        findings=findings,
        steps=[
            f"Perbaiki berkas {delivery.back_name} di folder ini.",
            f"Pindahkan lagi ke {folder}",
        ],
    )


def _too_late(delivery: Delivery, period: Period) -> Answer:
    return Answer(
        title="SUDAH BERJALAN",
        summary=f"Pengumpulan {period.title} sudah berjalan; formatnya tidak dapat diganti lewat"
        " sini.",
        steps=[
            "Bila yang dimaksud triwulan lain, ganti nama berkasnya, lalu kirim lagi.",
            "Bila formatnya keliru dan masih di 2-koreksi, minta Kasubag mengembalikannya;",
            "sesudah disetujui, format periode itu tidak dapat diganti lagi.",
        ],
    )
