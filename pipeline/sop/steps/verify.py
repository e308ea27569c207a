"""SOP 5: the Kasubag verifies a filled form; right, it is stamped; wrong, it goes back.

1. An edited form is checked like a returned one; the edits become listed corrections.
2. Approved: the form is regenerated from the values, stamped and kept (`stamp`).
3. When all forms are verified, the data go to entry.
"""

from dataclasses import replace

from pipeline.domain.calendar import long_time
from pipeline.domain.collection import FILED
from pipeline.domain.document import Kind, State
from pipeline.domain.duty import duties_of
from pipeline.domain.finding import Finding, errors
from pipeline.domain.form import LABELS, Change, Field, FilledRow, changes_between
from pipeline.domain.procedure import Verb
from pipeline.errors import ReadError
from pipeline.forms.checks.form import check_form
from pipeline.forms.contexts.notices import Slip
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Decision, Document
from pipeline.office import Office
from pipeline.pdf.stamp import stamped
from pipeline.sop.bouncing import clear_bounces, lay_bounce, prefilled, steps_to_mend
from pipeline.sop.case import Case, Delivery, case_of, move_to
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.decisions import Verdict, carry_out, receive_decision
from pipeline.sop.dossier.late import FILE_LATE
from pipeline.sop.entry.editions import OPEN_ENTRY, join_while_open
from pipeline.sop.judged_by import known_of
from pipeline.sop.official_form import form_file, official_folder
from pipeline.sop.publish import COMPANION, MAIN, NOTICE, publish, withdraw
from pipeline.sop.returned import LATE
from pipeline.sop.scanned.answers import UNUSED, unconfirmed
from pipeline.sop.scanned.copies import VALUES_ONLY, VERIFIED, mark_of, stamped_copy
from pipeline.sop.scanned.kept import (
    Scans,
    is_unconfirmed,
    keep_scans,
    keep_to_confirm,
    scans_to_confirm,
)
from pipeline.sop.scanned.sheets import PREFIX
from pipeline.sop.slips import Answer, give_back, print_return, print_slip
from pipeline.sop.targets import find_target
from pipeline.sop.values import changes_to_json, rows_of, rows_to_json
from pipeline.sop.word_forms import read_by_issued

STAMP = "stamp"
SETTLED = frozenset({State.VERIFIED, State.ABSENT})


def receive(delivery: Delivery) -> None:
    """Take the verifier's decision; (1) what was edited is checked before it counts."""
    approves = delivery.place.command.value == Verdict.APPROVE
    with delivery.office.ledger.read() as session:
        target = find_target(session, delivery) if approves else None
    if target is not None and target.is_told and not target.exact:
        faults = _faults(delivery, target.document)
        if faults:
            give_back(delivery, _faulty(delivery, faults), document=target.document)
            return
    receive_decision(delivery)


def decide(office: Office, decision: Decision, document: Document) -> None:
    """Carry the decision out."""
    if decision.verdict == Verdict.APPROVE:
        _approve(office, decision, document)
    else:
        _return(office, decision, document)


def stamp(office: Office, document_id: str) -> None:
    """(2) Regenerate the form from its values, stamp it, and (3) open entry after the last.

    What came on paper is stamped on its cover; the form made of its values is a copy of them.
    """
    with office.ledger.read() as session:
        form = session.get_one(Document, document_id)
        case = case_of(session, office, form.collection_id)
        if form.state != State.APPROVED:
            return
        word = form_file(session, case, form, {r.indicator: _shown(r) for r in rows_of(form)})
        verifier = form.data["verified_by"]
    verified = office.now()
    scans = stamped_copy(case, form, verifier)
    mark = {
        "teks": VALUES_ONLY if scans else VERIFIED,
        "oleh": verifier,
        "waktu": long_time(verified),
        "kode": form.code,
    }
    base, cap = office.convert(word), office.pdf_from(case.procedure, "stempel", mark, tagged=False)
    names = (form.name, "stempel.docx")
    pdf = office.store.put(office.reader.run(stamped, base, cap, *names, "first"))
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document_id)
        case = case_of(tx.session, office, form.collection_id)
        if form.state != State.APPROVED:
            return
        form.state, form.pdf, form.updated_at = State.VERIFIED, pdf, tx.now()
        form.data = {**form.data, "verified": verified.isoformat()}
        keep_scans(form, scans)
        tx.record(
            "form.verified",
            chain=form.collection_id,
            actor=verifier,
            via="kinerja",
            document_id=form.id,
            revision=form.revision,
            sha256=pdf,
        )
        _after_last(tx, case)
        join_while_open(tx, case)
        if case.collection.stage == FILED:  # susulan: it joins the dossier that is there
            tx.enqueue(FILE_LATE, form.id, once=form.id)
        ask_for_summary(tx, case.collection.id)


def _shown(row: FilledRow) -> FilledRow:
    """The row for print: what the official left empty shows as a dash, not as a prompt."""
    return FilledRow(row.indicator, {f: row.text(f) or "–" for f in Field}, row.actual)


def _after_last(tx: Transaction, case: Case) -> None:
    if case.collection.stage == Verb.FILL and all(
        f.state in SETTLED for f in case.own_forms(tx.session)
    ):
        move_to(tx.session, case, Verb.ENTER, tx.now())
        tx.enqueue(OPEN_ENTRY, case.collection.id, once=case.collection.id)


def _approve(office: Office, decision: Decision, document: Document) -> None:
    rows, changes = _edited_rows(office, decision, document)
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
    notice = _tell_corrections(case, decision, document, changes) if changes else ""
    waiting = scans_to_confirm(document)
    unused = _tell_unconfirmed(case, decision, document, waiting) if waiting else ""
    with office.ledger.write() as tx:
        form = carry_out(tx, decision)
        if form is None:
            return
        form.state = State.APPROVED
        data = {**form.data, "verified_by": decision.actor, "verified_via": decision.via}
        if changes:
            data |= {"rows": rows_to_json(rows), "verifier_changes": changes_to_json(changes)}
            name = f"DIKOREKSI SAAT VERIFIKASI - {form.code}.pdf"
            folder = official_folder(case, form.post)
            publish(tx, folder, name, notice, role=NOTICE, document=form)
        form.data = data
        clear_bounces(tx, case, form)
        withdraw(tx.session, [form], (MAIN, COMPANION))
        withdraw(tx.session, [form], (NOTICE,), folder=case.folder(Verb.VERIFY))
        if waiting:
            name = UNUSED.format(code=form.code)
            publish(tx, waiting.folder, name, unused, role=NOTICE, document=form)
            keep_to_confirm(form, None)
        tx.enqueue(STAMP, form.id, once=decision.id)


def _return(office: Office, decision: Decision, document: Document) -> None:
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
    filled = {r.indicator: r for r in rows_of(document)}
    bounce = prefilled(case, document, filled, mark=mark_of(document))
    slip = print_return(
        case,
        decision,
        document,
        recipient=document.post,
        summary=f"Formulir {document.code} dikembalikan saat verifikasi.",
        steps=[
            *steps_to_mend(case, bounce, "isian Saudara masih ada di dalamnya"),
            *_dropped(document),
        ],
    )
    with office.ledger.write() as tx:
        form = carry_out(tx, decision)
        if form is None:
            return
        form.state = State.ABSENT if form.data[LATE] else State.ISSUED
        form.blob = bounce.form
        if is_unconfirmed(form):
            withdraw(tx.session, [form], but=PREFIX)
        else:  # scans whose form lay there to be mended go with it
            withdraw(tx.session, [form])
            keep_to_confirm(form, None)
        lay_bounce(tx, form, replace(bounce, slip=slip))
        ask_for_summary(tx, case.collection.id)


def _dropped(document: Document) -> list[str]:
    """What becomes of newer scans whose form lies with the official to be mended."""
    scans = scans_to_confirm(document)
    if scans is None or not scans.bounced:
        return []
    return [
        f"Pindaian {scans.names}, yang dikirim sesudahnya dan belum diperbaiki, tidak dipakai; bila"
        " pindaian itu yang benar, kirim sekali lagi."
    ]


def _edited_rows(
    office: Office, decision: Decision, document: Document
) -> tuple[list[FilledRow], list[Change]]:
    """The rows as they stand after the verifier's edits, and what was edited."""
    before = rows_of(document)
    if decision.blob is None:
        return before, []
    rows, _ = _read(office, document, office.store.read(decision.blob))
    by = (decision.actor, decision.via, decision.decided_at)
    explained = [replace(c, reason=decision.note) for c in changes_between(before, rows)]
    return rows, [change.made(*by) for change in explained]


def _read(office: Office, document: Document, data: bytes) -> tuple[list[FilledRow], list[Finding]]:
    reading = read_by_issued(office, document, office.word(data))
    with office.ledger.read() as session:
        case = case_of(session, office, document.collection_id)
        duties = duties_of(case.roster(session), document.post, case.statements(session))
        known = known_of(session, case)
    rows, findings = check_form(duties, reading.fields, known)
    return rows, [*findings, *reading.findings]


def _faults(delivery: Delivery, document: Document) -> list[Finding]:
    if document.kind != Kind.FORM:
        return []
    try:
        return errors(_read(delivery.office, document, delivery.data)[1])
    except ReadError as unreadable:
        return [Finding("seluruh berkas", str(unreadable), "pakai berkas yang menunggu di sini")]


def _tell_corrections(
    case: Case, decision: Decision, document: Document, changes: list[Change]
) -> str:
    slip = Slip(
        title="DIKOREKSI SAAT VERIFIKASI",
        summary=f"Formulir {document.code} diverifikasi dengan {len(changes)} koreksi.",
        document=document.name,
        recipient=document.post,
        sender=decision.actor,
        code=document.code,
        findings=[
            Finding(
                f"{c.indicator}, kolom {LABELS[c.field]}",
                f"semula “{c.old or 'kosong'}”",
                f"menjadi “{c.new or 'kosong'}”",
            )
            for c in changes
        ],
        steps=["Bila tidak setuju, sampaikan kepada verifikator sebelum naskah diparaf."],
    )
    return print_slip(case.office, case.procedure, case.period, slip)


def _tell_unconfirmed(case: Case, decision: Decision, document: Document, waiting: Scans) -> str:
    slip = unconfirmed(document, decision.actor, waiting)
    return print_slip(case.office, case.procedure, case.period, slip)


def _faulty(delivery: Delivery, faults: list[Finding]) -> Answer:
    return Answer(
        title="PERUBAHAN BELUM DAPAT DIPAKAI",
        summary=f"Perubahan pada {delivery.name} membuat formulir tidak lengkap atau tidak"
        " terbaca.",
        findings=faults,
        steps=[
            f"Betulkan {delivery.back_name}, lalu pindahkan lagi ke setujui;",
            "atau putuskan berkas yang masih menunggu di folder ini.",
        ],
    )
