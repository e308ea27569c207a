"""A document's way, on one page: taken → its step → the ledger → the next inbox.

``VERBS`` says which file does which step of the SOP; ``CHAINS`` names all durable work. A chain is
handed an id, does its work so that doing it again changes nothing, and ends where a person is
awaited; then the folders are laid out as the ledger wants them.
"""

from collections.abc import Callable

import structlog

from pipeline.domain.document import Kind
from pipeline.domain.procedure import Verb
from pipeline.errors import ConflictError, KinerjaError, NotFoundError, ReadError
from pipeline.forms.render import RenderError
from pipeline.intake.claim import TAKE, TAKE_CUT
from pipeline.intake.untaken import TELL_UNTAKEN
from pipeline.ledger.tables import Arrival, Decision, Document
from pipeline.office import Office
from pipeline.sop.by_folder import refuse_owner
from pipeline.sop.case import Delivery, deliver
from pipeline.sop.collection.closing import TELL_CLOSED, tell_closed
from pipeline.sop.collection.extension import TELL_EXTENDED, tell_extended
from pipeline.sop.collection.summary import SUMMARISE, summarise
from pipeline.sop.collection.withdrawal import TELL_WITHDRAWN, tell_withdrawn
from pipeline.sop.collection.withdrawn import refuse_withdrawn
from pipeline.sop.decisions import ACKNOWLEDGE_DECISION, DECIDE
from pipeline.sop.dossier.late import FILE_LATE, file_late
from pipeline.sop.dossier.renewed import FILE_RENEWED, file_renewed
from pipeline.sop.entry.editions import OPEN_ENTRY
from pipeline.sop.filing import file_collection
from pipeline.sop.handover import HAND_OVER, hand_over
from pipeline.sop.lying.cut import refuse_cut
from pipeline.sop.lying.unsent import TELL_UNSENT, tell_unsent
from pipeline.sop.lying.untaken import tell_untaken
from pipeline.sop.master import course
from pipeline.sop.master.proposals import LAY_PROPOSAL
from pipeline.sop.master.versions import RENEW
from pipeline.sop.pieces import RENEW_PAPERS
from pipeline.sop.prepare import LAY_STARTERS, PREPARE, lay_starters, prepare
from pipeline.sop.printout.number import ask_number
from pipeline.sop.printout.on_paper import SETTLE_PAPER, settle_paper
from pipeline.sop.printout.printout import ASK_NUMBER, COMPILE, compile_printout
from pipeline.sop.printout.sealed import FILE
from pipeline.sop.receipts.receipts import acknowledge, acknowledge_decision
from pipeline.sop.renewal import renew
from pipeline.sop.renewed_papers import renew_papers
from pipeline.sop.slips import ACKNOWLEDGE, Answer, refuse
from pipeline.sop.steps import correct, distribute, draft, enter, fill, initial, sign, verify

log = structlog.get_logger()
Receive = Callable[[Delivery], None]
Decide = Callable[[Office, Decision, Document], None]

VERBS: dict[Verb, Receive] = {
    Verb.DRAFT: draft.receive,  # SOP 1
    Verb.CORRECT: correct.receive,  # SOP 2
    Verb.DISTRIBUTE: distribute.receive,  # SOP 3
    Verb.FILL: fill.receive,  # SOP 4
    Verb.VERIFY: verify.receive,  # SOP 5
    Verb.ENTER: enter.receive,  # SOP 6
    Verb.INITIAL: initial.receive,  # SOP 7
    Verb.SIGN: sign.receive,  # SOP 8
}

DECISIONS: dict[Kind, Decide] = {
    Kind.DRAFT: correct.decide,
    Kind.FORM: verify.decide,
    Kind.PRINTOUT: initial.decide,
    Kind.MASTER: course.decide,
}


def take(office: Office, arrival_id: str) -> None:
    """Hand a file that was taken to the step whose command folder it lay in."""
    with office.ledger.read() as session:
        arrival = session.get_one(Arrival, arrival_id)
    if arrival.outcome is not None:
        return
    delivery = deliver(office, arrival)
    log.info(
        "step",
        sop=delivery.place.step.number,
        verb=delivery.place.step.verb.value,
        arrival=arrival_id,
    )
    try:
        if not (refuse_owner(delivery) or refuse_withdrawn(delivery)):
            VERBS[delivery.place.step.verb](delivery)
    except (ReadError, RenderError, ConflictError) as unusable:
        refuse(delivery, _unusable(delivery, unusable))


def decide(office: Office, decision_id: str) -> None:
    """Carry a committed decision out; each looks itself what an earlier run has done of it."""
    with office.ledger.read() as session:
        decision = session.get_one(Decision, decision_id)
        document = session.get_one(Document, decision.document_id)
    DECISIONS[Kind(document.kind)](office, decision, document)


def nothing(_office: Office, _key: str) -> None:
    """No work but the laying out that follows every chain."""


CHAINS: dict[str, Callable[[Office, str], None]] = {
    PREPARE: prepare,
    LAY_STARTERS: lay_starters,
    TAKE: take,
    TAKE_CUT: refuse_cut,
    TELL_UNTAKEN: tell_untaken,
    TELL_UNSENT: tell_unsent,
    DECIDE: decide,
    ACKNOWLEDGE: acknowledge,
    ACKNOWLEDGE_DECISION: acknowledge_decision,
    draft.LAY_BEFORE: draft.lay_before,
    LAY_PROPOSAL: course.lay_proposal,
    RENEW: renew,
    HAND_OVER: hand_over,
    distribute.ISSUE: distribute.issue,
    RENEW_PAPERS: renew_papers,
    SUMMARISE: summarise,
    verify.STAMP: verify.stamp,
    OPEN_ENTRY: enter.open_entry,
    COMPILE: compile_printout,
    ASK_NUMBER: ask_number,
    SETTLE_PAPER: settle_paper,
    FILE: file_collection,
    FILE_LATE: file_late,
    FILE_RENEWED: file_renewed,
    TELL_EXTENDED: tell_extended,
    TELL_CLOSED: tell_closed,
    TELL_WITHDRAWN: tell_withdrawn,
    "lay-out": nothing,
}


def run(office: Office, chain: str, key: str, *, lays_out: bool = True) -> None:
    """Do the work of a chain, then lay the folders out; only one process of an office does that.

    Raises:
        NotFoundError: no such chain.
    """
    work = CHAINS.get(chain)
    if work is None:
        raise NotFoundError(f"{chain}: no chain goes by that name in this version.")
    work(office, key)
    if lays_out:
        office.outbox.lay_out()


def _unusable(delivery: Delivery, error: KinerjaError) -> Answer:
    return Answer(
        title="TIDAK DAPAT DIPAKAI",
        summary=f"{delivery.name} tidak dapat dipakai.",
        reasons=str(error).splitlines(),
        steps=["Betulkan berkasnya menurut alasan di atas, lalu kirim lagi."],
    )
