"""The parts of an audit that are about files: the store, what was taken, what was laid out."""

import os
from collections import defaultdict
from collections.abc import Iterator

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from pipeline.errors import NotFoundError
from pipeline.files import sha256_of
from pipeline.intake.claim import TAKE, TAKE_CUT
from pipeline.intake.outbox import PLACED
from pipeline.ledger.tables import (
    Arrival,
    Decision,
    Document,
    MasterVersion,
    Proof,
    Publication,
    Record,
    RosterFile,
)
from pipeline.sop.prepare import inbox_is_there
from pipeline.tasks.audit.report import RESTORE, AuditFinding, AuditKind, Round


def check_store(round_: Round) -> Iterator[AuditFinding]:
    """Every file that the ledger names is in the store, and is what its name says."""
    office = round_.office
    with office.ledger.read() as session:
        named = named_files(session, office.id)
    round_.counts["files"] = len(named)
    for done, (digest, places) in enumerate(sorted(named.items())):
        round_.progress("store", done, len(named))
        more = f" and {len(places) - 1} more" if len(places) > 1 else ""
        place = f"{places[0]}{more} (SHA-256 {digest})"
        try:
            if sha256_of(office.store.path(digest)) != digest:
                message = "The file in the store has changed."
                yield AuditFinding(AuditKind.STORE, place, message, RESTORE)
        except NotFoundError:
            yield AuditFinding(AuditKind.STORE, place, "The file is gone from the store.", RESTORE)
        except OSError as error:
            message = f"The file in the store cannot be read ({error.strerror})."
            yield AuditFinding(AuditKind.STORE, place, message, f"Check the disk. {RESTORE}")


def named_files(session: Session, office_id: str) -> dict[str, list[str]]:
    """SHA-256 → what the ledger says it is, each named once."""
    rows: list[tuple[str | None, str]] = []
    for document in session.scalars(select(Document).where(Document.office_id == office_id)):
        label = f"{document.code} {document.name}"
        rows += [(digest, label) for digest in (document.blob, document.original, document.pdf)]
        rows += [(e["sha256"], f"{label}: {e['name']}") for e in document.data.get("evidence", [])]
        rows.append((document.data.get("master"), f"{label}: the proposed master data"))
    for arrival in session.scalars(select(Arrival).where(Arrival.office_id == office_id)):
        rows.append((arrival.sha256, f"arrival {arrival.folder}/{arrival.name}"))
    for row in session.scalars(select(Publication).where(Publication.office_id == office_id)):
        rows.append((row.sha256, row.path))
    for decision in session.scalars(select(Decision).where(Decision.office_id == office_id)):
        rows.append((decision.blob, f"decision {decision.id}"))
    for version in session.scalars(
        select(MasterVersion).where(MasterVersion.office_id == office_id)
    ):
        rows.append((version.sha256, f"master data, version {version.seq}"))
    for roster in session.scalars(select(RosterFile).where(RosterFile.office_id == office_id)):
        rows.append((roster.sha256, f"roster of {roster.procedure} on file"))
    renewed = select(Record, Proof).join(Proof, Proof.record_id == Record.id)
    for record, proof in session.execute(renewed.where(Record.office_id == office_id)):
        label = f"{record.code} {record.description}, as it is filed"
        rows += [(record.printout_sha256, label), (proof.renewal, label)]
    named: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for digest, label in rows:
        if digest is not None:
            named[digest][label] = None
    return {digest: list(labels) for digest, labels in named.items()}


def check_arrivals(round_: Round) -> Iterator[AuditFinding]:
    """Every file that was taken has an outcome, or is queued to get one."""
    office = round_.office
    of_office = Arrival.office_id == office.id
    with office.ledger.read() as session:
        total = session.scalar(select(func.count()).select_from(Arrival).where(of_office))
        waiting = set(session.scalars(select(Arrival.id).where(of_office, _open())))
    chains = (TAKE, TAKE_CUT) if waiting else ()
    queued = {key for chain in chains for key in office.ledger.waiting_work(chain)}
    with office.ledger.read() as session:  # again: one may have been judged meanwhile
        query = select(Arrival).where(of_office, _open(), Arrival.id.in_(waiting - queued))
        lost = list(session.scalars(query))
    round_.counts["arrivals"] = total or 0
    round_.counts["arrivals in the queue"] = len(waiting & queued)
    for arrival in lost:
        yield AuditFinding(
            AuditKind.ARRIVAL,
            f"{arrival.folder}/{arrival.name} (arrival {arrival.id})",
            "The file was taken, but was never judged and is not in the queue.",
            "Restart the service, which takes failed work up again; else move the file, which"
            f" the store holds as {arrival.sha256}, into its folder once more.",
        )


def _open() -> ColumnElement[bool]:
    return Arrival.outcome.is_(None)


def check_publications(round_: Round) -> Iterator[AuditFinding]:
    """Counted only: what was laid out for people is theirs to move, if their folders are there."""
    office = round_.office
    query = select(Publication.path).where(
        Publication.office_id == office.id, Publication.state == PLACED
    )
    with office.ledger.read() as session:
        placed = session.scalars(query).all()
    round_.counts["publications"] = len(placed)
    away = sum(not os.path.lexists(office.inbox / path) for path in placed)
    if inbox_is_there(office):
        round_.counts["publications moved by people"] = away
        return
    yield AuditFinding(
        AuditKind.NOT_EXAMINED,
        "publications",
        f"The inbox {office.inbox} is not there; nobody can tell what people have moved.",
        office.mark.mend,
    )
