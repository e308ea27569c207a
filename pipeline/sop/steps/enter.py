"""SOP 6: Staf enters the verified data; out comes the print-out.

1. The verified data lie ready as one workbook (`open_entry`).
2. The workbook that comes back is checked; every change needs its reason.
3. One of an older edition is merged into the next (`pipeline.sop.entry.editions`).
4. The print-out is made from it (`pipeline.sop.printout.printout`).
5. What is returned at 7 or 8 comes back here, with its reason (`reopen`).
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Finding, errors, warnings
from pipeline.domain.form import Change
from pipeline.domain.procedure import Verb
from pipeline.forms.apart import read_entry
from pipeline.forms.workbooks.entry_reading import EntryReading
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Decision, Document
from pipeline.office import Office
from pipeline.sop.case import Case, Delivery, case_of, move_to
from pipeline.sop.collection.amending import nothing_amended
from pipeline.sop.collection.succession import with_correction
from pipeline.sop.comparison import Entry, changes_given, compare, verified
from pipeline.sop.decisions import carry_out
from pipeline.sop.entry.editions import (
    NEWS,
    OPEN_ENTRY,
    carry,
    lay_ready,
    standing_rows,
)
from pipeline.sop.entry.edits import SEEN, Edits, edits_lying, edits_of, laid_out
from pipeline.sop.entry.joining import join_late, joined_news
from pipeline.sop.entry.merge import Key, Standing, merge
from pipeline.sop.printout.number import SUFFIX, receive_number
from pipeline.sop.printout.printout import COMPILE
from pipeline.sop.publish import (
    BOOK_SUFFIXES,
    NOTICE,
    clear_notices,
    new_document,
    publish,
    withdraw,
)
from pipeline.sop.slips import (
    OUTCOME_MERGED,
    Answer,
    client_folder,
    close_arrival,
    give_back,
    print_return,
)
from pipeline.sop.values import (
    changes_to_json,
    findings_to_json,
    rows_to_json,
)

RECEIVED = "diterima"


def open_entry(office: Office, collection_id: str) -> None:
    """(1) Lay the workbook with all verified data ready."""
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        if case.collection.stage != Verb.ENTER:
            return
        workbook = case.document(tx.session, Kind.WORKBOOK)
        if workbook is None:
            name = with_correction(tx.session, case, f"Entri Data Kinerja {case.period.short}")
            workbook = new_document(
                tx, case.collection, Kind.WORKBOOK, name=f"{name}.xlsx", state=State.RETURNED
            )
    lay_ready(office, collection_id)


def receive(delivery: Delivery) -> None:
    """(2) Take the workbook, or the print-out's number where the office's register gives it."""
    if delivery.suffix == SUFFIX:
        receive_number(delivery)
        return
    office = delivery.office
    reading = office.reader.read(read_entry, delivery.data)
    with office.ledger.read() as session:
        code, office_id = reading.code or "", office.id
        workbook = session.scalar(select(Document).filter_by(code=code, office_id=office_id))
        known = workbook is not None and workbook.kind == Kind.WORKBOOK
        if workbook is None or not known:
            give_back(delivery, _unknown(delivery, reading.findings))
            return
        case = case_of(session, office, workbook.collection_id)
        laid = laid_out(session, office, workbook, reading.revision)
    if case.collection.stage != Verb.ENTER or workbook.state not in {State.WAITING, State.RETURNED}:
        give_back(delivery, _too_late(workbook), document=workbook)
    elif laid is None:
        give_back(delivery, _outdated(delivery, workbook), document=workbook)
    else:
        _receive_open(delivery, case, workbook, reading, laid)


def _receive_open(
    delivery: Delivery, case: Case, workbook: Document, reading: EntryReading, laid: str
) -> None:
    """(2) While entry is open: enter it, or (3) merge it where another edition has come."""
    office = delivery.office
    with office.ledger.read() as session:
        before = verified(session, case)
        lying = edits_lying(session, office, workbook)
        standing = standing_rows(session, case, workbook)
    entry, found = compare(before, reading.rows, changes_given(workbook))
    findings = [*reading.findings, *found]
    current = workbook.state == State.WAITING and reading.revision in {"", str(workbook.revision)}
    if errors(findings if current else reading.findings):
        faults = findings if current else reading.findings
        give_back(delivery, _faulty(delivery, faults), period=case.period, document=workbook)
        return
    sent = edits_of(office, delivery.name, delivery.data, delivery.arrival.sha256, laid)
    if current and not _adds_to(sent, lying, standing):
        _receive_current(delivery, case, workbook, entry, findings)
    else:
        _merge(delivery, case, workbook, [sent, *lying])


def _receive_current(
    delivery: Delivery, case: Case, workbook: Document, entry: Entry, findings: list[Finding]
) -> None:
    with delivery.office.ledger.read() as session:
        findings = [*findings, *nothing_amended(session, case, entry.rows)]
    if errors(findings):
        give_back(delivery, _faulty(delivery, findings), period=case.period, document=workbook)
        return
    with delivery.office.ledger.write() as tx:
        taken = _take(tx, delivery, case, workbook, entry, findings=findings)
    if not taken:  # another copy came first, or another edition, while this one was read
        receive(delivery)


def _adds_to(sent: Edits, lying: Sequence[Edits], standing: Mapping[Key, Standing]) -> bool:
    """Whether what lies changed in older editions says anything that the sent one does not."""
    taken = merge(standing, sent.laid, sent.rows)
    return any(edits.faults or merge(taken, edits.laid, edits.rows) != taken for edits in lying)


def _merge(delivery: Delivery, case: Case, workbook: Document, edits: Sequence[Edits]) -> None:
    """(3) Carry what was edited into the next edition, which tells Staf."""
    with delivery.office.ledger.read() as session:
        standing = standing_rows(session, case, workbook)
    for one in edits:
        if not one.faults:
            standing = merge(standing, one.laid, one.rows)
    with delivery.office.ledger.write() as tx:
        current = tx.session.get_one(Document, workbook.id)
        if (current.state, current.updated_at) == (workbook.state, workbook.updated_at):
            if close_arrival(tx, delivery, OUTCOME_MERGED, current):
                carry(tx, current, standing, edits)
            return
    receive(delivery)


def reopen(office: Office, decision: Decision, document: Document) -> None:
    """(5) A returned print-out: back to entry, with the reason."""
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
        workbook = case.require(session, Kind.WORKBOOK)
    folder = case.folder(Verb.ENTER)
    sha256 = print_return(
        case,
        decision,
        document,
        title="DIKEMBALIKAN KE ENTRI",
        recipient=case.actor_of(Verb.ENTER),
        steps=[
            f"Perbaiki {workbook.name} di folder ini; isian terakhir ada di dalamnya.",
            "Tulis alasan pada setiap baris yang diubah.",
            f"Pindahkan ke {client_folder(office, f'{folder}/kirim')}",
        ],
    )
    with office.ledger.write() as tx:
        printout = carry_out(tx, decision)
        if printout is not None:
            printout.state = State.RETURNED
            printout.returns += 1
            withdraw(tx.session, [printout])
            again = case_of(tx.session, office, case.collection.id)
            reopened = again.require(tx.session, Kind.WORKBOOK)
            reopened.state, reopened.updated_at = State.RETURNED, tx.now()
            reopened.data = {**reopened.data, NEWS: joined_news(join_late(tx, again))}
            move_to(tx.session, again, Verb.ENTER, tx.now())
            name = f"PERBAIKI {printout.returns} - {printout.name}"
            publish(tx, folder, name, sha256, role=NOTICE, document=workbook)
            tx.enqueue(OPEN_ENTRY, case.collection.id, once=decision.id)


def _take(
    tx: Transaction,
    delivery: Delivery,
    case: Case,
    read: Document,
    entry: Entry,
    *,
    findings: Sequence[Finding],
) -> bool:
    workbook = tx.session.get_one(Document, read.id)
    if (workbook.state, workbook.revision) != (State.WAITING, read.revision):
        return False
    if not close_arrival(tx, delivery, RECEIVED, workbook):
        return True
    workbook.revision += 1
    workbook.state, workbook.updated_at = State.RECEIVED, tx.now()
    workbook.original = delivery.arrival.sha256
    workbook.data = {
        "rows": {code: rows_to_json(rows) for code, rows in entry.rows.items()},
        "changes": {
            code: changes_to_json(_made(found, delivery, tx.now()))
            for code, found in entry.changes.items()
        },
        "entered_via": delivery.via,
        "findings": findings_to_json(warnings(findings)),
        SEEN: [*workbook.data.get(SEEN, []), delivery.arrival.sha256],
    }
    withdraw(tx.session, [workbook])
    clear_notices(tx, delivery.stage_folder, BOOK_SUFFIXES, case.period)
    tx.record(
        "entry.received",
        chain=workbook.collection_id,
        actor=delivery.actor,
        via=delivery.via,
        document_id=workbook.id,
        revision=workbook.revision,
        sha256=delivery.arrival.sha256,
        changes=sum(map(len, entry.changes.values())),
    )
    tx.enqueue(COMPILE, case.collection.id, once=delivery.arrival.id)
    return True


def _made(changes: Sequence[Change], delivery: Delivery, now: datetime) -> list[Change]:
    """The changes with who brought them; those that were accepted before keep who that was."""
    return [c if c.by else c.made(delivery.actor, delivery.via, now) for c in changes]


def _unknown(delivery: Delivery, findings: list[Finding]) -> Answer:
    return Answer(
        title="BUKAN BUKU KERJA ENTRI",
        summary=f"{delivery.name} tidak dikenal sebagai buku kerja entri dari kinerja.",
        findings=findings,
        steps=["Isi dan kirim buku kerja Entri Data Kinerja yang tersedia di folder ini."],
    )


def _too_late(workbook: Document) -> Answer:
    return Answer(
        title="SUDAH DIENTRI",
        summary=f"{workbook.name} sudah diterima; print out-nya sudah atau sedang dibuat.",
        steps=[
            "Bila ada yang keliru, minta yang memaraf atau menandatangani print out itu"
            " mengembalikannya."
        ],
    )


def _outdated(delivery: Delivery, workbook: Document) -> Answer:
    """For a workbook that says it is an edition which was never laid out."""
    folder = client_folder(delivery.office, f"{delivery.procedure.key}/{delivery.place.path}")
    return Answer(
        title="BUKU KERJA LAMA",
        summary=f"{delivery.name} berasal dari edisi yang tidak dikenal; isinya tidak dipakai.",
        steps=[
            f"Pakai {workbook.name} yang tersedia di folder ini, dengan isian terakhir.",
            f"Pindahkan buku kerja itu ke {folder}",
        ],
    )


def _faulty(delivery: Delivery, findings: list[Finding]) -> Answer:
    folder = client_folder(delivery.office, f"{delivery.procedure.key}/{delivery.place.path}")
    return Answer(
        title="PERLU DIPERBAIKI",
        summary=f"{delivery.name} belum dapat diterima; {len(errors(findings))} hal perlu"
        " diperbaiki.",
        findings=findings,
        steps=[
            f"Perbaiki {delivery.back_name} di folder ini.",
            f"Pindahkan lagi ke {folder}",
        ],
    )
