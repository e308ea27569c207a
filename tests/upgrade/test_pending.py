"""Work that an earlier release left goes on in this one: everything once."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.errors import ExitCode, LedgerError
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.queue import APP_VERSION
from pipeline.ledger.tables import Arrival, Event
from pipeline.ledger.versions import COPIES
from pipeline.office import open_office
from pipeline.sop.starters import starter_draft
from pipeline.tasks.demo.players import Folders
from pipeline.tasks.init import init_office, make_practice_keys
from tests.cli.calling import call
from tests.journeys.filed import assert_filed
from tests.journeys.office import PATIENCE_S, PROCEDURE, Journey, Service, begin
from tests.ledger.postgres import Cluster, cluster

from .first_release import FIRST, make_tables, switch_off_at, take_by_hand, without_database

SENT = "data-kinerja/1-draft/kirim"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


@pytest.fixture(params=["sqlite", "postgresql"])
def journey(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Journey]:
    """An office of the first release, switched off; its service is this release's."""
    root = init_office(tmp_path / "kantor")
    pins = make_practice_keys(root)
    url = ""
    if request.param == "postgresql":
        made: Cluster = request.getfixturevalue("postgres")
        url = made.database("template0")
        settings = root / "kinerja.toml"
        before = settings.read_text("utf-8")
        settings.write_text(before.replace('url = ""', f'url = "{url}"', 1), "utf-8")
    with open_office(root) as office:
        without_database(office)
        make_tables(office.ledger.url)
    service = Service(root)
    with open_office(root) as office:
        try:
            folders = Folders(office.inbox / PROCEDURE, PATIENCE_S)
            yield begin(Journey, root, office, service, pins, folders, 2)
        finally:
            service.kill()


def send(journey: Journey) -> list[str]:
    """Staf sends the draft, and the release that ran then enters it."""
    journey.office.inbox.joinpath(SENT).mkdir(parents=True, exist_ok=True)
    procedure = journey.office.procedures["data-kinerja"]
    folder = journey.office.inbox / SENT
    name = f"Format Data Kinerja {journey.period.short}.docx"
    (folder / name).write_bytes(starter_draft(journey.office, procedure, journey.period))
    book = write_statements(journey.statements, office_name=journey.office.settings.office.name)
    (folder / f"Daftar Pernyataan {journey.period.short}.xlsx").write_bytes(book)
    return take_by_hand(journey.root, SENT)


@pytest.mark.slow
def test_what_the_first_release_left_is_ended_once(journey: Journey) -> None:
    entered = send(journey)
    assert len(entered) == 2
    switch_off_at(journey.root, entered[0])
    journey.service.start()
    journey.await_stage("correct")
    journey.settle()
    arrivals = journey.rows(Arrival, Arrival.id.in_(entered))
    assert {a.outcome for a in arrivals} == {"diterima"}
    kinds = Counter(e.kind for e in journey.rows(Event))
    assert kinds["collection.opened"] == kinds["draft.received"] == 1
    assert kinds["pernyataan.received"] == kinds["draft.laid-before"] == 1
    assert_filed(journey)
    assert [name for name in journey.files() if "(2)" in name] == []
    journey.until(lambda: journey.service.ready)
    journey.service.stop()
    copies = list((journey.root / ".kinerja" / COPIES).glob("*.db"))
    sqlite = journey.office.ledger.engine.dialect.name == "sqlite"
    assert [FIRST in copy.name for copy in copies] == [True] * sqlite


def test_the_version_of_the_work_is_pinned() -> None:
    """The queue gives a release only the work of its own version: so that never changes."""
    assert APP_VERSION == "1"


def test_a_newer_database_stops_the_service_in_words(tmp_path: Path) -> None:
    root = init_office(tmp_path / "kantor")
    with open_office(root) as office:
        with office.ledger.write() as tx:
            tx.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(LedgerError, match="made by a newer kinerja"):
            office.ledger.migrate()
    said = call("run", "--no-web", office=root)
    assert said.code == ExitCode.LEDGER
    assert "Install the newer program again" in said.stderr
