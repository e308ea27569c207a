"""The first move: files leave their command folders for a place of their own in ``work``."""

import errno
import os
import stat
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TypeVar

from pipeline.domain.procedure import Procedure
from pipeline.files import open_beneath
from pipeline.intake.bundles import Bundles
from pipeline.intake.home import Claim, drop_home, make_home
from pipeline.intake.lying import Lying, Why, lying_in
from pipeline.intake.places import command_places
from pipeline.intake.untaken import Marked, UntakenBook, marked
from pipeline.ledger.database import Ledger

OF_THE_DISK = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)
"""Faults that no single file is to blame for; a bad sector may be one file's alone."""
_T = TypeVar("_T")


class Moving:
    """Looks through the command folders of an inbox, in turns, and moves files out of them."""

    def __init__(self, inbox: Path, work: Path, ledger: Ledger, clock: Callable[[], float]) -> None:
        self._inbox = inbox
        self._work = work
        self._bundles = Bundles(inbox, clock)
        self._untaken = UntakenBook(ledger, clock)
        self._seen: list[Marked] = []

    def lying(self, procedures: dict[str, Procedure]) -> Iterator[Lying]:
        """What lies in command folders, one of each in turn; what cannot be taken is put down."""
        self._seen.clear()
        turns = [lying_in(self._inbox, folder) for folder in self._folders(procedures)]
        while turns:
            left = []
            for turn in turns:
                lying = next(turn, None)
                if lying is None:
                    continue
                left.append(turn)
                if lying.why is not None:
                    self._put_down(lying, lying.why)
                else:
                    yield lying
            turns = left

    def claims(self, lying: Iterable[Lying]) -> list[Claim]:
        """Move these files; those that could be.

        Raises:
            OSError: the disk is full or broken.
        """
        return [claim for one in lying if (claim := self._claim(one)) is not None]

    def finish(self, procedures: dict[str, Procedure]) -> None:
        """After a complete look: write down what cannot be taken, remove empty bundles."""
        self._untaken.note(self._seen)
        self._bundles.tidy(self._folders(procedures))

    def _folders(self, procedures: dict[str, Procedure]) -> list[str]:
        return [
            f"{procedure.key}/{place.path}"
            for procedure in procedures.values()
            for place in command_places(self._inbox / procedure.key, procedure)
        ]

    def _put_down(self, lying: Lying, why: Why) -> None:
        self._seen.append(marked(self._inbox, lying, why))

    def _claim(self, lying: Lying) -> Claim | None:
        """Move a file to a place of its own, if it is one that can be moved and read."""
        try:
            folder = open_beneath(self._inbox, lying.parent, flags=os.O_PATH)
        except OSError:  # gone or closed meanwhile: the next sweep sees what it is now
            return None
        try:
            if not self._may_be_moved(lying, folder):
                return None
            claim = make_home(self._work, lying.folder, lying.bundle, lying.name)
            return claim if self._moved(lying, folder, claim) else None
        finally:
            os.close(folder)

    def _may_be_moved(self, lying: Lying, folder: int) -> bool:
        try:
            info = os.stat(lying.name, dir_fd=folder, follow_symlinks=False)
        except OSError:
            return False
        if not stat.S_ISREG(info.st_mode):
            return False
        if not _may(os.W_OK | os.X_OK, ".", folder) and not _is_read_only(folder):
            self._put_down(lying, Why.UNMOVABLE)
            return False
        if not _is_readable(lying.name, folder):
            self._put_down(lying, Why.UNREADABLE)
            return False
        return True

    def _moved(self, lying: Lying, folder: int, claim: Claim) -> bool:
        try:
            os.rename(lying.name, claim.place, src_dir_fd=folder)
        except OSError as refused:
            drop_home(self._work, claim.id)
            if refused.errno in OF_THE_DISK:
                raise
            if not isinstance(refused, FileNotFoundError):  # else its person took it back
                elsewhere = refused.errno == errno.EXDEV
                self._put_down(lying, Why.ELSEWHERE if elsewhere else Why.UNMOVABLE)
            return False
        return True


def _is_readable(name: str, folder: int) -> bool:
    return _may(os.R_OK, name, folder)


def _may(what: int, name: str, folder: int) -> bool:
    """Whether this account, as which the service acts, has these rights to something there."""
    return os.access(
        name, what, dir_fd=folder, effective_ids=os.access in os.supports_effective_ids
    )


def _is_read_only(folder: int) -> bool:
    """Whether its disk is: a fault that the move itself is to report, as one of the disk."""
    return bool(os.fstatvfs(folder).f_flag & os.ST_RDONLY)


def batches(things: Iterable[_T], size: int, *, first: int = 0) -> Iterator[list[_T]]:
    """Lists of at most ``size`` things, in order; the ``first`` one may be shorter."""
    found = iter(things)
    now = first or size
    while batch := list(islice(found, now)):
        yield batch
        now = size
