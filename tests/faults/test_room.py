"""How little room may be left, and what is said about it, and when."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pipeline.office import Office, open_office
from pipeline.service import room as service_room
from pipeline.service.room import Room
from pipeline.tasks.init import init_office
from pipeline.tasks.room import free_room, short_of_room

MORE_THAN_THERE_IS = "1e12"
EVERYWHERE = ["state", "inbox", "archive"]


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init_office(tmp_path_factory.mktemp("kantor"))


@contextmanager
def office_with(root: Path, least_mb: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("KINERJA_WATCH__LEAST_FREE_MB", least_mb)
    with open_office(root) as office:
        yield office


def test_room_is_measured_against_the_settings(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with office_with(root, MORE_THAN_THERE_IS, monkeypatch) as office:
        assert short_of_room(office) == EVERYWHERE
    with office_with(root, "0", monkeypatch) as office:
        assert short_of_room(office) == []
        assert list(free_room(office)) == EVERYWHERE
        assert free_room(office)["state"] <= shutil.disk_usage(root).total


def test_a_place_that_is_not_there_is_measured_where_it_would_be(
    root: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with office_with(root, "0", monkeypatch) as office:
        office.archive = tmp_path / "belum" / "ada"
        assert free_room(office)["archive"] > 0


def test_a_disk_that_does_not_answer_has_no_room(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(_: Path) -> os.statvfs_result:
        raise OSError(errno.ENOTCONN, os.strerror(errno.ENOTCONN))

    monkeypatch.setattr(os, "statvfs", silent)
    with office_with(root, "0", monkeypatch) as office:
        assert short_of_room(office) == EVERYWHERE


def test_a_change_is_said_once_and_work_begun_anew_when_it_is_over(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found: list[list[str]] = [[], ["archive"], ["archive"], EVERYWHERE, EVERYWHERE, []]
    begun_anew: list[Office] = []
    monkeypatch.setattr(service_room, "short_of_room", lambda office: found.pop(0))
    monkeypatch.setattr(service_room, "take_up_failed", begun_anew.append)
    with office_with(root, "100", monkeypatch) as office, capture_logs() as logs:
        room = Room(office)
        enough = [room.is_enough() for _ in range(6)]
        assert enough == [True, True, True, False, False, True]
        assert begun_anew == [office]
    assert [log["event"] for log in logs] == [
        "a disk is almost full or read-only: nothing can be filed",
        "a disk is almost full or read-only: nothing is taken",
        "a disk has room again",
    ]
