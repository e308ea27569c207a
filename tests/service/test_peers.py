"""A program among others: a database that is not there at its start is told for what it is."""

from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from pipeline.errors import LedgerError
from pipeline.office import open_office
from pipeline.service import peers
from pipeline.service.peers import take_over, working
from pipeline.tasks.init import init_office


@pytest.mark.parametrize(
    ("raised", "told"),
    [
        (OperationalError("SELECT 1", {}, Exception("connection refused")), LedgerError),
        (RuntimeError("kosong"), RuntimeError),
    ],
)
def test_a_database_that_goes_away_at_the_start_is_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raised: Exception, told: type[Exception]
) -> None:
    def start(*_: object, **__: object) -> None:
        raise raised

    monkeypatch.setattr(peers, "start_work", start)
    with open_office(init_office(tmp_path / "kantor")) as office, pytest.raises(told):  # noqa: SIM117
        with working(office, None):
            pytest.fail("it has not started")


def test_where_nobody_is_gone_nothing_is_taken_over(tmp_path: Path) -> None:
    with open_office(init_office(tmp_path / "kantor")) as office:
        assert take_over(office, set()) == 0
