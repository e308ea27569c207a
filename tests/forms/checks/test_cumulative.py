"""The year so far in place of the quarter, and a running total that goes down."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.check_rules import CheckName
from pipeline.domain.finding import Severity
from pipeline.domain.indicator import Aggregation, Indicator
from pipeline.domain.numbers import format_number

from .rows import contributes, found, indicator, known

YEAR = indicator(before=("14210.5", "16902", None))
UNTARGETED = indicator(before=("100", "110", None), annual="450", quarters=(None, None, None, None))
TOTAL = indicator(
    "ha",
    name="Luas kawasan konservasi (kumulatif)",
    aggregation=Aggregation.LAST,
    annual="900",
    quarters=("800", "850", "900", "900"),
    before=("810", "840", None),
)


@pytest.mark.parametrize(
    ("of", "written", "quarter"),
    [
        (YEAR, "48.467,75", 3),  # 14.210,5 + 16.902 + 17.355,25
        (YEAR, "31.112,5", 2),
        (UNTARGETED, "315", 3),
    ],
)
def test_the_year_so_far_is_recognised(of: Indicator, written: str, quarter: int) -> None:
    (finding,) = found(CheckName.CUMULATIVE, of, written, known(quarter))
    assert finding.severity is Severity.WARNING
    assert "mirip angka sejak awal tahun" in finding.message


def test_the_mend_names_the_quarters_own_figure() -> None:
    (finding,) = found(CheckName.CUMULATIVE, YEAR, "48.467,75")
    assert "realisasi s.d. triwulan lalu sudah 31.112,5" in finding.message
    assert "realisasi triwulan ini 17.355,25" in finding.mend
    assert found(CheckName.JUMP, YEAR, "48.467,75", known(last_quarter="10000")) == []  # told once


@pytest.mark.parametrize(
    ("of", "written", "quarter"),
    [
        (YEAR, "17.355,25", 3),
        (YEAR, "26.000", 3),  # a very good quarter
        (YEAR, "14.210,5", 1),
        (YEAR, "48.467.750", 3),  # a thousand times off
        (indicator(before=("14210.5", None, None)), "48.467,75", 3),  # a quarter is missing
        (indicator(aggregation=Aggregation.LAST, before=("10", "20", None)), "18.000", 3),
        (indicator(aggregation=Aggregation.AVERAGE, before=("10", "20", None)), "18.000", 3),
    ],
)
def test_a_quarters_figure_is_not(of: Indicator, written: str, quarter: int) -> None:
    assert found(CheckName.CUMULATIVE, of, written, known(quarter)) == []


@given(st.decimals("0", "1.49", places=3), st.integers(1, 4))
def test_no_figure_up_to_half_above_its_target_is_doubted(share: Decimal, quarter: int) -> None:
    year = indicator(before=("15000", "17000", "18000"))
    goal = year.target_of(quarter)
    assert goal is not None
    written = format_number(goal.value * share)
    assert found(CheckName.CUMULATIVE, year, written, known(quarter)) == []


def test_a_running_total_that_falls() -> None:
    (finding,) = found(CheckName.CUMULATIVE, TOTAL, "830")
    assert "turun dari 840 triwulan lalu" in finding.message
    assert found(CheckName.CUMULATIVE, TOTAL, "840") == []
    level = indicator("ha", aggregation=Aggregation.LAST, before=("810", "840", None))
    assert found(CheckName.CUMULATIVE, level, "830") == []  # nothing says that it only grows
    assert found(CheckName.CUMULATIVE, contributes(TOTAL), "3") == []
