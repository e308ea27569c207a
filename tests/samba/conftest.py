"""One machine with its users for all tests of the share; an office and a server for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .machine import Machine, own_machine
from .sharing import USERS, Shared, new_office, open_place, shared_copy


@dataclass(frozen=True)
class Ground:
    """What every test of the share begins with."""

    machine: Machine
    uids: dict[str, int]
    office: Path


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """A machine with its users, and a new office."""
    with open_place() as place, own_machine(place) as machine:
        yield Ground(machine, machine.add_users(USERS), new_office(place / "kantor"))


@pytest.fixture
def shared(ground: Ground) -> Iterator[Shared]:
    """An office of its own with its server."""
    with shared_copy(ground.office, ground.machine, ground.uids) as made:
        yield made
