"""Which filed print-outs need a further timestamp, and why; judged by what was measured of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from pipeline.errors import TrustError
from pipeline.ledger.tables import Event, Proof, Record
from pipeline.office import Office
from pipeline.signing.renewal import Standing, attainable
from pipeline.signing.report import LEVELS
from pipeline.sop.printout.paper import ON_PAPER


class Cause(StrEnum):
    """Why a print-out is to be renewed, or can no longer be."""

    UNFINISHED = "unfinished"
    UNMEASURED = "unmeasured"
    TOO_LATE = "too late"
    ENDS_SOON = "ends soon"
    BELOW = "below"


WHY = {
    Cause.UNFINISHED: "stamped, and not filed with it yet",
    Cause.UNMEASURED: "never measured",
    Cause.TOO_LATE: "its proof has ended; too late",
    Cause.ENDS_SOON: "its proof ends soon",
    Cause.BELOW: "below what can be reached",
}


@dataclass(frozen=True)
class Filed:
    """A filed print-out with what was measured of it; ``standing`` is None where nothing was.

    ``unfinished`` where it has got its timestamp, but does not lie in its dossier with it yet.
    """

    record_id: str
    code: str
    description: str
    document_number: str
    sha256: str
    filed_at: datetime | None = None
    standing: Standing | None = None
    unfinished: bool = False


@dataclass(frozen=True)
class Due:
    """A filed print-out that needs something; ``attainable`` is the level it could have."""

    filed: Filed
    cause: Cause
    attainable: str

    @property
    def level(self) -> str:
        """The PAdES level that was measured, empty where none was."""
        return self.filed.standing.level if self.filed.standing else ""

    @property
    def measure(self) -> str:
        """The level, and the one that can be reached where that is another and not too late."""
        if self.cause is Cause.TOO_LATE or self.level in {"", self.attainable}:
            return self.level
        return f"{self.level}; {self.attainable} can be reached"

    @property
    def holds_until(self) -> datetime | None:
        """When the certificate behind its last timestamp ends, else its signers'."""
        return self.filed.standing.holds_until if self.filed.standing else None

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        until = self.holds_until
        return {
            "record": self.filed.record_id,
            "code": self.filed.code,
            "description": self.filed.description,
            "document_number": self.filed.document_number,
            "cause": self.cause.value,
            "level": self.level,
            "attainable": self.attainable,
            "holds_until": until.isoformat() if until else None,
        }


@dataclass(frozen=True)
class Measure:
    """What a print-out is held against: the level that can be reached, and when it is soon."""

    attainable: str
    now: datetime
    margin: timedelta

    @classmethod
    def of(cls, office: Office) -> "Measure":
        """The office's own, as its settings and its trust are today.

        Raises:
            TrustError: the folder of trust anchors cannot be used.
        """
        chosen = office.settings.signing
        return cls(
            attainable(office.trust, stamps=bool(chosen.tsa_url)),
            office.now(),
            timedelta(days=chosen.renew_before_days),
        )

    def cause(self, filed: Filed) -> Cause | None:
        """What a print-out needs, the most pressing first; None where it is well."""
        found = filed.standing
        if filed.unfinished:
            return Cause.UNFINISHED
        if found is None:
            return Cause.UNMEASURED
        if found.holds_until is not None and found.holds_until <= self.now:
            return Cause.TOO_LATE
        if found.holds_until is not None and found.holds_until - self.now <= self.margin:
            return Cause.ENDS_SOON
        return Cause.BELOW if LEVELS.index(found.level) < LEVELS.index(self.attainable) else None

    def due(self, filed: Sequence[Filed]) -> list[Due]:
        """Those that need something, in the order given."""
        return [
            Due(one, cause, self.attainable)
            for one in filed
            if (cause := self.cause(one)) is not None
        ]


def filed_printouts(office: Office) -> list[Filed]:
    """Every filed print-out that was signed electronically, in the order of filing."""
    by_hand = select(Event.payload).where(Event.office_id == office.id, Event.kind == ON_PAPER)
    query = (
        select(Record, Proof)
        .outerjoin(Proof, Proof.record_id == Record.id)
        .where(Record.office_id == office.id, Record.filed_at.is_not(None))
        .order_by(Record.filed_at, Record.id)
    )
    with office.ledger.read() as session:
        copies = {payload["sha256"] for payload in session.scalars(by_hand)}
        return [
            _filed(record, proof)
            for record, proof in session.execute(query)
            if record.printout_sha256 not in copies
        ]


def due_in(office: Office) -> list[Due]:
    """What the ledger says is due; nothing where the trust folder cannot be used (see `doctor`)."""
    try:
        measure = Measure.of(office)
    except TrustError:
        return []
    return measure.due(filed_printouts(office))


def _filed(record: Record, proof: Proof | None) -> Filed:
    found = Standing(proof.level, proof.holds_until, proof.stamped) if proof else None
    return Filed(
        record_id=record.id,
        code=record.code,
        description=record.description,
        document_number=record.document_number,
        sha256=record.printout_sha256,
        filed_at=record.filed_at,
        standing=found,
        unfinished=bool(proof and proof.renewal),
    )
