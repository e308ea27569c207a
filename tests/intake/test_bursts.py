"""Many files at once, and files of all names: each is taken exactly once, the first ones soon."""

import os
import unicodedata
from collections import Counter
from itertools import accumulate

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from pipeline.intake import claim
from pipeline.intake.home import shown
from pipeline.intake.settle import is_ignored

from .samples import PROCEDURE, SEND, House, word

ALL = {PROCEDURE.key: PROCEDURE}


def fill(home: House, count: int, folder: str = SEND) -> None:
    home.place(folder).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (home.place(folder) / f"{number:04}.docx").write_bytes(word(str(number)))


def test_a_heap_is_entered_batch_by_batch(home: House) -> None:
    fill(home, claim.FIRST + 2 * claim.BATCH + 5)
    counts: list[int] = []

    def go_on() -> bool:
        counts.append(len(home.arrivals()))
        assert len(list(home.work.iterdir())) == 0  # nothing is moved before its turn
        return True

    assert home.claimer().sweep(ALL, go_on) == 0
    sizes = (claim.FIRST, claim.BATCH, claim.BATCH, 5)
    assert counts == list(accumulate(sizes))
    assert Counter(home.names()) == {f"{n:04}.docx": 1 for n in range(sum(sizes))}
    assert len(home.queued()) == sum(sizes)


def test_a_batch_is_one_transaction(home: House) -> None:
    fill(home, claim.FIRST + claim.BATCH)
    commits: list[object] = []
    event.listen(home.ledger.engine, "commit", commits.append)
    home.sweep()
    assert len(commits) == 2
    assert len(home.arrivals()) == claim.FIRST + claim.BATCH


def test_a_service_that_stops_ends_the_sweep_and_the_next_goes_on(home: House) -> None:
    fill(home, 3 * claim.BATCH)
    home.claimer().sweep(ALL, lambda: False)
    assert len(home.arrivals()) == claim.FIRST
    home.sweep()
    assert len(home.arrivals()) == 3 * claim.BATCH


def test_a_heap_in_one_folder_keeps_no_other_waiting(home: House) -> None:
    fill(home, 4 * claim.BATCH)
    fill(home, 1, "6-entri/kirim")
    home.claimer().sweep(ALL, lambda: False)
    assert "data-kinerja/6-entri/kirim" in {a.folder for a in home.arrivals()}


def test_what_comes_during_a_heap_is_seen_before_its_end(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claim, "BATCH", 4)
    monkeypatch.setattr(claim, "LOOK_AGAIN", 8)
    fill(home, 24)
    seen: list[int] = []

    def go_on() -> bool:
        if not seen:
            fill(home, 1, "6-entri/kirim")
        seen.append(len([a for a in home.arrivals() if "6-entri" in a.folder]))
        return True

    home.claimer().sweep(ALL, go_on)
    assert seen.index(1) == 2  # four, then four of the heap: only then the folders are read anew
    assert len(home.arrivals()) == 25


def test_a_full_disk_moves_nothing_more_and_loses_nothing(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home, 3 * claim.BATCH)
    real, count = claim.Store.copy_in, [0]

    def full(store: claim.Store, handle: int, *_: object) -> str:
        count[0] += 1
        if count[0] > claim.FIRST + 5:
            raise OSError(28, "No space left on device")
        return real(store, handle)

    with monkeypatch.context() as patch:
        patch.setattr(claim.Store, "copy_in", full)
        for _ in range(2):
            with pytest.raises(OSError, match="No space left"):
                home.sweep()
    assert len(home.arrivals()) == claim.FIRST
    assert len(list(home.work.iterdir())) == claim.BATCH
    assert len(list(home.place().iterdir())) == 2 * claim.BATCH - claim.FIRST
    assert home.sweep() == 0
    assert Counter(home.names()) == {f"{n:04}.docx": 1 for n in range(3 * claim.BATCH)}


def test_a_file_that_cannot_be_copied_holds_nobody_up(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home, 3)
    real, count = claim.Store.copy_in, [0]

    def broken(store: claim.Store, handle: int, *_: object) -> str:
        count[0] += 1
        if count[0] == 1:
            raise OSError(5, "Input/output error")
        return real(store, handle)

    with monkeypatch.context() as patch:
        patch.setattr(claim.Store, "copy_in", broken)
        assert home.sweep() == 1
    assert home.names() == ["0001.docx", "0002.docx"]
    assert home.sweep() == 0
    assert home.names() == ["0000.docx", "0001.docx", "0002.docx"]


def test_a_folder_dropped_whole_with_old_times_is_taken_whole(home: House) -> None:
    folder = home.root / "di luar"
    (folder / "bukti").mkdir(parents=True)
    for path in (folder / "a.docx", folder / "bukti" / "b.docx"):
        path.write_bytes(word(path.name))
        os.utime(path, (86400, 86400))
    os.utime(folder, (86400, 86400))
    folder.rename(home.place() / "Paket")
    assert home.sweep() == 0
    assert [(a.name, a.bundle) for a in home.arrivals()] == [
        ("a.docx", "Paket"),
        ("b.docx", "Paket"),
    ]


def test_twins_that_differ_only_in_case_are_both_taken(home: House) -> None:
    for name in ("A.docx", "a.docx", "A.DOCX"):
        (home.place() / name).write_bytes(word(name))
    assert home.sweep() == 0
    assert sorted(home.names()) == ["A.DOCX", "A.docx", "a.docx"]
    assert len({a.sha256 for a in home.arrivals()}) == 3


@pytest.mark.parametrize(
    "name",
    [
        unicodedata.normalize("NFD", "Café Müller.docx"),
        "x" * 250 + ".docx",
        "é" * 125 + ".docx",
        "baris\nbaru\ttab.docx",
        "\u202egnp.docx",
        "a,b=+%2F;'\"`$(x).docx",
        "=1+1.docx",
        " spasi .docx",
    ],
)
def test_a_name_of_any_kind_is_taken_as_it_is(home: House, name: str) -> None:
    (home.place() / "Paket").mkdir()
    (home.place() / "Paket" / name).write_bytes(word())
    assert home.sweep() == 0
    assert [(a.name, a.bundle) for a in home.arrivals()] == [(name, "Paket")]


NAME = st.binary(min_size=1, max_size=255).filter(
    lambda raw: not set(raw) & {0, ord("/")} and not is_ignored(os.fsdecode(raw))
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(NAME, min_size=1, max_size=6, unique=True))
def test_names_of_any_bytes_are_each_taken_once(home: House, names: list[bytes]) -> None:
    before = Counter(home.names())
    for raw in names:
        (home.place() / os.fsdecode(raw)).write_bytes(word(raw.hex()))
    assert home.sweep() == 0
    taken = Counter(home.names()) - before
    assert taken == Counter(shown(os.fsdecode(raw)) for raw in names)
    assert list(home.place().iterdir()) == []
