"""How a finished folder takes its place, so that a valid bag stands at every instant.

A folder is built beside its place under a hidden name. The first generation moves in by
``rename``; a later one trades places with the standing one by ``renameat2(RENAME_EXCHANGE)``,
which the kernel does in one step. Where the file system cannot (some network and FUSE mounts),
two renames do it: for that moment the standing generation waits under ``.<name>.lama-…``, and
after a crash just then the next call puts it back.

Whoever files holds an advisory lock on the parent folder. So what lies about under a hidden name
while the lock is free belongs to nobody, and can be cleared.
"""

import ctypes
import errno
import fcntl
import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LEFTOVER = re.compile(r"^\.(?P<name>.+)\.(?P<kind>tmp|lama)-[0-9a-f]{8}$")
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_NOT_SUPPORTED = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Be the only one that files in ``folder``: created if missing, leftovers cleared first.

    Waits for other threads and processes; the kernel frees the lock of one that dies. Not
    re-entrant.

    Raises:
        OSError: the folder cannot be made or opened.
    """
    _make_folders(folder)
    with locked(folder):
        _clear(folder)
        yield


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold filing in ``folder`` off for a moment, changing nothing: ``hold`` without its clearing.

    Raises:
        OSError: the folder cannot be opened.
    """
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def new_workplace(target: Path) -> Path:
    """An empty folder beside ``target``, on its file system, under a hidden name."""
    workplace = target.with_name(f".{target.name}.tmp-{secrets.token_hex(4)}")
    workplace.mkdir()
    return workplace


def put_in_place(built: Path, target: Path) -> None:
    """Let the finished ``built`` stand at ``target``; what stood there is gone after it.

    Call it holding the parent folder, with ``built`` durable (``sync_tree``).

    Raises:
        OSError: the move failed; then either the old or the new generation stands.
    """
    if not target.exists():
        built.rename(target)
        sync_folder(target.parent)
        return
    _exchange(built, target)
    sync_folder(target.parent)
    discard(built)


def discard(workplace: Path) -> None:
    """Remove a workplace; what cannot be removed is left to ``sweep``."""
    shutil.rmtree(workplace, ignore_errors=True)


def sync_tree(root: Path) -> None:
    """Make every file and folder below ``root`` durable, contents before the names of them.

    Raises:
        OSError: the disk refused; nothing below ``root`` may be relied on.
    """
    for folder, _, names in os.walk(root, topdown=False):
        for name in names:
            _sync(Path(folder, name), os.O_RDONLY)
        sync_folder(Path(folder))


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` durable."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def is_leftover(name: str) -> bool:
    """Whether a folder of that name is one in the making, or what a crash left of it."""
    return _LEFTOVER.match(name) is not None


def leftovers(folder: Path) -> tuple[Path, ...]:
    """Hidden folders in ``folder`` that a filing left behind, or is working in just now."""
    return tuple(sorted(path for path in folder.iterdir() if is_leftover(path.name)))


def sweep(archive_root: Path) -> tuple[Path, ...]:
    """Clear what interrupted filings left anywhere in the archive; waits for running ones.

    Returns:
        The hidden folders that were removed or put back.

    Raises:
        OSError: the archive cannot be read or written.
    """
    cleared: list[Path] = []
    for folder in (archive_root, *_visible(archive_root, "*"), *_visible(archive_root, "*/*")):
        if leftovers(folder):
            with locked(folder):
                cleared.extend(_clear(folder))
    return tuple(cleared)


def _visible(root: Path, pattern: str) -> list[Path]:
    return sorted(
        path
        for path in root.glob(pattern)
        if path.is_dir()
        and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )


def _clear(folder: Path) -> tuple[Path, ...]:
    """Remove leftovers; a generation that waits under ``.lama`` for its place goes back to it."""
    found = leftovers(folder)
    for path in found:
        match = _LEFTOVER.match(path.name)
        standing = folder / match["name"] if match else path
        if match and match["kind"] == "lama" and not standing.exists():
            path.rename(standing)
            sync_folder(folder)
        else:
            discard(path)
    return tuple(path for path in found if not path.exists())


def _exchange(built: Path, target: Path) -> None:
    """Trade the places of two folders; ``built`` then names what stood at ``target``."""
    if _exchange_at_once(built, target):
        return
    aside = target.with_name(f".{target.name}.lama-{secrets.token_hex(4)}")
    target.rename(aside)
    try:
        built.rename(target)
    except OSError:
        aside.rename(target)
        raise
    aside.rename(built)


def _exchange_at_once(one: Path, other: Path) -> bool:
    """Whether the kernel traded the two in one step; False where it does not know how."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    if renameat2(_AT_FDCWD, os.fsencode(one), _AT_FDCWD, os.fsencode(other), _RENAME_EXCHANGE) == 0:
        return True
    code = ctypes.get_errno()
    if code in _NOT_SUPPORTED:
        return False
    raise OSError(code, os.strerror(code), str(one), None, str(other))


def _make_folders(folder: Path) -> None:
    """Create ``folder`` with its parents, each name made durable in the folder above."""
    if folder.is_dir():
        return
    _make_folders(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def _sync(path: Path, flags: int) -> None:
    handle = os.open(path, flags | os.O_NOFOLLOW)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
