"""One row of a returned form as read, and what it is judged against."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from pipeline.domain.check_rules import CheckRules
from pipeline.domain.duty import Duty
from pipeline.domain.figure import ReadFigure
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import LABELS, Field, FilledRow
from pipeline.domain.indicator import AchievementPolicy, Indicator
from pipeline.domain.numbers import format_number
from pipeline.domain.precedent import Precedent, precedent_of

MOST_QUOTED = 60


@dataclass(frozen=True)
class Known:
    """What a form is judged against beside its own words; precedents by indicator code."""

    quarter: int
    rules: CheckRules = field(default_factory=CheckRules)
    policy: AchievementPolicy = field(default_factory=AchievementPolicy)
    precedents: Mapping[str, Precedent] = field(default_factory=dict)


@dataclass(frozen=True)
class Reading:
    """A row as read; ``figure`` where its writing is a number, or says that there is none yet."""

    duty: Duty
    row: FilledRow
    figure: ReadFigure | None = None

    @property
    def indicator(self) -> Indicator:
        """The indicator that the row is about."""
        return self.duty.indicator

    @property
    def written(self) -> str:
        """The figure as written."""
        return self.row.text(Field.ACTUAL)

    @property
    def value(self) -> Decimal | None:
        """The number as read."""
        number = self.figure.number if self.figure else None
        return number.value if number else None

    @property
    def other(self) -> Decimal | None:
        """The number by the other reading of its dots and commas, where there are two."""
        number = self.figure.number if self.figure else None
        return number.other if number else None

    @property
    def told(self) -> str:
        """The figure as written and as read, to begin a message with."""
        return f"tertulis {quoted(self.written)}, dibaca {format_number(self.value)}"


Check = Callable[[Reading, Known], list[Finding]]
"""One question about a row; what it finds, each with place, message and mend."""


def column(reading: Reading, kind: Field = Field.ACTUAL) -> str:
    """A cell of the row as people call it."""
    return f"{reading.indicator.code}, kolom {LABELS[kind]}"


def warning(place: str, message: str, mend: str) -> Finding:
    """What travels with the form."""
    return Finding(place, message, mend, Severity.WARNING)


def quoted(text: str) -> str:
    """A writing in quotation marks, cut where it is long; line breaks as an arrow."""
    shown = "⏎".join(part.strip() for part in text.strip().splitlines())
    return f"“{shown[:MOST_QUOTED]}…”" if len(shown) > MOST_QUOTED else f"“{shown}”"


@dataclass(frozen=True)
class Peer:
    """A figure to compare with, and what it is called."""

    name: str
    value: Decimal

    @property
    def shown(self) -> str:
        """The name with its value: ``target 1.200``."""
        return f"{self.name} {format_number(self.value)}"


def enumerated(peers: Sequence[Peer]) -> str:
    """The peers in a sentence: ``target 1, realisasi triwulan lalu 2, dan …``."""
    *first, last = (peer.shown for peer in peers)
    return f"{', '.join(first)}{',' if len(first) > 1 else ''} dan {last}" if first else last


def peers(reading: Reading, known: Known) -> list[Peer]:
    """What a row's figure may be compared with: target, last quarter, the same quarter last year.

    A part of a figure has none: target and history are those of the whole.
    """
    if reading.value is None or reading.duty.contributes:
        return []
    target = reading.indicator.target_of(known.quarter) or reading.indicator.annual_target
    before = precedent(reading, known)
    return [
        Peer("target", target.against(reading.value)),
        *_peer("realisasi triwulan lalu", before.last_quarter),
        *_peer("realisasi triwulan yang sama tahun lalu", before.last_year),
    ]


def precedent(reading: Reading, known: Known) -> Precedent:
    """What the statements say of the quarter before, else what was filed; and of a year ago."""
    return precedent_of(reading.indicator, known.quarter, known.precedents)


def _peer(name: str, value: Decimal | None) -> list[Peer]:
    return [] if value is None else [Peer(name, value)]
