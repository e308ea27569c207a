"""An office as the first release left it: its tables (0001), and work that nobody has ended.

What people had sent was taken and entered, with the chains that were to judge it; one of them the
service had at work when it was switched off.
"""

from importlib.resources import as_file, files
from pathlib import Path
from uuid import uuid4

from alembic import command
from alembic.config import Config
from dbos import DBOS
from sqlalchemy import create_engine, inspect, text

from pipeline.ledger.queue import APP_VERSION, queue_of
from pipeline.ledger.tables import Arrival
from pipeline.office import Office, open_office
from tests.stores import keep

TAKE, AT_WORK = "take", "PENDING"
FIRST = "0001"


def without_database(office: Office) -> None:
    """The office before anything was entered anywhere."""
    office.ledger.close()
    for path in office.state.glob("kinerja.db*"):
        path.unlink()


def make_tables(url: str) -> None:
    """The database as the first release made it."""
    engine = create_engine(url)
    with as_file(files("pipeline.ledger") / "migrations") as scripts, engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(scripts))
        config.attributes["connection"] = connection
        command.upgrade(config, FIRST)
    DBOS.migrate(system_database_url=url)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            connection.execute(text("PRAGMA journal_mode=WAL"))
    assert "worker" not in inspect(engine).get_table_names()
    engine.dispose()


def take_by_hand(root: Path, folder: str) -> list[str]:
    """Enter what lies in a command folder, as the first release did; the ids of the arrivals."""
    with open_office(root) as office:
        entered = []
        for path in sorted((office.inbox / folder).iterdir()):
            name = uuid4().hex
            sha256 = keep(office.store, path)
            with office.ledger.write() as tx:
                tx.session.add(
                    Arrival(
                        id=name,
                        office_id=office.id,
                        folder=folder,
                        name=path.name,
                        bundle="",
                        sha256=sha256,
                        size=path.stat().st_size,
                        owner="staf",
                        arrived_at=tx.now(),
                    )
                )
                tx.enqueue(TAKE, name, once=name)
            path.unlink()
            entered.append(name)
        return entered


def switch_off_at(root: Path, arrival: str) -> None:
    """The chain of this arrival was with the first release's own executor."""
    with open_office(root) as office, office.ledger.engine.begin() as connection:
        table = "workflow_status"
        if office.ledger.engine.dialect.name == "postgresql":
            table = "dbos.workflow_status"
        changed = connection.execute(
            text(
                f"UPDATE {table} SET status = :status, executor_id = :executor,"
                " application_version = :version WHERE workflow_uuid = :id"
            ),
            {
                "status": AT_WORK,
                "executor": queue_of(office.id),
                "version": APP_VERSION,
                "id": f"{office.id}:{TAKE}:{arrival}",
            },
        )
        assert changed.rowcount == 1
