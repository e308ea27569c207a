import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.intake import watch
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


def test_a_watcher_that_died_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    observers = []
    real = Watcher._observe

    def observe(watcher: Watcher) -> object:
        observers.append(real(watcher))
        return observers[-1]

    monkeypatch.setattr(Watcher, "_observe", observe)
    sweeps = Sweeps()
    with watching(tmp_path, sweeps, rescan_s=0.05):
        observers[0].stop()
        observers[0].join()
        count = sweeps.count
        assert sweeps.wait_for(count + 2)
        assert len(observers) == 2
