"""A thousand print-outs sealed with one PIN: killed in the middle, resumed, memory flat."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from pipeline.domain.procedure import Verb
from pipeline.errors import ExitCode
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Collection, Document, Event
from pipeline.office import Office, open_office
from tests.cli.calling import call
from tests.tasks import small_office as small
from tests.tasks.many import add_waiting, clear, distinct

pytestmark = pytest.mark.slow

COUNT = 1000
KILLED_AT, MEASURED_FROM = COUNT // 2, COUNT // 10
GROWTH_KB = 24 * 1024
"""By how much the process may grow from its first hundred seals to its last."""
POLL_S = 0.05


@contextmanager
def sealing(root: Path, manifest: Path, pin: str) -> Iterator[subprocess.Popen[bytes]]:
    """``kinerja initial --manifest`` as a process of its own, the PIN through a pipe."""
    reading, writing = os.pipe()
    words = ["initial", "--manifest", str(manifest), "--as", "kasubag", "--json"]
    where = ["--office", str(root), "--pin-fd", str(reading)]
    with (root.parent / "hasil.json").open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "pipeline", *words, *where],
            stdout=out,
            stderr=subprocess.DEVNULL,
            pass_fds=(reading,),
        )
    os.close(reading)
    os.write(writing, f"{pin}\n".encode())
    os.close(writing)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def sealed_so_far(office: Office) -> int:
    with office.ledger.read() as session:
        query = select(func.count()).where(Event.kind == "printout.initialled")
        return session.scalar(query) or 0


def resident_kb(pid: int) -> int:
    """The resident memory of a process; 0 where it has just ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    lines = (line.split() for line in status.splitlines() if line.startswith("VmRSS:"))
    return next((int(words[1]) for words in lines), 0)


def followed(office: Office, process: subprocess.Popen[bytes], until: int) -> list[tuple[int, int]]:
    """Seals and resident memory, time and again, until so many are sealed or the process ends."""
    seen: list[tuple[int, int]] = []
    while process.poll() is None:
        done = sealed_so_far(office)
        seen.append((done, resident_kb(process.pid)))
        if done >= until:
            break
        time.sleep(POLL_S)
    return seen


def growth_kb(seen: list[tuple[int, int]], start: int) -> int:
    """How much memory rose from ``start`` seals on."""
    measured = [kb for done, kb in seen if done >= start and kb]
    return max(measured) - measured[0]


def events_of(office: Office) -> list[Event]:
    with office.ledger.read() as session:
        query = select(Event).where(Event.kind == "printout.initialled").order_by(Event.id)
        return list(session.scalars(query))


def test_a_thousand_are_sealed_once_each_though_the_program_is_killed(tmp_path: Path) -> None:
    root, pins, prepared = small.prepared_office(tmp_path / "kantor")
    manifest = tmp_path / "tinjauan.json"
    with open_office(root) as office:
        clear(office)
        codes = add_waiting(office, distinct(prepared), COUNT)
        said = call(
            *("initial", "--all", "--as", "kasubag", "--review", str(manifest)), office=root
        )
        assert said.code == ExitCode.OK, said.stderr
        reviewed = {
            each["code"]: each["sha256"] for each in json.loads(manifest.read_bytes())["documents"]
        }
        assert sorted(reviewed) == sorted(codes)
        with sealing(root, manifest, pins["kasubag"]) as process:
            seen = followed(office, process, KILLED_AT)
            assert process.poll() is None
            process.kill()
            assert process.wait() == -9
        assert growth_kb(seen, MEASURED_FROM) < GROWTH_KB
        before = {event.document_id: event.payload["sha256"] for event in events_of(office)}
        assert KILLED_AT <= len(before) < COUNT
        # The same command with the same manifest goes on.
        with sealing(root, manifest, pins["kasubag"]) as process:
            seen = followed(office, process, COUNT + 1)
            assert process.wait() == ExitCode.OK
        assert growth_kb(seen, len(before) + MEASURED_FROM) < GROWTH_KB
        results = json.loads((tmp_path / "hasil.json").read_bytes())
        require_once_each(office, reviewed, before, results)


def require_once_each(
    office: Office,
    reviewed: dict[str, str],
    before: dict[str | None, Any],
    results: list[dict[str, Any]],
) -> None:
    """Nothing is sealed twice, nothing lost: by the ledger, the files, and what was said."""
    with office.ledger.read() as session:
        documents = {d.id: d for d in session.scalars(select(Document))}
        stages = Counter(session.scalars(select(Collection.stage)))
        assert list(check_chains(session, office.id)) == []
    assert stages == {Verb.SIGN.value: COUNT}
    events = events_of(office)
    assert Counter(event.document_id for event in events) == dict.fromkeys(documents, 1)
    for event in events:
        document = documents[str(event.document_id)]
        assert event.payload["before"] == reviewed[document.code]
        assert event.payload["sha256"] == document.pdf
        pdf = office.store.read(document.pdf or "")
        assert pdf.startswith(office.store.read(reviewed[document.code])[:1000])
        assert pdf.count(b"/ByteRange") == 1
        assert before.get(document.id, document.pdf) == document.pdf
    told = {each["code"]: (len(each["earlier"]), each["seals"], each["error"]) for each in results}
    assert told == {
        d.code: (1, [], "") if d.id in before else (0, [Verb.INITIAL.value], "")
        for d in documents.values()
    }
