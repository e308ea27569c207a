"""A proposal to change the master data on its way: before the Kasubag, on file, or back to Staf.

1. Lay the list of changes before the Kasubag, with a receipt for Staf (`lay_proposal`).
2. Approved, the version holds; returned, it goes back to Staf (`decide`).

Where another version came on file meanwhile, no part of the proposal is applied, and both are told.
"""

from pipeline.domain.calendar import short_time
from pipeline.domain.document import State
from pipeline.domain.procedure import Procedure, Verb
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Decision, Document
from pipeline.office import Office
from pipeline.sop.case import GIVEN_BACK, blob_of
from pipeline.sop.decisions import Verdict, carry_out
from pipeline.sop.master.change_list import LIST_NAME, print_changes
from pipeline.sop.master.slips import Notice, print_notice
from pipeline.sop.master.versions import (
    OvertakenError,
    master_on_file,
    put_on_file,
    read_version,
    version_on_file,
)
from pipeline.sop.publish import COMPANION, MAIN, NOTICE, clear_receipts, publish, withdraw
from pipeline.sop.renewal import lay_master
from pipeline.sop.values import findings_of

OVERTAKEN = "TIDAK DIJALANKAN"


def lay_proposal(office: Office, proposal_id: str) -> None:
    """(1) Lay the list of changes before the Kasubag, and a receipt with Staf."""
    with office.ledger.read() as session:
        seen = session.get_one(Document, proposal_id)
        known, base = master_on_file(session, office), version_on_file(session, office.id)
    procedure = procedure_of(office, seen)
    if seen.state != State.RECEIVED:  # done by an earlier run, up to the last line perhaps
        lay_master(office, procedure, beside=seen.data["base"] != base)
        return
    if seen.data["base"] != base:
        _hand_back_overtaken(office, seen)
        return
    listed = print_changes(
        office,
        procedure,
        (known, base),
        read_version(office, seen.data["master"]),
        code=seen.code,
        proposer=", ".join(seen.data["by"]),
        warnings=findings_of(seen),
    )
    receipt = print_notice(office, procedure, seen, Notice.RECEIVED)
    with office.ledger.write() as tx:
        proposal = tx.session.get_one(Document, proposal_id)
        if proposal.state != State.RECEIVED or proposal.revision != seen.revision:
            return
        proposal.state, proposal.pdf = State.WAITING, listed
        before = _folder(procedure, Verb.CORRECT)
        clear_receipts(tx, before, proposal)
        publish(tx, before, proposal.name, blob_of(proposal), role=MAIN, document=proposal)
        name = f"{LIST_NAME} {base + 1}.pdf"
        publish(tx, before, name, listed, role=COMPANION, document=proposal)
        _tell(tx, procedure, proposal, f"DITERIMA {short_time(tx.now())}", receipt)
        tx.record(
            "data-induk.laid-before",
            chain=None,
            actor="kinerja",
            via="layanan",
            document_id=proposal.id,
            revision=proposal.revision,
            sha256=listed,
        )
    lay_master(office, procedure)


def decide(office: Office, decision: Decision, document: Document) -> None:
    """(2) Carry the Kasubag's decision out."""
    if decision.verdict == Verdict.RETURN:
        _return(office, decision, document)
        return
    try:
        _approve(office, decision, document)
    except OvertakenError:
        _hand_back_overtaken(office, document, decision)


def procedure_of(office: Office, proposal: Document) -> Procedure:
    """The procedure in whose folders a proposal was sent, and lies."""
    return office.procedures[proposal.data["procedure"]]


def _approve(office: Office, decision: Decision, document: Document) -> None:
    procedure = procedure_of(office, document)
    slip = print_notice(office, procedure, document, Notice.APPROVED, decision)
    with office.ledger.write() as tx:
        proposal = carry_out(tx, decision)
        if proposal is not None:
            base, master = proposal.data["base"], proposal.data["master"]
            by = {"actor": decision.actor, "via": decision.via}
            put_on_file(tx, master, base=base, document=proposal, **by)
            proposal.state = State.APPROVED
            withdraw(tx.session, [proposal])
            _tell(tx, procedure, proposal, "DISETUJUI", slip)
    if proposal is None and document.state == State.RETURNED:  # an earlier run ended before this
        lay_master(office, procedure, beside=True)


def _return(office: Office, decision: Decision, document: Document) -> None:
    procedure, count = procedure_of(office, document), document.returns + 1
    slip = print_notice(office, procedure, document, Notice.RETURNED, decision)
    with office.ledger.write() as tx:
        proposal = carry_out(tx, decision)
        if proposal is not None:
            proposal.state, proposal.returns = State.RETURNED, count
            withdraw(tx.session, [proposal])
            _give_back(tx, procedure, proposal, f"{GIVEN_BACK} {count}", slip)
    lay_master(office, procedure)


def _hand_back_overtaken(
    office: Office, document: Document, decision: Decision | None = None
) -> None:
    """A proposal made from a version that holds no more goes back, applied in no part."""
    procedure = procedure_of(office, document)
    slip = print_notice(office, procedure, document, Notice.OVERTAKEN, decision)
    with office.ledger.write() as tx:
        proposal = tx.session.get_one(Document, document.id)
        if decision is not None:
            if carry_out(tx, decision) is None:
                return
        elif proposal.state != State.RECEIVED or proposal.revision != document.revision:
            return
        proposal.state, proposal.updated_at = State.RETURNED, tx.now()
        withdraw(tx.session, [proposal])
        _give_back(tx, procedure, proposal, OVERTAKEN, slip)
        if decision is not None:
            _tell(tx, procedure, proposal, OVERTAKEN, slip, verb=Verb.CORRECT)
        tx.record(
            "data-induk.overtaken",
            chain=None,
            actor="kinerja",
            via="layanan",
            document_id=proposal.id,
            revision=proposal.revision,
            base=proposal.data["base"],
        )
    lay_master(office, procedure, beside=True)


def _give_back(
    tx: Transaction, procedure: Procedure, proposal: Document, prefix: str, slip: str
) -> None:
    folder = _folder(procedure, Verb.DRAFT)
    name = f"{prefix} - {proposal.name}"
    publish(tx, folder, name, blob_of(proposal), role=NOTICE, document=proposal)
    _tell(tx, procedure, proposal, prefix, slip)


def _folder(procedure: Procedure, verb: Verb) -> str:
    return f"{procedure.key}/{procedure.step(verb).folder}"


def _tell(
    tx: Transaction,
    procedure: Procedure,
    proposal: Document,
    what: str,
    slip: str,
    *,
    verb: Verb = Verb.DRAFT,
) -> None:
    """A slip about the proposal into the folder of Staf, or of another step."""
    name = f"{what} - {proposal.name.removesuffix('.xlsx')}.pdf"
    publish(tx, _folder(procedure, verb), name, slip, role=NOTICE, document=proposal)
