from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.evaluation import show_target
from pipeline.domain.indicator import Target
from pipeline.domain.numbers import ReadNumber
from pipeline.forms.workbooks.book import Odd
from pipeline.forms.workbooks.values import Fault, number_of, plain_digits, range_of, text_of

from .samples import numbers, ranges


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("80–90", "80", "90"),
        ("80-90", "80", "90"),
        (" 80 — 90 ", "80", "90"),
        ("80 s.d. 90", "80", "90"),
        ("80 s/d 90", "80", "90"),
        ("80% sampai dengan 90%", "80", "90"),
        ("7,5–8,25", "7.5", "8.25"),
        ("1.000–2.500", "1000", "2500"),
        ("-25–-18", "-25", "-18"),
        ("-2-3", "-2", "3"),
    ],
)
def test_ranges_as_people_write_them(written: str, low: str, high: str) -> None:
    assert range_of(written) == Target(Decimal(low), Decimal(high))


@pytest.mark.parametrize("written", ["", "80", "-5", "–", "delapan puluh", "80–", "1–2–3", None])
def test_what_is_no_range(written: str | None) -> None:
    assert range_of(written) is None


@pytest.mark.parametrize("written", ["90–80", "1,2,3–4"])
def test_ranges_that_cannot_be(written: str) -> None:
    assert isinstance(range_of(written), Fault)


@given(ranges)
def test_a_shown_range_reads_back(target: Target) -> None:
    assert range_of(show_target(target)) == target


@given(st.text(max_size=200))
def test_any_text_is_a_number_a_fault_or_nothing(text: str) -> None:
    assert isinstance(number_of(text), ReadNumber | Fault | None)
    range_of(text)


def test_a_native_number_with_three_decimals_may_be_a_thousand() -> None:
    assert number_of(Decimal("1.234")) == ReadNumber(Decimal("1.234"), Decimal(1234))
    assert number_of(Decimal("87.35")) == ReadNumber(Decimal("87.35"))


@pytest.mark.parametrize("odd", list(Odd))
def test_odd_contents_are_faults_with_a_mend(odd: Odd) -> None:
    for read in (text_of(odd), number_of(odd)):
        assert isinstance(read, Fault)
        assert read.mend


@given(numbers)
def test_plain_digits_keep_the_number(number: Decimal) -> None:
    assert Decimal(plain_digits(number)) == number
    assert "E" not in plain_digits(number)
