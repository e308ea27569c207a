"""An office's own calendar: its hours, the nation's holidays and its local days off."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pipeline.domain.procedure import Verb
from pipeline.office import Office
from pipeline.settings import HoursSection
from tests.tasks.quarters import WIB
from tests.web.offices import make_office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return make_office(tmp_path)


def due(office: Office, verb: Verb, arrived: datetime, opened: datetime | None = None) -> datetime:
    step = next(iter(office.procedures.values())).step(verb)
    return office.deadline(step, arrived, opened).due


def test_eid_and_its_joint_leave_are_no_working_days(office: Office) -> None:
    before = datetime(2026, 3, 17, 9, tzinfo=WIB)  # a Tuesday; the office is back on the 25th
    assert due(office, Verb.FILL, before) == datetime(2026, 3, 27, 16, 30, tzinfo=WIB)
    at_the_end = datetime(2026, 3, 17, 15, 55, tzinfo=WIB)
    assert due(office, Verb.CORRECT, at_the_end) == datetime(2026, 3, 25, 7, 35, tzinfo=WIB)
    in_the_evening = datetime(2026, 3, 17, 19, tzinfo=WIB)
    opened = due(office, Verb.CORRECT, at_the_end, in_the_evening)
    assert opened == datetime(2026, 3, 25, 7, 40, tzinfo=WIB)


def test_a_years_end_knows_the_next_years_holidays(office: Office) -> None:
    assert due(office, Verb.DISTRIBUTE, datetime(2025, 12, 31, 9, tzinfo=WIB)) == datetime(
        2026, 1, 2, 16, 30, tzinfo=WIB
    )


def test_a_moment_of_the_ledger_counts_by_the_offices_day(office: Office) -> None:
    evening = datetime(2026, 10, 5, 18, tzinfo=UTC)  # Tuesday, 01.00 WIB
    assert due(office, Verb.DISTRIBUTE, evening) == datetime(2026, 10, 7, 16, tzinfo=WIB)


def test_local_days_off_lengthen(tmp_path: Path) -> None:
    hours = HoursSection(days_off=(date(2026, 1, 6), date(2026, 1, 10)))
    office = make_office(tmp_path, hours=hours)
    monday = datetime(2026, 1, 5, 9, tzinfo=WIB)  # the 6th is Jambi's anniversary
    assert due(office, Verb.DISTRIBUTE, monday) == datetime(2026, 1, 7, 16, tzinfo=WIB)


def test_an_office_keeps_its_own_hours(tmp_path: Path) -> None:
    hours = HoursSection(monday_to_thursday=("08.00-15.00",), friday=("08.00-11.30",))
    office = make_office(tmp_path, hours=hours)
    assert due(office, Verb.DISTRIBUTE, datetime(2026, 10, 8, 9, tzinfo=WIB)) == datetime(
        2026, 10, 9, 11, 30, tzinfo=WIB
    )
