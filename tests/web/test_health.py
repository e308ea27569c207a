import os
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from pipeline.intake.pulse import STUCK_S, Pulse
from pipeline.office import Office
from pipeline.tasks import room
from tests.web.offices import Reader

Make = Callable[..., Office]


def asked(office: Office, pulse: Pulse | None = None) -> tuple[int, str]:
    answer = Reader(office, pulse).get("/sehat")
    return answer.status_code, answer.json()["status"]


def test_a_well_office(open_office: Make) -> None:
    answer = Reader(open_office(busy=True)).get("/sehat")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "database": True,
        "inbox": True,
        "full": [],
        "unjudged": 1,
        "failed": 0,
        "watcher": {"hangs": False, "restarts": 0, "swept_s": None},
    }
    assert answer.headers["cache-control"] == "no-store"


def test_a_database_that_is_not_ours_any_more(open_office: Make) -> None:
    office = open_office()
    with office.ledger.engine.begin() as connection:
        connection.execute(text("DROP TABLE event"))
    assert asked(office) == (503, "unreachable")


def test_an_inbox_that_is_not_mounted(open_office: Make) -> None:
    office = open_office()
    office.mark.make()
    away = office.inbox.with_name("lepas")
    office.inbox.rename(away)
    assert asked(office) == (503, "inbox away")
    away.rename(office.inbox)
    assert asked(office) == (200, "ok")


def test_a_watcher_that_hangs(open_office: Make) -> None:
    now = [1000.0]
    pulse = Pulse(clock=lambda: now[0])
    pulse.begin()
    pulse.end(0)
    pulse.restarts = 2
    office = open_office()
    now[0] += 1
    answer = Reader(office, pulse).get("/sehat").json()
    assert answer["watcher"] == {"hangs": False, "restarts": 2, "swept_s": 1.0}
    now[0] += STUCK_S
    assert asked(office, pulse) == (503, "stuck")


def test_a_disk_that_is_almost_full(open_office: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    full = SimpleNamespace(f_flag=0, f_bavail=1, f_frsize=4096)
    monkeypatch.setattr(room.os, "statvfs", lambda _path: full)
    assert asked(open_office()) == (503, "full")
    read_only = SimpleNamespace(f_flag=os.ST_RDONLY, f_bavail=1 << 40, f_frsize=4096)
    monkeypatch.setattr(room.os, "statvfs", lambda _path: read_only)
    assert asked(open_office()) == (503, "full")
