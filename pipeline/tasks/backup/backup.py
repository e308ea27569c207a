"""A backup of the whole office while it works, checked before it counts as one.

1. The place of the backups is no part of the office, and of this office alone.
2. Copy what is there, while everybody goes on working: the long part.
3. Hold filing and taking off for a moment, and let the database be the first to be copied: then
   the dossiers are those that it knows, and no file can have left a folder without its knowing.
   Done meanwhile is what must fit that copy, and no more: the dossiers that were filed or replaced
   since (2) are copied; inbox and work are listed, and what is new in them is copied. An inbox
   listed later would lack what was taken after the copy, which knows nothing of it.
4. Go on without holding anybody: examine the copy of the database (PostgreSQL's is only now made,
   of the moment of (3)), and copy what came into the store meanwhile: the store only grows, so
   that it has all that the database names.
5. Read everything once more; copy again what does not hold.
6. Write the manifest: from now on it is a backup. Then prune, unless archive, store or database
   were not whole; other faults, which anybody with a folder there can cause, hold nothing up.

What the program itself laid out for people while (3) was going on is left out: once restored, it
lays it out again, under the names that it then gives.
"""

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC
from importlib.metadata import version
from pathlib import Path
from typing import Any
from uuid import uuid4

from pipeline.archive import generation
from pipeline.archive.fixity import SEALS
from pipeline.errors import BackupError, UsageError
from pipeline.files import sha256_of
from pipeline.office import Office
from pipeline.tasks.backup.database import (
    Snapshot,
    last_published,
    published_since,
    take_snapshot,
)
from pipeline.tasks.backup.files import Found, Gatherer, places
from pipeline.tasks.backup.manifest import Area, Database, Kept, Manifest
from pipeline.tasks.backup.pool import Pool, Progress, UnreadableError, telling

BAG_DIGEST = "tagmanifest-sha256.txt"
_MUST_BE_THERE = (Area.TEMPLATES, Area.STATE, Area.ARCHIVE, Area.INBOX)


@dataclass(frozen=True)
class BackupReport:
    """A backup that was made: ``counts`` by area, and bytes in all; ``pruned`` are the given up.

    With ``faults`` the office was not whole when it was copied; the backup holds what there was.
    """

    name: str
    folder: Path
    counts: dict[str, int]
    events: int
    left_out: tuple[str, ...]
    faults: tuple[str, ...]
    pruned: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Whether the office was whole."""
        return not self.faults

    def to_dict(self) -> dict[str, Any]:
        """As JSON values."""
        return {"ok": self.ok, **vars(self), "folder": str(self.folder)}


def back_up(
    office: Office,
    target: Path,
    *,
    keep: int | None = None,
    progress: Progress = lambda _what, _done, _of: None,
) -> BackupReport:
    """Back the office up into the folder ``target``; what earlier ones hold is not copied again.

    Args:
        office: It may be at work.
        target: A new or empty folder, or one that has backups of this office.
        keep: Afterwards give up all but the last so many; none is given up where archive, store or
            database have faults.
        progress: Told how far it is.

    Raises:
        UsageError: the folder is part of the office, or not for its backups.
        BackupError: a part of the office is not there, the database is damaged, or the folder
            cannot be written. No new backup is there then, and the earlier ones stand.
    """
    target = target.resolve()  # (1)
    _refuse_overlap(office, target)
    _require_parts(office)
    pool = Pool(target)
    with pool.opened(office.id), telling(target):
        gatherer = Gatherer(office, pool, progress)
        # (2)
        still = _sum(gatherer.area(area) for area in (Area.ROOT, Area.TEMPLATES, Area.STATE))
        gatherer.area(Area.STORE)
        before = gatherer.archive()
        looked = {area: gatherer.area(area) for area in (Area.WORK, Area.INBOX)}
        with _scratch(target) as copy:
            with ExitStack() as fixed:
                with _held(office):  # (3)
                    examine = fixed.enter_context(take_snapshot(office, copy))
                    archive = _with_seals_of(before, gatherer.archive())
                    lying = _sum(gatherer.still(area, seen) for area, seen in looked.items())
                    through = last_published(office)
                snapshot = examine()  # (4)
            later = published_since(office, snapshot, through)
            store = gatherer.area(Area.STORE)
            found = _sum([still, archive, _without(lying, later), store])
            database = _database(pool, gatherer, snapshot)
            unmet = tuple(_unmet(found.files, snapshot))
            manifest = _manifest(office, pool.next_number(), found, snapshot, database, unmet=unmet)
            _verify(pool, manifest, gatherer.sources, progress)  # (5)
        pool.enter(manifest)  # (6)
        may_prune = not (archive.faults or store.faults or snapshot.faults or unmet)
        pruned = pool.prune(keep) if keep and may_prune else []
    return BackupReport(
        manifest.name,
        target,
        manifest.counts(),
        snapshot.events,
        manifest.left_out,
        manifest.faults,
        tuple(pruned),
    )


def _refuse_overlap(office: Office, target: Path) -> None:
    for place in places(office).values():
        if target.is_relative_to(place.resolve()) or place.resolve().is_relative_to(target):
            raise UsageError(
                f"{target} and the office ({place}) lie in one another. Name a folder elsewhere,"
                " best on another disk or machine."
            )


def _require_parts(office: Office) -> None:
    for area in _MUST_BE_THERE:
        if not places(office)[area].is_dir():
            raise BackupError(
                f"The {area} folder {places(office)[area]} is not there. Mount its storage, or put"
                " it back; then repeat. No backup was made."
            )


@contextmanager
def _held(office: Office) -> Iterator[None]:
    """Nothing is filed and no file is taken meanwhile; whoever wants to waits."""
    taking = generation.locked(office.work) if office.work.is_dir() else nullcontext()
    with generation.locked(office.archive), taking:
        yield


@contextmanager
def _scratch(folder: Path) -> Iterator[Path]:
    """The name of a file that is gone afterwards, and after a crash with the next backup."""
    path = folder / f".{uuid4().hex}.tmp"
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)


def _with_seals_of(before: Found, archive: Found) -> Found:
    """The archive with the seals that stood before: none may tell of more than the database has."""
    seals = [kept for kept in before.files if kept.path.startswith(f"{SEALS}/")]
    dossiers = [kept for kept in archive.files if not kept.path.startswith(f"{SEALS}/")]
    return replace(archive, files=dossiers + seals)


def _without(found: Found, digests: set[str]) -> Found:
    return replace(found, files=[kept for kept in found.files if kept.sha256 not in digests])


def _database(pool: Pool, gatherer: Gatherer, snapshot: Snapshot) -> Database:
    sha256, size = sha256_of(snapshot.file), snapshot.file.stat().st_size
    gatherer.sources[sha256] = snapshot.file
    if not pool.holds(sha256):
        pool.put(snapshot.file)
    return Database(snapshot.kind, sha256, size, snapshot.revision)


def _manifest(
    office: Office,
    number: int,
    found: Found,
    snapshot: Snapshot,
    database: Database,
    *,
    unmet: tuple[str, ...],
) -> Manifest:
    gone = tuple(f"{path}: gone while it was being copied" for path in found.moving)
    return Manifest(
        number=number,
        office=office.id,
        made_at=office.now().astimezone(UTC).isoformat(timespec="seconds"),
        program=version("kinerja"),
        database=database,
        files=tuple(found.files),
        folders=tuple(found.folders),
        left_out=(*found.left_out, *gone),
        faults=(*found.faults, *snapshot.faults, *unmet),
    )


def _unmet(files: list[Kept], snapshot: Snapshot) -> Iterator[str]:
    """What the database refers to and the office did not have."""
    store = {kept.sha256 for kept in files if kept.area is Area.STORE}
    bags = {kept.path: kept.sha256 for kept in files if kept.area is Area.ARCHIVE}
    for digest, labels in snapshot.named.items():
        if digest not in store:
            yield f"store: {labels[0]} (SHA-256 {digest}) is missing or damaged"
    for path, digest in snapshot.bags.items():
        if bags.get(f"{path}/{BAG_DIGEST}") != digest:
            yield f"archive: the dossier {path} is not there as it was filed"


def _verify(pool: Pool, manifest: Manifest, sources: dict[str, Path], progress: Progress) -> None:
    """Everything that the backup needs reads back; what does not is copied once more.

    Raises:
        BackupError: it does not hold even so.
    """
    bad = pool.damaged(manifest.digests(), progress)
    for digest in bad:
        pool.drop(digest)
        with suppress(UnreadableError):
            pool.put(sources[digest])
    if bad := pool.damaged(bad, progress):
        raise BackupError(
            f"{len(bad)} file(s) do not read back from {pool.folder} as they were written, such as"
            f" {sources[bad[0]]}. Check that disk, or name a folder on another one. This is no"
            " backup; the earlier ones stand."
        )


def _sum(parts: Iterable[Found]) -> Found:
    total = Found()
    for part in parts:
        total += part
    return total
