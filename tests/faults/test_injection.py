"""A disk that is full, read-only or failing, and a kill, at each call that changes the disk.

After each: no half file under a final name, database and chains whole, nothing that people sent
lost, and an error or a line in the log that says so; and when the work has been done again, the
office is the one that was never disturbed, and its audit is clean.
"""

from pathlib import Path

import pytest

from tests.faults.injection import (
    KILL,
    Call,
    Crew,
    Fault,
    changes_of,
    faults_of,
    spread,
    without_repeats,
    wrong_afterwards,
    wrong_end,
    wrong_hit,
)
from tests.faults.works import WORKS

SAMPLE = {"files": 5, "outbox": 4, "take": 5}
MOST = {"refuse": 150, "enter": 120, "file": 120, "file again": 120}
"""These are many, or take seconds each: an even spread of their faults must do."""


def disturbed(crew: Crew, work: str, most: int) -> list[str]:
    """What was wrong after any of the faults; the text is the report of a failed test."""
    rehearsal = crew.rehearse(work)
    calls = without_repeats(rehearsal.calls)
    faults = [fault for call in calls for fault in faults_of(call)]
    wrong = [crew.disturb(rehearsal, fault) for fault in spread(faults, most)]
    return [one for found in wrong for one in found]


@pytest.mark.parametrize("work", SAMPLE)
def test_a_spread_of_failing_calls(crew: Crew, work: str) -> None:
    assert disturbed(crew, work, SAMPLE[work]) == []


@pytest.mark.slow
@pytest.mark.parametrize("work", WORKS)
def test_each_call_that_changes_the_disk(crew: Crew, work: str) -> None:
    assert disturbed(crew, work, MOST.get(work, 10_000)) == []


# --- that this would find something --------------------------------------------------------------

CALL = Call("fsync", 2, "5<…/inbox/a.pdf>) = 0")
STATE = {"files": {"('a',)": 1}}
SOUND = {
    "ended": "done",
    "between": {"faults": []},
    "found": {"faults": [], "state": STATE},
}


def test_what_is_lost_doubled_or_half_done_is_found() -> None:
    assert wrong_afterwards(SOUND, STATE) == []
    doubled = {**SOUND, "found": {"faults": [], "state": {"files": {"('a',)": 2}}}}
    assert len(wrong_afterwards(doubled, STATE)) == 2
    gone = {**SOUND, "found": {"faults": [], "state": {"files": {}}}}
    assert wrong_afterwards(gone, STATE) == ["too little: files: ('a',) 1×"]
    half = {**SOUND, "between": {"faults": ["half laid out: a"]}}
    assert wrong_afterwards(half, STATE) == ["in between: half laid out: a"]
    assert wrong_afterwards({"ended": "error", "message": "x"}, STATE) == ["not mended: x"]


def test_an_error_that_says_nothing_is_found() -> None:
    fault = Fault(CALL, "EIO")
    assert wrong_end(fault, {"ended": "error", "families": ["OSError"], "message": ""}) == []
    bug = {"ended": "error", "families": ["KeyError", "LookupError"], "message": "x"}
    assert wrong_end(fault, bug) == ["a bug rather than an error: KeyError: x"]
    assert wrong_end(fault, {"ended": "done", "logs": []}) == ["nothing was said"]
    assert wrong_end(fault, {"ended": "done", "logs": ["tried again"]}) == []
    assert wrong_end(Fault(CALL, KILL), {"ended": "done", "logs": []})


def test_a_call_that_was_missed_is_found() -> None:
    root = Path("/kantor")
    trace = "fsync(5</kantor/a>) = 0\nfsync(5</kantor/b>) = -1 EIO (Input/output error) (INJECTED)"
    assert wrong_hit(Fault(CALL, "EIO"), trace, root) == []
    assert wrong_hit(Fault(CALL, "EIO"), trace.replace("/kantor/b", "/log"), root) != []
    assert wrong_hit(Fault(CALL, KILL), trace, root) == []
    assert [c.number for c in changes_of(trace, root)] == [1]  # the other one changed nothing
