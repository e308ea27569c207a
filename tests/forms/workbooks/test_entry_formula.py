"""What the entry workbook computes is what our own arithmetic says: recalculated by Calc."""

import random
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.domain.duty import Duty
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.indicator import (
    AchievementPolicy,
    Aggregation,
    Indicator,
    NegativeFormula,
    Polarity,
    Target,
    ZeroTarget,
    achievement,
)
from pipeline.forms.workbooks.entry import ACHIEVING, COLUMNS, EntryRow, write_entry
from pipeline.forms.workbooks.entry_formula import achievement_formula
from pipeline.forms.workbooks.sheet import TOP

from .recalculated import recalculated
from .samples import OFFICE, PERIOD

QUOTIENT = NegativeFormula.QUOTIENT
POLICIES = (
    AchievementPolicy(),
    AchievementPolicy(floor=Decimal(10), cap=Decimal(120)),
    AchievementPolicy(cap=Decimal(120), negative=QUOTIENT),
    AchievementPolicy(
        negative=QUOTIENT, zero=ZeroTarget(Decimal(110), Decimal(0), Decimal("99.995"))
    ),
    AchievementPolicy(floor=Decimal(-50), zero=ZeroTarget(None, None, Decimal(100))),
)
# Every region of the rule, its borders, and halves that binary arithmetic likes to lose
KNOWN = [
    (actual, target, polarity)
    for polarity in Polarity
    for target in ("80..90", "7..8", "0..5", "-25..-18", "-5..0", "0..0", "10", "0", "-4", "200000")
    for actual in ("-30", "-20", "-5", "-0.5", "0", "3", "7", "7.5", "8", "9", "85", "99", "2010")
] + [
    (actual, "100000", polarity)
    for polarity in (Polarity.POSITIVE, Polarity.NEGATIVE)
    for actual in ("90995", "1005", "75995", "50995", "90994.9999", "123456.5", "2675", "35855")
]
Case = tuple[str, str, Polarity]


def target_of(text: str) -> Target:
    low, _, high = text.partition("..")
    return Target(Decimal(low), Decimal(high) if high else None)


def drawn(count: int, seed: int) -> list[Case]:
    chooser = random.Random(seed)

    def figure(largest: int) -> str:
        places = chooser.choice((0, 0, 1, 2, 4))
        return str(Decimal(chooser.randrange(-largest, largest)).scaleb(-places))

    cases: list[Case] = []
    while len(cases) < count:
        largest = 10 ** chooser.randrange(2, 9)
        low, high = sorted((figure(largest), figure(largest)), key=Decimal)
        single = chooser.random() < 0.6
        wanted = chooser.choice((low, high)) if single else f"{low}..{high}"
        cases.append((figure(largest), wanted, chooser.choice(list(Polarity))))
    return cases


def workbook(cases: list[Case], policy: AchievementPolicy) -> bytes:
    rows = []
    for number, (actual, wanted, polarity) in enumerate(cases):
        target = target_of(wanted)
        indicator = Indicator(
            *(f"IK-{number}", "Sasaran", "Nama", "", "ton", polarity, Aggregation.SUM, "Sumber"),
            annual_target=target,
            quarter_targets=(target,) * 4,
        )
        filled = FilledRow(indicator.code, {Field.ACTUAL: actual}, Decimal(actual))
        rows.append(EntryRow("K7QX2M9PA2", "Kabid", Duty(indicator), filled, ""))
    return write_entry(rows, code="K7QX2M9PAB", period=PERIOD, office_name=OFFICE, policy=policy)


def differences(cases: list[Case], policy: AchievementPolicy, folder: Path) -> list[str]:
    lines = recalculated(workbook(cases, policy), folder)[TOP : TOP + len(cases)]
    assert len(lines) == len(cases)
    place, told = COLUMNS.index(ACHIEVING), []
    for (actual, wanted, polarity), line in zip(cases, lines, strict=True):
        percent = achievement(Decimal(actual), target_of(wanted), polarity, policy)
        shown = line[place]
        same = shown == "–" if percent is None else _is_number(shown, percent)
        if not same:
            told.append(f"{polarity} {actual} / {wanted}: {shown}, not {percent}")
    return told


def _is_number(shown: str, percent: Decimal) -> bool:
    try:
        return Decimal(f"{float(shown.replace(',', '.')):.12g}") == Decimal(f"{percent:.12g}")
    except ValueError:
        return False


def test_calc_agrees_with_our_arithmetic(tmp_path: Path) -> None:
    assert differences([*KNOWN, *drawn(150, seed=5)], POLICIES[2], tmp_path) == []


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_calc_agrees_on_thousands(policy: AchievementPolicy, tmp_path: Path) -> None:
    assert differences([*KNOWN, *drawn(4000, seed=11)], policy, tmp_path) == []


def test_without_a_target_there_is_nothing_to_compute() -> None:
    assert achievement_formula(None, Polarity.POSITIVE, AchievementPolicy(), "J") is None


def test_the_formula_reads_like_the_rule() -> None:
    formula = achievement_formula(
        Target(Decimal(7), Decimal(8)), Polarity.NEGATIVE, AchievementPolicy(), "J"
    )
    assert formula is not None
    inside = "AND(J{row}>=7,J{row}<=8),ROUND(MAX(100,0),2)"
    above, below = (f"ROUND(MAX(200-J{{row}}*100/{bound},0),2)" for bound in (8, 7))
    rule = f"IF({inside},IF(J{{row}}>8,{above},{below}))"
    assert formula.text == f'IF(ISNUMBER(J{{row}}),{rule},"–")'
