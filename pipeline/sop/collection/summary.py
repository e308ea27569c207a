"""The collection at a glance, made anew after every change while forms are filled in.

_RINGKASAN.pdf lies in the verification inbox, warnings first, and says what was decided on each
form; how the verification ended can be read there until the print-out is made. The recap that Staf
pastes into a chat lies in the filling inbox until the filling step is over.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import short_time
from pipeline.domain.document import Kind, State
from pipeline.domain.posts import short_post
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.verification import SummaryRow, summary_context
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Publication
from pipeline.office import Office
from pipeline.sop.authority import holders_on_file
from pipeline.sop.case import Case, case_of
from pipeline.sop.collection.recap import recap
from pipeline.sop.collection.standing import UNCONFIRMED, Standing, standings
from pipeline.sop.decisions import decision_on
from pipeline.sop.pieces import pieces_of
from pipeline.sop.publish import publish
from pipeline.sop.scanned.kept import is_unconfirmed
from pipeline.sop.values import findings_of

SUMMARISE, SUMMARY = "summarise", "summary"
FILE_NAME = "_RINGKASAN.pdf"
STATUS = {
    State.ISSUED: "belum masuk",
    State.WAITING: "menunggu verifikasi",
    State.DECIDED: "keputusan sedang dijalankan",
}
DECIDED = {
    State.ISSUED: "dikembalikan",
    State.ABSENT: "dikembalikan",
    State.APPROVED: "disetujui",
    State.VERIFIED: "disetujui",
}
SHOWN = (Verb.FILL, Verb.ENTER)


def ask_for_summary(tx: Transaction, collection_id: str) -> None:
    """Have the summary made anew; of many requests at once only the last is carried out."""
    collection = tx.session.get_one(Collection, collection_id)
    collection.summary_seq += 1
    key = f"{collection_id}:{collection.summary_seq}"
    tx.enqueue(SUMMARISE, key, once=key)


def summarise(office: Office, key: str) -> None:
    """Print the summary and write the recap, unless a later request is on its way."""
    collection_id, _, seq = key.partition(":")
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        if case.collection.summary_seq != int(seq):
            return
        papers = _papers(session, case) if case.collection.stage in SHOWN else {}
    with office.ledger.write() as tx:
        collection = tx.session.get_one(Collection, collection_id)
        if collection.summary_seq != int(seq):
            return
        earlier = select(Publication).where(
            Publication.collection_id == collection_id,
            Publication.role == SUMMARY,
            Publication.state.in_((WANTED, PLACED)),
        )
        for row in tx.session.scalars(earlier):
            row.state = UNWANTED
        if collection.stage == case.collection.stage:  # else its own request is on its way
            for (folder, name), sha256 in papers.items():
                publish(tx, folder, name, sha256, role=SUMMARY, collection=collection)


def _papers(session: Session, case: Case) -> dict[tuple[str, str], str]:
    """Summary and recap: folder and name → SHA-256."""
    office = case.office
    documents = standings(session, case, holders_on_file(session, office))
    forms = [s for s in documents if s.document.kind == Kind.FORM]
    forms = [s for s in forms if s.document.state != State.WITHDRAWN]
    rows = [_row(session, case, form) for form in forms]
    head, now = office.settings.office, office.now()
    context = summary_context(head, case.period, rows, _counts(forms), now)
    pdf = office.store.put(office.pdf_from(case.procedure, "ringkasan", context))
    papers = {(case.folder(Verb.VERIFY), FILE_NAME): pdf}
    if case.collection.stage == Verb.FILL:
        text = office.store.put(_for_notepad(recap(session, case, documents)))
        papers[case.folder(Verb.FILL), f"REKAP {case.period.short}.txt"] = text
    return papers


def _for_notepad(text: str) -> bytes:
    """With Windows line ends and a byte order mark, without which older Notepads garble it."""
    return text.replace("\n", "\r\n").encode("utf-8-sig")


def _row(session: Session, case: Case, form: Standing) -> SummaryRow:
    document, zone = form.document, case.office.settings.office.zone
    received, state = document.data.get("received"), State(document.state)
    sent = state not in {State.ISSUED, State.ABSENT}
    return SummaryRow(
        post=form.title,
        name=case.official(session, document.post).name,
        status=_status(session, case, form),
        warnings=findings_of(document) if sent else [],
        code=document.code,
        received=short_time(datetime.fromisoformat(received).astimezone(zone)) if received else "–",
        waits=state is State.WAITING,
        unconfirmed=form.is_unconfirmed,
        pieces=len(pieces_of(document)),
    )


def _status(session: Session, case: Case, form: Standing) -> str:
    """Where a form stands: what was decided on it, by whom and when, else what is awaited."""
    document, state = form.document, State(form.document.state)
    if form.is_unconfirmed:
        return UNCONFIRMED
    decision = decision_on(session, document.id, document.revision)
    if decision is not None and decision.done and state in DECIDED:
        when = short_time(decision.decided_at.astimezone(case.office.settings.office.zone))
        return f"{DECIDED[state]} oleh {short_post(decision.actor)}, {when}"
    if form.is_returned:
        return "dipantulkan, belum kembali"
    status = STATUS.get(state, state.value)
    newer = state is State.WAITING and is_unconfirmed(document)
    return f"{status}; {UNCONFIRMED}" if newer else status


def _counts(forms: Sequence[Standing]) -> dict[str, int]:
    states = Counter(State(s.document.state) for s in forms)
    done = states[State.APPROVED] + states[State.VERIFIED]
    returned = sum(s.is_returned for s in forms)
    return {
        "jumlah": len(forms),
        "masuk": states[State.WAITING] + states[State.DECIDED] + done,
        "diverifikasi": done,
        "dikembalikan": returned,
        "belum": states[State.ISSUED] - returned,
    }
