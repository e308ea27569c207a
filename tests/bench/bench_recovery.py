"""How long after ``kill -9`` an office stands still: 1 000 documents in flight, 5 000 with people.

The service is killed when it has begun to judge the files that were taken. Then it is started: the
time runs until the first of them is finished and a new file has been taken from its folder,
whichever is later.
The floor is a process that only imports what the service does.
"""

import hashlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import func, insert, select

from pipeline.domain.document import Kind, State, code_from
from pipeline.domain.procedure import Verb
from pipeline.intake.claim import TAKE
from pipeline.ledger.tables import Arrival, Collection, Document, Publication
from pipeline.office import Office, open_office
from pipeline.tasks.init import init_office
from tests.journeys.office import PROCEDURE, Service

IN_FLIGHT, WITH_PEOPLE, OFFICIALS = 1000, 5000, 40
SENT_FILES = 1050
"""A few are finished before the kill."""
BUDGET_S = 5.0
PATIENCE_S = 300.0
KIRIM = f"{PROCEDURE}/1-draft/kirim"


def run() -> dict[str, dict[str, Any]]:
    """Seconds until work goes on; the ratio is ours over the floor, the budget stands beside it."""
    with tempfile.TemporaryDirectory() as folder:
        root = init_office(Path(folder) / "kantor")
        service = Service(root)
        with open_office(root) as office:
            try:
                _fill(office, service)
                floor, ours = _floor(), _recovery(office, service)
            finally:
                service.kill()
    figures = {"ratio": ours / floor, "ours": ours, "peer": floor, "budget": BUDGET_S}
    return {"recovery/seconds": {**figures, "unit": "s, peer = imports alone"}}


def _fill(office: Office, service: Service) -> None:
    """Bring the office to the moment of the kill."""
    office.ledger.migrate()
    _give_to_people(office)
    service.start()
    _until(lambda: service.ready, service)
    _take(office)
    before = _count(office, Arrival.outcome.is_not(None))
    _until(lambda: _count(office, Arrival.outcome.is_not(None)) > before, service)
    service.kill()
    in_flight = _count(office, Arrival.outcome.is_(None))
    assert in_flight >= IN_FLIGHT, f"only {in_flight} were left in flight"


def _take(office: Office) -> None:
    """Enter so many files as intake does, each with its chain; at once, so that few are judged."""
    with office.ledger.write() as tx:
        for number in range(SENT_FILES):
            data = f"catatan {number}\n".encode() * 400
            arrival = Arrival(
                id=uuid4().hex,
                office_id=office.id,
                folder=KIRIM,
                name=f"catatan {number}.txt",
                sha256=office.store.put(data),
                size=len(data),
                owner="staf",
                arrived_at=office.now(),
            )
            tx.session.add(arrival)
            tx.enqueue(TAKE, arrival.id, once=arrival.id)


def _give_to_people(office: Office) -> None:
    """Forms that their officials fill in: rows, stored bytes, and files in folders."""
    now = office.now()
    with office.ledger.write() as tx:
        for number in range(WITH_PEOPLE // OFFICIALS):
            collection = Collection(
                id=uuid4().hex,
                office_id=office.id,
                procedure=PROCEDURE,
                period=f"{1990 + number // 4}-TW{number % 4 + 1}",
                stage=Verb.FILL,
                opened_at=now,
                stage_since=now,
                due=now + timedelta(days=30),
            )
            tx.session.add(collection)
            tx.session.flush()
            forms = [_form(office, collection.id, number, post) for post in range(OFFICIALS)]
            tx.session.execute(insert(Document), [document for document, _ in forms])
            tx.session.execute(insert(Publication), [publication for _, publication in forms])


def _form(
    office: Office, collection_id: str, number: int, post: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    data = f"formulir {number} {post}\n".encode() * 2000
    sha256, id_ = hashlib.sha256(data).hexdigest(), uuid4().hex
    path = f"{PROCEDURE}/4-pengisian/Kepala Unit {post:02d}/Format {number:03d}.docx"
    for file in (office.store.folder / sha256[:2] / sha256, office.inbox / path):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    of_office = {"office_id": office.id, "collection_id": collection_id}
    document = of_office | {
        "id": id_,
        "code": code_from(bytes.fromhex(id_)[:8]),
        "kind": Kind.FORM.value,
        "post": f"Kepala Unit {post:02d}",
        "name": f"Format {number:03d}.docx",
        "state": State.ISSUED.value,
        "blob": sha256,
        "data": {},
        "updated_at": office.now(),
    }
    publication = of_office | {"document_id": id_, "path": path, "sha256": sha256}
    return document, publication | {"role": "main", "state": "placed"}


def _recovery(office: Office, service: Service) -> float:
    new = office.inbox / KIRIM / "berkas baru.txt"
    new.write_bytes(b"Bukan draf.\n" * 400)
    before = _count(office, Arrival.outcome.is_not(None))
    start = time.perf_counter()
    service.start()
    _until(lambda: not new.exists(), service)
    _until(lambda: _count(office, Arrival.outcome.is_not(None)) > before, service)
    return time.perf_counter() - start


def _floor() -> float:
    times = []
    for _ in range(3):
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", "import pipeline.service.serve"], check=True)
        times.append(time.perf_counter() - start)
    return sorted(times)[1]


def _count(office: Office, *conditions: Any) -> int:
    with office.ledger.read() as session:
        query = select(func.count()).select_from(Arrival).where(*conditions)
        return session.execute(query).scalar_one()


def _until(condition: Callable[[], object], service: Service) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > deadline or not service.runs:
            raise AssertionError(f"it did not come about\n{service.log.read_text()[-3000:]}")
        time.sleep(0.01)
