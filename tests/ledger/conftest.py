"""One suite on both databases: SQLite always, PostgreSQL among the slow tests."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from pipeline.ledger.database import Ledger

from .postgres import Cluster, cluster
from .samples import OFFICE, clock


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server."""
    with cluster() as running:
        yield running


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database without tables."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'kinerja.db'}"
    made: Cluster = request.getfixturevalue("postgres")
    return made.database()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of this version, empty of rows."""
    copy: Callable[[Path], str] = request.getfixturevalue(f"migrated_{request.param}")
    return copy(tmp_path)


@pytest.fixture
def ledger(url: str) -> Iterator[Ledger]:
    """A ledger on it."""
    opened = Ledger(url, OFFICE, clock)
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], str]:
    """Copies of a database that was migrated once."""
    original = tmp_path_factory.mktemp("sqlite") / "kinerja.db"
    _migrate(f"sqlite:///{original}")

    def copy(folder: Path) -> str:
        return f"sqlite:///{shutil.copy(original, folder / 'kinerja.db')}"

    return copy


@pytest.fixture(scope="session")
def migrated_postgresql(postgres: Cluster) -> Callable[[Path], str]:
    """Copies of a database that was migrated once."""
    original = postgres.database()
    _migrate(original)

    def copy(_: Path) -> str:
        return postgres.database(make_url(original).database or "")

    return copy


def _migrate(url: str) -> None:
    ledger = Ledger(url, OFFICE, clock)
    ledger.migrate()
    ledger.close()
