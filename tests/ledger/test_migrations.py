from importlib.resources import as_file, files
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, text

from pipeline.errors import LedgerError
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Base

from .samples import OFFICE, a_collection, clock


def upgrade(engine: Engine) -> None:
    """Our own tables only, without those of the queue."""
    with as_file(files("pipeline.ledger") / "migrations") as scripts:
        config = Config()
        config.set_main_option("script_location", str(scripts))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def test_migrations_make_what_the_models_say(empty_url: str) -> None:
    engine = create_engine(empty_url)
    upgrade(engine)
    with engine.connect() as connection:
        options = {"compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []
    engine.dispose()


def test_every_table_carries_an_office(empty_url: str) -> None:
    engine = create_engine(empty_url)
    upgrade(engine)
    tables = set(inspect(engine).get_table_names()) - {"alembic_version"}
    engine.dispose()
    assert tables == set(Base.metadata.tables)
    assert all("office_id" in table.columns for table in Base.metadata.tables.values())


def test_migrating_again_changes_nothing(ledger: Ledger) -> None:
    with ledger.write() as tx:
        tx.session.add(a_collection())
    ledger.migrate()
    ledger.check()
    with ledger.read() as session:
        assert session.scalar(text("SELECT count(*) FROM collection")) == 1


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'x.db'}", OFFICE, clock)
    ledger.migrate()
    with ledger.write() as tx:
        tx.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(LedgerError, match="newer"):
            ledger.migrate()
    finally:
        ledger.close()
