import hashlib
import os
import threading
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import files
from pipeline.files import (
    account_name,
    copy_beside,
    free_name,
    make_folder,
    make_folders,
    one_name,
    open_beneath,
    place_new,
    sha256_of,
    side_by_side,
    write_whole,
)


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def failing(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, call, refuse)


def test_it_is_its_owners_alone_until_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []
    fchmod = os.fchmod

    def look(handle: int, mode: int) -> None:
        seen.append(os.fstat(handle).st_mode & 0o777)
        fchmod(handle, mode)

    monkeypatch.setattr(files.os, "fchmod", look)
    umask = os.umask(0)
    try:
        write_whole(tmp_path / "a.pdf", b"satu", mode=0o664)
        place_new(tmp_path / "b.pdf", tmp_path / "a.pdf", mode=0o664)
    finally:
        os.umask(umask)
    assert seen == [0o600, 0o600]
    assert (tmp_path / "b.pdf").stat().st_mode & 0o777 == 0o664


def test_written_whole_with_its_mode(tmp_path: Path) -> None:
    target = tmp_path / "a.pdf"
    write_whole(target, b"satu", mode=0o444)
    write_whole(target, b"dua", mode=0o640)
    assert target.read_bytes() == b"dua"
    assert target.stat().st_mode & 0o777 == 0o640
    assert names(tmp_path) == {"a.pdf"}


@pytest.mark.parametrize("call", ["fsync", "fchmod", "replace"])
def test_a_failing_disk_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    target = tmp_path / "a.pdf"
    write_whole(target, b"lama")
    with monkeypatch.context() as patch:
        failing(call, patch)
        with pytest.raises(OSError, match="No space left"):
            write_whole(target, b"baru")
    assert target.read_bytes() == b"lama"
    assert names(tmp_path) == {"a.pdf"}


def test_readers_never_see_half_a_file(tmp_path: Path) -> None:
    target = tmp_path / "a.bin"
    wholes = {bytes([n]) * 200_000 for n in range(4)}
    write_whole(target, next(iter(wholes)))
    seen, done = set(), threading.Event()

    def look() -> None:
        while not done.is_set():
            seen.add(target.read_bytes())

    reader = threading.Thread(target=look)
    reader.start()
    for _ in range(10):
        for whole in wholes:
            write_whole(target, whole)
    done.set()
    reader.join()
    assert seen <= wholes


def test_placed_only_where_nothing_is(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(b"baru")
    assert place_new(target, source)
    assert target.read_bytes() == b"baru"
    assert target.stat().st_mode & 0o777 == 0o664
    source.write_bytes(b"lain")
    assert not place_new(target, source)
    assert target.read_bytes() == b"baru"
    assert names(tmp_path) == {"source", "target"}


def test_placed_by_one_of_many(tmp_path: Path) -> None:
    target = tmp_path / "target"
    placed: list[int] = []

    def place(number: int) -> None:
        source = tmp_path / f"source {number}"
        source.write_bytes(b"%d" % number)
        if place_new(target, source):
            placed.append(number)

    threads = [threading.Thread(target=place, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(placed) == 1
    assert target.read_bytes() == b"%d" % placed[0]


def test_a_failing_disk_places_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x")
    with monkeypatch.context() as patch:
        failing("fsync", patch)
        with pytest.raises(OSError, match="No space left"):
            place_new(tmp_path / "target", source)
    assert names(tmp_path) == {"source"}


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([], "Slip.pdf"),
        (["Slip.pdf"], "Slip (2).pdf"),
        (["Slip.pdf", "Slip (2).pdf"], "Slip (3).pdf"),
        (["Slip (2).pdf"], "Slip.pdf"),
        (["SLIP.PDF"], "Slip (2).pdf"),
        (["slip.pdf", "SLIP (2).pdf"], "Slip (3).pdf"),
    ],
)
def test_a_free_name_is_beside_the_taken_ones(tmp_path: Path, taken: list[str], free: str) -> None:
    for name in taken:
        (tmp_path / name).touch()
    assert free_name(tmp_path / "Slip.pdf").name == free


def test_a_dangling_link_is_a_taken_name(tmp_path: Path) -> None:
    (tmp_path / "Slip.pdf").symlink_to(tmp_path / "nowhere")
    assert free_name(tmp_path / "Slip.pdf").name == "Slip (2).pdf"


@given(st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=40))
def test_what_windows_takes_for_one_name_is_one(name: str) -> None:
    composed = unicodedata.normalize("NFC", name)
    for other in (composed, unicodedata.normalize("NFD", name), composed.casefold()):
        assert one_name(other) == one_name(name)


def test_every_folder_that_is_made_is_durable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    make_folder(tmp_path / "a" / "b" / "c")
    assert synced == [tmp_path, tmp_path / "a", tmp_path / "a" / "b"]


def test_a_copy_is_read_once_and_keeps_the_readers_place(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"isi" * 1000)
    with source.open("rb") as file:
        file.seek(7)
        copy, digest = copy_beside(file.fileno(), tmp_path / "x", mode=0o444)
        assert file.tell() == 7
    assert copy.read_bytes() == source.read_bytes()
    assert digest == sha256_of(source)
    assert copy.stat().st_mode & 0o777 == 0o444


def test_a_folder_is_reached_through_no_link(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "a" / "link").symlink_to("b")
    os.close(open_beneath(tmp_path / "link"))  # the base itself is whoever's choice who set it up
    os.close(open_beneath(tmp_path, "a/b"))
    for path in ("link", "link/b", "a/link"):
        with pytest.raises(OSError, match="Not a directory"):
            open_beneath(tmp_path, path)
    with pytest.raises(FileNotFoundError):
        open_beneath(tmp_path, "a/c")


def test_folders_are_made_once(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


def test_many_folders_are_made_durable_each_parent_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[Path] = []
    monkeypatch.setattr(files, "sync_folder", synced.append)
    folders = [tmp_path / "pengisian" / f"Kepala {n}" / "kirim" for n in range(20)]
    make_folders([*folders, folders[0]])
    assert all(folder.is_dir() for folder in folders)
    parents = [tmp_path, tmp_path / "pengisian", *(folder.parent for folder in folders)]
    assert sorted(synced) == sorted(parents)
    make_folders(folders)
    assert len(synced) == len(parents)


@pytest.mark.parametrize("count", [files.FEW, 50])
def test_what_is_done_side_by_side_comes_back_in_order(count: int) -> None:
    assert side_by_side(lambda number: number * 2, range(count)) == list(range(0, 2 * count, 2))


def test_nothing_is_at_work_any_more_when_one_has_failed() -> None:
    begun: list[int] = []
    ended: list[int] = []
    failed = threading.Event()

    def work(number: int) -> None:
        begun.append(number)
        if number == 0:
            failed.set()
            raise OSError(28, "No space left on device")
        failed.wait()
        ended.append(number)

    with pytest.raises(OSError, match="No space left"):
        side_by_side(work, range(30))
    assert sorted(begun) == [0, *sorted(ended)]


@given(st.binary(max_size=5000))
def test_fingerprints(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "fingerprint"
    path.write_bytes(data)
    assert sha256_of(path) == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize("act", [write_whole, place_new])
def test_every_file_is_durable_with_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: Callable[..., object]
) -> None:
    synced: list[str] = []
    real = os.fsync

    def note(handle: int) -> None:
        synced.append(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    source = tmp_path / "source"
    source.write_bytes(b"x")
    monkeypatch.setattr(files.os, "fsync", note)
    act(tmp_path / "target", source if act is place_new else b"x")
    assert synced[0].startswith(f"{tmp_path}/.")  # the bytes, under their temporary name
    assert synced[-1] == str(tmp_path)


def test_an_owner_without_an_account_is_named_by_number() -> None:
    assert account_name(0) == "root"
    assert account_name(4_000_000_000) == "uid 4000000000"
