"""What one backup holds: every file with its digest, and where it belongs.

The manifest carries its own digest, so that a changed one is known for what it is.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Any

from pipeline.errors import BackupError

BAG_DEPTH = 3  # <tahun>/<kode>/<berkas>
FORMAT = "kinerja/cadangan/1"


class Area(StrEnum):
    """The parts of an office; their places are those that its settings name."""

    ROOT = "root"
    TEMPLATES = "templates"
    STATE = "state"
    STORE = "store"
    ARCHIVE = "archive"
    WORK = "work"
    INBOX = "inbox"


@dataclass(frozen=True)
class Kept:
    """One file: ``path`` in its area, size in bytes, permission bits, owner and group by name."""

    area: Area
    path: str
    sha256: str
    size: int
    mode: int
    mtime_ns: int
    owner: str
    group: str


@dataclass(frozen=True)
class Folder:
    """One folder of an area, so that empty ones and their rights come back too."""

    area: Area
    path: str
    mode: int
    owner: str
    group: str


@dataclass(frozen=True)
class Database:
    """The snapshot of the database: ``kind`` is the dialect, ``revision`` that of its tables."""

    kind: str
    sha256: str
    size: int
    revision: str


@dataclass(frozen=True)
class Manifest:
    """A whole backup; ``made_at`` in ISO 8601, in UTC.

    ``left_out`` are links and devices; ``faults`` what was damaged already, or could not be read.
    """

    number: int
    office: str
    made_at: str
    program: str
    database: Database
    files: tuple[Kept, ...]
    folders: tuple[Folder, ...]
    left_out: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its name in the backup folder, without suffix: later ones sort behind."""
        return f"{self.number:06d} {self.made_at[:19].replace(':', '.')}"

    def digests(self) -> dict[str, int]:
        """Every SHA-256 that the backup needs, with its size in bytes."""
        needed = {kept.sha256: kept.size for kept in self.files}
        return needed | {self.database.sha256: self.database.size}

    def in_area(self, area: Area) -> list[Kept]:
        """The files of one area."""
        return [kept for kept in self.files if kept.area is area]

    def bags(self) -> set[str]:
        """The folders of the dossiers, relative to the archive."""
        paths = (PurePosixPath(kept.path) for kept in self.in_area(Area.ARCHIVE))
        return {
            str(p.parent) for p in paths if p.name == "bagit.txt" and len(p.parts) == BAG_DEPTH + 1
        }

    def counts(self) -> dict[str, int]:
        """How many files each area has, and how many bytes there are in all."""
        found: dict[str, int] = {area.value: len(self.in_area(area)) for area in Area}
        return found | {"files": len(self.files), "bytes": sum(self.digests().values())}


def bag_of(path: str) -> str:
    """The folder of the dossier that a path of the archive would lie in."""
    return "/".join(path.split("/")[:BAG_DEPTH])


def to_bytes(manifest: Manifest) -> bytes:
    """The manifest as JSON, with its own digest."""
    content = {"format": FORMAT, "counts": manifest.counts(), **asdict(manifest)}
    return json.dumps({"sha256": _digest(content), "content": content}, indent=1).encode()


def from_bytes(data: bytes, name: str) -> Manifest:
    """The manifest called ``name``.

    Raises:
        BackupError: it is damaged, or of a format that this version does not know.
    """
    try:
        told = json.loads(data)
        content: dict[str, Any] = told["content"]
        if told["sha256"] != _digest(content):
            raise ValueError("its digest does not fit")
        if content["format"] != FORMAT:
            raise ValueError(f"its format is {content['format']}")
        return Manifest(
            number=content["number"],
            office=content["office"],
            made_at=content["made_at"],
            program=content["program"],
            database=Database(**content["database"]),
            files=tuple(Kept(**{**f, "area": Area(f["area"])}) for f in content["files"]),
            folders=tuple(Folder(**{**f, "area": Area(f["area"])}) for f in content["folders"]),
            left_out=tuple(content["left_out"]),
            faults=tuple(content["faults"]),
        )
    except (ValueError, KeyError, TypeError) as broken:
        raise BackupError(
            f"The backup '{name}' cannot be read: {broken}. Choose another one with --at, or read"
            " it with the version of kinerja that made it."
        ) from broken


def named(found: Sequence[Manifest], at: str) -> Manifest:
    """The backup that ``at`` names: by its number, else the last one whose moment begins so.

    Without ``at`` it is the last of all.

    Raises:
        BackupError: there is none.
    """
    fitting = [m for m in found if at.isdecimal() and int(at) == m.number]
    fitting = fitting or [m for m in found if m.made_at.startswith(at)]
    if not fitting:
        known = ", ".join(m.name for m in found) or "none"
        raise BackupError(f"There is no backup '{at}' here. Known: {known}.")
    return max(fitting, key=lambda m: m.number)


def _digest(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
