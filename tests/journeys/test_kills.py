"""``kill -9`` at any moment: nothing is lost, nothing is done twice.

The service is killed with all that it had started, in each step of the SOP: just after it took a
file, and again while it starts. So is the command line while it seals. The larger torture, returns
included, is in `tests.torture`.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Arrival, Decision, Document, Event, Number, Record
from pipeline.tasks.audit.audit import audit
from tests.journeys.office import Journey

LONGEST_DELAY_S = 0.7
WHILE_STARTING_S = (0.1, 1.6)
ONCE = {
    "collection.opened": 1,
    "draft.received": 1,
    "pernyataan.received": 1,
    "draft.laid-before": 1,
    "draft.setujui": 1,
    "decision.carried-out": 3,
    "roster.received": 1,
    "form.issued": 2,
    "form.received": 2,
    "formulir.setujui": 2,
    "form.verified": 2,
    "entry.opened": 1,
    "entry.received": 1,
    "printout.made": 1,
    "master.changed": 2,
    "document.opened": 2,
    "decisions.ratified": 1,
    "printout.initialled": 1,
    "printout.signed": 1,
    "collection.filed": 1,
}
SEALS = "ledger.seal"
"""The ledger is sealed by the clock, not by what is sent."""
SENT = Counter({"1-draft": 2, "2-koreksi": 1, "3-penggandaan": 1, "4-pengisian": 2}) + Counter(
    {"5-verifikasi": 2, "6-entri": 1}
)


# --- killing -------------------------------------------------------------------------------------


def kill_and_restart(journey: Journey, chance: random.Random, times: int) -> int:
    """Kill the service a moment after it took everything that was sent, and start it again.

    The second kill and those after it come while it starts, or has just taken up its work.
    """
    journey.until(lambda: not journey.sent(), "taken")
    time.sleep(chance.uniform(0, LONGEST_DELAY_S))
    journey.kill()
    for _ in range(times - 1):
        journey.restart()
        time.sleep(chance.uniform(*WHILE_STARTING_S))
        journey.kill()
    journey.restart()
    return times


def seal_and_kill(journey: Journey, command: str, moment: Callable[[], bool]) -> bool:
    """Kill ``kinerja initial|sign`` at ``moment``; whether it was still at work."""
    reading, writing = os.pipe()
    os.write(writing, journey.pins["kasubag"].encode())
    os.close(writing)
    call = [sys.executable, "-m", "pipeline", command, "--all", "--as", "kasubag"]
    call += ["--office", str(journey.root), "--pin-fd", str(reading)]
    process = subprocess.Popen(
        call, pass_fds=[reading], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    os.close(reading)
    while process.poll() is None and not moment():
        time.sleep(0.002)
    process.kill()
    return process.wait(timeout=30) != 0


def after(seconds: float) -> Callable[[], bool]:
    """The moment ``seconds`` from now."""
    end = time.monotonic() + seconds
    return lambda: time.monotonic() > end


def once_kept(journey: Journey) -> Callable[[], bool]:
    """The moment when a sealed file has been put into the store, before the ledger knows of it."""
    store = journey.office.store.folder

    def files() -> set[Path]:
        return {p for p in store.rglob("*") if not p.name.endswith(".tmp")}

    before = files()
    return lambda: bool(files() - before)


def seal_after_all(journey: Journey, command: str, stage: str) -> None:
    """Seal, unless the command that was killed had come that far."""
    if journey.stage == stage and journey.document(Kind.PRINTOUT).state == State.WAITING:
        journey.head.seal(command)


# --- what holds afterwards -----------------------------------------------------------------------


def assert_everything_once(journey: Journey) -> None:
    """Filed once, from one of everything; nothing is left over."""
    journey.settle()
    assert_one_of_each(journey)
    assert_folders_are_clean(journey)
    with journey.office.ledger.read() as session:
        assert list(check_chains(session, journey.office.id)) == []
    assert audit(journey.office).findings == ()


def assert_one_of_each(journey: Journey) -> None:
    kinds = Counter(e.kind for e in journey.rows(Event) if not e.kind.startswith(SEALS))
    assert kinds == ONCE
    verified = Counter(e.document_id for e in journey.rows(Event, Event.kind == "form.verified"))
    assert set(verified.values()) == {1}
    (record,) = journey.rows(Record)
    (number,) = journey.rows(Number)
    assert record.filed_at is not None
    assert (number.seq, number.cancelled) == (1, None)
    assert record.document_number == number.text
    arrivals = journey.rows(Arrival)
    assert Counter(a.folder.split("/")[1] for a in arrivals) == SENT
    assert {a.outcome for a in arrivals} <= {"diterima", "diputuskan"}
    decisions = journey.rows(Decision)
    assert len(decisions) == len({d.document_id for d in decisions}) == 3
    assert all(d.done for d in decisions)
    states = Counter(d.state for d in journey.rows(Document))
    assert states[State.FILED] == 3


def assert_folders_are_clean(journey: Journey) -> None:
    (record,) = journey.rows(Record)
    bag = journey.office.archive / record.path
    names = journey.files()
    doubled = [n for n in names if "(2)" in n]
    half = [n for n in names if Path(n).name.startswith((".", "~"))]
    assert doubled == half == []
    assert not any(n.startswith("ditolak/") for n in names)
    stages = {n.split("/")[0] for n in names}
    assert stages == {"BACA SAYA.pdf", "1-draft", "hasil"}
    assert len(journey.files("1-draft")) == 3
    assert not any(journey.files(person.folder) for person in journey.people)
    results = journey.files(f"hasil/{journey.period}")
    assert len([n for n in results if n.startswith("formulir/")]) == 2
    assert len(results) == 5
    assert list((journey.root / ".kinerja" / "work").iterdir()) == []
    assert [p for p in journey.root.rglob("*.tmp") if "tmp" not in p.parts] == []
    assert [p.name for p in bag.parent.iterdir() if not p.name.startswith(".")] == [bag.name]
    call = [sys.executable, "-m", "bagit", "--validate", str(bag)]
    done = subprocess.run(call, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


# --- once in each step ---------------------------------------------------------------------------


def test_the_service_is_killed_in_each_step_twenty_times_in_all(journey: Journey) -> None:
    chance = random.Random(20261005)
    folders, kills = journey.folders, 0
    # SOP 1
    journey.staff.send_draft(journey.statements)
    kills += kill_and_restart(journey, chance, 3)
    # SOP 2
    folders.move(folders.wait("2-koreksi/Format*.docx"), CommandFolder.APPROVE)
    kills += kill_and_restart(journey, chance, 2)
    # SOP 3
    journey.staff.send_roster(journey.roster, journey.statements)
    kills += kill_and_restart(journey, chance, 3)
    # SOP 4
    for person in journey.people:
        person.fill_and_send()
    kills += kill_and_restart(journey, chance, 3)
    # SOP 5
    for person in journey.people:
        folders.move(folders.wait(journey.at_verification(person)), CommandFolder.APPROVE)
    kills += kill_and_restart(journey, chance, 3)
    # SOP 6
    journey.staff.send_entry()
    kills += kill_and_restart(journey, chance, 2)
    # SOP 7
    folders.wait("7-paraf/Print Out*.pdf")
    assert seal_and_kill(journey, "initial", after(chance.uniform(1.0, 3.0)))
    seal_after_all(journey, "initial", Verb.INITIAL)
    kills += kill_and_restart(journey, chance, 2)
    # SOP 8
    folders.wait("8-tanda-tangan/Print Out*.pdf")
    seal_and_kill(journey, "sign", once_kept(journey))
    seal_after_all(journey, "sign", Verb.SIGN)
    kills += kill_and_restart(journey, chance, 2)
    assert kills == 20
    journey.to_filed()
    assert_everything_once(journey)


@pytest.mark.slow
def test_killed_while_it_stands_still_and_sent_to_while_it_is_down(journey: Journey) -> None:
    """What is sent while nothing runs is taken at the next start, whole."""
    folders = journey.folders
    journey.to_correction()
    journey.settle()
    journey.kill()
    before = journey.files()
    draft = folders.wait("2-koreksi/Format*.docx")
    folders.move(draft, CommandFolder.APPROVE)
    assert journey.sent() == {f"2-koreksi/setujui/{draft.name}"}
    half = folders.inbox / "2-koreksi" / f".{'0a' * 16}.tmp"
    half.write_bytes(b"PK")  # what a kill in the middle of laying a file out would leave
    journey.restart()
    folders.wait("3-penggandaan/Daftar Pejabat*.xlsx")
    journey.settle()
    assert not half.exists()
    assert "BACA SAYA.pdf" in before & journey.files()
    journey.to_filed()
    assert_everything_once(journey)
