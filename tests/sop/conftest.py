"""An office without a service: its settings, store and ledger are real, nobody works there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.office import Office, open_office
from pipeline.tasks.init import init_office


@pytest.fixture(scope="session")
def new_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office as `kinerja init` makes it."""
    return init_office(tmp_path_factory.mktemp("kantor"))


@pytest.fixture
def office(new_office: Path, tmp_path: Path) -> Iterator[Office]:
    """A copy of it, opened."""
    root = tmp_path / "kantor"
    shutil.copytree(new_office, root)
    with open_office(root) as opened:
        yield opened
