"""The office's master data (data induk), each entry with the days on which it holds.

Posts stand by themselves, so that a vacant one is known; who holds a post is a tenure from one day
to another. A target set holds from the day of its legal basis on: what was reported before keeps
the targets of its time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.roster import Statements

Quarters = tuple[Target | None, Target | None, Target | None, Target | None]
Figures = Mapping[tuple[str, int], Decimal]
"""Established actuals of one year by indicator and quarter."""


class Capacity(StrEnum):
    """In what capacity somebody holds a post; the value stands before the post's name."""

    DEFINITIVE = "definitif"
    ACTING = "Plt."  # the post is vacant
    DEPUTY = "Plh."  # its holder is away for a time


_PRECEDENCE = {Capacity.DEPUTY: 0, Capacity.ACTING: 1, Capacity.DEFINITIVE: 2}


@dataclass(frozen=True)
class Unit:
    """A unit of the office; ``parent`` is the unit it belongs to, or empty."""

    name: str
    parent: str = ""


@dataclass(frozen=True)
class Post:
    """A post (jabatan), held or vacant."""

    name: str
    unit: str = ""


@dataclass(frozen=True)
class Tenure:
    """Who holds a post, from one day to another (both included; without an end: until further).

    ``decree`` is the number of the appointment's SK; a Plt. or Plh. has one and an end.
    """

    post: str
    name: str
    nip: str
    grade: str
    active_from: date
    active_to: date | None = None
    capacity: Capacity = Capacity.DEFINITIVE
    decree: str = ""

    def covers(self, day: date) -> bool:
        """Whether the tenure holds on ``day``."""
        return self.active_from <= day and (self.active_to is None or day <= self.active_to)


@dataclass(frozen=True)
class Definition:
    """A performance indicator, apart from its targets."""

    code: str
    strategic_objective: str
    name: str
    definition: str
    unit: str
    polarity: Polarity
    aggregation: Aggregation
    source: str


@dataclass(frozen=True)
class TargetSet:
    """An indicator's targets of one year, by a legal basis that is in force from ``effective``."""

    indicator: str
    year: int
    effective: date
    basis: str
    annual: Target
    quarters: Quarters


@dataclass(frozen=True)
class Opening:
    """An actual of a quarter before the first collection, with its source."""

    indicator: str
    year: int
    quarter: int
    actual: Decimal
    source: str


@dataclass(frozen=True)
class MasterData:
    """All master data of an office, as they stand at one moment."""

    units: tuple[Unit, ...] = ()
    posts: tuple[Post, ...] = ()
    tenures: tuple[Tenure, ...] = ()
    indicators: tuple[Definition, ...] = ()
    targets: tuple[TargetSet, ...] = ()
    openings: tuple[Opening, ...] = ()

    @cached_property
    def _tenures_of(self) -> Mapping[str, list[Tenure]]:
        """The tenures of each post; an office may have thousands of both."""
        found: dict[str, list[Tenure]] = {}
        for tenure in self.tenures:
            found.setdefault(tenure.post, []).append(tenure)
        return found

    @cached_property
    def _units(self) -> Mapping[str, str]:
        return {p.name: p.unit for p in self.posts}

    def holder(self, post: str, day: date) -> Tenure | None:
        """Who acts in ``post`` on ``day``: a Plh. before a Plt. before its own holder."""
        holding = [t for t in self._tenures_of.get(post, ()) if t.covers(day)]
        return min(holding, key=lambda t: _PRECEDENCE[t.capacity], default=None)

    def posts_of(self, nip: str, day: date) -> tuple[str, ...]:
        """The posts in which a person acts on ``day``; one may hold two."""
        ever = {t.post for t in self.tenures if t.nip == nip}
        held = (self.holder(p.name, day) for p in self.posts if p.name in ever)
        return tuple(t.post for t in held if t is not None and t.nip == nip)

    def official(self, post: str, day: date) -> Official | None:
        """The holder of ``post`` on ``day`` as printed; ``None`` where it is vacant."""
        tenure = self.holder(post, day)
        if tenure is None:
            return None
        unit = self._units.get(post, "")
        capacity = "" if tenure.capacity is Capacity.DEFINITIVE else tenure.capacity.value
        return Official(post, tenure.name, tenure.nip, tenure.grade, unit, capacity)

    def officials_on(self, day: date) -> tuple[Official, ...]:
        """Every post that is held on ``day``, in the order of the posts."""
        found = (self.official(post.name, day) for post in self.posts)
        return tuple(official for official in found if official is not None)

    def targets_for(self, code: str, period: Period) -> TargetSet | None:
        """The targets in force at the end of ``period``; each earlier quarter keeps its own.

        A set that comes into force in TW III changes TW III and IV: TW I and II are those of the
        set before it.
        """
        year = [t for t in self.targets if t.indicator == code and t.year == period.year]
        latest = _in_force(year, period)
        if latest is None:
            return None
        quarters = []
        for number in range(1, 5):
            at = _in_force(year, Period(period.year, min(number, period.quarter))) or latest
            quarters.append(at.quarters[number - 1])
        one, two, three, four = quarters
        return TargetSet(
            code,
            period.year,
            latest.effective,
            latest.basis,
            latest.annual,
            (one, two, three, four),
        )

    def figures(self, year: int, established: Figures) -> dict[tuple[str, int], Decimal]:
        """The year's actuals: opening balances, and over them what has been ``established``."""
        opening = {(o.indicator, o.quarter): o.actual for o in self.openings if o.year == year}
        return {**opening, **established}

    def statements(self, period: Period, established: Figures) -> Statements:
        """The Daftar Pernyataan of a period: every indicator that has targets in its year."""
        figures = self.figures(period.year, established)
        indicators = []
        for known in self.indicators:
            targets = self.targets_for(known.code, period)
            if targets is None:
                continue
            first, second, third = (
                figures.get((known.code, q)) if q < period.quarter else None for q in (1, 2, 3)
            )
            indicators.append(
                Indicator(
                    code=known.code,
                    strategic_objective=known.strategic_objective,
                    name=known.name,
                    definition=known.definition,
                    unit=known.unit,
                    polarity=known.polarity,
                    aggregation=known.aggregation,
                    source=known.source,
                    annual_target=targets.annual,
                    quarter_targets=targets.quarters,
                    previous_actuals=(first, second, third),
                )
            )
        return Statements(period, tuple(indicators))


def _in_force(sets: list[TargetSet], period: Period) -> TargetSet | None:
    """The set with the latest day of effect that is not after the end of ``period``."""
    known = [t for t in sets if t.effective <= period.last_day]
    return max(known, key=lambda t: t.effective, default=None)
