from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.calendar import add_working_days, long_date, long_time, short_time

HOLIDAYS = frozenset({date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1)})
starts = st.dates(date(2026, 1, 1), date(2027, 12, 31))
counts = st.integers(0, 30)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2026, 10, 5), 0, date(2026, 10, 5)),
        (date(2026, 10, 5), 3, date(2026, 10, 8)),  # Monday to Thursday
        (date(2026, 10, 9), 1, date(2026, 10, 12)),  # over a weekend
        (date(2026, 10, 10), 1, date(2026, 10, 12)),  # from a Saturday
        (date(2026, 12, 23), 1, date(2026, 12, 28)),  # Christmas, cuti bersama, a weekend
        (date(2026, 12, 31), 2, date(2027, 1, 5)),  # into the new year
    ],
)
def test_working_days(start: date, days: int, end: date) -> None:
    assert add_working_days(start, days, HOLIDAYS) == end


@given(starts, counts)
def test_a_deadline_is_a_working_day_with_so_many_before_it(start: date, days: int) -> None:
    end = add_working_days(start, days, HOLIDAYS)
    between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
    working = [d for d in between if d.weekday() < 5 and d not in HOLIDAYS]
    assert len(working) == days
    assert not days or working[-1] == end


@given(starts, counts, st.frozensets(starts, max_size=20))
def test_local_holidays_only_lengthen(start: date, days: int, local: frozenset[date]) -> None:
    assert add_working_days(start, days, HOLIDAYS | local) >= add_working_days(
        start, days, HOLIDAYS
    )


def test_printed_forms() -> None:
    moment = datetime(2026, 10, 5, 9, 4)
    assert long_date(moment.date()) == "5 Oktober 2026"
    assert long_time(moment) == "5 Oktober 2026 pukul 09.04"
    assert short_time(moment) == "5 Okt 09.04"
