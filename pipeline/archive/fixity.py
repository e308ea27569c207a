"""Does the archive still hold what it promises? Every bag, and orphans both ways.

A finding is a report, not an exception: the whole archive is looked at, whatever is found.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePosixPath

from pipeline.archive import generation
from pipeline.archive.inspection import BagFault, inspect
from pipeline.archive.manifest import digest_of
from pipeline.errors import ArchiveError

_DEPTH = 3  # <tahun>/<kode>/<berkas>
_ROOT_NOTE = "README.md"
SEALS = "_segel"
"""The folder in the archive's root in which the seals of the ledger lie: no dossiers."""


class FindingKind(StrEnum):
    """What is wrong; the first four concern files in a bag, the others whole folders."""

    CHANGED = "berubah"
    MISSING = "hilang"
    EXTRA = "berlebih"
    BROKEN = "rusak"
    NO_FOLDER = "tanpa folder"
    NO_RECORD = "tanpa catatan"
    OTHER_BAG = "berkas lain"
    STRAY = "tersesat"
    LEFTOVER = "sisa"


@dataclass(frozen=True)
class KnownDossier:
    """A filed dossier by the ledger: its path below the archive, and its bag's SHA-256.

    ``bag_sha256`` is that of ``FiledDossier``.
    """

    record_id: str
    path: PurePosixPath
    bag_sha256: str


@dataclass(frozen=True)
class FixityFinding:
    """One fault: in which dossier (path below the archive), which file, and what to do.

    ``file`` is a path in the bag and ``record_id`` the ledger's, each empty where none applies.
    """

    kind: FindingKind
    dossier: PurePosixPath
    file: str
    record_id: str
    message: str


def check_archive(root: Path, known: Iterable[KnownDossier]) -> Iterator[FixityFinding]:
    """All findings of the archive at ``root``, found while iterating: every file is hashed.

    Steps: (1) list the folders, (2) name what belongs to no dossier, (3) judge every bag,
    (4) name the dossiers that have no folder, and where they seem to have gone.

    Raises:
        ArchiveError: the archive itself cannot be read.
    """
    records = {dossier.path: dossier for dossier in known}
    try:
        folders, strays = _listed(root, frozenset(records))  # (1)
    except OSError as error:
        raise ArchiveError(
            f"Arsip tidak dapat dibaca ({error.strerror}). Periksa penyimpanan dan hak aksesnya,"
            " lalu ulangi."
        ) from error
    yield from (_stray(path) for path in strays)  # (2)
    unknown: dict[str, PurePosixPath] = {}
    for path in folders:  # (3)
        record = records.get(path)
        if record is None:
            unknown[_identity(root / path)] = path
            yield _no_record(path)
        yield from _bag_findings(root, path, record)
    for path in sorted(set(records) - set(folders)):  # (4)
        yield _no_folder(records[path], unknown)


def _listed(
    root: Path, known: frozenset[PurePosixPath]
) -> tuple[list[PurePosixPath], list[PurePosixPath]]:
    """Folders that are, or should be, dossiers; and whatever else lies about."""
    folders: list[PurePosixPath] = []
    strays: list[PurePosixPath] = []

    def look(folder: Path, depth: int) -> None:
        for path in sorted(folder.iterdir()):
            name = PurePosixPath(path.relative_to(root).as_posix())
            if str(name) == SEALS:
                continue
            if path.is_symlink() or not path.is_dir() or path.name.startswith("."):
                strays.append(name)
            elif name in known or depth == _DEPTH or (path / "bagit.txt").exists():
                folders.append(name)
            else:
                look(path, depth + 1)

    look(root, 1)
    return folders, [name for name in strays if not _is_note(name)]


def _is_note(path: PurePosixPath) -> bool:
    """Files that may lie in the archive's own folder, such as its README."""
    return len(path.parts) == 1 and (path.name == _ROOT_NOTE or path.name.startswith(".git"))


def _bag_findings(
    root: Path, path: PurePosixPath, record: KnownDossier | None
) -> Iterator[FixityFinding]:
    record_id = record.record_id if record else ""
    faults = _settled_faults(root / path)
    for fault in faults:
        message = f"Berkas arsip “{path}”: {fault.message}"
        yield FixityFinding(FindingKind(fault.kind.value), path, fault.path, record_id, message)
    if record and not faults and _identity(root / path) != record.bag_sha256:
        yield FixityFinding(
            FindingKind.OTHER_BAG,
            path,
            "",
            record_id,
            f"Berkas arsip “{path}” utuh, tetapi bukan yang tercatat (catatan {record_id}): diganti"
            " di luar prosedur, atau catatannya berasal dari cadangan lama. Bandingkan dengan"
            " cadangan sebelum menjalankan `kinerja reconcile`.",
        )


def _settled_faults(bag: Path) -> tuple[BagFault, ...]:
    """Faults that stay when filing is held off: a next generation may move in while one looks."""
    faults = inspect(bag)
    if not faults:
        return ()
    try:
        with generation.locked(bag.parent):
            return inspect(bag)
    except OSError:
        return faults


def _identity(bag: Path) -> str:
    """The bag's SHA-256 as in ``FiledBag``; empty where there is none."""
    try:
        return digest_of(bag / "tagmanifest-sha256.txt").sha256
    except OSError:
        return ""


def _stray(path: PurePosixPath) -> FixityFinding:
    if generation.is_leftover(path.name):
        kind = FindingKind.LEFTOVER
        message = (
            f"“{path}” sisa pengarsipan yang terputus, atau sedang dikerjakan. Bila tetap ada,"
            " jalankan `kinerja reconcile`."
        )
    else:
        kind = FindingKind.STRAY
        message = f"“{path}” bukan bagian dari berkas arsip mana pun; pindahkan ke luar arsip."
    return FixityFinding(kind, path, "", "", message)


def _no_record(path: PurePosixPath) -> FixityFinding:
    return FixityFinding(
        FindingKind.NO_RECORD,
        path,
        "",
        "",
        f"Berkas arsip “{path}” tidak ada dalam catatan. Jalankan `kinerja reconcile` untuk"
        " mencatatnya kembali, atau pindahkan ke luar arsip bila bukan arsip.",
    )


def _no_folder(record: KnownDossier, unknown: Mapping[str, PurePosixPath]) -> FixityFinding:
    moved = unknown.get(record.bag_sha256)
    what = (
        f"tampaknya dipindahkan ke “{moved}”; kembalikan ke tempatnya"
        if moved
        else "tidak ada di arsip; pulihkan dari cadangan"
    )
    return FixityFinding(
        FindingKind.NO_FOLDER,
        record.path,
        "",
        record.record_id,
        f"Berkas arsip “{record.path}” (catatan {record.record_id}) {what}.",
    )
