import hashlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import files
from pipeline.files import (
    account_name,
    free_name,
    make_folder,
    place_new,
    remove_if_unchanged,
    sha256_of,
    write_whole,
)


def names(folder: Path) -> set[str]:
    return {p.name for p in folder.iterdir()}


def failing(call: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(files.os, call, refuse)


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


def test_removed_only_with_our_bytes(tmp_path: Path) -> None:
    target = tmp_path / "a.docx"
    target.write_bytes(b"ours")
    ours = hashlib.sha256(b"ours").hexdigest()
    target.write_bytes(b"edited")
    assert not remove_if_unchanged(target, ours)
    assert target.read_bytes() == b"edited"
    target.write_bytes(b"ours")
    assert remove_if_unchanged(target, ours)
    assert not target.exists()
    assert remove_if_unchanged(target, ours)  # gone already is gone


@pytest.mark.parametrize(
    ("taken", "free"),
    [
        ([], "Slip.pdf"),
        (["Slip.pdf"], "Slip (2).pdf"),
        (["Slip.pdf", "Slip (2).pdf"], "Slip (3).pdf"),
        (["Slip (2).pdf"], "Slip.pdf"),
    ],
)
def test_a_free_name_is_beside_the_taken_ones(tmp_path: Path, taken: list[str], free: str) -> None:
    for name in taken:
        (tmp_path / name).touch()
    assert free_name(tmp_path / "Slip.pdf").name == free


def test_a_dangling_link_is_a_taken_name(tmp_path: Path) -> None:
    (tmp_path / "Slip.pdf").symlink_to(tmp_path / "nowhere")
    assert free_name(tmp_path / "Slip.pdf").name == "Slip (2).pdf"


def test_folders_are_made_once(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()


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
