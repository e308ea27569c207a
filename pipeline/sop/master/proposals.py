"""Changes of the master data: Staf sends the workbook, the Kasubag decides, the next version holds.

1. Read the workbook and check it whole; every fault goes back on one slip (`judge`).
2. Enter what it changes as a proposal; a newer one replaces one that still waits (`propose`).
3. What follows is in `pipeline.sop.master.course`.

A proposal lies where the draft of a collection lies, but belongs to none: its events are the
office's own.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import select

from pipeline.domain.collection import FILED
from pipeline.domain.document import Kind, State, code_from
from pipeline.domain.finding import Finding, errors, warnings
from pipeline.domain.master import MasterData
from pipeline.domain.master_changes import changes
from pipeline.domain.master_past import rewrites_past
from pipeline.domain.period import Period
from pipeline.domain.procedure import Procedure
from pipeline.forms.apart import read_master
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Arrival, Collection, Document, Publication
from pipeline.office import Office
from pipeline.sop.case import Delivery
from pipeline.sop.master.slips import faulty, print_unchanged, stale
from pipeline.sop.master.versions import (
    MASTER_NAME,
    keep,
    master_on_file,
    version_on_file,
)
from pipeline.sop.publish import NOTICE, SLIP, clear_about, publish, withdraw
from pipeline.sop.renewal import READY, lay_master, open_proposal
from pipeline.sop.slips import close_arrival, give_back, remember, supersedes
from pipeline.sop.values import findings_to_json

LAY_PROPOSAL = "lay-proposal"
RECEIVED, UNCHANGED = "diterima", "tanpa perubahan"
PROPOSAL_NAME = f"Usul {MASTER_NAME}"


@dataclass(frozen=True)
class Judged:
    """A workbook judged against the version on file, whose number is ``base``.

    ``master`` is ``None`` where a finding is an error; ``stale`` says that the workbook was laid
    out from another version; ``changed`` counts what it changes.
    """

    master: MasterData | None
    base: int
    stale: bool
    changed: int
    findings: Sequence[Finding]


def judge(office: Office, data: bytes) -> Judged:
    """(1) What a workbook proposes, and everything that is wrong with it."""
    reading = office.reader.read(read_master, data)
    with office.ledger.read() as session:
        known, base = master_on_file(session, office), version_on_file(session, office.id)
        filed = session.scalars(
            select(Collection.period).where(
                Collection.office_id == office.id, Collection.stage == FILED
            )
        )
        periods = {p for text in filed if (p := Period.parse(text)) is not None}
    if reading.master == known:
        return Judged(known, base, False, 0, reading.findings)
    says = reading.master is not None or reading.version is not None
    stale = base > 0 and reading.version != base and says
    if reading.master is None or stale:
        return Judged(None, base, stale, 0, reading.findings)
    past = rewrites_past(known, reading.master, periods, reading.place)
    findings = [*reading.findings, *past]
    master = None if errors(findings) else reading.master
    return Judged(master, base, stale, len(changes(known, reading.master)), findings)


def receive(delivery: Delivery) -> None:
    """Take the workbook that Staf has sent."""
    office, procedure = delivery.office, delivery.procedure
    judged = judge(office, delivery.data)
    if judged.master is None:
        answer = stale(delivery, judged.base) if judged.stale else faulty(delivery, judged.findings)
        lay_master(office, procedure, beside=judged.stale)
        give_back(delivery, answer)  # last: what has its answer is not looked at again
        return
    if not judged.changed:
        lay_master(office, procedure)
        _tell_unchanged(delivery)
        return
    sha256 = keep(office, judged.master)
    with office.ledger.write() as tx:
        current = version_on_file(tx.session, office.id) == judged.base
        if current:
            _take(tx, delivery, judged, sha256)
    if not current:  # approved while this one was read
        receive(delivery)


def propose(
    tx: Transaction,
    procedure: Procedure,
    judged: Judged,
    master: str,
    *,
    proposal: Document | None,
    blob: str,
    actor: str,
    via: str,
) -> Document:
    """(2) Enter a proposal, anew or in place of ``proposal``, and have it laid before the Kasubag.

    ``master`` is where the proposed data are kept, ``blob`` the workbook that they came in.
    """
    name = f"{PROPOSAL_NAME} {judged.base + 1}.xlsx"
    if proposal is None:
        proposal = Document(
            id=uuid4().hex,
            office_id=tx.office_id,
            collection_id=None,
            code=code_from(os.urandom(8)),
            kind=Kind.MASTER.value,
            name=name,
            state=State.RECEIVED.value,
            updated_at=tx.now(),
        )
        tx.session.add(proposal)
        tx.session.flush()
    else:
        proposal.revision += 1
        withdraw(tx.session, [proposal])
    proposal.name, proposal.state, proposal.updated_at = name, State.RECEIVED, tx.now()
    proposal.blob = proposal.original = blob
    proposal.data = {
        **proposal.data,
        "procedure": procedure.key,
        "master": master,
        "base": judged.base,
        "by": [actor, via],
        "findings": findings_to_json(warnings(judged.findings)),
    }
    tx.record(
        "data-induk.received",
        chain=None,
        actor=actor,
        via=via,
        document_id=proposal.id,
        revision=proposal.revision,
        base=judged.base,
        changes=judged.changed,
        warnings=len(warnings(judged.findings)),
        sha256=blob,
    )
    tx.enqueue(LAY_PROPOSAL, proposal.id, once=f"{proposal.id}:{proposal.revision}")
    return proposal


def _take(tx: Transaction, delivery: Delivery, judged: Judged, master: str) -> None:
    """Enter what was sent, unless a newer one came first; Staf's own copy of it is taken away."""
    office, procedure = delivery.office, delivery.procedure
    proposal = open_proposal(tx.session, office, procedure)
    if proposal is not None and not supersedes(tx, delivery, proposal):
        return
    if not close_arrival(tx, delivery, RECEIVED):
        return
    by = {"actor": delivery.actor, "via": delivery.via}
    sent = delivery.arrival.sha256
    proposal = propose(tx, procedure, judged, master, proposal=proposal, blob=sent, **by)
    remember(proposal, delivery)
    tx.session.get_one(Arrival, delivery.arrival.id).document_id = proposal.id
    clear_about(tx, delivery.stage_folder, MASTER_NAME)
    for row in tx.session.scalars(
        select(Publication).where(
            Publication.office_id == tx.office_id,
            Publication.role == READY,
            Publication.path.startswith(f"{delivery.stage_folder}/", autoescape=True),
            Publication.state.in_((WANTED, PLACED)),
        )
    ):
        row.document_id, row.state = proposal.id, UNWANTED


def _tell_unchanged(delivery: Delivery) -> None:
    """A slip and no file: there is nothing to mend, and the workbook lies ready again."""
    slip, folder = print_unchanged(delivery), delivery.stage_folder
    with delivery.office.ledger.write() as tx:
        if close_arrival(tx, delivery, UNCHANGED):
            clear_about(tx, folder, MASTER_NAME)
            publish(tx, folder, f"{SLIP} - {MASTER_NAME}.pdf", slip, role=NOTICE)
            tx.record(
                "data-induk.unchanged",
                chain=None,
                actor=delivery.actor,
                via=delivery.via,
                arrival=delivery.arrival.id,
                sha256=delivery.arrival.sha256,
            )
