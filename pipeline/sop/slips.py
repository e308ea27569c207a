"""Answers to the person who moved a file: what happened, to which document, what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.domain.authority import Act
from pipeline.domain.finding import Finding
from pipeline.domain.period import Period
from pipeline.domain.procedure import Procedure
from pipeline.forms.contexts.notices import Slip, slip_context
from pipeline.intake.places import REFUSED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Arrival, Collection, Decision, Document
from pipeline.office import Office
from pipeline.settings import client_path
from pipeline.sop.authority import record_refusal
from pipeline.sop.case import GIVEN_BACK, Case, Delivery
from pipeline.sop.pieces import EVIDENCE, judge_anew
from pipeline.sop.publish import ANSWER, NOTICE, SLIP, clear_answer, lay_again, moved_away, publish

OUTCOME_REFUSED, OUTCOME_RETURNED = "ditolak", "dikembalikan"
OUTCOME_SUPERSEDED = "digantikan"
OUTCOME_MERGED = "digabung"
OUTCOME_REPEATED = "sudah-diterima"
ANSWERED = frozenset(
    {
        OUTCOME_REFUSED,
        OUTCOME_RETURNED,
        OUTCOME_SUPERSEDED,
        OUTCOME_MERGED,
        OUTCOME_REPEATED,
    }
)
"""With a slip, or with the receipt of what came later."""
SET_ASIDE = "DITOLAK"
ACKNOWLEDGE = "acknowledge"
LAST_ARRIVAL = "arrived"


@dataclass(frozen=True)
class Answer:
    """A slip not yet printed: what to say about a delivery.

    ``refused`` is what the file's owner may not do.
    """

    title: str
    summary: str
    steps: Sequence[str]
    findings: Sequence[Finding] = ()
    reasons: Sequence[str] = ()
    refused: Act | None = None


def print_slip(office: Office, procedure: Procedure, period: Period | None, slip: Slip) -> str:
    """The slip as PDF in the store; its SHA-256."""
    context = slip_context(office.settings.office, period, slip, office.now())
    return office.store.put(office.pdf_from(procedure, "slip", context))


def print_return(
    case: Case,
    decision: Decision,
    document: Document,
    *,
    recipient: str,
    steps: Sequence[str],
    title: str = "DIKEMBALIKAN UNTUK DIPERBAIKI",
    summary: str = "",
    findings: Sequence[Finding] = (),
) -> str:
    """The slip of a returned document, with the reason that was given; its SHA-256."""
    slip = Slip(
        title=title,
        summary=summary or f"{document.name} dikembalikan oleh {decision.actor}.",
        document=document.name,
        recipient=recipient,
        sender=decision.actor,
        code=document.code,
        reasons=decision.note.splitlines(),
        findings=findings,
        steps=steps,
    )
    return print_slip(case.office, case.procedure, case.period, slip)


def client_folder(office: Office, folder: str) -> str:
    """A folder of the inbox as people's own Explorer shows it."""
    return client_path(office.settings.folders.client_prefix, *folder.split("/"))


def close_arrival(
    tx: Transaction, delivery: Delivery, outcome: str, document: Document | None = None
) -> bool:
    """Write down what became of an arrival; ``False`` where that stands there already.

    What was accepted has its receipt printed afterwards (`pipeline.sop.receipts.receipts`). A form
    that counted on it as evidence is judged anew where it is none.
    """
    arrival = tx.session.get_one(Arrival, delivery.arrival.id)
    if arrival.outcome is not None:
        return False
    arrival.outcome = outcome
    if document is not None:
        became(tx, delivery, document)
    judge_anew(tx, delivery, document if outcome == EVIDENCE else None)
    if outcome not in ANSWERED:
        tx.enqueue(ACKNOWLEDGE, arrival.id, once=f"{arrival.id}:{outcome}")
    return True


def became(tx: Transaction, delivery: Delivery, document: Document) -> None:
    """Note which document an arrival is about, or was made into."""
    arrival = tx.session.get_one(Arrival, delivery.arrival.id)
    arrival.document_id, arrival.collection_id = document.id, document.collection_id


def supersedes(tx: Transaction, delivery: Delivery, document: Document) -> bool:
    """Whether this arrival is newer than what the document was last taken from.

    Chains run side by side: an older file that is judged later changes nothing any more.
    """
    last = document.data.get(LAST_ARRIVAL, "")
    if delivery.arrival.arrived_at.isoformat() >= last:
        return True
    close_arrival(tx, delivery, OUTCOME_SUPERSEDED, document)
    return False


def remember(document: Document, delivery: Delivery) -> None:
    """Note from which arrival a document was taken."""
    document.data = {**document.data, LAST_ARRIVAL: delivery.arrival.arrived_at.isoformat()}


def give_back(
    delivery: Delivery,
    answer: Answer,
    *,
    period: Period | None = None,
    document: Document | None = None,
    collection: Collection | None = None,
) -> None:
    """Put the file back into its sender's folder, with a slip beside it."""
    _answer(
        delivery,
        answer,
        period,
        file_folder=delivery.stage_folder,
        prefix=GIVEN_BACK,
        outcome=OUTCOME_RETURNED,
        document=document,
        collection=collection,
    )


def refuse(
    delivery: Delivery,
    answer: Answer,
    *,
    period: Period | None = None,
    document: Document | None = None,
) -> None:
    """Set a file aside that belongs nowhere; the slip lies with it and with its sender."""
    _answer(
        delivery,
        answer,
        period,
        file_folder=f"{delivery.procedure.key}/{REFUSED}",
        prefix=SET_ASIDE,
        outcome=OUTCOME_REFUSED,
        document=document,
        collection=None,
    )


def _answer(
    delivery: Delivery,
    answer: Answer,
    period: Period | None,
    *,
    file_folder: str,
    prefix: str,
    outcome: str,
    document: Document | None,
    collection: Collection | None,
) -> None:
    office = delivery.office
    slip = Slip(
        title=answer.title,
        summary=answer.summary,
        document=delivery.name,
        recipient=delivery.actor,
        sender="kinerja",
        steps=answer.steps,
        code=document.code if document else "",
        reasons=answer.reasons,
        findings=answer.findings,
    )
    sha256 = print_slip(office, delivery.procedure, period, slip)
    back = delivery.back_name
    name = back.replace(GIVEN_BACK, prefix, 1)
    stem = PurePosixPath(back).stem.removeprefix(f"{GIVEN_BACK} - ")
    waiting = moved_away(office, delivery.stage_folder, delivery.name, delivery.arrival.sha256)
    with office.ledger.write() as tx:
        if not close_arrival(tx, delivery, outcome, document):
            return
        lay_again(tx.session, waiting)  # what is refused has not moved: it waits where it lay
        clear_answer(tx, delivery.stage_folder, back)
        own = {"document": document, "collection": collection}
        kept = own if outcome == OUTCOME_RETURNED else {}  # what is set aside is nobody's
        role = NOTICE if outcome == OUTCOME_RETURNED else ANSWER
        publish(tx, file_folder, name, delivery.arrival.sha256, role=role, **kept)  # type: ignore[arg-type]
        slip_name = f"{SLIP} - {stem}.pdf"
        publish(tx, delivery.stage_folder, slip_name, sha256, role=role, **own)  # type: ignore[arg-type]
        if file_folder != delivery.stage_folder:
            publish(tx, file_folder, slip_name, sha256, role=role)
        tx.record(
            f"arrival.{outcome}",
            chain=document.collection_id if document else None,
            actor=delivery.actor,
            via=delivery.via,
            document_id=document.id if document else None,
            arrival=delivery.arrival.id,
            sha256=delivery.arrival.sha256,
            findings=len(answer.findings),
        )
        if answer.refused is not None:
            account = delivery.arrival.owner
            record_refusal(tx, account, answer.refused, via=delivery.via, document=document)
