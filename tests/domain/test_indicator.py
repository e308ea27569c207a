from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.indicator import (
    AchievementPolicy,
    Aggregation,
    Indicator,
    NegativeFormula,
    Polarity,
    Rating,
    Target,
    ZeroTarget,
    achievement,
    mean,
    rating_of,
    year_to_date,
)

POSITIVE, NEGATIVE, RANGE = Polarity.POSITIVE, Polarity.NEGATIVE, Polarity.RANGE
SCALE = tuple(
    Rating(Decimal(lower), name, "000000", "FFFFFF")
    for lower, name in (
        ("91", "Sangat Tinggi"),
        ("76", "Tinggi"),
        ("66", "Sedang"),
        ("51", "Rendah"),
        ("-100000", "Sangat Rendah"),
    )
)
amounts = st.decimals(0, 10**12, places=4)
signed = st.decimals(-(10**12), 10**12, places=4)
policies = st.builds(
    AchievementPolicy,
    st.decimals(0, 50, places=2),
    st.none() | st.decimals(100, 200, places=2),
)


def target(text: str) -> Target:
    low, _, high = text.partition("..")
    return Target(Decimal(low), Decimal(high) if high else None)


def percent(
    actual: str, goal: str, polarity: Polarity, policy: AchievementPolicy | None = None
) -> Decimal | None:
    return achievement(Decimal(actual), target(goal), polarity, policy)


@pytest.mark.parametrize(
    ("actual", "goal", "polarity", "expected"),
    [
        # Worked out by hand
        ("70", "80..90", POSITIVE, "87.50"),
        ("9", "7..8", NEGATIVE, "87.50"),
        ("6.5", "7..8", NEGATIVE, "107.14"),
        ("52067", "68174", POSITIVE, "76.37"),
        ("53833", "67276", POSITIVE, "80.02"),
        # Inside a range, on its bounds, beyond them
        ("85", "80..90", POSITIVE, "100.00"),
        ("80", "80..90", RANGE, "100.00"),
        ("90", "80..90", RANGE, "100.00"),
        ("99", "80..90", POSITIVE, "110.00"),
        ("99", "80..90", RANGE, "90.00"),
        ("72", "80..90", RANGE, "90.00"),
        # A single target
        ("8", "10", NEGATIVE, "120.00"),
        ("12", "10", NEGATIVE, "80.00"),
        ("30", "10", NEGATIVE, "0.00"),
        ("-5", "10", POSITIVE, "0.00"),
        ("0", "10", POSITIVE, "0.00"),
        ("1", "3", POSITIVE, "33.33"),
        ("2", "3", POSITIVE, "66.67"),
        # Against a target below 0 (a deficit of 5), by the distance
        ("-5", "-5", POSITIVE, "100.00"),
        ("-4", "-5", POSITIVE, "120.00"),
        ("-6", "-5", POSITIVE, "80.00"),
        ("0", "-5", POSITIVE, "200.00"),
        ("5", "-5", POSITIVE, "300.00"),
        ("-5", "-5", NEGATIVE, "100.00"),
        ("-6", "-5", NEGATIVE, "120.00"),
        ("-4", "-5", NEGATIVE, "80.00"),
        ("0", "-5", NEGATIVE, "0.00"),
        ("-30", "-25..-20", RANGE, "80.00"),
        ("-16", "-25..-20", RANGE, "80.00"),
        ("-16", "-25..-20", POSITIVE, "120.00"),
        ("-16", "-25..-20", NEGATIVE, "80.00"),
        ("-8", "-5..5", RANGE, "40.00"),
    ],
)
def test_achievements(actual: str, goal: str, polarity: Polarity, expected: str) -> None:
    result = percent(actual, goal, polarity)
    assert result == Decimal(expected)
    assert str(result) == expected  # two decimals, always


@pytest.mark.parametrize("polarity", Polarity)
@pytest.mark.parametrize("actual", ["0", "5", "-5"])
def test_target_zero_does_not_apply_but_for_zero_of_what_should_be_few(
    actual: str, polarity: Polarity
) -> None:
    reached = polarity is NEGATIVE and actual == "0"
    assert percent(actual, "0", polarity) == (Decimal(100) if reached else None)


def test_floor_and_cap_are_the_offices_own() -> None:
    policy = AchievementPolicy(floor=Decimal(10), cap=Decimal(120))
    assert percent("300", "100", POSITIVE, policy) == Decimal(120)
    assert percent("300", "100", POSITIVE) == Decimal(300)
    assert percent("1", "100", POSITIVE, policy) == Decimal(10)
    assert percent("1000", "100", NEGATIVE) == Decimal(0)
    assert percent("85", "80..90", POSITIVE, AchievementPolicy(cap=Decimal(95))) == Decimal(95)


QUOTIENT = AchievementPolicy(negative=NegativeFormula.QUOTIENT)


@pytest.mark.parametrize(
    ("actual", "goal", "expected"),
    [
        ("8", "10", "125.00"),
        ("12", "10", "83.33"),
        ("9", "7..8", "88.89"),
        ("6.5", "7..8", "107.69"),
        ("7.5", "7..8", "100.00"),
        ("-20", "-10", None),
        ("-5", "-10", None),
        ("0", "-10", None),
        ("5", "-10", None),
        ("-30", "-25..-20", None),
        ("0", "10", None),
        ("-1", "10", None),
        ("0", "0", "100.00"),
    ],
)
def test_the_quotient_is_another_formula_for_what_should_be_few(
    actual: str, goal: str, expected: str | None
) -> None:
    wanted = Decimal(expected) if expected else None
    assert percent(actual, goal, NEGATIVE, QUOTIENT) == wanted
    assert percent("8", "10", POSITIVE, QUOTIENT) == Decimal(80)
    assert percent("99", "80..90", RANGE, QUOTIENT) == Decimal(90)


def test_where_nothing_is_left_of_what_should_be_few_the_cap_is_reached() -> None:
    capped = replace(QUOTIENT, cap=Decimal(120))
    assert percent("0", "10", NEGATIVE, capped) == Decimal(120)
    assert percent("0.001", "10", NEGATIVE, capped) == Decimal(120)
    assert percent("-20", "-10", NEGATIVE, capped) is None  # of a target below 0 nothing is said


@pytest.mark.parametrize(
    ("actual", "polarity", "expected"),
    [
        ("0", NEGATIVE, "110"),
        ("5", NEGATIVE, "10"),
        ("-5", NEGATIVE, None),
        ("5", POSITIVE, "100"),
        ("0", POSITIVE, "100"),
        ("5", RANGE, None),
    ],
)
def test_what_a_target_of_zero_means_is_the_offices_own(
    actual: str, polarity: Polarity, expected: str | None
) -> None:
    zero = ZeroTarget(kept=Decimal(110), missed=Decimal(0), positive=Decimal(100))
    policy = AchievementPolicy(floor=Decimal(10), zero=zero)
    assert percent(actual, "0", polarity, policy) == (Decimal(expected) if expected else None)
    none = AchievementPolicy(zero=ZeroTarget(kept=None))
    assert percent(actual, "0", polarity, none) is None


@given(signed, signed.filter(bool), st.sampled_from(Polarity), policies)
def test_an_achievement_stays_within_the_policy(
    actual: Decimal, goal: Decimal, polarity: Polarity, policy: AchievementPolicy
) -> None:
    result = achievement(actual, Target(goal), polarity, policy)
    assert result is not None
    assert result >= policy.floor
    assert policy.cap is None or result <= policy.cap
    assert result.as_tuple().exponent == -2


@given(signed, signed, signed.filter(bool))
def test_more_is_never_worse_where_more_is_better(
    one: Decimal, other: Decimal, goal: Decimal
) -> None:
    low, high = sorted((one, other))
    better, worse = (achievement(a, Target(goal), POSITIVE) for a in (high, low))
    assert better is not None
    assert worse is not None
    assert better >= worse
    less, more = (achievement(a, Target(goal), NEGATIVE) for a in (low, high))
    assert less is not None
    assert more is not None
    assert less >= more


@given(signed, signed.filter(bool))
def test_every_target_measures_the_distance_from_it(actual: Decimal, goal: Decimal) -> None:
    open_below = AchievementPolicy(floor=Decimal("-Infinity"))
    apart = (actual - goal) / abs(goal) * 100
    for polarity, wanted in ((POSITIVE, 100 + apart), (NEGATIVE, 100 - apart)):
        reached = achievement(actual, Target(goal), polarity, open_below)
        assert reached is not None
        assert abs(reached - wanted) <= Decimal("0.0051")


@given(signed, st.tuples(signed, signed), st.sampled_from(Polarity))
def test_inside_a_range_is_always_a_hundred(
    actual: Decimal, bounds: tuple[Decimal, Decimal], polarity: Polarity
) -> None:
    low, high = sorted(bounds)
    if low <= actual <= high:
        assert achievement(actual, Target(low, high), polarity) == Decimal(100)


def test_a_figure_of_any_length_is_computed() -> None:
    assert percent("9" * 40, "0.0001", POSITIVE) is not None


@pytest.mark.parametrize(
    ("reached", "name"),
    [
        ("250", "Sangat Tinggi"),
        ("91.00", "Sangat Tinggi"),
        ("90.99", "Tinggi"),
        ("76.00", "Tinggi"),
        ("75.99", "Sedang"),
        ("66.00", "Sedang"),
        ("65.99", "Rendah"),
        ("51.00", "Rendah"),
        ("50.99", "Sangat Rendah"),
        ("0.00", "Sangat Rendah"),
        ("-200000", "Sangat Rendah"),
    ],
)
def test_predicates_hold_from_their_lower_bound(reached: str, name: str) -> None:
    rating = rating_of(Decimal(reached), SCALE)
    assert rating is not None
    assert rating.name == name


@pytest.mark.parametrize(
    ("actual", "name"), [("90995", "Sangat Tinggi"), ("90994", "Tinggi"), ("75995", "Tinggi")]
)
def test_a_predicate_is_judged_on_the_rounded_value(actual: str, name: str) -> None:
    rating = rating_of(percent(actual, "100000", POSITIVE), SCALE)
    assert rating is not None
    assert rating.name == name


def test_what_does_not_apply_has_no_predicate() -> None:
    assert rating_of(None, SCALE) is None


def test_quarters_add_up_by_the_indicators_own_rule() -> None:
    quarters = [Decimal(10), Decimal(20), Decimal("0.5")]
    assert year_to_date(quarters, Aggregation.SUM) == Decimal("30.5")
    assert year_to_date(quarters, Aggregation.AVERAGE) == Decimal("10.1667")
    assert year_to_date(quarters, Aggregation.LAST) == Decimal("0.5")
    assert all(year_to_date([], rule) is None for rule in Aggregation)


@given(st.lists(signed, min_size=1, max_size=4))
def test_an_average_lies_between_its_quarters(quarters: list[Decimal]) -> None:
    average = year_to_date(quarters, Aggregation.AVERAGE)
    assert average is not None
    assert min(quarters) <= average <= max(quarters)


def test_a_mean_is_of_what_applies() -> None:
    assert mean([Decimal(80), None, Decimal("90.01")]) == Decimal("85.01")
    assert mean([None]) is None
    assert mean([]) is None


def test_an_indicator_knows_its_quarters() -> None:
    goals = (target("1"), None, target("3"), target("4"))
    indicator = Indicator(
        *("K1", "Sasaran", "Nama", "", "ton", POSITIVE, Aggregation.SUM, "Sumber", target("10")),
        quarter_targets=goals,
        previous_actuals=(Decimal(5), None, Decimal(7)),
    )
    assert [indicator.target_of(q) for q in (1, 2, 3, 4)] == list(goals)
    assert indicator.actuals_before(1) == []
    assert indicator.actuals_before(2) == [Decimal(5)]
    assert indicator.actuals_before(3) is None  # a sum without a quarter would be wrong
    last = replace(indicator, aggregation=Aggregation.LAST)
    assert last.actuals_before(4) == [Decimal(5), Decimal(7)]
