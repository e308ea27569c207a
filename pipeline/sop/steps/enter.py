"""SOP 6: Staf enters the verified data; out comes the print-out.

1. The verified data lie ready as one workbook (`open_entry`).
2. The workbook that comes back is checked; every change needs its reason.
3. The print-out is made from it (`pipeline.sop.printout`).
4. What is returned at 7 or 8 comes back here, with its reason (`reopen`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.evaluation import show_percent
from pipeline.domain.finding import Finding, errors
from pipeline.domain.form import LABELS, Change, Field, FilledRow
from pipeline.domain.numbers import format_number
from pipeline.domain.procedure import Verb
from pipeline.forms.workbooks.entry import EnteredRow, EntryRow, read_entry, write_entry
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Decision, Document
from pipeline.office import Office
from pipeline.sop.case import Case, Delivery, case_of, move_to
from pipeline.sop.decisions import carry_out
from pipeline.sop.printout import COMPILE
from pipeline.sop.publish import (
    BOOK_SUFFIXES,
    MAIN,
    NOTICE,
    clear_notices,
    new_document,
    publish,
    withdraw,
)
from pipeline.sop.slips import Answer, client_folder, close_arrival, give_back, print_return
from pipeline.sop.values import (
    changes_of,
    changes_to_json,
    evaluate_rows,
    rows_from_json,
    rows_of,
    rows_to_json,
)

OPEN_ENTRY = "open-entry"
RECEIVED = "diterima"
Reasons = Mapping[tuple[str, str, Field, str], str]


@dataclass(frozen=True)
class Entry:
    """What was entered, and what of it differs from the verified forms, by form code."""

    rows: dict[str, list[FilledRow]] = field(default_factory=dict)
    changes: dict[str, list[Change]] = field(default_factory=dict)


def open_entry(office: Office, collection_id: str) -> None:
    """(1) Lay the workbook with all verified data ready."""
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        workbook = case.document(tx.session, Kind.WORKBOOK)
        if workbook is None:
            name = f"Entri Data Kinerja {case.period.short}.xlsx"
            workbook = new_document(
                tx, case.collection, Kind.WORKBOOK, name=name, state=State.RETURNED
            )
    _lay_ready(office, collection_id)


def receive(delivery: Delivery) -> None:
    """(2) Take the workbook."""
    office = delivery.office
    reading = read_entry(delivery.data)
    with office.ledger.read() as session:
        workbook = session.scalar(select(Document).where(Document.code == (reading.code or "")))
        known = workbook is not None and workbook.kind == Kind.WORKBOOK
        if workbook is None or not known:
            give_back(delivery, _unknown(delivery, reading.findings))
            return
        case = case_of(session, office, workbook.collection_id)
        forms = {f.code: f for f in case.forms(session)}
    if case.collection.stage != Verb.ENTER or workbook.state != State.WAITING:
        give_back(delivery, _too_late(workbook), document=workbook)
        return
    entry, found = _compare(forms, reading.rows, _reasons_given(workbook))
    findings = [*reading.findings, *found]
    if errors(findings):
        give_back(delivery, _faulty(delivery, findings), period=case.period, document=workbook)
        return
    with office.ledger.write() as tx:
        taken = _take(tx, delivery, case, workbook.id, entry)
    if not taken:  # another copy came first, while this one was read
        give_back(delivery, _too_late(workbook), document=workbook)


def reopen(office: Office, decision: Decision, document: Document) -> None:
    """(4) A returned print-out: back to entry, with the reason."""
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
            move_to(case_of(tx.session, office, document.collection_id), Verb.ENTER, tx.now())
            name = f"PERBAIKI {printout.returns} - {printout.name}"
            publish(tx, folder, name, sha256, role=NOTICE, document=workbook)
    _lay_ready(office, document.collection_id)


def entered_rows(workbook: Document, form: Document) -> list[FilledRow]:
    """A form's rows as they stand after entry; as verified where entry has not happened."""
    entered = workbook.data.get("rows", {}).get(form.code)
    return rows_from_json(entered) if entered is not None else rows_of(form)


def _lay_ready(office: Office, collection_id: str) -> None:
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        workbook = case.require(session, Kind.WORKBOOK)
        if workbook.state not in {State.RETURNED, State.RECEIVED}:
            return
        data = write_entry(
            _entry_rows(session, case, workbook),
            code=workbook.code,
            period=case.period,
            office_name=office.settings.office.name,
        )
    sha256 = office.store.put(data)
    with office.ledger.write() as tx:
        workbook = tx.session.get_one(Document, workbook.id)
        if workbook.state == State.WAITING:
            return
        workbook.state, workbook.blob, workbook.updated_at = State.WAITING, sha256, tx.now()
        folder = case.folder(Verb.ENTER)
        publish(tx, folder, workbook.name, sha256, role=MAIN, document=workbook)
        tx.record(
            "entry.opened",
            chain=collection_id,
            actor="kinerja",
            via="layanan",
            document_id=workbook.id,
            sha256=sha256,
        )


def _entry_rows(session: Session, case: Case, workbook: Document) -> list[EntryRow]:
    statements, roster = case.statements(session), case.roster(session)
    return [
        EntryRow(
            form_code=form.code,
            post=form.post,
            indicator=evaluation.indicator,
            filled=evaluation.filled,
            achievement=show_percent(evaluation.achievement),
        )
        for form in case.forms(session)
        for evaluation in evaluate_rows(
            case,
            form.post,
            roster.indicators_of(form.post, statements),
            entered_rows(workbook, form),
        )
    ]


def _take(tx: Transaction, delivery: Delivery, case: Case, workbook_id: str, entry: Entry) -> bool:
    workbook = tx.session.get_one(Document, workbook_id)
    if workbook.state != State.WAITING:
        return False
    if not close_arrival(tx, delivery, RECEIVED, workbook):
        return True
    workbook.revision += 1
    workbook.state, workbook.updated_at = State.RECEIVED, tx.now()
    workbook.original = delivery.arrival.sha256
    workbook.data = {
        "rows": {code: rows_to_json(rows) for code, rows in entry.rows.items()},
        "changes": {code: changes_to_json(found) for code, found in entry.changes.items()},
        "entered_via": delivery.via,
    }
    withdraw(tx.session, [workbook])
    clear_notices(tx.session, delivery.stage_folder, BOOK_SUFFIXES, case.period)
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
    tx.enqueue(COMPILE, workbook.collection_id, once=delivery.arrival.id)
    return True


def _compare(
    forms: dict[str, Document], rows: list[EnteredRow], reasons: Reasons
) -> tuple[Entry, list[Finding]]:
    """What Staf entered and changed against the verified forms, and what is wrong with it."""
    entry = Entry()
    findings = []
    verified = {(code, row.indicator): row for code, form in forms.items() for row in rows_of(form)}
    for row in rows:
        before = verified.pop((row.form_code, row.indicator_code), None)
        if before is None:
            findings.append(_foreign(row))
            continue
        entered = row.onto(before)
        changed = _changes(before, entered, row, reasons)
        unexplained = [c for c in changed if not c.reason]
        if unexplained:
            findings.append(_no_reason(row, unexplained))
        if row.actual is None:
            findings.append(_no_actual(row))
        entry.rows.setdefault(row.form_code, []).append(entered)
        entry.changes.setdefault(row.form_code, []).extend(changed)
    findings += [_missing(code, indicator) for code, indicator in verified]
    return entry, findings


def _changes(
    before: FilledRow, entered: FilledRow, row: EnteredRow, reasons: Reasons
) -> list[Change]:
    """The changed fields, each with its reason: of this row, or given when it was made before."""
    pairs = {f: (before.text(f), entered.text(f)) for f in Field}
    pairs[Field.ACTUAL] = (format_number(before.actual), format_number(entered.actual))
    return [
        Change(
            row.indicator_code,
            kind,
            old,
            new,
            row.reason.strip() or reasons.get((row.form_code, row.indicator_code, kind, new), ""),
        )
        for kind, (old, new) in pairs.items()
        if old != new
    ]


def _reasons_given(workbook: Document) -> Reasons:
    """The reasons of changes that were accepted before the print-out came back."""
    kept = workbook.data.get("changes", {})
    return {
        (code, change.indicator, change.field, change.new): change.reason
        for code in kept
        for change in changes_of(kept, code)
    }


def _place(row: EnteredRow) -> str:
    return f"{row.indicator_code} (formulir {row.form_code})"


def _no_reason(row: EnteredRow, changed: list[Change]) -> Finding:
    fields = ", ".join(LABELS[c.field] for c in changed)
    return Finding(
        _place(row),
        f"{fields} berbeda dengan formulir yang diverifikasi, tanpa alasan",
        "tulis alasannya di kolom Alasan Perubahan, atau kembalikan ke isian semula",
    )


def _no_actual(row: EnteredRow) -> Finding:
    return Finding(_place(row), "realisasi kosong", "isi angkanya seperti pada formulir")


def _foreign(row: EnteredRow) -> Finding:
    return Finding(
        _place(row), "baris ini bukan bagian pengumpulan ini", "hapus baris yang ditambahkan"
    )


def _missing(code: str, indicator: str) -> Finding:
    return Finding(
        f"{indicator} (formulir {code})",
        "barisnya hilang dari buku kerja",
        "pakai lagi buku kerja yang tersedia di folder ini",
    )


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
        steps=["Bila ada yang keliru, minta Kasubag mengembalikan print out dari 7-paraf."],
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
