"""Who runs chains, and who of them is silent: told without comparing clocks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Worker
from pipeline.ledger.workers import LOOKS, Lookout, beat, executor_of, rows_of, say_ended

OFFICE = "kantor"
OTHER = executor_of(OFFICE, "meja-2")


class Clock:
    """A clock that jumps when told."""

    def __init__(self) -> None:
        self.at = datetime(2026, 10, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.at += timedelta(milliseconds=1)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(tmp_path: Path, clock: Clock) -> Iterator[Ledger]:
    ledger = Ledger(f"sqlite:///{tmp_path / 'kinerja.db'}", OFFICE, clock)
    ledger.migrate()
    yield ledger
    ledger.close()


def test_who_beats_is_there_and_who_does_not_is_gone_after_several_looks(office: Ledger) -> None:
    lookout = Lookout(office, "layanan")
    for _ in range(2 * LOOKS):
        beat(office, OTHER, "meja")
        assert lookout.look() == ({OTHER}, set())
    for _ in range(LOOKS - 1):
        assert lookout.look() == ({OTHER}, set())
    assert lookout.look() == (set(), {OTHER})
    beat(office, OTHER, "meja")
    assert lookout.look() == ({OTHER}, set())


@pytest.mark.parametrize("hours", [-30, 30])
def test_a_clock_that_jumps_makes_nobody_silent(office: Ledger, clock: Clock, hours: int) -> None:
    lookout = Lookout(office, "layanan")
    beat(office, OTHER, "meja")
    lookout.look()
    clock.at += timedelta(hours=hours)
    for _ in range(LOOKS + 2):
        beat(office, OTHER, "meja")
        assert lookout.look() == ({OTHER}, set())


def test_who_says_so_is_gone_at_once_and_back_when_it_beats_again(office: Ledger) -> None:
    lookout = Lookout(office, "layanan")
    beat(office, OTHER, "meja")
    say_ended(office, OTHER)
    assert lookout.look() == (set(), {OTHER})
    beat(office, OTHER, "meja")
    assert lookout.look() == ({OTHER}, set())


def test_nobody_looks_at_himself_or_at_another_office(office: Ledger, clock: Clock) -> None:
    beat(office, OTHER, "meja")
    elsewhere = Ledger(office.url, "kantor-lain", clock)
    beat(elsewhere, executor_of("kantor-lain", "meja-2"), "meja")
    elsewhere.close()
    assert Lookout(office, OTHER).look() == (set(), set())
    with office.read() as session:
        assert [row.id for row in rows_of(session, OFFICE)] == [OTHER]
        assert session.query(Worker).count() == 2


def test_to_end_without_having_begun_says_nothing(office: Ledger) -> None:
    say_ended(office, OTHER)
    with office.read() as session:
        assert rows_of(session, OFFICE) == []
