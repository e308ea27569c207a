from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.calendar import long_date
from pipeline.domain.evaluation import show_target
from pipeline.domain.indicator import Target
from pipeline.domain.master_tables import show_date
from pipeline.domain.numbers import ReadNumber
from pipeline.forms.workbooks.book import Odd
from pipeline.forms.workbooks.values import (
    Fault,
    date_of,
    number_of,
    plain_digits,
    range_of,
    text_of,
)

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
    for read in (text_of(odd), number_of(odd), date_of(odd)):
        assert isinstance(read, Fault)
        assert read.mend


@given(numbers)
def test_plain_digits_keep_the_number(number: Decimal) -> None:
    assert Decimal(plain_digits(number)) == number
    assert "E" not in plain_digits(number)


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_days_read_back_however_they_are_shown(day: date) -> None:
    for written in (show_date(day), f"{day:%d/%m/%Y}", long_date(day), day.isoformat(), day):
        assert date_of(written) == day


@pytest.mark.parametrize("empty", [None, "", "  ", "-", "–"])
def test_no_day(empty: str | None) -> None:
    assert date_of(empty) is None


@pytest.mark.parametrize(
    "written",
    ["30-02-2026", "31-12-26", "12-31-2026", "1 Foo 2026", "2026", "0-1-2026", "1-0-2026"],
)
def test_what_is_no_day_says_how_to_write_one(written: str) -> None:
    assert date_of(written) == Fault(f"“{written}” bukan tanggal", "tulis misalnya 31-12-2026")


def test_a_day_is_neither_text_nor_number() -> None:
    for read in (text_of(date(2026, 1, 2)), number_of(date(2026, 1, 2))):
        assert isinstance(read, Fault)
        assert "berisi tanggal" in read.message
    assert isinstance(date_of(Decimal(46024)), Fault)


@given(st.text(max_size=60))
def test_any_text_is_a_day_a_fault_or_nothing(text: str) -> None:
    assert isinstance(date_of(text), date | Fault | None)
