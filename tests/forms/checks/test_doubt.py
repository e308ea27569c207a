"""A writing that reads two ways, where the other way fits target or history better."""

import pytest

from pipeline.domain.check_rules import CheckName
from pipeline.domain.finding import Severity

from .rows import contributes, found, indicator, known

NO_TARGETS = (None, None, None, None)


@pytest.mark.parametrize(
    ("written", "goal", "doubted"),
    [
        ("1.234", "1200", False),
        ("1.234", "500", False),  # 2,5 times it, not the 400th part
        ("1.234", "1.2", True),
        ("1,234", "1200", True),
        ("1,234", "1.2", False),
        ("1.234", "0", True),
        ("1234", "1.2", False),  # one reading only
        ("1.234,5", "1.2", False),
        ("1.234 ton", "1.2", True),
        ("1.234*", "1.2", True),
    ],
)
def test_against_the_target(written: str, goal: str, doubted: bool) -> None:
    of = indicator(annual="5000", quarters=(None, None, goal, None))
    told = found(CheckName.READING, of, written)
    assert bool(told) is doubted
    assert all(
        f.severity is Severity.WARNING and f.place == "IK-1, kolom Realisasi TW" for f in told
    )


@pytest.mark.parametrize(
    ("last_quarter", "last_year", "reason"),
    [
        ("1.3", None, "realisasi triwulan lalu 1,3"),
        (None, "1.1", "realisasi triwulan yang sama tahun lalu 1,1"),
    ],
)
def test_against_history(last_quarter: str | None, last_year: str | None, reason: str) -> None:
    of = indicator(annual="1200", quarters=NO_TARGETS)
    against = known(last_quarter=last_quarter, last_year=last_year)
    (finding,) = found(CheckName.READING, of, "1.234", against)
    assert finding.message == (
        f"tertulis “1.234”, dibaca 1.234, padahal 1,234 lebih dekat ke {reason}"
    )
    assert found(CheckName.READING, of, "1.234") == []


def test_the_mend_is_a_writing_that_reads_one_way_only() -> None:
    small = indicator(quarters=(None, None, "1.2", None))
    (finding,) = found(CheckName.READING, small, "1.234")
    assert finding.mend == "bila maksudnya 1,234, kirim ulang dengan penulisan 1,2340"
    large = indicator(quarters=(None, None, "1200", None))
    (finding,) = found(CheckName.READING, large, "1,234")
    assert finding.mend == "bila maksudnya 1.234, kirim ulang dengan penulisan 1234"


@pytest.mark.parametrize(
    ("written", "goal", "plain"), [("100.000", "100", "100"), ("95.000", "95", "95")]
)
def test_the_mend_is_never_ten_times_the_figure(written: str, goal: str, plain: str) -> None:
    (finding,) = found(CheckName.READING, indicator(quarters=(None, None, goal, None)), written)
    assert finding.mend.endswith(f"dengan penulisan {plain}")


def test_a_part_is_compared_with_nothing() -> None:
    part = contributes(indicator(quarters=(None, None, "1.2", None)))
    assert found(CheckName.READING, part, "1.234", known(last_quarter="1.2")) == []
