"""`kinerja worker`: refused where it cannot be, and its work is taken over when it falls silent."""

import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.cli.app import run
from pipeline.errors import ConflictError, ExitCode, UsageError
from pipeline.ledger.tables import Arrival, Event, Publication, Worker
from pipeline.ledger.workers import executor_of, rows_of
from pipeline.office import Office, open_office
from pipeline.service.worker import _only_one, require_possible
from pipeline.settings import FILE_NAME
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.init import init_office
from tests.journeys.office import PROCEDURE, Service
from tests.ledger.postgres import cluster

PATIENCE_S = 240.0
FILES = 24
NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/none"


def on(root: Path, url: str) -> Path:
    """The office in ``root``, its ledger at ``url``."""
    settings = root / FILE_NAME
    settings.write_text(settings.read_text().replace('url = ""', f'url = "{url}"', 1))
    return root


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return init_office(tmp_path / "kantor")


def test_it_is_refused_on_sqlite(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["worker", "--office", str(root)]) == ExitCode.USAGE
    assert "A worker needs PostgreSQL" in " ".join(capsys.readouterr().err.split())
    assert not list((root / ".kinerja").glob("pekerja-*"))


@pytest.mark.parametrize("name", ["", "../kantor", "Meja 2", "meja-", "x" * 41])
def test_what_can_be_no_name_is_refused(root: Path, name: str) -> None:
    with open_office(on(root, NOWHERE)) as office, pytest.raises(UsageError):
        require_possible(office, name)


def test_each_name_runs_once(root: Path) -> None:
    with open_office(on(root, NOWHERE)) as office, _only_one(office, "meja-2"):
        with pytest.raises(ConflictError, match="meja-2"), _only_one(office, "meja-2"):
            pytest.fail("two of one name")
        with _only_one(office, "meja-3"):
            pass


@dataclass
class Pair:
    """A service and a worker on one office."""

    office: Office
    service: Service
    worker: Service

    def executors(self, status: str) -> dict[str, str]:
        """Which chain is, or was, with whom."""
        query = text("SELECT workflow_uuid, executor_id FROM workflow_status WHERE status = :s")
        with self.office.ledger.engine.connect() as connection:
            connection.execute(text("SET search_path TO dbos"))
            rows = connection.execute(query, {"s": status})
            return {row[0]: row[1] for row in rows}

    def send(self, start: int) -> None:
        """Files that cannot be a draft, each answered with a slip."""
        folder = self.office.inbox / PROCEDURE / "1-draft" / "kirim"
        for number in range(start, start + FILES):
            half = folder / f"~${number}.tmp"
            half.write_bytes(f"catatan {number}".encode() * 99)
            half.rename(folder / f"catatan {number}.xyz")

    def answered(self) -> int:
        """How many files have their outcome."""
        with self.office.ledger.read() as session:
            return session.query(Arrival).filter(Arrival.outcome.is_not(None)).count()


@pytest.fixture
def pair(root: Path) -> Iterator[Pair]:
    with cluster() as server, open_office(on(root, server.database())) as office:
        service = Service(root)
        worker = Service(
            root,
            command=("worker", "--name", "meja-2"),
            log_name="pekerja.log",
            greeting=b"the worker runs",
        )
        try:
            service.start()
            until(lambda: service.ready, service)
            worker.start()
            until(lambda: worker.ready, worker)
            yield Pair(office, service, worker)
        finally:
            worker.kill()
            service.kill()


@pytest.mark.slow
def test_who_is_frozen_has_its_work_taken_over_and_does_nothing_twice(pair: Pair) -> None:
    own = executor_of(pair.office.id, "meja-2")
    pair.send(0)
    until(lambda: own in pair.executors("PENDING").values(), pair.worker)
    assert pair.worker.process is not None
    os.kill(pair.worker.process.pid, signal.SIGSTOP)
    held = [chain for chain, who in pair.executors("PENDING").items() if who == own]
    until(lambda: pair.answered() == FILES, pair.service)
    done = pair.executors("SUCCESS")
    assert all(done[chain] != own for chain in held if chain in done)
    os.kill(pair.worker.process.pid, signal.SIGCONT)
    pair.send(FILES)
    until(lambda: pair.answered() == 2 * FILES, pair.service)
    until(lambda: own in pair.executors("SUCCESS").values(), pair.worker)
    assert_each_answered_once(pair)


@pytest.mark.slow
def test_who_is_killed_is_followed_and_who_is_stopped_ends_in_good_order(pair: Pair) -> None:
    own = executor_of(pair.office.id, "meja-2")
    pair.send(0)
    until(lambda: own in pair.executors("PENDING").values(), pair.worker)
    pair.worker.kill()
    until(lambda: pair.answered() == FILES, pair.service)
    pair.worker.start()
    until(lambda: pair.worker.ready, pair.worker)
    pair.send(FILES)
    pair.worker.stop()
    until(lambda: pair.answered() == 2 * FILES, pair.service)
    with pair.office.ledger.read() as session:
        rows: dict[str, Worker] = {row.id: row for row in rows_of(session, pair.office.id)}
    assert rows[own].ended_at is not None
    assert len(rows) == 2
    assert_each_answered_once(pair)


def assert_each_answered_once(pair: Pair) -> None:
    """Two files with their sender for each that was sent, and nothing a second time."""
    folder = pair.office.inbox / PROCEDURE / "1-draft"
    names = [f"catatan {number}" for number in range(2 * FILES)]
    expected = {f"PERBAIKI - {n}.xyz" for n in names} | {f"SLIP - {n}.pdf" for n in names}
    until(lambda: expected <= {p.name for p in folder.iterdir()}, pair.service)
    assert not [p for p in folder.iterdir() if "(2)" in p.name]
    with pair.office.ledger.read() as session:
        paths = Counter(row.path for row in session.query(Publication))
        told = Counter(
            event.payload["arrival"]
            for event in session.query(Event).filter(Event.kind == "arrival.dikembalikan")
        )
    assert {path: n for path, n in paths.items() if "catatan" in path and n > 1} == {}
    assert set(told.values()) == {1}
    assert len(told) == 2 * FILES
    assert audit(pair.office).findings == ()


def until(condition: Callable[[], object], program: Service) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"it did not come about\n{program.log.read_text()[-4000:]}")
        time.sleep(0.02)
