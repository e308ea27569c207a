from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
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
from pipeline.ledger.tables import Arrival, Base, Moment
from pipeline.ledger.versions import COPIES, newest_revision

from .samples import OFFICE, a_collection, clock

FIRST = "0001"


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Our own tables only, without those of the queue."""
    with as_file(files("pipeline.ledger") / "migrations") as scripts:
        config = Config()
        config.set_main_option("script_location", str(scripts))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)


def rows(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of ours, as the database itself gives it."""
    with engine.connect() as connection:
        return {
            table: sorted(
                (tuple(row) for row in connection.execute(text(f'SELECT * FROM "{table}"'))),
                key=repr,
            )
            for table in inspect(connection).get_table_names()
            if table in Base.metadata.tables
        }


def columns(engine: Engine) -> dict[str, list[tuple[str, str, bool]]]:
    """What the tables look like."""
    found = inspect(engine)
    return {
        table: [(c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)]
        for table in found.get_table_names()
        if table in Base.metadata.tables
    }


def sample(kind: object, number: int) -> object:
    """A value for a column, where the row needs one."""
    python = getattr(kind, "python_type", str)
    if isinstance(kind, Moment):
        return datetime(2026, 10, 5, 7, 30, number, 123456, tzinfo=UTC)
    if python in {dict, list}:
        return {"angka": 1.5, "teks": "é “petik”", "kosong": None}
    return {int: 7 + number, bool: True, str: f"isi é {number}"}.get(python)


def fill(engine: Engine) -> None:
    """A few rows in every table that stands, each column filled; related rows by their ids."""
    standing = set(inspect(engine).get_table_names())
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name not in standing:
                continue
            for number in range(2):
                row = {
                    c.name: sample(c.type, number)
                    for c in table.columns
                    if not c.foreign_keys and not (c.primary_key and c.autoincrement is True)
                }
                related = {
                    c.name: f"isi é {number}"
                    for c in table.columns
                    if c.foreign_keys and not any(k.column.table is table for k in c.foreign_keys)
                }
                connection.execute(table.insert().values(**row, **related))


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


def test_a_file_of_any_size_can_be_written_down(ledger: Ledger) -> None:
    with ledger.write() as tx:
        sizes = {"a" * 32: 0, "b" * 32: 1 << 40}
        for id_, size in sizes.items():
            tx.session.add(
                Arrival(
                    id=id_,
                    office_id=tx.office_id,
                    folder="a/kirim",
                    name="film.mp4",
                    sha256="c" * 64,
                    size=size,
                    owner="andi",
                    arrived_at=tx.now(),
                )
            )
    with ledger.read() as session:
        assert {row.id: row.size for row in session.query(Arrival)} == sizes


def test_several_that_start_together_bring_it_up_in_turn(empty_url: str) -> None:
    ledgers = [Ledger(empty_url, OFFICE, clock) for _ in range(4)]
    if empty_url.startswith("sqlite"):  # one program writes there: a service, or one command
        ledgers = ledgers[:1]
    with ThreadPoolExecutor(len(ledgers)) as threads:
        list(threads.map(Ledger.migrate, ledgers))
    current, wanted = ledgers[0].versions()
    for ledger in ledgers:
        ledger.close()
    assert current == wanted


def test_migrating_again_changes_nothing(ledger: Ledger) -> None:
    with ledger.write() as tx:
        tx.session.add(a_collection())
    ledger.migrate()
    ledger.check()
    with ledger.read() as session:
        assert session.scalar(text("SELECT count(*) FROM collection")) == 1


def test_up_down_and_up_again_changes_no_row(empty_url: str) -> None:
    """From the first release on, whatever came in between."""
    engine = create_engine(empty_url)
    upgrade(engine, FIRST)
    fill(engine)
    before, shape = rows(engine), columns(engine)
    assert all(len(found) == 2 for found in before.values())
    ledger = Ledger(empty_url, OFFICE, clock)
    try:
        for _ in range(2):
            ledger.migrate()
            up = rows(engine)
            assert {table: up[table] for table in before} == before
            assert set(up) == set(Base.metadata.tables)
            ledger.downgrade(FIRST)
            assert rows(engine) == before
            assert columns(engine) == shape
            assert ledger.versions()[0] == FIRST
        ledger.migrate()
        assert {table: rows(engine)[table] for table in before} == before
    finally:
        ledger.close()
        engine.dispose()


def test_going_back_loses_nothing_without_being_told_to(empty_url: str) -> None:
    engine = create_engine(empty_url)
    ledger = Ledger(empty_url, OFFICE, clock)
    try:
        ledger.migrate()
        fill(engine)
        before = rows(engine)
        with pytest.raises(LedgerError, match=r"worker \(2 rows\).*would lose.*backup"):
            ledger.downgrade(FIRST)
        assert rows(engine) == before
        assert ledger.versions()[0] == newest_revision()
        with pytest.raises(LedgerError, match="no version 0000"):
            ledger.downgrade("0000")
        ledger.downgrade(FIRST, discard=True)
        kept = rows(engine)
        assert kept == {table: found for table, found in before.items() if table in kept}
        assert "worker" not in kept
    finally:
        ledger.close()
        engine.dispose()


def test_before_it_is_brought_up_a_copy_is_kept_the_last_three(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'x.db'}"
    engine = create_engine(url)
    upgrade(engine, FIRST)
    fill(engine)
    before = rows(engine)
    ledger = Ledger(url, OFFICE, clock)
    folder = tmp_path / COPIES
    made: list[Path] = []
    try:
        for _ in range(4):
            ledger.migrate()
            ledger.migrate()  # nothing to do, so no copy
            made.append(max(folder.glob("*.db")))
            ledger.downgrade(FIRST)
    finally:
        ledger.close()
        engine.dispose()
    assert sorted(folder.iterdir()) == made[1:]
    assert len(set(made)) == 4
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}
    for copy in folder.iterdir():
        kept = create_engine(f"sqlite:///{copy}")
        assert rows(kept) == before
        kept.dispose()


def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'x.db'}", OFFICE, clock)
    ledger.migrate()
    ledger.close()
    assert not (tmp_path / COPIES).exists()


def test_a_damaged_database_is_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "x.db"
    ledger = Ledger(f"sqlite:///{file}", OFFICE, clock)
    ledger.migrate()
    ledger.close()
    data = bytearray(file.read_bytes())
    data[4096 * 4 : 4096 * 4 + 200] = b"\xee" * 200
    for damage in (bytes(data), b"bukan basis data" * 999):
        file.write_bytes(damage)
        with pytest.raises(LedgerError, match=r"is damaged.*kinerja restore"):
            ledger.migrate()
        ledger.close()
        assert file.read_bytes() == damage


def test_a_newer_database_is_left_alone(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'x.db'}", OFFICE, clock)
    ledger.migrate()
    with ledger.write() as tx:
        tx.session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    try:
        with pytest.raises(
            LedgerError, match="made by a newer kinerja: its tables are of version 9999"
        ):
            ledger.migrate()
    finally:
        ledger.close()
