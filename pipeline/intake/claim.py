"""Files taken from command folders, each exactly once.

A claim is a folder ``work/<uuid>`` with a note of where the file lay and the file itself, moved
there by rename. Only when the file is whole is it hashed, stored and entered into the ledger under
that uuid, in one transaction with the chain that will judge it. What a crash left is found in
``work`` again.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

import structlog

from pipeline.domain.procedure import Procedure
from pipeline.files import account_name, drop_tree, make_folder, sync_folder, write_whole
from pipeline.intake.places import command_places
from pipeline.intake.settle import is_ignored, is_quiet, is_readable, is_whole
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Arrival
from pipeline.store import Store

NOTE, CONTENT = "klaim.json", "isi"
TAKE = "take"
EMPTY_S = 30.0
"""How long a bundle's folders must be empty and untouched before they are removed."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Claim:
    """A file that was taken: ``folder`` is relative to the inbox, ``bundle`` a folder inside it."""

    id: str
    folder: str
    name: str
    bundle: str
    claimed_at: float

    def is_overdue(self, patience_s: float) -> bool:
        """Whether it was taken longer than ``patience_s`` ago."""
        return time.time() - self.claimed_at > patience_s


class Claimer:
    """Takes files from the command folders of an inbox."""

    def __init__(
        self, inbox: Path, work: Path, store: Store, ledger: Ledger, *, patience_s: float
    ) -> None:
        self._inbox = inbox
        self._work = work
        self._store = store
        self._ledger = ledger
        self._patience_s = patience_s
        self._told: set[Path] = set()

    def sweep(self, procedures: dict[str, Procedure]) -> int:
        """Take what lies in command folders; how many claims are still waiting to be whole."""
        make_folder(self._work)
        with _alone_in(self._work):
            for procedure in procedures.values():
                root = self._inbox / procedure.key
                for place in command_places(root, procedure):
                    for path, bundle in _files_in(root / place.path):
                        if self._may_take(path):
                            self._claim(path, f"{procedure.key}/{place.path}", bundle)
            return self._enter_claims()

    def _may_take(self, path: Path) -> bool:
        """Not what we may not read: it would be gone from the share and never be entered."""
        if is_readable(path):
            self._told.discard(path)
            return True
        if path.exists():
            self._tell_once(path, "not taken, because its rights do not let the service read it")
        return False

    def _tell_once(self, path: Path, message: str, **more: str) -> None:
        if path not in self._told:
            self._told.add(path)
            log.warning(message, path=str(path), **more)

    def _claim(self, path: Path, folder: str, bundle: str) -> None:
        names = _written(folder), _written(path.name), _written(bundle)
        claim = Claim(uuid4().hex, *names, time.time())
        home = self._work / claim.id
        make_folder(home)
        write_whole(home / NOTE, json.dumps(asdict(claim)).encode())
        try:
            os.rename(path, home / CONTENT)
        except OSError as refused:  # taken back by its person, or not ours to move
            drop_tree(home)
            if not isinstance(refused, FileNotFoundError):
                log.warning("not taken", folder=folder, name=claim.name, why=refused.strerror)
            return
        sync_folder(home)
        sync_folder(path.parent)

    def _enter_claims(self) -> int:
        waiting = 0
        for home in sorted(self._work.iterdir(), key=lambda p: p.stat().st_mtime):
            content = home / CONTENT
            if not content.exists():
                drop_tree(home)  # a crash between note and rename: the file never left its folder
                continue
            claim = Claim(**json.loads((home / NOTE).read_bytes()))
            if self._is_ready(claim, content):
                self._enter(claim, content)
                drop_tree(home)
                self._told.discard(home)
                continue
            waiting += 1
            if claim.is_overdue(self._patience_s):
                why = "it is still open" if is_readable(content) else "it may not be read"
                told = {"folder": claim.folder, "name": claim.name, "why": why}
                self._tell_once(home, "taken long ago and still not entered", **told)
        return waiting

    def _is_ready(self, claim: Claim, content: Path) -> bool:
        """Whole and quiet; a broken file is let through in the end, so that its slip can say so."""
        if not is_quiet(content):
            return False
        return is_whole(content) or claim.is_overdue(self._patience_s)

    def _enter(self, claim: Claim, content: Path) -> None:
        info = content.stat()
        sha256 = self._store.put_file(content)
        with self._ledger.write() as tx:
            if tx.session.get(Arrival, claim.id) is not None:
                return
            tx.session.add(
                Arrival(
                    id=claim.id,
                    office_id=tx.office_id,
                    folder=claim.folder,
                    name=claim.name,
                    bundle=claim.bundle,
                    sha256=sha256,
                    size=info.st_size,
                    owner=account_name(info.st_uid),
                    arrived_at=tx.now(),
                )
            )
            tx.enqueue(TAKE, claim.id, once=claim.id)
        log.info("taken", arrival=claim.id, folder=claim.folder, name=claim.name)


def left_claims(work: Path, patience_s: float) -> list[tuple[Claim, Path]]:
    """What was taken longer than ``patience_s`` ago and is not entered yet, with the file itself.

    For looking from outside: nothing is changed, and a sweep may be running.
    """
    left = []
    for note in sorted(work.glob(f"*/{NOTE}")):
        try:
            claim = Claim(**json.loads(note.read_bytes()))
        except FileNotFoundError:  # entered while we looked
            continue
        content = note.with_name(CONTENT)
        if content.exists() and claim.is_overdue(patience_s):
            left.append((claim, content))
    return left


def _files_in(folder: Path) -> Iterator[tuple[Path, str]]:
    """Regular files of a command folder, and of folders in it, with that folder's name."""
    if folder.is_symlink() or not folder.is_dir():  # a link could lead to anybody's files
        return
    for path in sorted(folder.iterdir()):
        if is_ignored(path.name) or path.is_symlink():
            continue
        if path.is_file():
            yield path, ""
        elif path.is_dir():
            yield from ((inner, path.name) for inner in _regular_files(path))
            _drop_if_left(path)


def _regular_files(folder: Path) -> list[Path]:
    return sorted(
        p for p in folder.rglob("*") if p.is_file() and not (p.is_symlink() or is_ignored(p.name))
    )


def _drop_if_left(bundle: Path) -> None:
    """Remove a bundle's folders if they hold no file and nobody is copying into them.

    A copy makes a folder first and fills it then; each entry changes the time of its folder, and
    unlike the time of its content (mtime) that time (ctime) is not the copying program's to set.
    """
    folders: list[Path] = []
    for root, inner, files in os.walk(bundle):
        folder = Path(root)
        if files or any((folder / name).is_symlink() for name in inner):
            return
        folders.append(folder)
    try:
        if any(time.time() - folder.stat().st_ctime < EMPTY_S for folder in folders):
            return
        for folder in reversed(folders):  # the inner ones first
            folder.rmdir()
    except OSError:  # not ours to remove, or somebody was faster
        return


def _written(name: str) -> str:
    """A name as text: bytes that are no UTF-8 (an old archive unpacked) as replacement signs."""
    return os.fsencode(name).decode(errors="replace")


@contextmanager
def _alone_in(work: Path) -> Iterator[None]:
    """One sweep at a time, of whatever process: another would take an unfinished claim for left."""
    handle = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
