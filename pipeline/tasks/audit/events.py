"""The part of an audit that is about the ledger's events: in themselves, to seals, and to rows."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from pipeline.domain.collection import FILED, WITHDRAWN
from pipeline.ledger.events import chains_that_are_gone, check_chains
from pipeline.ledger.history import Loss, SealedHistory
from pipeline.ledger.tables import Collection, Decision, Document, Event
from pipeline.office import Office
from pipeline.sop.collection.withdrawn import WITHDRAWN_EVENT
from pipeline.tasks.audit.report import AuditFinding, AuditKind, Round
from pipeline.tasks.sealing.events import office_chain
from pipeline.tasks.sealing.ledger import FILING

COMPARE = "Compare the database with the backup; somebody wrote to it past the program."
OLDER = (
    "Restore the newest backup of the database. Where there is none newer, what happened since is"
    " lost: accept that with `kinerja audit --accept-loss REASON`, which seals what is left."
)
EVERY = 1000  # events, between two words on how far it is
CARRIED_OUT = "decision.carried-out"
ENDED = {FILED: FILING, WITHDRAWN: WITHDRAWN_EVENT}
"""The event that ends a collection, by the stage in which it then stands."""
_ENDS = frozenset(ENDED.values())
_DEEDS = {Loss.REWRITTEN, Loss.ORDER}
"""What no restored backup does."""


def check_events(round_: Round) -> Iterator[AuditFinding]:
    """Every chain holds in itself, is what the seals say it was, and bears out the rows.

    Steps: (1) note what the rows say, before their events grow; (2) read all events once; (3) hold
    them against the seals; (4) ask whether collections and decisions say what no event says.
    """
    office = round_.office
    with office.ledger.read() as session:
        of_office = Event.office_id == office.id
        query = select(func.count(), func.count(func.distinct(Event.chain))).where(of_office)
        total, round_.counts["chains"] = session.execute(query).one()
        said = _said(session, office)  # (1)
        history = SealedHistory(round_.seals, office_chain(office.id))
        told = _Told()

        def witness(event: Row[Any]) -> None:
            history.witness(event)
            told.witness(event)
            if told.events % EVERY == 0:
                round_.progress("events", told.events, total)

        for fault in check_chains(session, office.id, witness):  # (2)
            yield _finding(fault.place, fault.message)
        round_.counts["events"] = told.events
        for lost in history.faults(session, office.id):  # (3)
            yield _finding(lost.place, lost.message, COMPARE if lost.kind in _DEEDS else OLDER)
        for chain in chains_that_are_gone(session, office.id):  # (4)
            yield _finding(f"chain {chain}", "The collection is there, but no event of it.")
        yield from _contradictions(said, told)


class _Told:
    """What the events say of collections and decisions."""

    def __init__(self) -> None:
        self.events = 0
        self.decisions: set[str] = set()
        self.ended: set[tuple[str, str]] = set()

    def witness(self, event: Row[Any]) -> None:
        """Take note of an event."""
        self.events += 1
        if event.kind in _ENDS:
            self.ended.add((event.chain, event.kind))
        elif isinstance(event.payload, dict) and event.kind != CARRIED_OUT:
            decision = event.payload.get("decision")
            if isinstance(decision, str):
                self.decisions.add(decision)


@dataclass(frozen=True)
class _Said:
    """What the rows say: the collections that have ended, and what was decided on which code."""

    ended: Sequence[Collection]
    decisions: Sequence[tuple[str, str, str]]


def _said(session: Session, office: Office) -> _Said:
    ended = select(Collection).where(Collection.office_id == office.id, Collection.stage.in_(ENDED))
    decisions = select(Decision.id, Decision.verdict, Document.code).join(
        Document, Document.id == Decision.document_id
    )
    made = session.execute(decisions.where(Decision.office_id == office.id))
    return _Said(session.scalars(ended).all(), [(i, verdict, code) for i, verdict, code in made])


def _contradictions(said: _Said, told: _Told) -> Iterator[AuditFinding]:
    for collection in said.ended:
        kind = ENDED[collection.stage]
        if (collection.id, kind) not in told.ended:
            yield _finding(
                f"chain {collection.id}",
                f"{collection.period} stands as {collection.stage}, but no event says so ({kind}).",
            )
    for id_, verdict, code in said.decisions:
        if id_ not in told.decisions:
            yield _finding(code, f"It was decided on ({verdict}), but no event says so.")


def _finding(place: str, message: str, mend: str = COMPARE) -> AuditFinding:
    return AuditFinding(AuditKind.EVENTS, place, message, mend)
