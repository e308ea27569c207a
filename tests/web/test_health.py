from collections.abc import Callable

from sqlalchemy import text

from pipeline.office import Office
from tests.web.offices import Reader

Make = Callable[..., Office]


def test_a_well_office(open_office: Make) -> None:
    answer = Reader(open_office(busy=True)).get("/sehat")
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "database": True, "untaken": 1, "failed": 0}
    assert answer.headers["cache-control"] == "no-store"


def test_a_database_that_is_not_ours_any_more(open_office: Make) -> None:
    office = open_office()
    with office.ledger.engine.begin() as connection:
        connection.execute(text("DROP TABLE event"))
    answer = Reader(office).get("/sehat")
    assert answer.status_code == 503
    assert answer.json()["status"] == "unreachable"
