"""What people should find in their folders, put there or taken away.

The ledger says what is wanted; here it is made so, as often as needed. A file that somebody has
changed or holds open is never pulled away.
"""

import os
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import structlog
from sqlalchemy import select

from pipeline.errors import KinerjaError
from pipeline.files import free_name, make_folder, place_new, sha256_of, sync_folder
from pipeline.intake.locks import Taking, take_away
from pipeline.intake.mark import InboxMark
from pipeline.intake.stillness import Stillness
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Document, Publication
from pipeline.store import Store

WANTED, PLACED, UNWANTED, GONE = "wanted", "placed", "unwanted", "gone"
PAGE = 64
log = structlog.get_logger()


class LinkInTheWayError(KinerjaError):
    """A folder of the inbox has been replaced by a link, through which nothing is laid out."""


class Outbox:
    """Lays out the publications of one office."""

    def __init__(
        self, inbox: Path, store: Store, ledger: Ledger, mark: InboxMark | None = None
    ) -> None:
        self._inbox = inbox
        self._store = store
        self._ledger = ledger
        self._mark = mark
        self._lock = threading.Lock()
        self._stillness = Stillness()
        self._told: set[int] = set()

    def lay_out(self, at_most: int | None = None, go_on: Callable[[], bool] = lambda: True) -> int:
        """Make the folders as the ledger wants them; how many files have to wait.

        With ``at_most`` only about so many are taken away, and as many placed, in this call, and
        nothing where another thread is just at it. ``go_on`` is called after each page, and ends it
        where it says so. While the inbox is not there, nothing is done.
        """
        waiting = 0
        for state, change in ((UNWANTED, self._remove), (WANTED, self._place)):
            seen = 0
            for page in self._pages(state):
                if not self._lock.acquire(blocking=at_most is None):
                    return waiting + 1
                try:
                    for row in page:
                        if not self._is_there():
                            return waiting + 1
                        waiting += not self._done(change, row)
                finally:
                    self._lock.release()
                seen += len(page)
                if not go_on():
                    return waiting + 1
                if at_most is not None and seen >= at_most:
                    waiting += 1
                    break
        return waiting

    def _is_there(self) -> bool:
        return self._mark is None or self._mark.is_there()

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

    def _pages(self, state: str) -> Iterator[list[Publication]]:
        """The rows in a state, a page at a time: there may be many thousand."""
        last = 0
        while True:
            with self._ledger.read() as session:
                query = select(Publication).where(
                    Publication.office_id == self._ledger.office_id,
                    Publication.state == state,
                    Publication.id > last,
                )
                page = list(session.scalars(query.order_by(Publication.id).limit(PAGE)))
            if not page:
                return
            yield page
            last = page[-1].id

    def _is_as_read(self, row: Publication) -> bool:
        """Whether nobody else has made the change since the page was read."""
        with self._ledger.read() as session:
            current = session.get(Publication, row.id)
        return current is not None and current.state == row.state

    def _place(self, row: Publication) -> bool:
        if not self._is_as_read(row):
            return True
        target = self._inbox / row.path
        self._refuse_links(target.parent)
        make_folder(target.parent)
        source = self._store.path(row.sha256)
        laid = self._laid_before(row, target)
        if laid is None and os.path.lexists(target):
            self._make_way(row)
        while laid is None:
            target = free_name(target)
            laid = target if place_new(target, source) else None
        target = laid
        self._note(row, PLACED, target.relative_to(self._inbox).as_posix())
        return True

    def _make_way(self, row: Publication) -> None:
        """Take away what has become unwanted at a row's place since the removals were done."""
        query = select(Publication).where(
            Publication.office_id == row.office_id,
            Publication.path == row.path,
            Publication.state == UNWANTED,
            Publication.id != row.id,
        )
        with self._ledger.read() as session:
            before = list(session.scalars(query))
        for other in before:
            self._done(self._remove, other)

    def _refuse_links(self, folder: Path) -> None:
        for part in (folder, *folder.parents):
            if part == self._inbox:
                return
            if part.is_symlink():
                raise LinkInTheWayError(
                    f"{part} is a link, and nothing is laid out through it. Replace it by a folder."
                )

    def _laid_before(self, row: Publication, target: Path) -> Path | None:
        """Where the file lies already, placed before a crash could say so."""
        number, candidate = 2, target
        while os.path.lexists(candidate):
            if _holds(candidate, row.sha256) and not self._is_anothers(row, candidate):
                sync_folder(candidate.parent)  # the crash may have come before that
                return candidate
            candidate = target.with_name(f"{target.stem} ({number}){target.suffix}")
            number += 1
        return None

    def _is_anothers(self, row: Publication, path: Path) -> bool:
        """Whether what lies there was laid out for another row, with the same name and bytes."""
        query = select(Publication.id).where(
            Publication.office_id == row.office_id,
            Publication.path == path.relative_to(self._inbox).as_posix(),
            Publication.state.in_((PLACED, UNWANTED)),
            Publication.id != row.id,
        )
        with self._ledger.read() as session:
            return session.scalars(query.limit(1)).first() is not None

    def _remove(self, row: Publication) -> bool:
        if not self._is_as_read(row):
            return True
        target = self._inbox / row.path
        self._refuse_links(target.parent)
        with self._ledger.read() as session:
            document = session.get(Document, row.document_id) if row.document_id else None
        known = {row.sha256, document.original if document else None}
        aside = target.with_name(f".kinerja-{row.id}.aside")
        taken = take_away(target, {s for s in known if s}, aside, self._stillness)
        if taken is Taking.OPEN:
            return False
        self._stillness.forget(target)
        if taken is Taking.GONE and not self._is_there():  # it went with its disk
            return False
        self._note(row, GONE, row.path)
        return True

    def _note(self, row: Publication, state: str, path: str) -> None:
        with self._ledger.write() as tx:
            current = tx.session.get(Publication, row.id)
            if current is not None and current.state == row.state:
                current.state, current.path = state, path
        log.debug("laid out", path=path, state=state)


def _holds(path: Path, sha256: str) -> bool:
    """Whether it is a regular file with these bytes; nothing else is opened."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode) and sha256_of(path) == sha256
    except OSError:
        return False
