"""Runs of whole numbers against sets of them, and runs that no set could hold."""

from collections.abc import Iterable
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.runs import missing, without

NUMBERS = st.sets(st.integers(1, 30))
RUNS = st.lists(st.builds(range, st.integers(0, 30), st.integers(0, 30)), max_size=5)


def as_set(runs: Iterable[range]) -> set[int]:
    return {number for run in runs for number in run}


@given(NUMBERS)
def test_what_is_missing_is_what_a_set_would_say(taken: set[int]) -> None:
    runs = missing(taken)
    assert as_set(runs) == set(range(1, max(taken, default=1))) - taken
    assert all(one.stop < next_.start for one, next_ in pairwise(runs))


@given(NUMBERS, RUNS)
def test_taken_out_as_from_a_set(taken: set[int], others: list[range]) -> None:
    left = without(missing(taken), others)
    assert as_set(left) == as_set(missing(taken)) - as_set(others)
    assert all(left)
    assert left == sorted(left, key=lambda run: run.start)


def test_a_run_may_be_longer_than_memory() -> None:
    vast = 10**18
    assert missing([vast]) == [range(1, vast)]
    assert without([range(1, vast)], [range(2, vast - 1)]) == [range(1, 2), range(vast - 1, vast)]
