"""Events that do not agree with their own hash: moved from somewhere, or changed where they are.

An event's hash covers its chain and its place. One that was only moved still agrees with it at the
place where it was, so that this place can be found by trying.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from pipeline.ledger.chain import ChainFault, EventLike, Tampering, event_hash, events

MOST_TRIED = 200_000  # hashes; a ledger in which all is wrong must not keep the audit for hours
WIDEST_GAP = 1000


class Place(NamedTuple):
    """A place in a chain."""

    chain: str
    seq: int


@dataclass(frozen=True)
class Displaced:
    """An event that does not agree with its own hash."""

    event: EventLike

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.event.chain, self.event.seq)


@dataclass(frozen=True)
class _Verdict:
    """An event that does not fit, with the place where it did, if that was found."""

    stands: Place
    belongs: Place | None

    @property
    def shift(self) -> tuple[str, int] | None:
        """From which chain, and by how many places."""
        if self.belongs is None:
            return None
        return self.belongs.chain, self.stands.seq - self.belongs.seq


def explain(
    misfits: Sequence[Displaced], gaps: Sequence[tuple[str, int, int]], hints: Iterable[Place]
) -> Iterator[ChainFault]:
    """Every misfit and every gap as a fault; neighbours that share one cause are told together."""
    verdicts = list(_judged(misfits, gaps, hints))
    found = {v.belongs: v.stands for v in verdicts if v.belongs is not None}
    for _, run in groupby(enumerate(verdicts), key=lambda pair: _run(*pair)):
        yield _told([verdict for _, verdict in run], found)
    for chain, first, last in gaps:
        yield from _gap(chain, first, last, found)


def _judged(
    misfits: Sequence[Displaced], gaps: Sequence[tuple[str, int, int]], hints: Iterable[Place]
) -> Iterator[_Verdict]:
    missing = [
        Place(chain, seq)
        for chain, first, last in gaps
        for seq in range(first, min(last, first + WIDEST_GAP) + 1)
    ]
    places = list(dict.fromkeys([*hints, *missing, *(m.place for m in misfits)]))
    tried = 0
    for misfit in misfits:
        near = [Place(misfit.place.chain, misfit.place.seq + step) for step in (-1, 1)]
        belongs = None
        for place in dict.fromkeys([*near, *places]):
            tried += 1
            if tried > MOST_TRIED:
                break
            if event_hash(misfit.event, *place) == misfit.event.hash:
                belongs = place
                break
        yield _Verdict(misfit.place, belongs)


def _run(index: int, verdict: _Verdict) -> tuple[str, int, tuple[str, int] | None]:
    return verdict.stands.chain, verdict.stands.seq - index, verdict.shift


def _told(run: Sequence[_Verdict], found: Mapping[Place, Place]) -> ChainFault:
    """What a run of neighbours shows that came from neighbouring places, or from nowhere known."""
    chain, first, last = run[0].stands.chain, run[0].stands.seq, run[-1].stands.seq
    here = events(first, last).capitalize()
    if run[0].shift is None:
        message = f"{here}: changed, no longer in agreement with the hash."
        return ChainFault(chain, first, last, Tampering.CHANGED, message)
    origin, step = run[0].shift
    was = events(first - step, last - step)
    if origin != chain:
        message = f"{here}: moved here, by the hash {was} of chain {origin}."
        return ChainFault(chain, first, last, Tampering.MOVED, message)
    if step > 0 and not _any_within(found.values(), chain, range(first - step, first)):
        added = events(first - step, first - 1)
        message = f"{added.capitalize()}: inserted, and what follows was renumbered."
        return ChainFault(chain, first - step, first - 1, Tampering.INSERTED, message)
    if step < 0 and not _any_within(found, chain, range(first, first - step)):
        gone = events(first, first - step - 1)
        message = f"{gone.capitalize()}: removed, and what followed was renumbered."
        return ChainFault(chain, first, first - step - 1, Tampering.REMOVED, message)
    message = f"{here}: not in place, by the hash {was} of this chain."
    return ChainFault(chain, first, last, Tampering.MOVED, message)


def _any_within(places: Iterable[Place], chain: str, run: range) -> bool:
    return any(place.chain == chain and place.seq in run for place in places)


def _gap(chain: str, first: int, last: int, found: Mapping[Place, Place]) -> Iterator[ChainFault]:
    """What is missing and was found nowhere; what was found elsewhere is told there."""
    elsewhere = [
        place.seq for place in found if place.chain == chain and first <= place.seq <= last
    ]
    start = first
    for seq in [*sorted(elsewhere), last + 1]:
        if start < seq:
            message = f"{events(start, seq - 1).capitalize()}: removed."
            yield ChainFault(chain, start, seq - 1, Tampering.REMOVED, message)
        start = seq + 1
