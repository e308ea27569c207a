"""Files taken from command folders, each exactly once.

1. A file is moved by rename to a place of its own in ``work``, which tells by its names alone where
   it lay (`pipeline.intake.home`). From then on nobody else reaches it by a name.
2. When nobody has it open any more, and it has its end, it is copied into the store and hashed,
   read once, under a lease that keeps late writers waiting.
3. It is entered into the ledger under the claim's uuid, in one transaction with the chain that will
   judge it, several at a time; the bytes are durable before that.
4. Only then it leaves ``work``. What a crash left there is found again.

What is not whole waits until it has been quiet for ``patience_s``. Then it is entered as it is, so
that its sender is told; or, where the whole file came meanwhile, as replaced by it.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import structlog
from sqlalchemy import select

from pipeline.domain.procedure import Procedure
from pipeline.errors import ConfigurationError
from pipeline.files import account_name, make_folder, side_by_side, sync_folder
from pipeline.intake.home import Claim, claims_in, drop_claim, drop_home, shown
from pipeline.intake.mark import InboxMark
from pipeline.intake.moving import OF_THE_DISK, Moving, batches
from pipeline.intake.settle import NoFileError, Reading, is_surely_cut, is_whole, reading, state_of
from pipeline.intake.stillness import Stillness
from pipeline.ledger.database import Ledger, Transaction
from pipeline.ledger.tables import Arrival
from pipeline.store import Store

TAKE, TAKE_CUT = "take", "take-cut"
REPLACED = "digantikan"
"""What becomes of a broken copy when the whole file comes from the same sender: no slip."""
FIRST, BATCH = 4, 32
"""How many files are entered at once: few at first, so that the first answer comes soon."""
LOOK_AGAIN = 512
"""After so many files the folders are listed anew, so that a heap in one keeps no other waiting."""
STILL_S = 5.0
"""How long a file must have been left alone where no lease tells that nobody writes to it."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Ready:
    """A claim that can be entered; ``sha256`` once it is in the store."""

    claim: Claim
    file: Reading
    is_cut: bool
    is_replaced: bool = False
    sha256: str = ""


class Claimer:
    """Takes files from the command folders of an inbox.

    ``alive`` is called often while a large file is copied, by several threads.
    """

    def __init__(
        self,
        inbox: Path,
        work: Path,
        store: Store,
        ledger: Ledger,
        *,
        patience_s: float,
        mark: InboxMark | None = None,
        alive: Callable[[], object] = lambda: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._inbox = inbox
        self._work = work
        self._alive = alive
        self._store = store
        self._ledger = ledger
        self._patience_s = patience_s
        self._mark = mark
        self._stillness = Stillness(clock)
        self._moving = Moving(inbox, work, ledger, clock)
        self._told: set[str] = set()
        self._cut: dict[str, tuple[int, int, int, int]] = {}
        self._waiting: dict[tuple[str, str, str], list[Claim]] = {}

    def sweep(
        self, procedures: dict[str, Procedure], go_on: Callable[[], bool] = lambda: True
    ) -> int:
        """Take what lies in command folders; how many claims are still waiting to be whole.

        ``go_on`` is called between two batches: what must not wait can be done there, and the sweep
        ends early where it says so.

        Raises:
            ConfigurationError: ``work`` is on another file system than the inbox.
            OSError: the disk is full or broken; what was taken is safe in ``work``.
        """
        if not self._is_there():
            return 0
        self.refuse_other_device()
        with _alone_in(self._work):
            self._waiting.clear()
            if self._enter_left(go_on):
                self._take_all(procedures, go_on)
        return sum(map(len, self._waiting.values()))

    def _is_there(self) -> bool:
        return self._mark is None or self._mark.is_there()

    def refuse_other_device(self) -> None:
        """See that files can be taken by rename; while the inbox is not there nobody can tell.

        Raises:
            ConfigurationError: ``work`` is on another file system than the inbox.
        """
        if not self._is_there():
            return
        make_folder(self._work)
        if self._work.stat().st_dev != self._inbox.stat().st_dev:
            raise ConfigurationError(
                f"{self._work} and {self._inbox} lie on different file systems, so that no file can"
                " be taken whole. Set [folders] work in kinerja.toml to a folder on the file system"
                " of the inbox, outside the share."
            )

    def _enter_left(self, go_on: Callable[[], bool]) -> bool:
        """Enter what earlier sweeps left in ``work``; ``False`` where the sweep should end."""
        left = list(claims_in(self._work))
        self._stillness.keep_only({claim.id for claim in left})
        self._told &= {claim.id for claim in left}
        self._cut = {claim.id: self._cut[claim.id] for claim in left if claim.id in self._cut}
        for batch in batches(left, BATCH):
            self._enter(batch)
            if not go_on():
                return False
        return True

    def _take_all(self, procedures: dict[str, Procedure], go_on: Callable[[], bool]) -> None:
        heap = True
        while heap:
            claimed, heap = 0, False
            for batch in batches(self._moving.lying(procedures), BATCH, first=FIRST):
                claims = self._moving.claims(batch)
                self._enter(claims)
                if not go_on():
                    return
                claimed += len(claims)
                heap = claimed >= LOOK_AGAIN
                if heap:
                    break
        if self._is_there():  # else all would seem to be gone
            self._moving.finish(procedures)

    def _enter(self, claims: Sequence[Claim]) -> None:
        """(2)–(4) Store, enter and drop those that are ready; the others wait."""
        with ExitStack() as held:
            ready = []
            for claim in claims:
                one = None if self._is_known_cut(claim) else self._look_at(claim, held)
                if one is None:
                    self._waiting.setdefault(claim.key, []).append(claim)
                else:
                    ready += [*self._replaced_by(one, held), one]
            stored = self._keep(ready)
            entered = [one for one in stored if self._still_holds(one)]
            if entered:
                self._make_moves_durable(entered)
                with self._ledger.write() as tx:
                    _write_down(tx, entered)
        for one in entered:
            drop_claim(self._work, one.claim)
            self._stillness.forget(one.claim.id)
            log.info("taken", arrival=one.claim.id)

    def _look_at(self, claim: Claim, held: ExitStack) -> Ready | None:
        """The claim, held open, if it is quiet and whole, or has been quiet for long enough."""
        with ExitStack() as own:
            try:
                file = own.enter_context(reading(claim.place))
            except NoFileError:
                self._put_back(claim)
                return None
            except OSError as refused:
                self._tell_once(claim, f"it may not be read ({refused.strerror})")
                return None
            still_s = self._stillness.seconds(claim.id, (file.state, file.is_written))
            overdue = still_s >= self._patience_s
            if file.is_written:
                if overdue:
                    self._tell_once(claim, "it is still open")
                return None
            if not file.leased and still_s < STILL_S:
                return None
            whole = is_whole(file.handle)
            if not (whole or overdue):
                self._cut[claim.id] = file.state
                return None
            held.enter_context(own.pop_all())
            return Ready(claim, file, not whole and is_surely_cut(file.handle))

    def _is_known_cut(self, claim: Claim) -> bool:
        """Whether it was found cut, has not changed since, and its time has not come: cheaply."""
        known = self._cut.get(claim.id)
        if known is None:
            return False
        try:
            same = state_of(os.lstat(claim.place)) == known
        except OSError:
            return False
        return same and self._stillness.seconds(claim.id, (known, False)) < self._patience_s

    def _replaced_by(self, one: Ready, held: ExitStack) -> list[Ready]:
        """Broken copies of the same file that came before it; they have nothing to say any more."""
        if one.is_cut:
            return []
        found, left = [], []
        for claim in self._waiting.get(one.claim.key, []):
            try:
                file = held.enter_context(reading(claim.place))
            except OSError:
                left.append(claim)
                continue
            if file.is_written:
                left.append(claim)
            else:
                found.append(Ready(claim, file, is_cut=True, is_replaced=True))
        self._waiting[one.claim.key] = left
        return found

    def _keep(self, ready: Sequence[Ready]) -> list[Ready]:
        """Copy them into the store, durably; what cannot be read holds nobody else up.

        A heap is copied side by side: the disk then makes several files durable at one go.
        """
        copied = side_by_side(self._copy, ready)
        self._store.make_durable(one.sha256 for one in copied if isinstance(one, Ready))
        for one, result in zip(ready, copied, strict=True):
            if isinstance(result, OSError):
                self._tell_once(one.claim, f"it cannot be copied ({result.strerror})")
                self._waiting.setdefault(one.claim.key, []).append(one.claim)
        return [one for one in copied if isinstance(one, Ready)]

    def _copy(self, one: Ready) -> Ready | OSError:
        try:
            return replace(one, sha256=self._store.copy_in(one.file.handle, self._alive))
        except OSError as failed:
            if failed.errno in OF_THE_DISK:
                raise
            return failed

    def _make_moves_durable(self, entered: Sequence[Ready]) -> None:
        """Let no power cut put a file that is entered back into its command folder.

        On one file system the copies' own sync has done that, since it keeps the order.
        """
        if self._work.stat().st_dev != self._store.folder.stat().st_dev:
            for one in entered:
                sync_folder(one.claim.place.parent)

    def _still_holds(self, one: Ready) -> bool:
        """Whether what was copied is what lies there; a late writer makes it wait once more."""
        if one.file.is_unchanged():
            return True
        self._waiting.setdefault(one.claim.key, []).append(one.claim)
        return False

    def _put_back(self, claim: Claim) -> None:
        """What turned out to be no file, after it was moved, goes back to where it lay."""
        home = self._inbox / claim.folder / claim.bundle
        target = home / claim.name
        if home.is_dir() and not os.path.lexists(target):
            os.rename(claim.place, target)
            drop_home(self._work, claim.id)
        else:
            self._tell_once(claim, "it is no file")

    def _tell_once(self, claim: Claim, why: str) -> None:
        if claim.id not in self._told:
            self._told.add(claim.id)
            log.warning("taken and still not entered", claim=claim.id, why=why)


def _write_down(tx: Transaction, entered: Sequence[Ready]) -> None:
    ids = [one.claim.id for one in entered]
    known = set(tx.session.scalars(select(Arrival.id).where(Arrival.id.in_(ids))))
    for one in entered:
        claim = one.claim
        if claim.id in known:  # a crash came between the commit and its removal from work
            continue
        tx.session.add(
            Arrival(
                id=claim.id,
                office_id=tx.office_id,
                folder=shown(claim.folder),
                name=shown(claim.name),
                bundle=shown(claim.bundle),
                sha256=one.sha256,
                size=one.file.info.st_size,
                owner=account_name(one.file.info.st_uid),
                arrived_at=tx.now(),
                outcome=REPLACED if one.is_replaced else None,
            )
        )
        if one.is_replaced:
            continue
        if one.is_cut:
            tx.enqueue(TAKE_CUT, claim.id, once=claim.id)
        else:
            tx.enqueue(TAKE, claim.id, once=claim.id)


@contextmanager
def _alone_in(work: Path) -> Iterator[None]:
    """One sweep at a time, of whatever process: another would take an unfinished claim for left."""
    handle = os.open(work, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
