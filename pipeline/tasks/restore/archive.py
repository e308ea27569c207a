"""The archive of a restored office: the backup's dossiers, and those of an archive that survived.

An archive that outlived the machine is newer than the backup. Of each dossier the newest
generation that is sound is taken; nothing in the living archive is ever changed.
"""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive import generation
from pipeline.archive.bag import read_bag
from pipeline.archive.inspection import BagFault, inspect
from pipeline.errors import BackupError
from pipeline.office import Office
from pipeline.tasks.backup.manifest import Area, Kept, Manifest, bag_of
from pipeline.tasks.backup.pool import Pool
from pipeline.tasks.restore.places import own_like, safe, write_file, write_files

_FROM_BACKUP = "That of the backup was restored instead; the living archive stays as it is."
_AS_IT_IS = "It was copied with its damage; see `kinerja audit`."
_LEFT = (
    "It was left as it is. Move the archive aside and restore once more, naming it with --archive:"
    " then the backup's is taken."
)


@dataclass(frozen=True)
class RestoreFinding:
    """Something to know after a restore: about what, what is so, and what to do."""

    place: str
    message: str
    mend: str


def bring_archive(
    office: Office, pool: Pool, manifest: Manifest, living: Path | None, told: Callable[[], object]
) -> list[RestoreFinding]:
    """Put the archive together in its place; what was found in the living one.

    Raises:
        BackupError: a file of the backup does not read as it was backed up.
        OSError: the disk refuses.
    """
    backed_up, loose = _bags(manifest)
    source = living or office.archive
    alive = _living(source)
    findings: list[RestoreFinding] = []
    for path in sorted({*backed_up, *alive}):
        target, standing = office.archive / safe(path), source / path
        taken = path not in backed_up
        if path in alive and path in backed_up:
            taken, told_of = _newer(pool, standing, backed_up[path])
            mend = _FROM_BACKUP if living is not None else _LEFT
            findings += [RestoreFinding(path, message, mend) for message in told_of]
        if taken and living is not None:
            findings += [
                RestoreFinding(
                    path, f"The backup has no such dossier, and {fault.message}", _AS_IT_IS
                )
                for fault in _copy_tree(standing, target)[:1]
            ]
            own_like(target, office.archive)
        elif not taken and not (path in alive and living is None):
            _write_bag(pool, path, backed_up[path], target)
        for _ in backed_up.get(path, ()):
            told()
    if living is not None:
        _copy_loose(living, office.archive, alive)
    write_files(office, pool, [f for f in loose if not (office.archive / f.path).exists()], told)
    return findings


def dossiers_in(archive: Path) -> list[str]:
    """The folders of all dossiers, relative to the archive."""
    return sorted(_living(archive))


def _bags(manifest: Manifest) -> tuple[dict[str, list[Kept]], list[Kept]]:
    bags: dict[str, list[Kept]] = {path: [] for path in manifest.bags()}
    loose: list[Kept] = []
    for kept in manifest.in_area(Area.ARCHIVE):
        bags.get(bag_of(kept.path), loose).append(kept)
    return bags, loose


def _copy_loose(source: Path, target: Path, bags: set[str]) -> None:
    """What lies in the living archive beside the dossiers: the seals of the ledger, a README."""
    for path in sorted(source.rglob("*")):
        name = path.relative_to(source)
        hidden = any(generation.is_leftover(part) for part in name.parts)
        if not path.is_file() or path.is_symlink() or hidden or bag_of(name.as_posix()) in bags:
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, target / name)


def _living(archive: Path) -> set[str]:
    found = (file.parent for file in archive.glob("*/*/*/bagit.txt"))
    names = (folder.relative_to(archive) for folder in found)
    return {n.as_posix() for n in names if not any(p.startswith(".") for p in n.parts)}


def _newer(pool: Pool, standing: Path, backed_up: Sequence[Kept]) -> tuple[bool, list[str]]:
    """Whether the living dossier is taken rather than that of the backup; and what is said of it.

    It is unless it is damaged or older.
    """
    if faults := inspect(standing):
        return False, [f"The living archive's dossier is damaged: {faults[0].message}"]
    ours, theirs = _generation_of(pool, backed_up), read_bag(standing).generation
    if theirs < ours:
        return False, [
            f"The living archive's dossier is generation {theirs}; the backup has {ours}"
        ]
    return True, []


def _generation_of(pool: Pool, files: Sequence[Kept]) -> int:
    info = next((f for f in files if f.path.endswith("/bag-info.txt")), None)
    text = pool.path(info.sha256).read_text("utf-8", "replace") if info else ""
    numbers = (line.partition(": ")[2] for line in text.splitlines() if line.startswith("Bag-Gen"))
    return next((int(n) for n in numbers if n.isdecimal()), 0)


def _write_bag(pool: Pool, path: str, files: Sequence[Kept], target: Path) -> None:
    """A dossier of the backup, whole or not at all: the archive may be one that is in use."""
    target.parent.mkdir(parents=True, exist_ok=True)
    place = generation.new_workplace(target)
    for kept in files:
        write_file(pool, kept, place / safe(kept.path[len(path) + 1 :]))
    generation.sync_tree(place)
    place.rename(target)


def _copy_tree(source: Path, target: Path) -> tuple[BagFault, ...]:
    """Copy a dossier as it is; what is wrong with it.

    Raises:
        BackupError: the copy is not what was copied.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    place = generation.new_workplace(target)
    shutil.copytree(source, place, dirs_exist_ok=True)
    generation.sync_tree(place)
    faults = inspect(place)
    if faults and faults != inspect(source):
        raise BackupError(
            f"{source} could not be copied whole: {faults[0].message} Repeat with an empty folder."
        )
    place.rename(target)
    return faults
