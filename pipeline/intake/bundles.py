"""Folders that people put into a command folder: removed when they are empty and left alone."""

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.files import open_beneath
from pipeline.intake.stillness import Stillness

EMPTY_S = 30.0
"""How long a bundle's folders must be empty and untouched before they are removed."""


class Bundles:
    """The folders in the command folders of an inbox."""

    def __init__(self, inbox: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self._inbox = inbox
        self._stillness = Stillness(clock)

    def tidy(self, folders: Iterable[str]) -> None:
        """Remove the bundles in these command folders that hold no file and stay so."""
        empty = set()
        for folder in folders:
            for name in self._bundles(folder):
                bundle = f"{folder}/{name}"
                inner = _empty_folders(self._inbox / bundle)
                if inner is None:
                    continue
                empty.add(bundle)
                if self._stillness.seconds(bundle, inner) >= EMPTY_S:
                    _remove([path for path, _ in inner])
        self._stillness.keep_only(empty)

    def _bundles(self, folder: str) -> list[str]:
        try:
            handle = open_beneath(self._inbox, folder)
        except OSError:
            return []
        try:
            with os.scandir(handle) as entries:
                return [e.name for e in entries if e.is_dir(follow_symlinks=False)]
        finally:
            os.close(handle)


def _empty_folders(bundle: Path) -> list[tuple[Path, int]] | None:
    """The bundle's folders and when each last changed; ``None`` where anything else is in them.

    A copy makes a folder first and fills it then; each entry changes the time of its folder, and
    unlike the time of its content (mtime) that time (ctime) is not the copying program's to set.
    """
    folders = []
    for root, inner, files in os.walk(bundle):
        folder = Path(root)
        if files or any((folder / name).is_symlink() for name in inner):
            return None
        try:
            folders.append((folder, folder.stat(follow_symlinks=False).st_ctime_ns))
        except OSError:
            return None
    return folders


def _remove(folders: list[Path]) -> None:
    try:
        for folder in reversed(folders):  # the inner ones first
            folder.rmdir()
    except OSError:  # not ours to remove, or somebody was faster
        return
