"""A disk that refuses is told as what it is, and a bug stays one."""

import errno
import os
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from pipeline.cli import app
from pipeline.cli.disk import disk_error
from pipeline.errors import ExitCode
from tests.cli.calling import call


def filled_up() -> None:
    """A file on a device that is always full."""
    with Path("/dev/full").open("wb", buffering=0) as device:
        device.write(b"x")


def database_filled_up() -> None:
    """A database that may not grow, as the ledger meets it."""
    with create_engine("sqlite://").begin() as connection:
        connection.execute(text("PRAGMA max_page_count = 1"))
        connection.execute(text("CREATE TABLE a (b)"))


def database_closed() -> None:
    with create_engine("sqlite:///file::memory:?mode=ro&uri=true").begin() as connection:
        connection.execute(text("PRAGMA query_only = ON"))
        connection.execute(text("CREATE TABLE a (b)"))


def read_only() -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), "/srv/kinerja/x")


def hidden() -> None:
    """Another error, in handling which the disk refused."""
    try:
        read_only()
    except OSError as refused:
        raise ValueError("in between") from refused


@pytest.mark.parametrize(
    ("refuse", "told"),
    [
        (filled_up, "disk is full"),
        (database_filled_up, "disk is full"),
        (database_closed, "read-only"),
        (read_only, "read-only (/srv/kinerja/x)"),
        (hidden, "read-only"),
    ],
)
def test_what_the_disk_refuses_is_told(
    monkeypatch: pytest.MonkeyPatch, refuse: object, told: str
) -> None:
    monkeypatch.setitem(app.COMMANDS, "status", lambda: refuse)
    said = call("status")
    assert said.code == ExitCode.DISK
    assert told in said.stderr
    assert "run the same command again" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("bug", [KeyError("a"), FileNotFoundError("a"), sqlite3.ProgrammingError()])
def test_a_bug_is_none_of_the_disk(bug: Exception) -> None:
    assert disk_error(bug) is None
