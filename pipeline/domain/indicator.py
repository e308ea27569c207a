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


class NegativeFormula(StrEnum):
    """How few is measured where fewer is better: actual ``R`` against target ``T`` > 0, times 100.

    ``DIFFERENCE`` is the distance from the target, and holds below 0 too (see `achievement`).
    """

    DIFFERENCE = "2 - R/T"
    QUOTIENT = "T/R"


@dataclass(frozen=True)
class ZeroTarget:
    """What is reached against a target of 0, in percent; ``None`` where nothing is said.

    ``kept`` and ``missed`` are for what should be few, with an actual of 0 and above it;
    ``positive`` for what should be many. A range that ends at 0 has no rule.
    """

    kept: Decimal | None = HUNDRED
    missed: Decimal | None = None
    positive: Decimal | None = None

    def reached(self, actual: Decimal, polarity: Polarity) -> Decimal | None:
        """The percentage before the policy's bounds."""
        if polarity is Polarity.POSITIVE:
            return self.positive
        if polarity is Polarity.RANGE or actual < 0:
            return None
        return self.kept if actual == 0 else self.missed


@dataclass(frozen=True)
class AchievementPolicy:
    """How an office computes achievements, and their bounds in percent."""

    floor: Decimal = Decimal(0)
    cap: Decimal | None = None
    negative: NegativeFormula = NegativeFormula.DIFFERENCE
    zero: ZeroTarget = ZeroTarget()


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
    """Achievement in percent, two decimals half-up; ``None`` where it does not apply.

    By the distance from the target: where more is better ``(1 + (R-T)/|T|) × 100``, where fewer is
    ``(1 - (R-T)/|T|) × 100``. Above 0 that is ``R/T × 100`` and ``(2 - R/T) × 100``; below, as for
    a deficit of -5, what is better still counts as more. Inside a range 100. A target of 0 is
    judged by the policy. ``T/R × 100``, which a policy may take where fewer is better, means
    nothing against a target below 0; as nothing is left of what should be few, the cap is reached,
    and nothing is said without one.
    """
    policy = policy or AchievementPolicy()
    if target.holds(actual):
        return policy_bounded(HUNDRED, policy)
    bound = target.against(actual)
    if bound == 0:
        reached = policy.zero.reached(actual, polarity)
    elif polarity is Polarity.NEGATIVE and policy.negative is NegativeFormula.QUOTIENT:
        reached = _quotient(actual, bound, policy)
    else:
        reached = _by_distance(actual, bound, inverted=is_inverted(actual, target, polarity))
    return None if reached is None else policy_bounded(reached, policy)


def is_inverted(actual: Decimal, target: Target, polarity: Polarity) -> bool:
    """Whether more is worse here: where fewer is better, and above a range that should be held."""
    above = target.upper is not None and actual > target.upper
    return polarity is Polarity.NEGATIVE or (polarity is Polarity.RANGE and above)


def _by_distance(actual: Decimal, bound: Decimal, *, inverted: bool) -> Decimal:
    """``1 ± (R-T)/|T|`` in percent, brought to ``R/T``: below 0 the two change places."""
    ratio = actual / bound
    return (2 - ratio if inverted is (bound > 0) else ratio) * HUNDRED


def _quotient(actual: Decimal, bound: Decimal, policy: AchievementPolicy) -> Decimal | None:
    """``T/R`` in percent, where both are above 0."""
    if bound < 0:
        return None
    return bound / actual * HUNDRED if actual > 0 else policy.cap


def policy_bounded(percent: Decimal, policy: AchievementPolicy) -> Decimal:
    """``percent`` within the policy's bounds, rounded half-up to two decimals."""
    bounded = max(percent, policy.floor)
    if policy.cap is not None:
        bounded = min(bounded, policy.cap)
    rounded = round_half_up(bounded, 2)
    return rounded if rounded else abs(rounded)  # never -0,00


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
