from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.domain.evaluation import (
    Evaluation,
    contribution,
    evaluate,
    show_percent,
    show_target,
)
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.indicator import (
    AchievementPolicy,
    Aggregation,
    Indicator,
    NegativeFormula,
    Polarity,
    Rating,
    Target,
)

SCALE = (
    Rating(Decimal(91), "Sangat Tinggi", "1B5E20", "FFFFFF"),
    Rating(Decimal(0), "Rendah", "FB8C00", "000000"),
)
INDICATOR = Indicator(
    *("K1", "Sasaran", "Nama", "", "ton", Polarity.POSITIVE, Aggregation.SUM, "Sumber"),
    annual_target=Target(Decimal(100)),
    quarter_targets=(Target(Decimal(20)), Target(Decimal(30)), None, Target(Decimal(25))),
    previous_actuals=(Decimal(22), Decimal(27), None),
)


def judged(indicator: Indicator, quarter: int, actual: str | None) -> Evaluation:
    row = FilledRow("K1", {}, Decimal(actual) if actual else None)
    policy = AchievementPolicy()
    return evaluate("Kabid", indicator, row, quarter=quarter, policy=policy, scale=SCALE)


def test_a_quarter_with_its_target() -> None:
    result = judged(INDICATOR, 2, "28.5")
    assert result.quarter_target == Target(Decimal(30))
    assert result.year_to_date == Decimal("50.5")
    assert result.achievement == Decimal("95.00")
    assert result.annual_achievement == Decimal("50.50")
    assert result.rating is SCALE[0]


def test_a_quarter_without_a_target_has_only_the_year() -> None:
    result = judged(INDICATOR, 3, "20")
    assert (result.achievement, result.rating) == (None, None)
    assert result.year_to_date == Decimal(69)
    assert result.annual_achievement == Decimal("69.00")


def test_nothing_reported_nothing_follows() -> None:
    result = judged(INDICATOR, 2, None)
    assert result.year_to_date is None
    assert (result.achievement, result.annual_achievement, result.rating) == (None, None, None)


def test_a_target_of_zero_is_explained_where_no_achievement_follows() -> None:
    zero = replace(INDICATOR, quarter_targets=(Target(Decimal(0)),) * 4)
    result = judged(zero, 2, "5")
    assert (result.achievement, result.remark) == (None, "capaian tidak dihitung karena target 0")
    assert judged(zero, 2, None).note == ""
    fewer = replace(zero, polarity=Polarity.NEGATIVE)
    assert (judged(fewer, 2, "0").achievement, judged(fewer, 2, "0").note) == (Decimal(100), "")


def test_a_formula_without_meaning_is_explained() -> None:
    fewer = replace(INDICATOR, polarity=Polarity.NEGATIVE)
    quotient = AchievementPolicy(negative=NegativeFormula.QUOTIENT)
    row = FilledRow("K1", {}, Decimal(0))
    result = evaluate("Kabid", fewer, row, quarter=2, policy=quotient, scale=SCALE)
    assert result.achievement is None
    assert result.note == (
        "capaian tidak dihitung: rumus T/R tidak berlaku untuk target atau realisasi ini"
    )


def test_from_a_part_of_a_figure_nothing_follows() -> None:
    row = FilledRow("K1", {Field.REMARK: "kata"}, Decimal(5))
    part = contribution("UPTD", INDICATOR, row)
    assert (part.quarter_target, part.achievement, part.year_to_date) == (None, None, None)
    assert part.remark == "kata · kontribusi; capaian dihitung pada jumlahnya"


def test_later_quarters_on_file_do_not_count() -> None:
    known = replace(INDICATOR, previous_actuals=(Decimal(1), Decimal(2), Decimal(3)))
    assert judged(known, 1, "10").year_to_date == Decimal(10)


@pytest.mark.parametrize(
    ("target", "shown"),
    [
        (None, "–"),
        (Target(Decimal("68174.50")), "68.174,5"),
        (Target(Decimal(80), Decimal(90)), "80–90"),
    ],
)
def test_targets_as_printed(target: Target | None, shown: str) -> None:
    assert show_target(target) == shown


def test_percents_as_printed() -> None:
    assert show_percent(Decimal("87.5")) == "87,50"
    assert show_percent(None) == "–"
