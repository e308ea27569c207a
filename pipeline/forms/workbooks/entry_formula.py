"""The rule of ``achievement`` as a spreadsheet formula, for the eye while figures are entered."""

from decimal import Decimal

from pipeline.domain.indicator import AchievementPolicy, NegativeFormula, Polarity, Target
from pipeline.forms.workbooks.sheet import Formula

NOTHING = '"–"'


def achievement_formula(
    target: Target | None, polarity: Polarity, policy: AchievementPolicy, column: str
) -> Formula | None:
    """The achievement of the actual in ``column`` of the same row; ``None`` without a target."""
    if target is None:
        return None
    cell = f"{column}{{row}}"
    percent = _against(cell, target.value, polarity, policy, above=False)
    if target.upper is not None:
        above = _against(cell, target.upper, polarity, policy, above=True)
        outside = f"IF({cell}>{target.upper:f},{above},{percent})"
        inside = f"AND({cell}>={target.value:f},{cell}<={target.upper:f})"
        percent = f"IF({inside},{_bounded('100', policy)},{outside})"
    return Formula(f"IF(ISNUMBER({cell}),{percent},{NOTHING})")


def _against(
    cell: str, bound: Decimal, polarity: Polarity, policy: AchievementPolicy, *, above: bool
) -> str:
    """What is reached against one bound of a target; ``above`` a range that ends there."""
    if bound == 0:
        return _against_zero(cell, polarity, policy)
    if polarity is Polarity.NEGATIVE and policy.negative is NegativeFormula.QUOTIENT:
        if bound < 0:
            return NOTHING
        reached = _bounded(f"{bound:f}*100/{cell}", policy)
        return f"IF({cell}>0,{reached},{_shown(policy.cap, policy)})"
    ratio = f"{cell}*100/{bound:f}"
    inverted = polarity is Polarity.NEGATIVE or (polarity is Polarity.RANGE and above)
    return _bounded(f"200-{ratio}" if inverted is (bound > 0) else ratio, policy)


def _against_zero(cell: str, polarity: Polarity, policy: AchievementPolicy) -> str:
    if polarity is not Polarity.NEGATIVE:
        positive = policy.zero.positive if polarity is Polarity.POSITIVE else None
        return _shown(positive, policy)
    kept, missed = (_shown(p, policy) for p in (policy.zero.kept, policy.zero.missed))
    return f"IF({cell}=0,{kept},IF({cell}>0,{missed},{NOTHING}))"


def _shown(percent: Decimal | None, policy: AchievementPolicy) -> str:
    return NOTHING if percent is None else _bounded(f"{percent:f}", policy)


def _bounded(percent: str, policy: AchievementPolicy) -> str:
    bounded = f"MAX({percent},{policy.floor:f})"
    if policy.cap is not None:
        bounded = f"MIN({bounded},{policy.cap:f})"
    return f"ROUND({bounded},2)"
