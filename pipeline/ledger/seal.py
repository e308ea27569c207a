"""What a seal says: how the ledger stood at a moment, so that nobody can write it anew unseen.

A seal holds the place and the hash of the last event of every chain, and the RFC 6962 root over
the hashes of all events (in hexadecimal, as they stand in the ledger) in the order of their ids,
which is that of their commits. It names chains and no person. Each names the SHA-256 of the seal
before it.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from pipeline.errors import ReadError
from pipeline.ledger.events import AT_ONCE
from pipeline.ledger.merkle import MerkleTree
from pipeline.ledger.tables import Event

FORMAT = "kinerja-seal-1"
_HASH = r"^[0-9a-f]{64}$"


class ChainEnd(BaseModel):
    """The last event of a chain: its place and its hash."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    events: int = Field(ge=1)
    head: str = Field(pattern=_HASH)


@dataclass(frozen=True)
class Standing:
    """How the ledger stands: how many events, up to which id, their root, the end of each chain."""

    events: int
    through: int
    root: str
    chains: Mapping[str, ChainEnd]


class Seal(BaseModel):
    """One seal, as in its file; ``previous`` is the SHA-256 of the file before it.

    ``accepts`` is the number of the last seal that counts no more, since the loss of what it held
    was accepted; 0 where none was.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    format: str = Field(default=FORMAT, pattern=f"^{FORMAT}$")
    office: str
    number: int = Field(ge=1)
    at: str
    previous: str = Field(pattern=_HASH)
    program: str
    events: int = Field(ge=0)
    root: str = Field(pattern=_HASH)
    chains: dict[str, ChainEnd]
    accepts: int = Field(default=0, ge=0)

    @property
    def moment(self) -> datetime:
        """When it was made, by the clock of the machine.

        Raises:
            ValueError: it is no moment.
        """
        return datetime.fromisoformat(self.at)

    @property
    def label(self) -> str:
        """For people: ``seal 12 (2026-11-22 10:15)``."""
        return f"seal {self.number} ({self.at[:16].replace('T', ' ')})"

    def to_bytes(self) -> bytes:
        """As in its file: JSON, sorted, one line for each thing."""
        text = json.dumps(self.model_dump(), sort_keys=True, indent=1, ensure_ascii=False)
        return f"{text}\n".encode()


@dataclass(frozen=True)
class SealFile:
    """A seal with the very bytes that hold it."""

    seal: Seal
    data: bytes

    @property
    def sha256(self) -> str:
        """Of the file."""
        return sha256(self.data).hexdigest()


def read_seal(data: bytes) -> SealFile:
    """The seal in a file's bytes.

    Raises:
        ReadError: they are no seal.
    """
    try:
        seal = Seal.model_validate_json(data)
        _ = seal.moment
    except (ValidationError, ValueError) as wrong:
        raise ReadError("This is not a seal of the ledger, or no longer a whole one.") from wrong
    return SealFile(seal, data)


def standing(session: Session, office_id: str) -> Standing:
    """How the office's ledger stands in this session; one statement, so one moment."""
    tree, ends, through = MerkleTree(), dict[str, tuple[int, str]](), 0
    for event in hashes_by_id(session, office_id):
        tree.append(event.hash.encode())
        if event.seq > ends.get(event.chain, (0, ""))[0]:
            ends[event.chain] = event.seq, event.hash
        through = event.id
    chains = {chain: ChainEnd(events=n, head=head) for chain, (n, head) in ends.items()}
    return Standing(tree.size, through, tree.root().hex(), chains)


def hashes_by_id(session: Session, office_id: str) -> Iterator[Row[Any]]:
    """Id, chain, place and hash of every event of the office, in the order of the ids."""
    columns = [Event.__table__.c[name] for name in ("id", "chain", "seq", "hash")]
    ordered = select(*columns).where(Event.office_id == office_id).order_by(Event.id)
    yield from session.execute(ordered.execution_options(yield_per=AT_ONCE))
