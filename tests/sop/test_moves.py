"""Collections driven through random legal and illegal moves (see `tests.sop.moves`)."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .moves import Moves

UNHURRIED = {
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
    "print_blob": True,
    "phases": [Phase.explicit, Phase.generate],  # a move takes long: none to shrink
    "database": None,
}


def test_whatever_is_moved_everything_holds() -> None:
    """An office, two dozen moves."""
    run_state_machine_as_test(
        Moves, settings=settings(max_examples=1, stateful_step_count=25, **UNHURRIED)
    )


@pytest.mark.slow
@pytest.mark.parametrize("half", [1, 2])
def test_thousands_of_moves(half: int) -> None:
    """Twenty-five offices in each half, fifty moves each."""
    run_state_machine_as_test(
        Moves, settings=settings(max_examples=25, stateful_step_count=50, **UNHURRIED)
    )
