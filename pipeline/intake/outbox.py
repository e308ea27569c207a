"""What people should find in their folders, put there or taken away.

The ledger says what is wanted; here it is made so, as often as needed. A file that somebody has
changed or holds open is never pulled away.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import structlog
from sqlalchemy import select

from pipeline.errors import KinerjaError
from pipeline.files import free_name, make_folder, place_new, remove_if_unchanged, sha256_of
from pipeline.intake.settle import is_quiet
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Document, Publication
from pipeline.store import Store

WANTED, PLACED, UNWANTED, GONE = "wanted", "placed", "unwanted", "gone"
log = structlog.get_logger()


class Outbox:
    """Lays out the publications of one office."""

    def __init__(self, inbox: Path, store: Store, ledger: Ledger) -> None:
        self._inbox = inbox
        self._store = store
        self._ledger = ledger
        self._lock = threading.Lock()
        self._told: set[int] = set()

    def lay_out(self) -> int:
        """Make the folders as the ledger wants them; how many files have to wait."""
        with self._lock:
            waiting = sum(not self._done(self._remove, row) for row in self._rows(UNWANTED))
            return waiting + sum(not self._done(self._place, row) for row in self._rows(WANTED))

    def _done(self, change: Callable[[Publication], bool], row: Publication) -> bool:
        """Whether the change of one row was made; what is in its way keeps no other row waiting."""
        try:
            done = change(row)
        except (KinerjaError, OSError):
            if row.id not in self._told:  # tried twice a second: once in the log is enough
                log.exception("a file could not be laid out and is tried again", path=row.path)
            self._told.add(row.id)
            return False
        self._told.discard(row.id)
        return done

    def _rows(self, state: str) -> list[Publication]:
        with self._ledger.read() as session:
            query = select(Publication).where(
                Publication.office_id == self._ledger.office_id, Publication.state == state
            )
            return list(session.scalars(query.order_by(Publication.id)))

    def _place(self, row: Publication) -> bool:
        target = self._inbox / row.path
        make_folder(target.parent)
        source = self._store.path(row.sha256)
        while not place_new(target, source):
            if target.is_file() and sha256_of(target) == row.sha256:
                break  # placed before a crash could say so
            target = free_name(target)
        self._note(row, PLACED, target.relative_to(self._inbox).as_posix())
        return True

    def _remove(self, row: Publication) -> bool:
        target = self._inbox / row.path
        if is_open(target):
            return False
        with self._ledger.read() as session:
            document = session.get(Document, row.document_id) if row.document_id else None
        known = {row.sha256, document.original if document else None}
        for sha256 in filter(None, known):
            if remove_if_unchanged(target, sha256):
                break
        self._note(row, GONE, row.path)
        return True

    def _note(self, row: Publication, state: str, path: str) -> None:
        with self._ledger.write() as tx:
            current = tx.session.get(Publication, row.id)
            if current is not None and current.state == row.state:
                current.state, current.path = state, path
        log.debug("laid out", path=path, state=state)


def is_open(path: Path) -> bool:
    """Whether somebody has ``path`` open: by a lock file beside it, or by a writer's lease."""
    if is_locked(path):
        return True
    try:
        return not is_quiet(path)
    except OSError:  # not there any more, or never a file of ours
        return False


def is_locked(path: Path) -> bool:
    """Whether the lock file of Word or LibreOffice lies beside ``path``: somebody has it open."""
    locks = (f"~${path.name}", f"~${path.name[2:]}", f".~lock.{path.name}#")
    return any((path.parent / lock).exists() for lock in locks)
