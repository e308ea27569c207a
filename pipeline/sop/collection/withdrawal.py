"""A collection that is withdrawn before it is signed.

1. What is signed is an official document: it is corrected, not withdrawn.
2. Papers, number and open decisions end with the collection, in one transaction
   (`withdraw_case`); work that is still queued finds nothing to do.
3. Everybody with whom something lay gets one slip (`tell_withdrawn`).
4. The same period may begin anew: its starters lie ready again.
"""

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from pipeline.archive.numbering import REASON_LIMIT, cancel_number
from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.domain.document import Kind, State
from pipeline.domain.official import mask_personal
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError, UsageError
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Decision, Document, Event, Publication
from pipeline.office import Office
from pipeline.sop.case import Case, case_of, move_to
from pipeline.sop.collection.withdrawn import WITHDRAWN_EVENT
from pipeline.sop.official_form import official_folder
from pipeline.sop.prepare import LAY_STARTERS
from pipeline.sop.telling import Notice, last_event, tell

TELL_WITHDRAWN = "tell-withdrawn"


def withdraw_case(
    office: Office, collection_id: str, note: str, *, actor: str, via: str
) -> str | None:
    """Withdraw a collection for a reason; the number that is cancelled with it.

    Raises:
        UsageError: there is no reason.
        ConflictError: it is signed, filed, or withdrawn already.
    """
    if not note.strip():
        raise UsageError("A collection is withdrawn for a reason; give it with --note.")
    reason = mask_personal(note.strip()[:REASON_LIMIT])
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        printout = case.document(tx.session, Kind.PRINTOUT)
        # (1)
        _require_withdrawable(case, printout)
        # (2)
        number = cancel_number(tx, printout.id, reason) if printout else None
        _end_papers(tx, case)
        move_to(tx.session, case, WITHDRAWN, tx.now())
        tx.record(
            WITHDRAWN_EVENT,
            chain=collection_id,
            actor=actor,
            via=via,
            note=reason,
            number=number,
        )
        # (3)
        tx.enqueue(TELL_WITHDRAWN, collection_id, once=collection_id)
        # (4)
        starters = f"{case.procedure.key}:{case.period}"
        tx.enqueue(LAY_STARTERS, starters, once=f"{collection_id}:{WITHDRAWN}")
        return number


def tell_withdrawn(office: Office, collection_id: str) -> None:
    """(3) One slip to Staf, and to each official who had a form."""
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        why = last_event(session, collection_id, WITHDRAWN_EVENT)
        forms = [f for f in case.own_forms(session) if f.blob is not None]
    amends = case.collection.amends is not None
    for_staff = _CORRECTION_FOR_STAFF if amends else _FOR_STAFF
    for_official = _CORRECTION_FOR_OFFICIAL if amends else _FOR_OFFICIAL
    name = f"{_title(case)} {case.period.short}.pdf"
    staff = _slip(case, why, case.actor_of(Verb.DRAFT), for_staff)
    notices = [Notice(case.folder(Verb.DRAFT), name, staff, collection=case.collection)]
    for form in forms:
        slip = _slip(case, why, form.post, for_official, form)
        notices.append(Notice(official_folder(case, form.post), name, slip, document=form))
    for notice in notices:
        tell(case, notice, _always)


def _always(_session: Session) -> bool:
    return True


def _require_withdrawable(case: Case, printout: Document | None) -> None:
    period, stage = case.period.short, case.collection.stage
    if stage == WITHDRAWN:
        raise ConflictError(f"{period}: this collection is withdrawn already.")
    if stage == FILED:
        raise ConflictError(
            f"{period}: this collection is signed and filed; it stays as it is. Correct it with"
            " `kinerja amend`."
        )
    if printout is not None and printout.state == State.SIGNED:
        raise ConflictError(
            f"{period}: {printout.name} ({printout.code}) is signed, hence an official document."
            f" Return it first with `kinerja return {printout.code} --note TEXT`; once it is filed,"
            " correct it with `kinerja amend`."
        )


def _end_papers(tx: Transaction, case: Case) -> None:
    """Nothing of the collection waits for anybody any more, nor lies anywhere."""
    collection_id = case.collection.id
    documents = tx.session.scalars(select(Document).where(Document.collection_id == collection_id))
    papers = {document.id: document for document in documents}
    for document in papers.values():
        document.state, document.updated_at = State.WITHDRAWN, tx.now()
    open_decisions = select(Decision).where(
        Decision.document_id.in_(papers), Decision.done.is_(False)
    )
    for decision in tx.session.scalars(open_decisions):
        decision.done = True  # nobody carries it out any more
    lying = select(Publication).where(
        or_(Publication.document_id.in_(papers), Publication.collection_id == collection_id),
        Publication.state.in_((WANTED, PLACED)),
    )
    for row in tx.session.scalars(lying):
        row.state = UNWANTED


_FOR_STAFF = (
    "Tidak ada lagi yang perlu dikerjakan untuk pengumpulan itu.",
    "Bila periode itu dikumpulkan lagi, mulai dari draf dan Daftar Pernyataan yang tersedia di"
    " folder ini.",
)
_CORRECTION_FOR_STAFF = (
    "Tidak ada lagi yang perlu dikerjakan untuk pembukaan itu.",
    "Bila dibuka lagi, formulirnya terbit langsung untuk pejabat yang bersangkutan.",
)
_CORRECTION_FOR_OFFICIAL = (
    "Formulir pembukaan itu tidak perlu diisi atau dikirim lagi.",
    "Bila dibuka lagi, formulir baru akan ada di folder ini.",
)
_FOR_OFFICIAL = (
    "Formulir pengumpulan itu tidak perlu diisi atau dikirim lagi.",
    "Bila periode itu dikumpulkan lagi, formulir baru akan ada di folder ini.",
)


def _title(case: Case) -> str:
    return f"{(case.collection.amendment or 'pengumpulan').upper()} DITARIK"


def _slip(
    case: Case, why: Event, recipient: str, steps: tuple[str, ...], form: Document | None = None
) -> Slip:
    kind = case.collection.amendment
    what = f"Pembukaan {kind} {case.period.title}" if kind else f"Pengumpulan {case.period.title}"
    kept = "; print out yang sudah diarsipkan tetap berlaku" if kind else ""
    return Slip(
        title=_title(case),
        summary=f"{what} ditarik oleh {why.actor}{kept}.",
        document=form.name if form else case.period.title,
        recipient=recipient,
        sender=why.actor,
        code=form.code if form else "",
        reasons=why.payload["note"].splitlines(),
        steps=steps,
    )
