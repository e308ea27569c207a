"""A filled ledger with its seals, and what somebody with the database may do to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from pipeline.ledger.chain import GENESIS, event_hash
from pipeline.ledger.database import Ledger
from pipeline.ledger.events import check_chains
from pipeline.ledger.history import SealedHistory
from pipeline.ledger.seal import Seal, standing
from pipeline.ledger.tables import Event

from .samples import OFFICE

OFFICE_CHAIN = f"kantor:{OFFICE}"
CHAINS = ("a", "b", None)  # the last is the office's own


@dataclass(frozen=True)
class Found:
    """One fault, of the chain itself or against the seals."""

    kind: str
    place: str
    message: str


def write(ledger: Ledger, *chains: str | None) -> None:
    """An event for each."""
    for chain in chains:
        with ledger.write() as tx:
            tx.record("kind", chain=chain, actor="Kasubag", via="uji", number=1)


def seal(ledger: Ledger, number: int) -> Seal:
    """A seal of the ledger as it stands."""
    with ledger.read() as session:
        now = standing(session, OFFICE)
    return Seal(
        office=OFFICE,
        number=number,
        at=f"2026-11-{number:02d}T10:15:00.000+07:00",
        previous=GENESIS,
        program="0",
        events=now.events,
        root=now.root,
        chains=dict(now.chains),
    )


def filled(ledger: Ledger) -> list[Seal]:
    """Chains of four, seven and ten events, sealed after every third, the last seal at the end."""
    write(ledger, *CHAINS, *CHAINS, *CHAINS)
    seals = [seal(ledger, 1)]
    write(ledger, *CHAINS, "b", None)
    seals.append(seal(ledger, 2))
    write(ledger, "b", None, "b", None, None, None, None)
    return [*seals, seal(ledger, 3)]


def examine(ledger: Ledger, seals: Sequence[Seal]) -> list[Found]:
    """All that is found."""
    history = SealedHistory(seals, OFFICE_CHAIN)
    with ledger.read() as session:
        chains = [
            Found(f.kind.value, f.place, f.message)
            for f in check_chains(session, OFFICE, history.witness)
        ]
        lost = [Found(f.kind.value, f.place, f.message) for f in history.faults(session, OFFICE)]
    return chains + lost


def events(session: Session, chain: str) -> list[Event]:
    """The events of a chain, in order."""
    return list(session.scalars(select(Event).where(Event.chain == chain).order_by(Event.seq)))


def rewrite(session: Session, chain: str, first: int) -> None:
    """Change events from ``first`` on, and make all hashes fit."""
    previous = GENESIS
    for event in events(session, chain):
        if event.seq >= first:
            event.actor = "Orang Lain"
            event.previous = previous
            event.hash = event_hash(event)
        previous = event.hash
    session.flush()


def cut(session: Session, chain: str, after: int) -> None:
    """Delete the end of a chain."""
    session.execute(delete(Event).where(Event.chain == chain, Event.seq > after))


def put_back(session: Session, events_then: int) -> None:
    """The database as it was when it held so many events."""
    ids = select(Event.id).order_by(Event.id).limit(events_then)
    last = session.scalar(select(func.max(ids.subquery().c.id)))
    session.execute(delete(Event).where(Event.id > (last or 0)))


def swap_ids(session: Session, one: int, other: int) -> None:
    """Let two events change places in the order of commits."""
    for before, after in ((one, -1), (other, one), (-1, other)):
        session.execute(update(Event).where(Event.id == before).values(id=after))
