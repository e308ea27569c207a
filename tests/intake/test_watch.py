import errno
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from watchdog.observers.inotify import InotifyObserver

from pipeline.intake import watch
from pipeline.intake.pulse import STUCK_S, Pulse
from pipeline.intake.watch import Watcher

NEVER_S = 600.0
PATIENCE_S = 10.0


class Sweeps:
    """Counts sweeps; what each returns or raises is told beforehand, zero after that."""

    def __init__(self, *told: int | Exception) -> None:
        self._told = list(told)
        self._changed = threading.Condition()
        self.count = 0

    def __call__(self) -> int:
        with self._changed:
            self.count += 1
            self._changed.notify_all()
            answer = self._told.pop(0) if self._told else 0
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wait_for(self, count: int) -> bool:
        with self._changed:
            return self._changed.wait_for(lambda: self.count >= count, PATIENCE_S)


@contextmanager
def watching(folder: Path, sweeps: Sweeps, rescan_s: float = NEVER_S) -> Iterator[Watcher]:
    watcher = Watcher(folder, sweeps, rescan_s=rescan_s)
    thread = threading.Thread(target=watcher.run)
    thread.start()
    try:
        assert sweeps.wait_for(1)
        yield watcher
    finally:
        watcher.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def write(folder: Path) -> None:
    (folder / "a.docx").write_bytes(b"x")


def make_a_folder(folder: Path) -> None:
    (folder / "Paket").mkdir()


@pytest.mark.parametrize("act", [write, make_a_folder])
def test_an_event_wakes_the_sweep(tmp_path: Path, act: Callable[[Path], None]) -> None:
    sweeps = Sweeps()
    with watching(tmp_path, sweeps):
        act(tmp_path)
        assert sweeps.wait_for(2)


def test_a_file_moved_into_a_command_folder_wakes_the_sweep(tmp_path: Path) -> None:
    folder = tmp_path / "1-draft" / "kirim"
    folder.mkdir(parents=True)
    write(folder.parent)
    sweeps = Sweeps()
    with watching(tmp_path, sweeps):
        (folder.parent / "a.docx").rename(folder / "a.docx")
        assert sweeps.wait_for(2)


def test_a_folder_made_later_is_watched_too(tmp_path: Path) -> None:
    sweeps = Sweeps()
    with watching(tmp_path, sweeps):
        (tmp_path / "Kepala UPTD" / "kirim").mkdir(parents=True)
        assert sweeps.wait_for(2)
        time.sleep(0.3)
        before = sweeps.count
        write(tmp_path / "Kepala UPTD" / "kirim")
        assert sweeps.wait_for(before + 1)


def test_a_rescan_comes_without_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch._Hint, "on_any_event", lambda *_: None)
    sweeps = Sweeps()
    with watching(tmp_path, sweeps, rescan_s=0.05):
        write(tmp_path)
        assert sweeps.wait_for(4)


def test_no_event_no_sweep(tmp_path: Path) -> None:
    sweeps = Sweeps()
    with watching(tmp_path, sweeps):
        time.sleep(0.3)
        assert sweeps.count == 1


def test_a_failing_sweep_is_tried_again_soon(tmp_path: Path) -> None:
    sweeps = Sweeps(OSError("disk"), ValueError("aneh"))
    with watching(tmp_path, sweeps):
        assert sweeps.wait_for(3)


def test_what_is_still_waiting_is_looked_at_again_soon(tmp_path: Path) -> None:
    sweeps = Sweeps(1, 1)
    with watching(tmp_path, sweeps):
        assert sweeps.wait_for(3)


def test_waking_is_a_sweep(tmp_path: Path) -> None:
    sweeps = Sweeps()
    with watching(tmp_path, sweeps) as watcher:
        watcher.wake()
        assert sweeps.wait_for(2)


def test_a_hint_during_a_sweep_is_not_lost(tmp_path: Path) -> None:
    entered, go_on = threading.Event(), threading.Event()

    class Slow(Sweeps):
        def __call__(self) -> int:
            first = self.count == 0
            result = super().__call__()
            if first:
                entered.set()
                assert go_on.wait(PATIENCE_S)
            return result

    sweeps = Slow()
    with watching(tmp_path, sweeps) as watcher:
        assert entered.wait(PATIENCE_S)
        watcher.wake()
        go_on.set()
        assert sweeps.wait_for(2)


def reader(observer: InotifyObserver) -> threading.Thread:
    thread: threading.Thread = observer._inotify_fd
    return thread


def emitter(observer: InotifyObserver) -> threading.Thread:
    (thread,) = observer.emitters
    return thread


def dispatcher(observer: InotifyObserver) -> threading.Thread:
    return observer


@pytest.mark.parametrize("part", [reader, emitter, dispatcher])
def test_a_thread_of_the_watcher_that_died_is_started_again(
    tmp_path: Path, part: Callable[[InotifyObserver], threading.Thread]
) -> None:
    sweeps = Sweeps()
    with capture_logs() as logs, watching(tmp_path, sweeps, rescan_s=0.05) as watcher:
        observer = watcher._events._observer
        assert observer is not None
        dying = part(observer)
        dying.stop()  # type: ignore[attr-defined]
        dying.join(PATIENCE_S)
        count = sweeps.count
        assert sweeps.wait_for(count + 2)
        assert watcher.pulse.restarts == 1
        assert watcher.pulse.by_events
        watcher._rescan_s = NEVER_S
        assert sweeps.wait_for(sweeps.count + 1)
        wakes_by_events(tmp_path, sweeps)
    assert [line["event"] for line in logs if line["log_level"] == "warning"] == [
        "the watcher died and is started again"
    ]


def wakes_by_events(folder: Path, sweeps: Sweeps) -> None:
    """Sooner or later: the last rescans may still be under way."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        before = sweeps.count
        time.sleep(0.2)
        if sweeps.count == before:
            break
        assert time.monotonic() < deadline
    write(folder)
    assert sweeps.wait_for(before + 1)


FEW = """
import sys
from pathlib import Path
from structlog.testing import capture_logs
from pipeline.intake.watch import Watcher
kind, limit, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
Path(f"/proc/sys/user/max_inotify_{kind}").write_text(limit)
count, by_events = 0, None
def sweep():
    global count, by_events
    count += 1
    if count == 5:
        by_events = watcher.pulse.by_events
        watcher.stop()
    return 0
with capture_logs() as logs:
    watcher = Watcher(folder, sweep, rescan_s=0.02)
    watcher.run()
print(by_events, watcher.pulse.restarts, [line["why"] for line in logs])
"""


@pytest.mark.parametrize(
    ("kind", "limit", "expected"),
    [
        ("watches", "0", "False 0 ['inotify watch limit reached']"),
        ("watches", "3", "True 0 []"),  # of some folders only: the rescan sees the others
        ("instances", "0", "False 0 ['inotify instance limit reached']"),
    ],
)
def test_where_no_events_can_be_had_the_folders_are_read(
    tmp_path: Path, kind: str, limit: str, expected: str
) -> None:
    """The kernel's own limits, lowered for one process in a namespace of its own."""
    own = ["unshare", "--user", "--map-root-user"]
    allowed = ["sh", "-c", "echo 0 > /proc/sys/user/max_inotify_watches"]
    try:
        subprocess.run([*own, *allowed], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no user namespaces here, in which the limits could be lowered")
    for number in range(6):
        (tmp_path / "inbox" / f"{number}").mkdir(parents=True)
    call = [*own, sys.executable, "-c", FEW, kind, limit, str(tmp_path / "inbox")]
    said = subprocess.run(call, check=True, capture_output=True, text=True, timeout=60).stdout
    assert said.strip() == expected


def test_a_folder_that_is_not_there_yet_is_watched_once_it_is(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    sweeps = Sweeps()
    with watching(inbox, sweeps, rescan_s=0.05) as watcher:
        assert sweeps.wait_for(3)
        assert not watcher.pulse.by_events
        inbox.mkdir()
        assert sweeps.wait_for(sweeps.count + 2)
        assert watcher.pulse.by_events


def test_another_folder_in_its_place_is_watched_instead(tmp_path: Path) -> None:
    """As after a disk was mounted anew: what is watched is the folder, not its name."""
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    sweeps = Sweeps()
    with watching(inbox, sweeps, rescan_s=0.05) as watcher:
        inbox.rename(tmp_path / "lama")
        inbox.mkdir()
        assert sweeps.wait_for(sweeps.count + 2)
        assert watcher.pulse.restarts == 0
        watcher._rescan_s = NEVER_S
        wakes_by_events(inbox, sweeps)


def test_a_file_moved_in_from_outside_wakes_the_sweep(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    write(tmp_path)
    sweeps = Sweeps()
    with watching(inbox, sweeps):
        (tmp_path / "a.docx").rename(inbox / "a.docx")
        assert sweeps.wait_for(2)


def test_a_failure_is_logged_once_while_it_lasts(tmp_path: Path) -> None:
    full = [OSError(errno.ENOSPC, "No space left on device") for _ in range(3)]
    sweeps = Sweeps(*full)
    with capture_logs() as logs, watching(tmp_path, sweeps) as watcher:
        assert sweeps.wait_for(4)
        watcher.wake()
        assert sweeps.wait_for(5)
    told = [line["event"] for line in logs]
    assert told == ["the sweep failed and is tried again", "the sweep works again"]
    assert (watcher.pulse.failures, watcher.pulse.sweeps) == (3, sweeps.count)


def test_the_pulse_shows_a_sweep_that_hangs() -> None:
    now = [100.0]
    pulse = Pulse(clock=lambda: now[0])
    assert pulse.since_last_sweep_s is None
    pulse.begin()
    now[0] += STUCK_S - 1
    pulse.beat()  # long, but alive
    now[0] += STUCK_S - 1
    assert not pulse.is_stuck
    now[0] += 2
    assert pulse.is_stuck
    pulse.end(waiting=3)
    now[0] += 5
    assert (pulse.is_stuck, pulse.since_last_sweep_s, pulse.waiting) == (False, 5, 3)
