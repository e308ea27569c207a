"""What lies in command folders and cannot be taken: written down once, and once when it is gone.

It stays where it lies. The slip about it is a chain's work (`pipeline.sop.lying.untaken`).
"""

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.intake.home import shown
from pipeline.intake.lying import Lying, Why, opened
from pipeline.intake.stillness import Stillness
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Untaken

TELL_UNTAKEN = "tell-untaken"
PATIENCE_S = 5.0
"""A program that is still copying may give a file its rights only at the end."""
NAME_LENGTH = 400
log = structlog.get_logger()


@dataclass(frozen=True)
class Marked:
    """Something that cannot be taken, told apart from another of the same name by ``mark``."""

    lying: Lying
    why: Why
    mark: str

    def id_in(self, office_id: str) -> str:
        """The same for the same thing at the same place, whoever sees it."""
        parts = (office_id, self.lying.folder, self.lying.path, self.mark)
        return hashlib.sha256(b"\0".join(map(os.fsencode, parts))).hexdigest()[:32]


def marked(inbox: Path, lying: Lying, why: Why) -> Marked:
    """Mark what cannot be taken by its inode and when that last changed."""
    try:
        outer, _, last = lying.parent.rpartition("/")
        parent, name = (lying.parent, lying.name) if lying.name else (outer, last)
        with opened(inbox, parent) as handle:
            info = os.stat(name, dir_fd=handle, follow_symlinks=False)
        return Marked(lying, why, f"{info.st_ino}:{info.st_ctime_ns}")
    except OSError:
        return Marked(lying, why, "")


def left_lying(session: Session, office_id: str) -> list[Untaken]:
    """What lies in the office's command folders and cannot be taken, by its place."""
    query = select(Untaken).where(Untaken.office_id == office_id, Untaken.gone_at.is_(None))
    return list(session.scalars(query.order_by(Untaken.folder, Untaken.name)))


class UntakenBook:
    """Keeps the table of what cannot be taken as the folders are."""

    def __init__(self, ledger: Ledger, clock: Callable[[], float] = time.monotonic) -> None:
        self._ledger = ledger
        self._stillness = Stillness(clock)
        self._known: set[str] | None = None

    def note(self, seen: Iterable[Marked]) -> None:
        """Write down what a complete look into all command folders has found."""
        found = {one.id_in(self._ledger.office_id): one for one in seen}
        known = self._load()
        self._stillness.keep_only(found)
        new = {
            id_: one
            for id_, one in found.items()
            if id_ not in known and self._stillness.seconds(id_, one.mark) >= PATIENCE_S
        }
        gone = known - set(found)
        if not new and not gone:
            return
        with self._ledger.write() as tx:
            for id_, one in new.items():
                row = tx.session.get(Untaken, id_)
                if row is None:
                    tx.session.add(
                        Untaken(
                            id=id_,
                            office_id=tx.office_id,
                            folder=shown(one.lying.folder),
                            name=shown(one.lying.path)[-NAME_LENGTH:],
                            mark=one.mark,
                            why=one.why.value,
                            seen_at=tx.now(),
                        )
                    )
                elif row.gone_at is not None:  # away for a while, and back unchanged
                    row.gone_at, row.seen_at = None, tx.now()
                tx.enqueue(TELL_UNTAKEN, id_, once=f"{id_}:{tx.now().isoformat()}")
            for id_ in gone:
                row = tx.session.get_one(Untaken, id_)
                row.gone_at = tx.now()
                tx.enqueue(TELL_UNTAKEN, id_, once=f"{id_}:{row.gone_at.isoformat()}")
        self._known = (known - gone) | set(new)
        for id_, one in new.items():
            log.warning("it cannot be taken and stays", untaken=id_, why=one.why.value)

    @property
    def count(self) -> int:
        """How much lies there that cannot be taken, as far as this process has looked."""
        return len(self._known or ())

    def _load(self) -> set[str]:
        if self._known is None:
            with self._ledger.read() as session:
                rows = left_lying(session, self._ledger.office_id)
                self._known = {row.id for row in rows}
        return self._known
