"""Whole numbers by their runs: a run is a range, which costs no memory however long it is."""

from collections.abc import Iterable


def missing(taken: Iterable[int]) -> list[range]:
    """The runs from 1 up to the highest of ``taken`` that are not in it, ascending."""
    runs, expected = [], 1
    for number in sorted(set(taken)):
        if number > expected:
            runs.append(range(expected, number))
        expected = max(expected, number + 1)
    return runs


def without(runs: Iterable[range], others: Iterable[range]) -> list[range]:
    """What is left of ``runs`` once ``others`` are taken out of them, in their order."""
    left = list(runs)
    for other in filter(None, others):
        parts = (
            part
            for run in left
            for part in (
                range(run.start, min(run.stop, other.start)),
                range(max(run.start, other.stop), run.stop),
            )
        )
        left = list(filter(None, parts))
    return left
