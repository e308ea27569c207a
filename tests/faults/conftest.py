"""The offices that are disturbed, made once for all workers of a parallel test run."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.injection import Crew, why_not_traced


@pytest.fixture(scope="session")
def stages_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the offices are kept, each at its stage."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "tahap"


@pytest.fixture(scope="module")
def crew(stages_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crew]:
    """Somebody who works in offices and lets system calls fail."""
    if reason := why_not_traced():
        pytest.skip(reason)
    with Crew(stages_folder, tmp_path_factory.mktemp("gangguan")) as started:
        yield started
