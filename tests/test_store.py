import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import NotFoundError
from pipeline.store import Store


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
    sha256 = store.put_file(source)
    before = store.path(sha256).stat()
    assert store.put(b"isi") == sha256
    assert store.put_file(source) == sha256
    after = store.path(sha256).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert after.st_mode & 0o777 == 0o444
    assert [p for p in (tmp_path / "store").rglob("*") if p.is_file()] == [store.path(sha256)]


def test_the_source_stays(tmp_path: Path) -> None:
    source = tmp_path / "a.docx"
    source.write_bytes(b"isi")
    Store(tmp_path / "store").put_file(source)
    assert source.read_bytes() == b"isi"


def test_what_is_not_there_is_named_with_the_mend(tmp_path: Path) -> None:
    store = Store(tmp_path)
    sha256 = "ab" * 32
    for ask in (store.path, store.read, store.size):
        with pytest.raises(NotFoundError, match=f"{sha256}.*kinerja audit"):
            ask(sha256)
