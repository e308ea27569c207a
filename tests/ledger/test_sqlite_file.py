"""A copy of a database that its disk does not take: told for what it is."""

import errno
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipeline.errors import LedgerError
from pipeline.ledger.sqlite_file import copy_sqlite, require_sound


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "kinerja.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE a (b BLOB)")
        database.execute("INSERT INTO a VALUES (zeroblob(1000000))")
        database.commit()
    return path


@contextmanager
def refusing_beyond(size: int) -> Iterator[None]:
    """Writes past so many bytes of a file fail; the signal that would come first is ignored."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_refuses_is_not_called_full(source: Path, tmp_path: Path) -> None:
    with refusing_beyond(100_000), pytest.raises(OSError, match="Input/output error") as told:
        copy_sqlite(source, tmp_path / "salinan.db")
    assert told.value.errno == errno.EIO


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "kinerja.db").write_bytes(b"bukan basis data" * 1000)
    with pytest.raises(LedgerError, match="cannot be copied"):
        copy_sqlite(tmp_path / "kinerja.db", tmp_path / "salinan.db")


def test_a_copy_is_whole(source: Path, tmp_path: Path) -> None:
    copy_sqlite(source, tmp_path / "salinan.db")
    require_sound(tmp_path / "salinan.db", whole=True)
