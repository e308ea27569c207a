"""_RINGKASAN.pdf in the verification inbox: every form at a glance, warnings first."""

from collections import Counter
from datetime import datetime

from sqlalchemy import select

from pipeline.domain.calendar import short_time
from pipeline.domain.document import State
from pipeline.domain.finding import warnings
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.verification import SummaryRow, summary_context
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Publication
from pipeline.office import Office
from pipeline.sop.case import Case, case_of
from pipeline.sop.publish import publish
from pipeline.sop.values import findings_of

SUMMARISE, SUMMARY = "summarise", "summary"
FILE_NAME = "_RINGKASAN.pdf"
STATUS = {
    State.ISSUED: "belum masuk",
    State.WAITING: "menunggu verifikasi",
    State.DECIDED: "diputuskan",
    State.APPROVED: "disetujui",
    State.VERIFIED: "diverifikasi",
}


def ask_for_summary(tx: Transaction, collection_id: str) -> None:
    """Have the summary made anew; of many requests at once only the last is carried out."""
    collection = tx.session.get_one(Collection, collection_id)
    collection.summary_seq += 1
    key = f"{collection_id}:{collection.summary_seq}"
    tx.enqueue(SUMMARISE, key, once=key)


def summarise(office: Office, key: str) -> None:
    """Print the summary, unless a later request is on its way."""
    collection_id, _, seq = key.partition(":")
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        if case.collection.summary_seq != int(seq):
            return
        open_stage = case.collection.stage == Verb.FILL
        forms = case.forms(session) if open_stage else []
        rows = [_row(case, f, case.official(session, f.post).name) for f in forms]
    if open_stage:
        context = summary_context(
            office.settings.office, case.period, rows, _counts(forms), office.now()
        )
        sha256 = office.store.put(office.pdf_from(case.procedure, "ringkasan", context))
    with office.ledger.write() as tx:
        collection = tx.session.get_one(Collection, collection_id)
        if collection.summary_seq != int(seq):
            return
        earlier = select(Publication).where(
            Publication.collection_id == collection_id,
            Publication.role == SUMMARY,
            Publication.state.in_(("wanted", "placed")),
        )
        for row in tx.session.scalars(earlier):
            row.state = "unwanted"
        if open_stage and collection.stage == Verb.FILL:
            folder = case.folder(Verb.VERIFY)
            publish(tx, folder, FILE_NAME, sha256, role=SUMMARY, collection=collection)


def _row(case: Case, form: Document, name: str) -> SummaryRow:
    received = form.data.get("received")
    zone = case.office.settings.office.zone
    return SummaryRow(
        post=form.post,
        name=name,
        status="dikembalikan" if _is_returned(form) else STATUS[State(form.state)],
        warnings=len(warnings(findings_of(form))) if form.state != State.ISSUED else 0,
        code=form.code,
        received=short_time(datetime.fromisoformat(received).astimezone(zone)) if received else "–",
    )


def _is_returned(form: Document) -> bool:
    return form.state == State.ISSUED and form.returns > 0


def _counts(forms: list[Document]) -> dict[str, int]:
    states = Counter(State(f.state) for f in forms)
    done = states[State.APPROVED] + states[State.VERIFIED]
    returned = sum(map(_is_returned, forms))
    return {
        "jumlah": len(forms),
        "masuk": states[State.WAITING] + done,
        "diverifikasi": done,
        "dikembalikan": returned,
        "belum": states[State.ISSUED] - returned,
    }
