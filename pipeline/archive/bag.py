"""A dossier on disk: one BagIt 1.0 bag (RFC 8493), written whole or not at all.

Filed documents never change. A later filing adds to the bag: unchanged files are hard links into
the next generation, and only the index files, which describe the generation, are replaced. A
document may grow at its end, as by an archival timestamp: all that was filed of it stays.
"""

import errno
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import bagit

from pipeline.archive import generation
from pipeline.archive.building import build
from pipeline.archive.inspection import inspect
from pipeline.archive.manifest import Digests, digest_of
from pipeline.archive.planning import (
    INDEX_PDF,
    Content,
    FiledBag,
    is_new,
    plan_filing,
)
from pipeline.errors import ArchiveError

__all__ = [
    "INDEX_PDF",
    "Content",
    "FiledBag",
    "hold",
    "read_bag",
    "sweep",
    "validate",
    "write_bag",
    "write_held",
]

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_CLOSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})


def write_bag(
    target: Path,
    contents: Mapping[str, Content],
    info: Mapping[str, str],
    *,
    expected: Mapping[str, str] | None = None,
    derived: Collection[str] = (),
) -> FiledBag:
    """Make ``target`` a bag that holds ``contents`` beside all that it already holds.

    Args:
        target: The bag's folder; missing parents are made.
        contents: Name below ``data/`` (``dokumen/a.pdf``) → file or bytes.
        info: Tags of ``bag-info.txt``; Payload-Oxum, Bag-Size, Bag-Generation and
            Previous-Bag-SHA256 are added.
        expected: Name → SHA-256 that its content must have.
        derived: Index files printed from the rest: a difference in these alone is no change.

    Filing the same again changes nothing, whatever its Bagging-Date; so a filing that was cut
    short is simply repeated. Threads and processes that file into one folder wait for each other.

    Raises:
        ArchiveError: a filed document would change, the standing bag is damaged, a content is not
            what ``expected`` says, or the disk refuses. What stood before still stands.
    """
    with hold(target):
        return write_held(target, contents, info, expected=expected or {}, derived=derived)


@contextmanager
def hold(target: Path) -> Iterator[None]:
    """Keep others from filing beside ``target`` meanwhile: to read, decide and ``write_held``.

    Raises:
        ArchiveError: the archive cannot be opened or written.
    """
    with _telling(target), generation.hold(target.parent):
        yield


def write_held(
    target: Path,
    contents: Mapping[str, Content],
    info: Mapping[str, str],
    *,
    expected: Mapping[str, str],
    derived: Collection[str] = (),
    grown: Collection[str] = (),
) -> FiledBag:
    """``write_bag`` for one who holds ``target``; ``grown`` documents may be longer than filed.

    Steps: (1) the standing bag is sound, (2) plan, and stop where nothing is new, (3) build
    beside it, (4) make durable, (5) swap.

    Raises:
        ArchiveError: as ``write_bag``.
    """
    with _telling(target):
        standing = _standing(target)  # (1)
        plan = plan_filing(target, standing, contents, info, expected, grown=grown)  # (2)
        if standing and not is_new(plan, standing, derived):
            return standing
        workplace = generation.new_workplace(target)
        try:
            build(workplace, plan, standing)  # (3)
            generation.sync_tree(workplace)  # (4)
        except BaseException:
            generation.discard(workplace)
            raise
        generation.put_in_place(workplace, target)  # (5)
    return read_bag(target)


def read_bag(path: Path) -> FiledBag:
    """The bag at ``path`` by its own manifests; its files are not hashed (see ``validate``).

    Raises:
        ArchiveError: there is no bag, or its tag files cannot be read.
    """
    try:
        bag = bagit.Bag(str(path))
        tags = {key: value for key, value in bag.info.items() if isinstance(value, str)}
        payload = {
            name.removeprefix("data/"): Digests(
                hashes["sha256"], hashes["sha512"], (path / name).stat().st_size
            )
            for name, hashes in sorted(bag.payload_entries().items())
        }
        sha256 = digest_of(path / "tagmanifest-sha256.txt").sha256
        number = int(tags.get("Bag-Generation", "1"))
    except (bagit.BagError, OSError, ValueError, KeyError) as error:
        raise ArchiveError(
            f"Berkas arsip “{path.name}” tidak dapat dibaca: {_plainly(error)}. Jalankan"
            " `kinerja audit` untuk melihat yang rusak, lalu pulihkan dari cadangan."
        ) from error
    return FiledBag(path, tags, payload, sha256, number)


def validate(path: Path) -> list[str]:
    """All faults of the bag at ``path``, each a sentence that says what to do; empty if sound."""
    return [fault.message for fault in inspect(path)]


def sweep(archive_root: Path) -> tuple[Path, ...]:
    """Clear what interrupted filings left; a generation set aside by a crash is put back.

    Returns:
        The hidden folders that were dealt with.

    Raises:
        ArchiveError: the archive cannot be read or written.
    """
    try:
        return generation.sweep(archive_root)
    except OSError as error:
        raise ArchiveError(
            f"Sisa pengarsipan yang terputus belum dibersihkan: {_reason(error)}. Tidak ada berkas"
            " arsip yang berubah; ulangi setelah itu."
        ) from error


def _standing(target: Path) -> FiledBag | None:
    """What stands at ``target``, hashed: nothing is ever built upon damage."""
    if not target.exists():
        return None
    faults = inspect(target)
    if faults:
        more = f" Masih ada {len(faults) - 1} temuan lain." if len(faults) > 1 else ""
        raise ArchiveError(
            f"Berkas arsip “{target.name}” rusak, sehingga tidak ada yang ditambahkan:"
            f" {faults[0].message}{more} Jalankan `kinerja audit`, lalu ulangi."
        )
    return read_bag(target)


@contextmanager
def _telling(target: Path) -> Iterator[None]:
    """What the disk or the library refuses, said to the one who keeps the archive."""
    try:
        yield
    except (OSError, bagit.BagError) as error:
        raise ArchiveError(
            f"Berkas arsip “{target.name}” belum diarsipkan: {_reason(error)}. Yang sudah"
            " diarsipkan tetap utuh; ulangi setelah itu."
        ) from error


def _reason(error: Exception) -> str:
    code = error.errno if isinstance(error, OSError) else None
    if code in _FULL:
        return "tempat penyimpanan penuh; kosongkan atau perbesar"
    if code in _CLOSED:
        return "penyimpanan tidak dapat dibaca atau ditulisi; periksa hak aksesnya"
    if isinstance(error, FileNotFoundError):
        return f"“{Path(str(error.filename)).name}” tidak ditemukan; kembalikan ke tempatnya"
    return f"penyimpanan menolak ({_plainly(error)}); periksa penyimpanan"


def _plainly(error: Exception) -> str:
    """What went wrong, without the server's own paths."""
    if isinstance(error, OSError) and error.filename:
        return f"“{Path(str(error.filename)).name}”: {error.strerror}"
    return str(error)
