"""What a check found: always with the place and the mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops the document, a warning travels with it."""

    ERROR = "kesalahan"
    WARNING = "peringatan"


@dataclass(frozen=True)
class Finding:
    """One finding, in Indonesian: where, what, and how to mend it."""

    place: str
    message: str
    mend: str
    severity: Severity = Severity.ERROR


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that stop a document."""
    return [f for f in findings if f.severity is Severity.ERROR]


def warnings(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that only travel with it."""
    return [f for f in findings if f.severity is Severity.WARNING]
