"""Implausible jumps and magnitudes: told where they are odd, quiet on honest figures."""

import pytest

from pipeline.domain.check_rules import CheckName, CheckRules
from pipeline.domain.finding import Severity
from pipeline.domain.indicator import Aggregation, Indicator

from .rows import contributes, found, indicator, known

FLAT = indicator(aggregation=Aggregation.AVERAGE, annual="100", quarters=("100",) * 4)
KPI = indicator("%", name="Persentase", annual="85", quarters=("80", "82", "85", "85"))
NO_TARGETS = indicator(annual="400", quarters=(None, None, None, None))
CASES = indicator("kasus", annual="40", quarters=("10", "10", "10", "10"))
SEASONAL = indicator(annual="600", quarters=("10", "20", "550", "20"))


@pytest.mark.parametrize(
    ("of", "written", "before", "year_ago", "message"),
    [
        (FLAT, "301", "100", None, "padahal triwulan lalu 100 (3,01 kali)"),
        (FLAT, "33", "100", None, "padahal triwulan lalu 100 (0,33 kali)"),
        (FLAT, "0", "100", None, "padahal triwulan lalu 100 (0,00 kali)"),
        (FLAT, "400", "0", None, "padahal triwulan lalu 0"),
        (FLAT, "301", None, "100", "padahal triwulan yang sama tahun lalu 100 (3,01 kali)"),
        (FLAT, "301", "100", "90", "padahal triwulan lalu 100"),
        (CASES, "31", "10", None, "padahal triwulan lalu 10 (3,10 kali)"),
        (SEASONAL, "20", "20", None, ""),
    ],
)
def test_a_jump(
    of: Indicator, written: str, before: str | None, year_ago: str | None, message: str
) -> None:
    told = found(CheckName.JUMP, of, written, known(last_quarter=before, last_year=year_ago))
    assert [f.severity for f in told] == [Severity.WARNING] * bool(message)
    assert all(message in f.message and "Keterangan" in f.mend for f in told)


@pytest.mark.parametrize(
    ("of", "written", "before", "year_ago"),
    [
        (FLAT, "299", "100", None),
        (FLAT, "34", "100", None),
        (FLAT, "100", "100", None),
        (FLAT, "0", "0", None),
        (FLAT, "120", "0", None),  # near its target
        (FLAT, "400", None, None),  # nothing on file
        (FLAT, "400", "100", "390"),  # so it was last year
        (NO_TARGETS, "5", "0", None),  # from nothing, and no target: no measure
        (CASES, "8", "2", None),  # small counts move freely
        (CASES, "0", "9", None),
        (SEASONAL, "540", "20", None),  # planned so
        (FLAT, "99.900", "100", None),  # told as a magnitude
    ],
)
def test_no_jump(of: Indicator, written: str, before: str | None, year_ago: str | None) -> None:
    against = known(last_quarter=before, last_year=year_ago)
    assert found(CheckName.JUMP, of, written, against) == []


def test_the_factor_is_configuration() -> None:
    against = known(last_quarter="100", rules=CheckRules(jump_factor="1.5"))
    assert len(found(CheckName.JUMP, FLAT, "160", against)) == 1


def test_a_part_has_no_history() -> None:
    against = known(last_quarter="100", last_year="100")
    for check in (CheckName.JUMP, CheckName.MAGNITUDE):
        assert found(check, contributes(FLAT), "100000", against) == []


@pytest.mark.parametrize(
    ("of", "written", "before", "message"),
    [
        (indicator(), "17.355.250", None, "kira-kira seribu kali target 18.000"),
        (
            indicator(),
            "17.355.250",
            "16902",
            "seribu kali target 18.000 dan realisasi triwulan lalu 16.902",
        ),
        (indicator(), "17,36", None, "kira-kira seperseribu target 18.000"),
        (indicator(), "18.000.000.000", None, "kira-kira sejuta kali target"),
        (KPI, "0,865", "83.2", "kira-kira seperseratus target 85"),
    ],
)
def test_a_thousand_times_off(
    of: Indicator, written: str, before: str | None, message: str
) -> None:
    (finding,) = found(CheckName.MAGNITUDE, of, written, known(last_quarter=before))
    assert finding.severity is Severity.WARNING
    assert message in finding.message
    assert of.unit in finding.mend
    assert found(CheckName.JUMP, of, written, known(last_quarter=before)) == []  # told once


@pytest.mark.parametrize(
    ("of", "written", "before"),
    [
        (indicator(), "17.355,25", "16902"),
        (indicator(), "2.000", "16902"),
        (indicator(), "0", "16902"),
        (indicator(), "18.000.000", "17000000"),  # history knows the scale
        (indicator(), "17.355", None),
        (KPI, "1,2", "1.1"),
    ],
)
def test_the_scale_is_right(of: Indicator, written: str, before: str | None) -> None:
    assert found(CheckName.MAGNITUDE, of, written, known(last_quarter=before)) == []


def test_a_doubtful_number_is_told_as_that() -> None:
    of = indicator(quarters=(None, None, "17.4", None))
    assert len(found(CheckName.READING, of, "17.355")) == 1
    assert found(CheckName.MAGNITUDE, of, "17.355") == []
