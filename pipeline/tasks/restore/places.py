"""Where a backup is restored to, and its files written there.

A restore that was cut short is known by a note in the folder, and by its missing settings: no
command takes it for an office.
"""

import grp
import os
import pwd
from collections.abc import Callable, Container, Iterable, Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256 as sha256_new
from pathlib import Path, PurePosixPath

from pipeline.archive import generation
from pipeline.errors import BackupError, UsageError
from pipeline.files import CHUNK, private, sync_folder, write_whole
from pipeline.office import Office
from pipeline.tasks.backup.files import database_file, places
from pipeline.tasks.backup.manifest import Area, Folder, Kept, bag_of
from pipeline.tasks.backup.pool import OWNER_ONLY, Pool

UNFINISHED = "PEMULIHAN BELUM SELESAI.txt"
RIGHTS = 0o777  # of a file: none runs as its owner, who may be root where an account is not known
_NOTE = (
    "Pemulihan ke folder ini terputus. Kosongkan folder ini, lalu ulangi `kinerja restore`.\n"
    "A restore into this folder was cut short. Empty it, then run `kinerja restore` again.\n"
)


def require_free(office: Office, archive: Path | None) -> None:
    """Nothing that stands would be written over.

    An archive that is in its place already is the living one; it is only added to.

    Raises:
        UsageError: the folder is not empty, or a place of the office outside of it is not.
    """
    root = office.root
    allowed = {office.archive} if archive is None else set()
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file. Name a folder that is empty, or not there yet.")
    if (root / UNFINISHED).exists():
        raise UsageError(
            f"{root}: a restore into this folder was cut short. Empty it, then repeat."
        )
    for path in root.iterdir() if root.is_dir() else ():
        if not any(place.is_relative_to(path) for place in allowed):
            raise UsageError(
                f"{root} is not empty ({path.name}). A backup is restored into an empty folder; an"
                " archive that survived is named with --archive."
            )
    for place in places(office).values():
        inside = place.is_relative_to(root) or place in allowed
        if not inside and place.is_dir() and any(place.iterdir()):
            raise UsageError(
                f"{place}, which kinerja.toml of the backup names, is not empty. Move aside what"
                " lies there, then repeat."
            )
    database = database_file(office)
    if database is not None and database.exists():
        raise UsageError(f"The database {database} is there already. Move it aside, then repeat.")


@contextmanager
def unfinished(root: Path) -> Iterator[None]:
    """Mark the folder as one in which a restore is under way, until it has ended well."""
    root.mkdir(parents=True, exist_ok=True)
    root.chmod(OWNER_ONLY)  # until all have their own rights
    write_whole(root / UNFINISHED, _NOTE.encode())
    yield
    (root / UNFINISHED).unlink()
    sync_folder(root)


def write_files(
    office: Office, pool: Pool, files: Iterable[Kept], told: Callable[[], object]
) -> None:
    """Write files of a backup to their places; ``told`` after each.

    Raises:
        BackupError: a file does not read as it was backed up.
        OSError: the disk refuses.
    """
    bases = places(office)
    for kept in files:
        write_file(pool, kept, bases[kept.area] / safe(kept.path))
        told()


def write_file(pool: Pool, kept: Kept, target: Path) -> None:
    """Write one file, which must not be there yet.

    Raises:
        BackupError: it does not read as it was backed up.
        OSError: the disk refuses.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    hasher = sha256_new()
    with pool.path(kept.sha256).open("rb") as source, open(target, "xb", opener=private) as file:
        while block := source.read(CHUNK):
            hasher.update(block)
            file.write(block)
    if hasher.hexdigest() != kept.sha256:
        raise BackupError(f"{kept.path} changed in the backup while it was being restored. Repeat.")
    give(target, kept.owner, kept.group)
    os.chmod(target, kept.mode & RIGHTS)  # last: a new owner takes some of the bits away
    os.utime(target, ns=(kept.mtime_ns, kept.mtime_ns))


def make_all(office: Office, folders: Iterable[Folder], bags: Container[str]) -> None:
    """Make all folders but dossiers, which appear whole; rights come last (`give_rights`)."""
    for folder in folders:
        if folder.area is Area.ARCHIVE and bag_of(folder.path) in bags:
            continue
        (places(office)[folder.area] / safe(folder.path)).mkdir(parents=True, exist_ok=True)


def give_rights(office: Office, folders: Iterable[Folder]) -> None:
    """Give folders the rights that they had; to accounts of the same name, where we may."""
    for folder in sorted(folders, key=lambda f: -len(f.path)):
        path = places(office)[folder.area] / safe(folder.path)
        if path.is_dir():
            give(path, folder.owner, folder.group)
            path.chmod(folder.mode)


def make_durable(office: Office) -> None:
    """Let nothing of what was restored depend on the next minute's power."""
    bases = {base for area, base in places(office).items() if area is not Area.ROOT}
    for base in bases:
        if base.is_dir():
            generation.sync_tree(base)
    sync_folder(office.root)


def safe(path: str) -> str:
    """A path as a backup gives it, which must lead downward.

    Raises:
        BackupError: it does not.
    """
    parts = PurePosixPath(path).parts
    if path.startswith("/") or ".." in parts:
        raise BackupError(
            f"The backup names a path that leads elsewhere: {path}. Nothing of it is restored."
        )
    return path


def own_like(path: Path, example: Path) -> None:
    """Let ``path``, with all that is in it, belong to whom ``example`` belongs to, where we may."""
    if os.geteuid() != 0:
        return
    info = example.stat()
    for one in (path, *path.rglob("*")):
        os.chown(one, info.st_uid, info.st_gid, follow_symlinks=False)


def give(path: Path, owner: str, group: str) -> None:
    """Let a file or folder belong to the accounts of these names, where there are such."""
    if os.geteuid() != 0:
        return
    uid, gid = -1, -1  # as they are
    with suppress(KeyError):
        uid = pwd.getpwnam(owner).pw_uid
    with suppress(KeyError):
        gid = grp.getgrnam(group).gr_gid
    os.chown(path, uid, gid)
