"""What an audit reports, and what its checks share."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pipeline.ledger.seal import Seal
from pipeline.office import Office

RESTORE = "Restore it from the backup."
Progress = Callable[[str, int, int], None]
"""Told what is being looked at, how much of it is done, and of how many (0: not known)."""


class AuditKind(StrEnum):
    """What a finding is about."""

    EVENTS = "events"
    SEAL = "seal"
    ARCHIVE = "archive"
    RECORD = "record"
    SIGNATURE = "signature"
    NUMBER = "number"
    STORE = "store"
    ARRIVAL = "arrival"
    NOT_EXAMINED = "not examined"


@dataclass(frozen=True)
class AuditFinding:
    """One fault: about what, where, what is wrong, and what to do."""

    kind: AuditKind
    place: str
    message: str
    mend: str


@dataclass(frozen=True)
class AuditReport:
    """All findings, how much was looked at, and what is no fault, but worth knowing."""

    findings: tuple[AuditFinding, ...]
    counts: dict[str, int]
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {
            "ok": self.ok,
            "counts": self.counts,
            "notes": list(self.notes),
            "findings": [vars(f) for f in self.findings],
        }


@dataclass
class Round:
    """One audit under way: the office, whom to tell, what was counted and noted.

    ``seals`` are those that hold the ledger to what it was.
    """

    office: Office
    progress: Progress
    counts: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    seals: list[Seal] = field(default_factory=list)


Check = Callable[[Round], Iterator[AuditFinding]]
