"""What people should find in their folders, put there or taken away.

The ledger says what is wanted; here it is made so, as often as needed. A file that somebody has
changed or holds open is never pulled away.

A page of publications at a time: (1) files are laid into several folders side by side, into one
folder in turn, each durable with its name; (2) all of it is noted in one transaction. After a crash
in between, what lies there already is recognised by its place and its bytes.
"""

import os
import stat
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import structlog
from sqlalchemy import ColumnElement, select

from pipeline.errors import KinerjaError
from pipeline.files import (
    free_name,
    make_folder,
    place_new,
    sha256_of,
    side_by_side,
    sync_folder,
)
from pipeline.intake.locks import Taking, take_away
from pipeline.intake.mark import InboxMark
from pipeline.intake.stillness import Stillness
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Document, Publication
from pipeline.store import Store

WANTED, PLACED, UNWANTED, GONE = "wanted", "placed", "unwanted", "gone"
PAGE = 64
log = structlog.get_logger()


@dataclass(frozen=True)
class Change:
    """What was done about a row as it was read: the state to note, and where the file lies."""

    row: Publication
    state: str
    path: str


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
        for state, change in ((UNWANTED, self._remove_all), (WANTED, self._place_all)):
            seen = 0
            for page in self._pages(state):
                if not self._lock.acquire(blocking=at_most is None):
                    return waiting + 1
                try:
                    if not self._is_there():
                        return waiting + 1
                    waiting += change(page)
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

    def _as_read(self, page: Sequence[Publication]) -> list[Publication]:
        """The rows of a page of which nobody else has made the change since it was read."""
        query = select(Publication.id, Publication.state).where(_is_one_of(page))
        with self._ledger.read() as session:
            now = {found.id: found.state for found in session.execute(query)}
        return [row for row in page if now.get(row.id) == row.state]

    def _place_all(self, page: Sequence[Publication]) -> int:
        """Lay out the files of a page, in several folders side by side; how many have to wait."""
        folders: dict[str, list[Publication]] = {}
        for row in self._as_read(page):
            folders.setdefault(os.path.dirname(row.path), []).append(row)
        changes = side_by_side(self._place_in_one_folder, list(folders.values()))
        self._note([one for some, _ in changes for one in some])
        return sum(waiting for _, waiting in changes)

    def _place_in_one_folder(self, rows: Sequence[Publication]) -> tuple[list[Change], int]:
        """What was changed, and how many of the rows have to wait."""
        changes: list[Change] = []
        placed = sum(self._done(partial(self._place, row, changes), row) for row in rows)
        return changes, len(rows) - placed

    def _remove_all(self, page: Sequence[Publication]) -> int:
        """Take the files of a page away; how many have to wait."""
        rows = self._as_read(page)
        originals = self._originals(rows)
        changes: list[Change] = []
        for row in rows:
            self._done(partial(self._remove, row, originals, changes), row)
        self._note(changes)
        return len(rows) - len(changes)

    def _done(self, change: Callable[[], bool], row: Publication) -> bool:
        """Whether the change of one row was made; what is in its way keeps no other row waiting."""
        try:
            done = self._is_there() and change()
        except (KinerjaError, OSError):
            if row.id not in self._told:  # tried twice a second: once in the log is enough
                log.exception("a file could not be laid out and is tried again", path=row.path)
            self._told.add(row.id)
            return False
        self._told.discard(row.id)
        return done

    def _place(self, row: Publication, changes: list[Change]) -> bool:
        target = self._inbox / row.path
        self._refuse_links(target.parent)
        make_folder(target.parent)
        source = self._store.path(row.sha256)
        laid = self._laid_before(row, target, changes)
        if laid is None and os.path.lexists(target):
            self._make_way(row, changes)
        while laid is None:
            target = free_name(target)
            laid = target if place_new(target, source) else None
        changes.append(Change(row, PLACED, laid.relative_to(self._inbox).as_posix()))
        return True

    def _make_way(self, row: Publication, changes: list[Change]) -> None:
        """Take away what has become unwanted at a row's place since the removals were done."""
        query = select(Publication).where(
            Publication.office_id == row.office_id,
            Publication.path == row.path,
            Publication.state == UNWANTED,
            Publication.id != row.id,
        )
        with self._ledger.read() as session:
            before = list(session.scalars(query))
        originals = self._originals(before)
        for other in before:
            self._done(partial(self._remove, other, originals, changes), other)

    def _refuse_links(self, folder: Path) -> None:
        for part in (folder, *folder.parents):
            if part == self._inbox:
                return
            if part.is_symlink():
                raise LinkInTheWayError(
                    f"{part} is a link, and nothing is laid out through it. Replace it by a folder."
                )

    def _laid_before(
        self, row: Publication, target: Path, changes: Sequence[Change]
    ) -> Path | None:
        """Where the file lies already, placed before a crash could say so."""
        number, candidate = 2, target
        while os.path.lexists(candidate):
            if _holds(candidate, row.sha256) and not self._is_anothers(row, candidate, changes):
                sync_folder(candidate.parent)  # the crash may have come before that
                return candidate
            candidate = target.with_name(f"{target.stem} ({number}){target.suffix}")
            number += 1
        return None

    def _is_anothers(self, row: Publication, file: Path, changes: Sequence[Change]) -> bool:
        """Whether what lies there was laid out for another row, with the same name and bytes."""
        path = file.relative_to(self._inbox).as_posix()
        if any(change.path == path and change.state == PLACED for change in changes):
            return True
        query = select(Publication.id).where(
            Publication.office_id == row.office_id,
            Publication.path == path,
            Publication.state.in_((PLACED, UNWANTED)),
            Publication.id != row.id,
        )
        with self._ledger.read() as session:
            return session.scalars(query.limit(1)).first() is not None

    def _originals(self, rows: Sequence[Publication]) -> dict[str, str | None]:
        """What was sent in of the documents that these are: a copy of it may lie there instead."""
        ids = {row.document_id for row in rows if row.document_id}
        if not ids:
            return {}
        query = select(Document.id, Document.original).where(Document.id.in_(ids))
        with self._ledger.read() as session:
            return {found.id: found.original for found in session.execute(query)}

    def _remove(
        self, row: Publication, originals: Mapping[str, str | None], changes: list[Change]
    ) -> bool:
        target = self._inbox / row.path
        self._refuse_links(target.parent)
        known = {row.sha256, originals.get(row.document_id or "")}
        aside = target.with_name(f".kinerja-{row.id}.aside")
        taken = take_away(target, {s for s in known if s}, aside, self._stillness)
        if taken is Taking.OPEN:
            return False
        self._stillness.forget(target)
        if taken is Taking.GONE and not self._is_there():  # it went with its disk
            return False
        changes.append(Change(row, GONE, row.path))
        return True

    def _note(self, changes: Sequence[Change]) -> None:
        """Write down what was changed, in one transaction."""
        if not changes:
            return
        made = {change.row.id: change for change in changes}
        with self._ledger.write() as tx:
            query = select(Publication).where(_is_one_of([change.row for change in changes]))
            for current in tx.session.scalars(query):
                change = made[current.id]
                if current.state == change.row.state:
                    current.state = change.state
                current.path = change.path  # what was withdrawn meanwhile is found there as well
        for change in changes:
            log.debug("laid out", path=change.path, state=change.state)


def _is_one_of(rows: Sequence[Publication]) -> ColumnElement[bool]:
    return Publication.id.in_([row.id for row in rows])


def _holds(path: Path, sha256: str) -> bool:
    """Whether it is a regular file with these bytes; nothing else is opened."""
    try:
        return stat.S_ISREG(os.lstat(path).st_mode) and sha256_of(path) == sha256
    except OSError:
        return False
