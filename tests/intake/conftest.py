"""A fresh house for each test, its database copied from one that was migrated once."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.ledger.database import Ledger

from .samples import House, clock, house


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database."""
    path = tmp_path_factory.mktemp("ledger") / "kinerja.db"
    ledger = Ledger(f"sqlite:///{path}", "uji", clock)
    ledger.migrate()
    ledger.close()
    return path


@pytest.fixture
def home(tmp_path: Path, database: Path) -> Iterator[House]:
    """The house."""
    with house(tmp_path, Path(shutil.copy(database, tmp_path / "kinerja.db"))) as made:
        yield made
