"""The rounds of a process that serves more than one office."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.office import Office, open_office
from pipeline.service.rounds import ROUNDS, Round, Rounds
from pipeline.tasks.init import init_office


class Remembering:
    """A round that keeps what it has seen."""

    made: list["Remembering"]

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.made.append(self)

    def __call__(self, office: Office) -> None:
        self.seen.append(office.id)


@pytest.fixture
def offices(tmp_path: Path) -> Iterator[list[Office]]:
    roots = [init_office(tmp_path / name) for name in ("satu", "dua")]
    with open_office(roots[0]) as one, open_office(roots[1]) as two:
        yield [one, two]


def test_what_a_round_has_seen_is_of_one_office_only(
    offices: list[Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    Remembering.made = []
    asked: list[str] = []
    monkeypatch.setattr(
        "pipeline.service.rounds.ROUNDS",
        {"a": Round(Remembering, 0), "b": Round(lambda office: asked.append(office.id), 0)},  # type: ignore[arg-type]
    )
    both = [Rounds(office) for office in offices]
    for rounds in (*both, *both):
        rounds.go()
    assert [one.seen for one in Remembering.made] == [[o.id, o.id] for o in offices]
    assert asked == [office.id for office in (*offices, *offices)]


def test_no_round_of_the_service_is_an_object_that_offices_share() -> None:
    """Functions keep nothing, and classes are made anew for each office."""
    for name, round_ in ROUNDS.items():
        assert hasattr(round_.go, "__qualname__"), name
