from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.deadline import Lateness, deadline_for, deadline_on
from pipeline.domain.procedure import QualityStandard
from tests.domain.test_office_hours import HOURS, at, moments

TEN_MINUTES = QualityStandard(required_input="Draf", minutes=10, output="Format")
THREE_DAYS = QualityStandard(required_input="Format", days=3, output="Isian")


def test_days_are_due_and_red_at_once() -> None:
    found = deadline_for(THREE_DAYS, HOURS, at(5, 10, 14), at(6, 9))
    assert found.due == found.red == at(8, 16)


@pytest.mark.parametrize(
    ("arrived", "opened", "due"),
    [
        (at(5, 10, 14), None, at(5, 10, 24)),
        (at(5, 10, 14), at(5, 15, 55), at(6, 7, 35)),  # counted from when it was opened
        (at(5, 10, 14), at(5, 22), at(6, 7, 40)),  # read at home
        (at(4, 12), None, at(5, 7, 40)),  # it came on a Sunday
        (at(4, 12), at(5, 9), at(5, 9, 10)),
        (at(5, 10, 14), at(8, 9), at(6, 16)),  # too late: the working day is over
    ],
)
def test_minutes_count_from_opening(
    arrived: datetime, opened: datetime | None, due: datetime
) -> None:
    assert deadline_for(TEN_MINUTES, HOURS, arrived, opened).due == due


def test_minutes_turn_red_after_a_whole_working_day_only() -> None:
    found = deadline_for(TEN_MINUTES, HOURS, at(16, 15, 55, 3))  # the 18th to the 24th are off
    assert found.due == at(17, 7, 35, 3)
    assert found.red == at(17, 16, month=3)
    assert found.lateness(at(17, 7, 35, 3)) is Lateness.IN_TIME
    assert found.lateness(at(17, 7, 36, 3)) is Lateness.LATE
    assert found.lateness(at(17, 16, month=3)) is Lateness.LATE
    assert found.lateness(at(17, 16, 1, 3)) is Lateness.RED


def test_a_moment_of_the_ledger_is_compared_as_it_is() -> None:
    found = deadline_for(THREE_DAYS, HOURS, datetime(2026, 10, 5, 3, 14, tzinfo=UTC))
    assert found.lateness(datetime(2026, 10, 8, 9, 0, tzinfo=UTC)) is Lateness.IN_TIME
    assert found.lateness(datetime(2026, 10, 8, 9, 1, tzinfo=UTC)) is Lateness.RED


def test_an_extension_to_a_day() -> None:
    assert deadline_on(date(2026, 10, 9), HOURS).due == at(9, 16, 30)
    assert deadline_on(date(2026, 10, 11), HOURS).due == at(12, 16)


@given(moments, st.none() | st.timedeltas(timedelta(), timedelta(days=20)))
def test_red_never_comes_before_due(arrived: datetime, later: timedelta | None) -> None:
    opened = None if later is None else arrived + later
    for standard in (TEN_MINUTES, THREE_DAYS):
        found = deadline_for(standard, HOURS, arrived, opened)
        assert arrived < found.due <= found.red
        assert HOURS.between(arrived, found.red).days >= 1
