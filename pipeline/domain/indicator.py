"""Performance indicators and how their achievement is computed."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from pipeline.domain.numbers import round_half_up

HUNDRED = Decimal(100)


class Polarity(StrEnum):
    """Whether higher values are better."""

    POSITIVE = "positif"
    NEGATIVE = "negatif"
    RANGE = "rentang"


class Aggregation(StrEnum):
    """How quarters add up to the year."""

    SUM = "jumlah"
    AVERAGE = "rata-rata"
    LAST = "terakhir"


@dataclass(frozen=True)
class Target:
    """A target in the indicator's unit; a range has an upper bound too."""

    value: Decimal
    upper: Decimal | None = None

    def against(self, actual: Decimal) -> Decimal:
        """The bound that ``actual`` is measured against: the nearer one outside a range."""
        return self.upper if self.upper is not None and actual > self.upper else self.value

    def holds(self, actual: Decimal) -> bool:
        """Whether ``actual`` lies inside the range."""
        return self.upper is not None and self.value <= actual <= self.upper


@dataclass(frozen=True)
class Indicator:
    """One performance statement with its targets, as in the Daftar Pernyataan."""

    code: str
    strategic_objective: str
    name: str
    definition: str
    unit: str
    polarity: Polarity
    aggregation: Aggregation
    source: str
    annual_target: Target
    quarter_targets: tuple[Target | None, Target | None, Target | None, Target | None]
    previous_actuals: tuple[Decimal | None, Decimal | None, Decimal | None] = (None, None, None)

    def target_of(self, quarter: int) -> Target | None:
        """The target of quarter 1 to 4; ``None`` where the year alone has one."""
        return self.quarter_targets[quarter - 1]

    def actuals_before(self, quarter: int) -> list[Decimal] | None:
        """Actuals of the year's earlier quarters; ``None`` where one that counts is not on file."""
        before = self.previous_actuals[: quarter - 1]
        known = [actual for actual in before if actual is not None]
        whole = len(known) == len(before) or self.aggregation is Aggregation.LAST
        return known if whole else None


@dataclass(frozen=True)
class AchievementPolicy:
    """Bounds of an achievement in percent; an office sets its own."""

    floor: Decimal = Decimal(0)
    cap: Decimal | None = None


@dataclass(frozen=True)
class Rating:
    """A predicate: it holds from ``lower`` percent upwards; colours are six hex digits."""

    lower: Decimal
    name: str
    background: str
    foreground: str


def achievement(
    actual: Decimal,
    target: Target,
    polarity: Polarity,
    policy: AchievementPolicy | None = None,
) -> Decimal | None:
    """Achievement in percent, two decimals half-up; ``None`` where it does not apply (T = 0).

    Positive ``R/T × 100``; negative ``(2 - R/T) × 100``; inside a range 100. A negative indicator
    with target 0 and actual 0 has reached 100.
    """
    policy = policy or AchievementPolicy()
    if target.holds(actual):
        return policy_bounded(HUNDRED, policy)
    bound = target.against(actual)
    if bound == 0:
        reached = polarity is Polarity.NEGATIVE and actual == 0
        return policy_bounded(HUNDRED, policy) if reached else None
    ratio = actual / bound
    inverted = polarity is Polarity.NEGATIVE or (
        polarity is Polarity.RANGE and target.upper is not None and actual > target.upper
    )
    return policy_bounded(((2 - ratio) if inverted else ratio) * HUNDRED, policy)


def policy_bounded(percent: Decimal, policy: AchievementPolicy) -> Decimal:
    """``percent`` within the policy's bounds, rounded half-up to two decimals."""
    bounded = max(percent, policy.floor)
    if policy.cap is not None:
        bounded = min(bounded, policy.cap)
    return round_half_up(bounded, 2)


def rating_of(percent: Decimal | None, ratings: Sequence[Rating]) -> Rating | None:
    """The predicate of a rounded achievement; ``ratings`` run from best to worst."""
    if percent is None:
        return None
    return next((r for r in ratings if percent >= r.lower), ratings[-1])


def year_to_date(actuals: Sequence[Decimal] | None, aggregation: Aggregation) -> Decimal | None:
    """Quarterly actuals of one year, in order, brought to one figure; none where one is missing."""
    if not actuals:
        return None
    if aggregation is Aggregation.LAST:
        return actuals[-1]
    total = sum(actuals, Decimal(0))
    if aggregation is Aggregation.SUM:
        return total
    return round_half_up(total / len(actuals), 4)


def mean(percents: Sequence[Decimal | None]) -> Decimal | None:
    """Mean of the achievements that apply, two decimals half-up."""
    known = [p for p in percents if p is not None]
    return round_half_up(sum(known, Decimal(0)) / len(known), 2) if known else None
