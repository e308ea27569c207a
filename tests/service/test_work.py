"""The queue's work in one process: an absent database is waited for, old work is forgotten."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from dbos import DBOS
from sqlalchemy.exc import OperationalError

from pipeline.intake.claim import TAKE
from pipeline.ledger.queue import is_away
from pipeline.ledger.tables import Arrival
from pipeline.office import Office, open_office
from pipeline.service import work
from pipeline.service.work import end_work, forget_old_work, start_work
from pipeline.tasks.init import init_office

PATIENCE_S = 60.0
Run = Callable[..., None]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(init_office(tmp_path / "kantor")) as opened:
        opened.ledger.migrate()
        yield opened


def away() -> OperationalError:
    return OperationalError("SELECT 1", {}, Exception("server closed the connection"))


def failing(times: int, error: Exception) -> tuple[Run, list[str]]:
    """A chain that fails so often before it is done; the calls."""
    calls: list[str] = []

    def run(_office: Office, chain: str, _key: str, *, lays_out: bool) -> None:
        calls.append(f"{chain} {lays_out}")
        if len(calls) <= times:
            raise error

    return run, calls


def test_a_database_that_is_away_is_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, calls = failing(4, away())
    monkeypatch.setattr(work, "run_chain", run)
    monkeypatch.setattr(work, "FIRST_PAUSE_S", 0.001)
    monkeypatch.setattr(work, "LONGEST_PAUSE_S", 0.002)
    work._ending.clear()
    work._run(office, "take", "x", lays_out=False)
    assert calls == ["take False"] * 5


def test_another_error_is_not_waited_out(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run, calls = failing(1, RuntimeError("kosong"))
    monkeypatch.setattr(work, "run_chain", run)
    work._ending.clear()
    with pytest.raises(RuntimeError):
        work._run(office, "take", "x", lays_out=True)
    assert calls == ["take True"]


def test_who_ends_waits_for_no_database(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    run, calls = failing(1 << 30, away())
    monkeypatch.setattr(work, "run_chain", run)
    work._ending.set()
    with pytest.raises(OperationalError):
        work._run(office, "take", "x", lays_out=True)
    assert len(calls) == 1


def test_the_wait_outlasts_a_restart_of_postgresql() -> None:
    assert work.AWAY_S >= 30
    assert is_away(away())
    assert not is_away(ValueError("x"))


def test_old_work_is_forgotten_but_not_what_may_be_asked_for_again(office: Office) -> None:
    judged, recurs = f"{office.id}:{TAKE}:{'a' * 32}", f"{office.id}:lay-out:hari-ini"
    start_work(office)
    try:
        with office.ledger.write() as tx:
            tx.session.add(_arrival(tx.now(), office.id))
            tx.enqueue(TAKE, "a" * 32, once="a" * 32)
            tx.enqueue("lay-out", "x", once="hari-ini")
        _until(lambda: _status(judged) == _status(recurs) == "SUCCESS")
        forget_old_work(office)
        assert _status(judged) == _status(recurs) == "SUCCESS"
        now = office.now
        office.now = lambda: now() + work.KEPT + timedelta(hours=1)
        forget_old_work(office)
        assert (_status(judged), _status(recurs)) == (None, "SUCCESS")
    finally:
        end_work()


def _arrival(now: datetime, office_id: str) -> Arrival:
    return Arrival(
        id="a" * 32,
        office_id=office_id,
        folder="data-kinerja/1-draft/kirim",
        name="x",
        sha256="0" * 64,
        size=1,
        owner="staf",
        arrived_at=now,
        outcome="ditolak",
    )


def _status(workflow: str) -> str | None:
    found: Any = DBOS.get_workflow_status(workflow)
    return found.status if found else None


def _until(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
