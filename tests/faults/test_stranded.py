"""Work whose end could not be written down is ended after all, without a restart."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.ledger.queue import queue_of
from pipeline.office import Office, open_office
from pipeline.service import work
from pipeline.service.work import end_work, start_work, take_up_stranded
from pipeline.sop.runner import CHAINS
from pipeline.tasks.init import init_office

CHAIN, KEY = "lay-out", "apa saja"
PATIENCE_S = 60.0
LONG_AGO_S = 600


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office whose chains are run."""
    with open_office(init_office(tmp_path / "kantor")) as opened:
        start_work(opened)
        yield opened
        end_work()


def status(office: Office) -> str:
    with office.ledger.read() as session:
        query = text("SELECT status FROM workflow_status WHERE workflow_uuid = :id")
        return str(session.execute(query, {"id": own_id(office)}).scalar_one())


def own_id(office: Office) -> str:
    return f"{office.id}:{CHAIN}:{KEY}"


def until_done(office: Office) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while status(office) != "SUCCESS":
        assert time.monotonic() < deadline, status(office)
        time.sleep(0.05)


def strand(office: Office, *, seconds_ago: float) -> None:
    """Leave the chain as it is when only its end could not be written."""
    query = text(
        "UPDATE workflow_status SET status = 'PENDING', executor_id = :queue, updated_at = :at,"
        " output = NULL, completed_at = NULL WHERE workflow_uuid = :id"
    )
    at = int((time.time() - seconds_ago) * 1000)
    values = {"queue": queue_of(office.id), "at": at, "id": own_id(office)}
    with office.ledger.engine.begin() as connection:
        connection.execute(query, values)
        connection.execute(text("DELETE FROM operation_outputs"))


def test_stranded_work_is_ended(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setitem(CHAINS, CHAIN, lambda office, key: done.append(key))
    with office.ledger.write() as tx:
        tx.enqueue(CHAIN, KEY, once=KEY)
    until_done(office)
    strand(office, seconds_ago=LONG_AGO_S)
    take_up_stranded(office)
    until_done(office)
    assert done == [KEY, KEY]


def test_what_is_at_work_or_has_just_begun_is_left_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.ledger.write() as tx:
        tx.enqueue(CHAIN, KEY, once=KEY)
    until_done(office)
    strand(office, seconds_ago=1)
    take_up_stranded(office)
    assert status(office) == "PENDING"
    strand(office, seconds_ago=LONG_AGO_S)
    monkeypatch.setattr(work, "_at_work", {own_id(office)})
    take_up_stranded(office)
    assert status(office) == "PENDING"
