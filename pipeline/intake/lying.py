"""What lies in command folders: files to be taken, and what cannot be.

Nothing is opened but folders, and no link is followed.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from pipeline.files import open_beneath
from pipeline.intake.settle import is_ignored


class Why(StrEnum):
    """Why something cannot be taken."""

    LINK = "tautan"
    SPECIAL = "bukan berkas"
    UNREADABLE = "tidak terbaca"
    CLOSED = "folder tertutup"
    UNMOVABLE = "tidak terpindah"
    ELSEWHERE = "perangkat lain"
    DEEP = "terlalu dalam"


DEPTH = 16
"""How deep folders in a command folder may be nested; no bundle of people's is."""


@dataclass(frozen=True)
class Lying:
    """Something in a command folder (``folder``, relative to the inbox), perhaps deep inside it.

    ``inner`` is the folder in it where it lies, empty at the top. ``why`` says what keeps it from
    being taken, ``None`` where nothing is known to.
    """

    folder: str
    inner: str
    name: str
    why: Why | None = None

    @property
    def bundle(self) -> str:
        """The folder directly in the command folder that it came with; empty at the top."""
        return self.inner.partition("/")[0]

    @property
    def path(self) -> str:
        """Where it lies, relative to the command folder."""
        return f"{self.inner}/{self.name}" if self.inner else self.name

    @property
    def parent(self) -> str:
        """The folder it lies in, relative to the inbox."""
        return f"{self.folder}/{self.inner}" if self.inner else self.folder


def lying_in(inbox: Path, folder: str, inner: str = "") -> Iterator[Lying]:
    """All that lies in a command folder and in the folders in it, by name; nothing of programs.

    A folder that is not there holds nothing; one that is a link, or closed to us, is told as such.
    """
    here = f"{folder}/{inner}" if inner else folder
    try:
        found = _entries(inbox, here)
    except FileNotFoundError:
        return
    except OSError as refused:
        why = Why.CLOSED if isinstance(refused, PermissionError) else Why.LINK
        outer, _, name = inner.rpartition("/")
        yield Lying(folder, outer, name, why)
        return
    for name, mode in found:
        if is_ignored(name):
            continue
        if stat.S_ISDIR(mode) and inner.count("/") + 2 > DEPTH:
            yield Lying(folder, inner, name, Why.DEEP)
        elif stat.S_ISDIR(mode):
            yield from lying_in(inbox, folder, f"{inner}/{name}" if inner else name)
        else:
            yield Lying(folder, inner, name, _WHY.get(stat.S_IFMT(mode)))


_WHY = {
    stat.S_IFLNK: Why.LINK,
    stat.S_IFIFO: Why.SPECIAL,
    stat.S_IFSOCK: Why.SPECIAL,
    stat.S_IFCHR: Why.SPECIAL,
    stat.S_IFBLK: Why.SPECIAL,
}


def _entries(inbox: Path, folder: str) -> list[tuple[str, int]]:
    with opened(inbox, folder) as handle, os.scandir(handle) as entries:
        return sorted((entry.name, _mode(entry)) for entry in entries)


def _mode(entry: "os.DirEntry[str]") -> int:
    """The kind of an entry, from the folder itself where the file system tells it there."""
    if entry.is_symlink():
        return stat.S_IFLNK
    if entry.is_file(follow_symlinks=False):
        return stat.S_IFREG
    if entry.is_dir(follow_symlinks=False):
        return stat.S_IFDIR
    try:
        return entry.stat(follow_symlinks=False).st_mode
    except FileNotFoundError:  # gone meanwhile: nothing to be claimed will be found
        return stat.S_IFREG


@contextmanager
def opened(inbox: Path, folder: str) -> Iterator[int]:
    """A handle on a folder of the inbox, reached through no link.

    Raises:
        OSError: it is not there, a link, or closed to us.
    """
    handle = open_beneath(inbox, folder)
    try:
        yield handle
    finally:
        os.close(handle)
