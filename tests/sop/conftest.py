"""An office without a service: its settings, store and ledger are real, nobody works there."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.office import Office, open_office
from pipeline.pdf.convert import Converter
from pipeline.tasks.init import init_office

from .signed_by_hand import ByHand, to_signature
from .under_way import (
    HEAD,
    KASUBAG,
    SECRETARY,
    Copied,
    UnderWay,
    at_desk,
    close,
    lent,
    practice_office,
)


@pytest.fixture(scope="session")
def new_office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An office as `kinerja init` makes it."""
    return init_office(tmp_path_factory.mktemp("kantor"))


@pytest.fixture
def office(new_office: Path, converter: Converter, tmp_path: Path) -> Iterator[Office]:
    """A copy of it, opened."""
    root = tmp_path / "kantor"
    shutil.copytree(new_office, root)
    with open_office(root) as opened, lent(opened, converter):
        yield opened


@pytest.fixture(scope="session")
def converter() -> Iterator[Converter]:
    """One LibreOffice for all who bring a collection on its way."""
    shared = Converter(offices=1, timeout_s=120)
    yield shared
    shared.close()


@pytest.fixture(scope="session")
def resting(tmp_path_factory: pytest.TempPathFactory) -> Copied:
    """An office with practice keys in which nothing has begun."""
    return practice_office(tmp_path_factory.mktemp("awal") / "kantor")


@pytest.fixture(scope="session")
def resting_at_filling(
    resting: Copied, converter: Converter, tmp_path_factory: pytest.TempPathFactory
) -> Copied:
    """The same, its forms with their officials."""
    root = tmp_path_factory.mktemp("pengisian") / "kantor"
    with at_desk(resting, root, converter) as at:
        at.to_filling()
    return Copied(root, resting.pins)


@pytest.fixture(scope="session")
def resting_closed(
    resting_at_filling: Copied, converter: Converter, tmp_path_factory: pytest.TempPathFactory
) -> Copied:
    """The same, closed without the head of a unit."""
    root = tmp_path_factory.mktemp("ditutup") / "kantor"
    with at_desk(resting_at_filling, root, converter) as at:
        at.verify(KASUBAG, SECRETARY)
        assert close(at) == [HEAD]
    return Copied(root, resting_at_filling.pins)


@pytest.fixture
def begun(resting: Copied, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    """A collection that begins in this test."""
    with at_desk(resting, tmp_path / "kantor", converter) as at:
        yield at


@pytest.fixture
def filling(resting_at_filling: Copied, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    """A collection whose forms are with their officials."""
    with at_desk(resting_at_filling, tmp_path / "kantor", converter) as at:
        yield at


@pytest.fixture
def closed(resting_closed: Copied, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    """A collection that was closed without the head of a unit, the others verified."""
    with at_desk(resting_closed, tmp_path / "kantor", converter) as at:
        yield at


@pytest.fixture(scope="session")
def resting_at_signature(
    resting_at_filling: Copied, converter: Converter, tmp_path_factory: pytest.TempPathFactory
) -> Copied:
    """An office whose print-out has its paraf and waits for the signature."""
    root = tmp_path_factory.mktemp("tanda-tangan") / "kantor"
    with at_desk(resting_at_filling, root, converter) as at:
        to_signature(at, KASUBAG, SECRETARY, HEAD)
    return Copied(root, resting_at_filling.pins)


@pytest.fixture
def hand(resting_at_signature: Copied, converter: Converter, tmp_path: Path) -> Iterator[ByHand]:
    """The print-out that waits for its signature."""
    with at_desk(resting_at_signature, tmp_path / "kantor", converter) as at:
        yield ByHand(at)
