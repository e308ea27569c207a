"""What a check found: always with the place and the mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.plain_text import visible


class Severity(StrEnum):
    """An error stops the document, a warning travels with it."""

    ERROR = "kesalahan"
    WARNING = "peringatan"


@dataclass(frozen=True)
class Finding:
    """One finding, in Indonesian: where, what, and how to mend it.

    It quotes documents; what in a quotation would act, turn or hide is spelt out.
    """

    place: str
    message: str
    mend: str
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        for name in ("place", "message", "mend"):
            object.__setattr__(self, name, visible(getattr(self, name)))


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a document."""
    return [f for f in findings if f.severity is Severity.ERROR]


def warnings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that only travel with it."""
    return [f for f in findings if f.severity is Severity.WARNING]
