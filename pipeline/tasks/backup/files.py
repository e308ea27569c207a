"""The files of an office, found and put into a pool of backups.

What is named by its own SHA-256, or listed with it in a bag, is not read again once the pool holds
it: so a repeated backup costs little more than a look at the folders.
"""

import grp
import os
import pwd
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import chain
from pathlib import Path, PurePosixPath

from sqlalchemy import make_url

from pipeline.archive import generation
from pipeline.archive.manifest import parse_manifest
from pipeline.files import sha256_of
from pipeline.office import Office
from pipeline.settings import FILE_NAME
from pipeline.tasks.backup.manifest import BAG_DEPTH, Area, Folder, Kept, bag_of
from pipeline.tasks.backup.pool import Pool, Progress, UnreadableError

LOG, BEFORE_MIGRATION = "log", "sebelum-migrasi"
MAY_BE_MISSING = (Area.STORE, Area.WORK)
_TRIES = 5
DEEPEST = 200  # folders one in another; deeper ones, nobody can bring back
_TAG_LIST, _PAYLOAD_LIST = "tagmanifest-sha256.txt", "manifest-sha256.txt"
Key = tuple[int, int, int, int, int]


@dataclass
class Found:
    """What was found in some areas.

    ``left_out`` is no matter for a backup (links, devices, endless folders), ``faults`` are: what
    is damaged or may not be read; ``moving`` went away while one looked.
    """

    files: list[Kept] = field(default_factory=list)
    folders: list[Folder] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    moving: list[str] = field(default_factory=list)

    def __iadd__(self, other: "Found") -> "Found":
        self.files += other.files
        self.folders += other.folders
        self.left_out += other.left_out
        self.faults += other.faults
        self.moving += other.moving
        return self


class Gatherer:
    """Puts the files of an office into a pool; ``sources`` tells where each digest came from."""

    def __init__(self, office: Office, pool: Pool, progress: Progress) -> None:
        self._office = office
        self._pool = pool
        self._progress = progress
        self._seen: dict[Key, str] = {}
        self._dossiers: dict[Path, tuple[list[Key], Found]] = {}
        self._done = 0
        self.sources: dict[str, Path] = {}

    def area(self, area: Area) -> Found:
        """Everything in one area, as it stands now."""
        return self._found(area, _skipped(self._office, area))

    def _found(self, area: Area, skipped: Callable[[Path], bool]) -> Found:
        found, base = Found(), places(self._office)[area]
        if area in MAY_BE_MISSING and not base.exists():
            return found
        if base.is_dir():
            found.folders.append(_folder(area, "", base.stat()))
        self._look_through(found, area, _walk(base, skipped, found))
        return found

    def archive(self) -> Found:
        """The archive; again, only the dossiers that were filed or replaced meanwhile are read."""
        base, dossiers = places(self._office)[Area.ARCHIVE], list[Path]()
        passed_over = _skipped(self._office, Area.ARCHIVE)

        def set_aside(path: Path) -> bool:
            is_dossier = len(path.relative_to(base).parts) == BAG_DEPTH and _is_bag(path)
            if is_dossier and not passed_over(path):
                dossiers.append(path)
            return is_dossier or passed_over(path)

        found = self._found(Area.ARCHIVE, set_aside)
        for dossier in dossiers:
            found += self._dossier(dossier)
        return found

    def _dossier(self, path: Path) -> Found:
        """One dossier, as it was found before unless another generation stands there now."""
        stamp = _stamp(path)
        known = self._dossiers.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        found = Found()
        inside = _walk(path, lambda _: False, found, BAG_DEPTH + 1)
        self._look_through(found, Area.ARCHIVE, chain([path], inside))
        self._dossiers[path] = stamp, found
        return found

    def _look_through(self, found: Found, area: Area, paths: Iterable[Path]) -> None:
        base = places(self._office)[area]
        listed: dict[str, Mapping[Path, str]] = {}
        for path in paths:
            name = path.relative_to(base).as_posix()
            try:
                self._enter(found, area, path, name, _expected(area, base, name, listed))
            except UnreadableError as why:
                told = found.moving if why.is_gone else found.faults
                told.append(f"{path}: {why}")
        for bag, digests in listed.items():
            missing = [path for path in digests if not os.path.lexists(path)]
            found.faults += [f"{path}: gone from its dossier {bag}" for path in missing]

    def still(self, area: Area, found: Found) -> Found:
        """An area in which people may be moving files: looked at until nothing moved meanwhile.

        ``found`` is how it stood a moment ago.
        """
        for _ in range(_TRIES):
            again = self.area(area)
            if not again.moving and (again.files, again.folders) == (found.files, found.folders):
                return again
            found = again
        busy = f"{places(self._office)[area]}: files were being moved all the time"
        return Found(found.files, found.folders, found.left_out, [*found.faults, busy])

    def _enter(self, found: Found, area: Area, path: Path, name: str, expected: str) -> None:
        info = _look(path)
        if stat.S_ISDIR(info.st_mode):
            found.folders.append(_folder(area, name, info))
        elif not stat.S_ISREG(info.st_mode):
            found.left_out.append(f"{path}: no regular file (a link or a device)")
        else:
            kept = self._kept(area, path, name, info, expected=expected)
            found.files.append(kept)
            if expected and kept.sha256 != expected:
                found.faults.append(f"{path}: damaged; backed up as it is, not as it was filed")

    def _kept(
        self,
        area: Area,
        path: Path,
        name: str,
        info: os.stat_result,
        *,
        expected: str,
    ) -> Kept:
        self._done += 1
        self._progress("copying", self._done, 0)
        sha256, info = self._taken(path, info, expected)
        self.sources[sha256] = path
        owner, group = _owner(info.st_uid), _group(info.st_gid)
        mode = stat.S_IMODE(info.st_mode)
        return Kept(area, name, sha256, info.st_size, mode, info.st_mtime_ns, owner, group)

    def _taken(self, path: Path, info: os.stat_result, expected: str) -> tuple[str, os.stat_result]:
        """The file's digest once the pool holds it; copied again where it changed meanwhile."""
        known = self._seen.get(_key(info), expected)
        if known and self._pool.holds(known):
            return known, info
        for _ in range(_TRIES):
            try:
                sha256 = "" if expected else sha256_of(path)
            except OSError as why:
                raise UnreadableError(why) from why
            if not (sha256 and self._pool.holds(sha256)):
                sha256, _ = self._pool.put(path)
            after = _look(path)
            if _key(after) == _key(info):
                break
            info = after
        self._seen[_key(info)] = sha256
        return sha256, info


def places(office: Office) -> dict[Area, Path]:
    """Where the areas of an office lie."""
    return {
        Area.ROOT: office.root,
        Area.TEMPLATES: office.templates,
        Area.STATE: office.state,
        Area.STORE: office.store.folder,
        Area.ARCHIVE: office.archive,
        Area.WORK: office.work,
        Area.INBOX: office.inbox,
    }


def database_file(office: Office) -> Path | None:
    """The database's file, where it is SQLite."""
    url = make_url(office.ledger.url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return None
    return Path(url.database)


def _skipped(office: Office, area: Area) -> Callable[[Path], bool]:
    """Whether a path of an area belongs to another one, or is made anew by itself."""
    if area is Area.ROOT:
        return lambda path: path != office.root / FILE_NAME
    if area is Area.STATE:
        database = database_file(office)
        own = {f"{database}{suffix}" for suffix in ("", "-wal", "-shm", "-journal")}
        away = {office.store.folder, office.work, office.state / LOG}
        away.add(office.state / BEFORE_MIGRATION)
        return lambda path: (
            path in away or str(path) in own or path.suffix in {".lock", ".log", ".tmp"}
        )
    if area is Area.ARCHIVE:
        return lambda path: generation.is_leftover(path.name)
    if area is Area.STORE:
        return lambda path: path.name.startswith(".")
    return lambda path: False


def _walk(
    base: Path, skipped: Callable[[Path], bool], found: Found, depth: int = 1
) -> Iterator[Path]:
    """Everything below ``base``, folders before what is in them; links are not followed."""
    if depth > DEEPEST:
        found.left_out.append(f"{base}: more than {DEEPEST} folders one in another")
        return
    try:
        entries = sorted(base.iterdir())
    except FileNotFoundError:
        found.moving.append(str(base))
        return
    except OSError as refused:
        found.faults.append(f"{base}: {refused.strerror}")
        return
    for path in entries:
        if skipped(path):
            continue
        yield path
        if _is_folder(path):
            yield from _walk(path, skipped, found, depth + 1)


def _is_bag(path: Path) -> bool:
    return _is_folder(path) and os.path.lexists(path / _TAG_LIST)


def _stamp(dossier: Path) -> list[Key]:
    """What another generation in the same place differs in: it is a new folder."""
    stamp = []
    for path in (dossier, dossier / _TAG_LIST):
        with suppress(OSError):
            stamp.append(_key(path.lstat()))
    return stamp


def _look(path: Path) -> os.stat_result:
    try:
        return path.lstat()
    except OSError as why:
        raise UnreadableError(why) from why


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _expected(area: Area, base: Path, name: str, listed: dict[str, Mapping[Path, str]]) -> str:
    """The digest that a file must have by its name, or by the bag it lies in; else empty."""
    if area is Area.STORE:
        return PurePosixPath(name).name
    if area is not Area.ARCHIVE:
        return ""
    bag = bag_of(name)
    if bag not in listed:
        listed[bag] = _listed(base / bag)
    return listed[bag].get(base / name, "")


def _listed(bag: Path) -> dict[Path, str]:
    """The digests that a bag's own manifests give for its files."""
    listed: dict[Path, str] = {}
    for name in (_TAG_LIST, _PAYLOAD_LIST):
        try:
            lines = parse_manifest((bag / name).read_bytes())
        except OSError:
            continue
        listed |= {bag / path: digest for path, digest in lines.items()}
    return listed


def _folder(area: Area, name: str, info: os.stat_result) -> Folder:
    mode = stat.S_IMODE(info.st_mode)
    return Folder(area, name, mode, _owner(info.st_uid), _group(info.st_gid))


def _key(info: os.stat_result) -> Key:
    return info.st_dev, info.st_ino, info.st_size, info.st_mtime_ns, info.st_ctime_ns


@lru_cache(maxsize=256)
def _owner(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return ""


@lru_cache(maxsize=256)
def _group(gid: int) -> str:
    try:
        return grp.getgrgid(gid).gr_name
    except KeyError:
        return ""
