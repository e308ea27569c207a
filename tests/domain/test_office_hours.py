from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.office_hours import OfficeHours, Span, WorkingTime

WIB = ZoneInfo("Asia/Jakarta")
EID_2026 = frozenset(date(2026, 3, day) for day in range(18, 25))  # Nyepi, Idul Fitri, cuti bersama
HOURS = OfficeHours(
    (Span(time(7, 30), time(12)), Span(time(13), time(16))),
    (Span(time(7, 30), time(11, 30)), Span(time(13), time(16, 30))),
    EID_2026,
    WIB,
)
moments = st.datetimes(datetime(2026, 2, 1), datetime(2026, 5, 1), timezones=st.just(WIB))
minutes = st.integers(1, 3000)


def at(day: int, hour: int, minute: int = 0, month: int = 10) -> datetime:
    """A moment in the office's zone; 5 October 2026 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=WIB)


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (at(5, 10, 14), 10, at(5, 10, 24)),
        (at(5, 15, 55), 10, at(6, 7, 35)),  # five minutes today, five tomorrow
        (at(5, 15, 50), 10, at(5, 16)),  # to the very close
        (at(5, 16), 10, at(6, 7, 40)),
        (at(5, 11, 55), 10, at(5, 13, 5)),  # over the break
        (at(9, 11, 25), 10, at(9, 13, 5)),  # the longer one on Fridays
        (at(9, 16, 25), 10, at(12, 7, 35)),  # over a weekend
        (at(5, 23), 10, at(6, 7, 40)),  # at night
        (at(5, 3), 20, at(5, 7, 50)),  # before the office opens
        (at(11, 12), 10, at(12, 7, 40)),  # on a Sunday
        (at(17, 15, 55, 3), 10, at(25, 7, 35, 3)),  # over Nyepi and Idul Fitri
        (at(5, 7, 30), 450 + 1, at(6, 7, 31)),  # a day and a minute
    ],
)
def test_minutes_run_in_office_hours_only(start: datetime, length: int, end: datetime) -> None:
    assert HOURS.after_minutes(start, length) == end


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (at(5, 10, 14), 3, at(8, 16)),
        (at(5, 23, 59), 1, at(6, 16)),
        (at(6, 0), 1, at(7, 16)),
        (at(7, 9), 2, at(9, 16, 30)),  # a Friday closes later
        (at(11, 9), 1, at(12, 16)),  # from a Sunday
        (at(17, 9, month=3), 1, at(25, 16, month=3)),
    ],
)
def test_days_end_with_the_office(start: datetime, days: int, end: datetime) -> None:
    assert HOURS.close_after(start, days) == end


def test_the_day_is_the_offices_own_whatever_zone_the_ledger_keeps() -> None:
    late = datetime(2026, 10, 5, 17, 30, tzinfo=UTC)  # half past midnight on Tuesday in Jambi
    assert HOURS.close_after(late, 1) == at(7, 16)
    assert HOURS.after_minutes(late, 10) == at(6, 7, 40)
    assert HOURS.after_minutes(late, 10).tzinfo is WIB
    jayapura = OfficeHours(
        HOURS.monday_to_thursday, HOURS.friday, EID_2026, ZoneInfo("Asia/Jayapura")
    )
    assert jayapura.after_minutes(at(5, 13, 55), 10) == at(6, 5, 35)  # 15.55 there


def test_a_day_off_closes_with_the_next_working_day() -> None:
    assert HOURS.close_of(date(2026, 10, 9)) == at(9, 16, 30)
    assert HOURS.close_of(date(2026, 10, 10)) == at(12, 16)
    assert HOURS.close_of(date(2026, 3, 20)) == at(25, 16, month=3)


def test_when_it_opens() -> None:
    assert HOURS.opening(at(5, 10)) == at(5, 10)
    assert HOURS.opening(at(5, 12)) == at(5, 13)
    assert HOURS.opening(at(9, 17)) == at(12, 7, 30)


@pytest.mark.parametrize(
    ("start", "end", "days", "rest", "words"),
    [
        (at(5, 10), at(5, 10, 0), 0, 0, "kurang dari semenit"),
        (at(5, 16), at(5, 22), 0, 0, "kurang dari semenit"),  # nobody works at night
        (at(5, 10), at(5, 10, 40), 0, 40, "40 menit"),
        (at(5, 11), at(5, 14, 5), 0, 125, "2 jam 5 menit"),
        (at(8, 16), at(9, 16, 30), 1, 0, "1 hari kerja"),
        (at(8, 16), at(12, 9, 45), 1, 135, "1 hari kerja 2 jam"),  # Friday, a weekend, Monday
        (at(5, 10), at(6, 15), 1, 240, "1 hari kerja 4 jam"),  # two parts make a day
        (at(17, 16, month=3), at(26, 16, month=3), 2, 0, "2 hari kerja"),
        (at(6, 10), at(5, 10), 0, 0, "kurang dari semenit"),
    ],
)
def test_working_time_between(
    start: datetime, end: datetime, days: int, rest: int, words: str
) -> None:
    found = HOURS.between(start, end)
    assert found == WorkingTime(days, rest)
    assert found.words == words


@given(moments, minutes)
def test_a_moment_so_reckoned_lies_in_office_hours(start: datetime, length: int) -> None:
    end = HOURS.after_minutes(start, length)
    assert end > start
    just_before = end - timedelta(microseconds=1)
    assert HOURS.opening(just_before) == just_before


@given(moments, minutes, minutes)
def test_minutes_add_up(start: datetime, one: int, other: int) -> None:
    whole = HOURS.after_minutes(start, one + other)
    assert HOURS.after_minutes(HOURS.after_minutes(start, one), other) == whole


@given(moments, moments, moments)
def test_working_time_grows_with_time(one: datetime, two: datetime, three: datetime) -> None:
    start, middle, end = sorted((one, two, three))
    assert HOURS.between(start, middle) <= HOURS.between(start, end)


@given(moments, st.integers(1, 20), st.frozensets(st.dates(date(2026, 2, 1), date(2026, 5, 1))))
def test_local_days_off_only_lengthen(start: datetime, days: int, local: frozenset[date]) -> None:
    longer = OfficeHours(HOURS.monday_to_thursday, HOURS.friday, EID_2026 | local, WIB)
    assert longer.close_after(start, days) >= HOURS.close_after(start, days)
    assert longer.after_minutes(start, days) >= HOURS.after_minutes(start, days)
