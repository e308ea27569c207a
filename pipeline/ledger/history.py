"""The ledger beside its seals: is all that was sealed still there, unchanged and in its place?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Row
from sqlalchemy.orm import Session

from pipeline.ledger.chain import events
from pipeline.ledger.merkle import MerkleTree
from pipeline.ledger.seal import ChainEnd, Seal, hashes_by_id


class Loss(StrEnum):
    """How the ledger falls short of a seal."""

    OLDER = "older"
    CUT = "cut"
    GONE = "gone"
    REWRITTEN = "rewritten"
    ORDER = "order"


@dataclass(frozen=True)
class SealFault:
    """Where the ledger is not what a seal says of it."""

    kind: Loss
    place: str
    message: str


class SealedHistory:
    """What the seals say, held against the ledger.

    First ``witness`` every event, chain by chain; then ask for the ``faults``.
    """

    def __init__(self, seals: Sequence[Seal], office_chain: str) -> None:
        self._seals = sorted(seals, key=lambda seal: (seal.number, seal.events))
        self._office_chain = office_chain
        self._seen: dict[tuple[str, int], str] = dict.fromkeys(
            ((chain, end.events) for seal in seals for chain, end in seal.chains.items()), ""
        )
        self._length: dict[str, int] = {}

    def witness(self, event: Row[Any]) -> None:
        """Take note of an event."""
        place = event.chain, event.seq
        if place in self._seen:
            self._seen[place] = event.hash
        self._length[event.chain] = event.seq

    def faults(self, session: Session, office_id: str) -> Iterator[SealFault]:
        """All that does not agree.

        Steps: (1) the roots, over all events by their ids; (2) a database that is older than its
        seals; (3) chain by chain, whether each sealed end stands where it stood.
        """
        if not self._seals:
            return
        total, first_wrong = self._roots(session, office_id)  # (1)
        if first_wrong is not None:
            yield self._order(first_wrong)
        cut_short = self._length.get(self._office_chain, 0) < self._longest(self._office_chain)
        if total < self._newest.events and cut_short:  # (2)
            yield SealFault(
                Loss.OLDER,
                self._newest.label,
                f"The database is older than its seal: {total} events now, {self._newest.events}"
                " then. An older copy was restored, or the latest events were deleted.",
            )
        for chain in sorted({chain for seal in self._seals for chain in seal.chains}):  # (3)
            yield from self._chain(chain)

    @property
    def _newest(self) -> Seal:
        return max(self._seals, key=lambda seal: seal.events)

    def _longest(self, chain: str) -> int:
        return max((s.chains[chain].events for s in self._seals if chain in s.chains), default=0)

    def _roots(self, session: Session, office_id: str) -> tuple[int, Seal | None]:
        """How many events there are, and the first seal whose root is not theirs."""
        wanted = sorted(self._seals, key=lambda seal: seal.events, reverse=True)
        tree, wrong = MerkleTree(), None
        for event in hashes_by_id(session, office_id):
            tree.append(event.hash.encode())
            while wanted and wanted[-1].events <= tree.size:
                seal = wanted.pop()
                if wrong is None and seal.root != tree.root().hex():
                    wrong = seal
        return tree.size, wrong

    def _order(self, wrong: Seal) -> SealFault:
        before = [seal for seal in self._seals if seal.events < wrong.events]
        since = f"those of {before[-1].label} still do; " if before else ""
        return SealFault(
            Loss.ORDER,
            wrong.label,
            f"The first {wrong.events} events of the ledger do not have the root that was sealed:"
            f" {since}something was changed, removed, put in between or put in another order.",
        )

    def _chain(self, chain: str) -> Iterator[SealFault]:
        ends = [(seal, seal.chains[chain]) for seal in self._seals if chain in seal.chains]
        length = self._length.get(chain, 0)
        beyond = [(seal, end) for seal, end in ends if end.events > length]
        if beyond:
            yield self._shortened(chain, length, *max(beyond, key=lambda pair: pair[1].events))
        within = sorted((p for p in ends if p[1].events <= length), key=lambda p: p[1].events)
        good: Seal | None = None
        kept = 0
        for seal, end in within:
            if self._seen[chain, end.events] == end.head:
                good, kept = seal, end.events
                continue
            since = f"between {good.label} and" if good else "before"
            yield SealFault(
                Loss.REWRITTEN,
                f"chain {chain}, {events(min(kept + 1, end.events), end.events)}",
                f"Not what was sealed: written anew since {seal.label}, in what happened {since}"
                " it.",
            )
            return

    def _shortened(self, chain: str, length: int, seal: Seal, end: ChainEnd) -> SealFault:
        if length == 0:
            return SealFault(
                Loss.GONE,
                f"chain {chain}",
                f"The whole chain is gone: {seal.label} recorded {end.events} events of it.",
            )
        return SealFault(
            Loss.CUT,
            f"chain {chain}, {events(length + 1, end.events)}",
            f"The chain was cut: {seal.label} recorded {end.events} events, now there are"
            f" {length}.",
        )
