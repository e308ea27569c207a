"""SOP 4: an official fills in the form and sends it back; what is wrong comes back at once.

1. What is no Word file is a form on paper, or evidence (data dukung) beside one; so is a Word file
   that resembles no form.
2. Find the form that the file says it is, and whether it may still be sent.
3. Read the values and check them all.
4. The one that waits for its verifier already, sent once more, is said to be there.
5. With errors: the form bounces to its official, prefilled with what was right.
6. Without: a receipt to the official, form and verification sheet to the verifier.

What comes after the closing is taken in the same way as *susulan*: it joins the figures if it is
verified while entry is open, and is filed beside them otherwise.
"""

from collections.abc import Sequence, Sized
from enum import Enum, auto

from pipeline.domain.collection import Return
from pipeline.domain.document import State
from pipeline.domain.finding import errors, warnings
from pipeline.domain.form import changes_between
from pipeline.domain.procedure import Verb
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document
from pipeline.sop.bouncing import Bounce, clear_bounces, lay_bounce, print_bounce
from pipeline.sop.case import HOLDER, RECEIPT, Case, Delivery, blob_of
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.evidence import take_evidence
from pipeline.sop.official_form import form_file, official_folder
from pipeline.sop.papers import Received, papers_of, print_papers
from pipeline.sop.pieces import (
    COUNTED_ON,
    EVIDENCE_KEY,
    ask_for_papers,
    cells_of,
    matched,
    pieces_of,
    pieces_to_json,
    was_counted_wrongly,
)
from pipeline.sop.publish import (
    COMPANION,
    MAIN,
    NOTICE,
    WORD_SUFFIXES,
    clear_notices,
    publish,
    withdraw,
)
from pipeline.sop.renewed_papers import pair_name, receipt_name, sheet_name
from pipeline.sop.repeated import is_repeated, say_repeated
from pipeline.sop.returned import LATE, Returned, judge, return_of
from pipeline.sop.scanned.answers import UNUSED, set_aside
from pipeline.sop.scanned.copies import (
    Unconfirmed,
    lay_for_verifier,
    mark_for,
    scans_taken,
    told_unchanged,
    unconfirmed_at,
)
from pipeline.sop.scanned.kept import TO_CONFIRM, Scans, keep_to_confirm, note_bounced
from pipeline.sop.scanned.receive import outdated, take_paper
from pipeline.sop.scanned.sheets import PREFIX, clear_to_check
from pipeline.sop.slips import Answer, close_arrival, give_back, print_slip, remember, supersedes
from pipeline.sop.values import (
    CHANGED_SINCE,
    EVIDENCE_FINDINGS,
    FINDINGS,
    changes_to_json,
    findings_to_json,
    rows_of,
    rows_to_json,
)

ACCEPTED, BOUNCED = "diterima", "dipantulkan"


class Turn(Enum):
    """What the ledger allows when a judged return is entered."""

    TAKE = auto()
    AGAIN = auto()
    NOTHING = auto()


def receive(delivery: Delivery) -> None:
    """Take a returned form, or evidence."""
    # (1)
    if delivery.suffix not in WORD_SUFFIXES:
        copied = take_paper(delivery)
        if copied is None:
            return
        delivery = copied
    # (2) and (3)
    returned = judge(delivery)
    if returned is None:
        take_evidence(delivery)
        return
    # (4)
    if isinstance(returned, Returned) and is_repeated(delivery, returned.document, returned):
        if not say_repeated(delivery, returned):  # the form has gone on meanwhile
            receive(delivery)
        return
    if isinstance(returned, Returned):
        returned = outdated(delivery, returned) or told_unchanged(delivery, returned)
    if isinstance(returned, Answer):
        give_back(delivery, returned)
        return
    # (5) or (6)
    if errors([*returned.findings, *returned.missing]):
        _bounce(delivery, returned)
    else:
        _accept(delivery, returned)


def _bounce(delivery: Delivery, returned: Returned) -> None:
    office, case = delivery.office, returned.case
    findings = [*returned.findings, *returned.missing]
    mark = mark_for(delivery, returned)
    bounce = print_bounce(
        case,
        returned.document,
        returned.prefilled(),
        findings,
        mark=mark,
        summary=f"Formulir yang Saudara kirim belum dapat diterima;"
        f" {len(errors(findings))} hal perlu diperbaiki.",
    )
    unconfirmed = unconfirmed_at(delivery, returned)
    aside = _print_aside(delivery, returned, unconfirmed.aside)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, returned.document.id)
        turn = _turn(tx, delivery, form, returned)
        if turn is Turn.TAKE:
            if not close_arrival(tx, delivery, BOUNCED, form):
                return
            remember(form, delivery)
            _clear_for(tx, case, form, bounce, unconfirmed)
            if unconfirmed.confirmed:
                clear_to_check(tx, form)
                note_bounced(form, bounce.folder)
            elif unconfirmed.aside and (form.state != State.WAITING or unconfirmed.aside.bounced):
                keep_to_confirm(form, None)
                _tell_aside(tx, form, unconfirmed, aside)
            if form.state != State.WAITING:
                form.original = delivery.arrival.sha256
            lay_bounce(tx, form, bounce)
            _record(tx, "form.bounced", delivery, form, findings=len(findings))
            ask_for_summary(tx, case.collection.id)
    if turn is Turn.AGAIN:  # the form has changed while its return was judged
        receive(delivery)


def _clear_for(
    tx: Transaction, case: Case, form: Document, bounce: Bounce, unconfirmed: Unconfirmed
) -> None:
    """Have what lies with the official taken away, for the form to be mended that follows.

    Where an earlier return waits for its verifier, that stands with its receipt.
    """
    if form.state == State.WAITING:
        clear_bounces(tx, case, form)
    else:
        withdraw(tx.session, [form], but=PREFIX if unconfirmed.stays else "")
        clear_notices(tx, bounce.folder, WORD_SUFFIXES, case.period)


def _accept(delivery: Delivery, returned: Returned) -> None:
    office, case = delivery.office, returned.case
    with office.ledger.read() as session:
        document = session.get_one(Document, returned.document.id)
        filled, revision = {r.indicator: r for r in returned.rows}, str(document.revision + 1)
        blob = office.store.put(form_file(session, case, document, filled, revision=revision))
        received = _received(delivery, returned, document)
        papers = papers_of(session, case, document, received)
    printed = print_papers(case, papers)
    scans = scans_taken(delivery, returned)
    unconfirmed = unconfirmed_at(delivery, returned)
    aside = _print_aside(delivery, returned, unconfirmed.aside)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document.id)
        turn = _turn(tx, delivery, form, returned)
        if turn is Turn.TAKE:
            if not close_arrival(tx, delivery, ACCEPTED, form):
                return
            _enter(tx, delivery, form, received, blob)
            _count_on(tx, form, returned.awaited, received.pieces)
            _publish_received(tx, case, form, *printed, but=PREFIX if unconfirmed.stays else "")
            lay_for_verifier(tx, case, form, scans)
            keep_to_confirm(form, unconfirmed.stays)
            _tell_aside(tx, form, unconfirmed, aside)
    if turn is Turn.AGAIN:  # the form has changed while its return was judged
        receive(delivery)


def _print_aside(delivery: Delivery, returned: Returned, aside: Scans | None) -> str:
    """What is said of scans that nobody confirmed before this return came; its SHA-256."""
    if aside is None:
        return ""
    case = returned.case
    slip = set_aside(delivery, returned.document, aside)
    return print_slip(delivery.office, case.procedure, case.period, slip)


def _tell_aside(tx: Transaction, form: Document, unconfirmed: Unconfirmed, slip: str) -> None:
    """Tell the sender of scans that a later return counts instead of them."""
    if unconfirmed.aside is not None:
        name = UNUSED.format(code=form.code)
        publish(tx, unconfirmed.aside.folder, name, slip, role=NOTICE, document=form)


def _received(delivery: Delivery, returned: Returned, document: Document) -> Received:
    """What the papers say of a return; the form has come once more than its revision says."""
    return Received(
        number=document.revision,
        rows=returned.rows,
        findings=returned.findings,
        missing=returned.missing,
        sha256=delivery.arrival.sha256,
        via=delivery.via,
        moment=delivery.office.now(),
        pieces=matched(pieces_of(document), cells_of(returned.rows)),
        changes=changes_between(rows_of(document), list(returned.rows)),
        late=returned.late,
    )


def _enter(
    tx: Transaction,
    delivery: Delivery,
    form: Document,
    received: Received,
    blob: str,
) -> None:
    """The values into the ledger; the form waits for its verifier."""
    findings, rows = warnings(received.findings), received.rows
    pieces = matched(pieces_of(form), cells_of(rows))
    remember(form, delivery)
    form.revision += 1
    form.state, form.updated_at = State.WAITING, tx.now()
    form.blob, form.original = blob, delivery.arrival.sha256
    form.data = {
        **form.data,
        "rows": rows_to_json(rows),
        FINDINGS: findings_to_json(findings),
        EVIDENCE_FINDINGS: findings_to_json(warnings(received.missing)),
        EVIDENCE_KEY: pieces_to_json(pieces),
        CHANGED_SINCE: changes_to_json(received.changes),
        "received": tx.now().isoformat(),
        "via": delivery.via,
        LATE: received.late,
    }
    _record(tx, "form.received", delivery, form, warnings=len(findings), late=received.late)


def _count_on(tx: Transaction, form: Document, awaited: Sequence[str], pieces: Sized) -> None:
    """Write down what the form was judged with though nobody had judged it.

    Evidence that came while the papers were printed has them made anew, and so has a file that was
    ``awaited`` as evidence and is none.
    """
    form.data = {**form.data, COUNTED_ON: list(awaited)}
    if len(pieces_of(form)) != len(pieces) or was_counted_wrongly(tx.session, form):
        ask_for_papers(tx, form)


def _publish_received(
    tx: Transaction, case: Case, form: Document, receipt_sha: str, sheet_sha: str, *, but: str
) -> None:
    """The receipt to the official, form and sheet to the verifier, the summary anew.

    What has a name that begins with ``but`` stays.
    """
    withdraw(tx.session, [form], (MAIN, COMPANION, NOTICE, RECEIPT), but=but)
    folder = official_folder(case, form.post)
    clear_notices(tx, folder, WORD_SUFFIXES, case.period)
    stage, name = case.folder(Verb.VERIFY), receipt_name(form, tx.now())
    publish(tx, folder, name, receipt_sha, role=NOTICE, document=form)
    publish(tx, stage, f"{pair_name(form)}.docx", blob_of(form), role=MAIN, document=form)
    publish(tx, stage, sheet_name(form), sheet_sha, role=COMPANION, document=form)
    ask_for_summary(tx, case.collection.id)


def _turn(tx: Transaction, delivery: Delivery, form: Document, returned: Returned) -> Turn:
    """What may still be done with a return that was judged by the form as it was read."""
    if not supersedes(tx, delivery, form):
        return Turn.NOTHING
    read, counts_as = returned.document, return_of(tx.session, form)
    wanted = Return.LATE if returned.late else Return.IN_TIME
    same = _edition(form) == _edition(read)
    return Turn.TAKE if same and counts_as is wanted else Turn.AGAIN


def _edition(form: Document) -> tuple[int, int, object, object]:
    """What a return was judged for.

    The revision, the returns, whom the form is made out to, and the scans that wait.
    """
    return form.revision, form.returns, form.data.get(HOLDER), form.data.get(TO_CONFIRM)


def _record(
    tx: Transaction, kind: str, delivery: Delivery, form: Document, **payload: object
) -> None:
    tx.record(
        kind,
        chain=form.collection_id,
        actor=form.post,
        via=delivery.via,
        document_id=form.id,
        arrival=delivery.arrival.id,
        revision=form.revision,
        sha256=delivery.arrival.sha256,
        **payload,
    )
