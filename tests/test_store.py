import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline import store
from pipeline.errors import NotFoundError
from pipeline.files import CHUNK, sha256_of
from pipeline.store import Store
from tests.stores import keep


@given(st.binary(max_size=2000))
def test_what_is_kept_comes_back(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    store = Store(tmp_path_factory.getbasetemp() / "kept")
    sha256 = store.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert store.read(sha256) == data
    assert store.size(sha256) == len(data)


def test_the_same_bytes_are_kept_once_and_never_written_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    source = tmp_path / "a.docx"
    source.write_bytes(b"isi")
    sha256 = keep(store, source)
    before = store.path(sha256).stat()
    assert store.put(b"isi") == sha256
    assert keep(store, source) == sha256
    after = store.path(sha256).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert after.st_mode & 0o777 == 0o444
    assert [p for p in (tmp_path / "store").rglob("*") if p.is_file()] == [store.path(sha256)]


def test_the_source_stays(tmp_path: Path) -> None:
    source = tmp_path / "a.docx"
    source.write_bytes(b"isi")
    keep(Store(tmp_path / "store"), source)
    assert source.read_bytes() == b"isi"


def test_what_is_not_there_is_named_with_the_mend(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sha256 = "ab" * 32
    for ask in (store.path, store.read, store.size):
        with pytest.raises(NotFoundError, match=f"{sha256}.*kinerja audit"):
            ask(sha256)


def test_what_came_before_is_made_durable_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process may have put it there and not got to that yet."""
    kept = Store(tmp_path / "store")
    sha256 = kept.put(b"isi")
    synced: list[Path] = []
    monkeypatch.setattr(store, "sync_folder", synced.append)
    source = tmp_path / "a"
    source.write_bytes(b"isi")
    assert keep(kept, source) == sha256
    assert kept.put(b"isi") == sha256
    assert synced == [kept.path(sha256).parent] * 2


def test_many_are_kept_as_one_by_one(tmp_path: Path) -> None:
    many, single = Store(tmp_path / "many"), Store(tmp_path / "single")
    files = [b"isi %d" % (number % 30) for number in range(40)]  # some of them twice
    digests = many.put_many(files)
    assert digests == [single.put(data) for data in files]
    assert [many.read(sha256) for sha256 in digests] == files
    kept = [p for p in many.folder.rglob("*") if p.is_file()]
    assert sorted(kept) == sorted({many.path(sha256) for sha256 in digests})
    assert {p.stat().st_mode & 0o777 for p in kept} == {0o444}


def test_many_are_durable_with_their_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Store(tmp_path / "store")
    synced: set[str] = set()
    real = os.fsync

    def note(handle: int) -> None:
        synced.add(os.readlink(f"/proc/self/fd/{handle}"))
        real(handle)

    monkeypatch.setattr(os, "fsync", note)
    files = [b"isi %d" % number for number in range(20)]
    folders = {str(kept.path(sha256).parent) for sha256 in kept.put_many(files)}
    assert folders | {str(kept.folder)} <= synced
    assert sum(name.endswith(".tmp") for name in synced) == len(files)


def test_many_on_a_full_disk_leave_nothing_half(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Store(tmp_path / "store")
    files = [b"isi %d" % number for number in range(20)]
    real, calls = os.fchmod, iter(range(100))

    def full(handle: int, mode: int) -> None:
        if next(calls) % 3 == 0:
            raise OSError(28, "No space left on device")
        real(handle, mode)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fchmod", full)
        with pytest.raises(OSError, match="No space left"):
            kept.put_many(files)
    left = [p for p in kept.folder.rglob("*") if p.is_file()]
    assert 0 < len(left) < len(files)
    assert all(sha256_of(path) == path.name for path in left)


def test_a_sign_of_life_comes_with_every_part_of_a_large_file(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(bytes(2 * CHUNK + 1))
    signs: list[int] = []
    with source.open("rb") as file:
        sha256 = Store(tmp_path / "store").copy_in(file.fileno(), lambda: signs.append(1))
    assert len(signs) == 3
    assert sha256 == sha256_of(source)


def test_a_full_disk_leaves_nothing_half(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"isi")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    for call in ("fsync", "link"):
        with monkeypatch.context() as patch:
            patch.setattr(store.os, call, full)
            with pytest.raises(OSError, match="No space left"):
                keep(Store(tmp_path / "store"), source)
    assert [p for p in (tmp_path / "store").rglob("*") if p.is_file()] == []
