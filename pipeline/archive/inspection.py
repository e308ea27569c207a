"""One bag judged: every fault at once, each named with what to do.

bagit-python stops at the first kind of fault, and looks neither at files beside ``data/`` that no
manifest lists nor at a tag manifest that is gone; a fixity report needs all of that. So the
files are hashed and compared here, and the library, which is the judge known everywhere, gives
its own opinion on a bag in which nothing was found.
"""

import logging
import os
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import bagit

from pipeline.archive.manifest import (
    ALGORITHMS,
    DECLARATION,
    digest_of,
    format_manifest,
    parse_manifest,
)

# The findings are reported; the library's own English log lines would only repeat them.
logging.getLogger("bagit").addHandler(logging.NullHandler())

_RESTORE = "pulihkan dari cadangan"
_PAYLOAD_MANIFESTS = tuple(f"manifest-{algorithm}.txt" for algorithm in ALGORITHMS)
_TAG_MANIFESTS = tuple(f"tagmanifest-{algorithm}.txt" for algorithm in ALGORITHMS)
_MANIFESTS = _PAYLOAD_MANIFESTS + _TAG_MANIFESTS


class FaultKind(StrEnum):
    """What is wrong with a bag, or with one file in it."""

    CHANGED = "berubah"
    MISSING = "hilang"
    EXTRA = "berlebih"
    BROKEN = "rusak"


@dataclass(frozen=True)
class BagFault:
    """One fault; ``path`` is the file's path in the bag, empty for the bag as a whole."""

    kind: FaultKind
    path: str
    message: str


@dataclass(frozen=True)
class _Facts:
    """What was found on disk, gathered once: names are NFC paths in the bag."""

    files: Mapping[str, Path]
    others: tuple[str, ...]  # links, devices, and names that differ only in Unicode form
    raw: Mapping[str, bytes]  # declaration and manifests as they stand
    listed: Mapping[str, Mapping[str, str]]  # manifest → path → digest


def inspect(root: Path) -> tuple[BagFault, ...]:
    """Every fault of the bag at ``root``; none for a sound one.

    Steps: (1) gather the files and manifests, (2) the declaration and the manifests' own form,
    (3) files and manifests against each other, (4) the digests, (5) the library's opinion.
    A bag must be one of this archive: BagIt 1.0 with SHA-256 and SHA-512.
    """
    if not root.is_dir():
        return (BagFault(FaultKind.MISSING, "", f"Folder berkas tidak ada; {_RESTORE}."),)
    # (1) gather
    try:
        facts = _gather(root)
    except OSError as error:
        return (_unreadable("", error),)
    faults = [
        *_form_faults(facts),  # (2)
        *_listing_faults(facts),  # (3)
        *_digest_faults(facts),  # (4)
    ]
    # One missing file is missing from several lists: say it once.
    return tuple(dict.fromkeys(faults)) or _library_faults(root)  # (5)


def _gather(root: Path) -> _Facts:
    files: dict[str, Path] = {}
    others: list[str] = []
    for path in _walk(root):
        name = unicodedata.normalize("NFC", path.relative_to(root).as_posix())
        if path.is_symlink() or not path.is_file() or name in files:
            others.append(name)
        else:
            files[name] = path
    raw = {name: files[name].read_bytes() for name in ("bagit.txt", *_MANIFESTS) if name in files}
    listed = {name: parse_manifest(raw[name]) for name in _MANIFESTS if name in raw}
    return _Facts(files, tuple(others), raw, listed)


def _walk(root: Path) -> Iterator[Path]:
    def stop(error: OSError) -> None:
        raise error

    for folder, folders, names in os.walk(root, onerror=stop):
        yield from (Path(folder, name) for name in sorted(names))
        yield from (Path(folder, name) for name in folders if Path(folder, name).is_symlink())
        folders.sort()


def _form_faults(facts: _Facts) -> Iterator[BagFault]:
    if facts.raw.get("bagit.txt", DECLARATION) != DECLARATION:
        yield _broken("bagit.txt", "bukan pernyataan BagIt 1.0")
    for name in ("bagit.txt", "bag-info.txt", *_MANIFESTS):
        if name not in facts.files:
            yield _missing(name)
    for name, digests in facts.listed.items():
        if format_manifest(digests) != facts.raw[name]:
            yield _broken(name, "memuat baris yang rusak atau diubah")
    for name in facts.others:
        what = f"“{name}” bukan berkas biasa (tautan atau nama ganda); keluarkan dari arsip."
        yield BagFault(FaultKind.EXTRA, name, what)


def _listing_faults(facts: _Facts) -> Iterator[BagFault]:
    for name in sorted(set(facts.files) - set(_TAG_MANIFESTS)):
        lists = [manifest for manifest in _lists_for(name) if manifest in facts.listed]
        silent = [manifest for manifest in lists if name not in facts.listed[manifest]]
        if lists and silent == lists:
            yield BagFault(
                FaultKind.EXTRA,
                name,
                f"“{name}” tidak tercatat dalam daftar isi berkas; pindahkan ke luar arsip,"
                " dan bila memang arsip, kirim lewat prosedur.",
            )
        elif silent:
            yield _broken(silent[0], f"tidak lagi mencatat “{name}”")
    for digests in facts.listed.values():
        for name in sorted(set(digests) - set(facts.files) - set(facts.others)):
            yield _missing(name)


def _lists_for(name: str) -> tuple[str, ...]:
    return _PAYLOAD_MANIFESTS if name.startswith("data/") else _TAG_MANIFESTS


def _digest_faults(facts: _Facts) -> Iterator[BagFault]:
    for name, path in sorted(facts.files.items()):
        recorded = {
            algorithm: facts.listed[manifest][name]
            for algorithm, manifest in zip(ALGORITHMS, _lists_for(name), strict=True)
            if name in facts.listed.get(manifest, {})
        }
        if recorded:
            yield from _digest_fault(name, path, recorded)


def _digest_fault(name: str, path: Path, recorded: Mapping[str, str]) -> Iterator[BagFault]:
    try:
        found = digest_of(path)
    except OSError as error:
        yield _unreadable(name, error)
        return
    wrong = [a for a, digest in recorded.items() if digest != found.get(a)]
    if wrong and len(wrong) < len(recorded):
        # One strong hash still holds, so the file is whole and the list is not.
        manifest = _lists_for(name)[ALGORITHMS.index(wrong[0])]
        yield _broken(manifest, f"nilai untuk “{name}” tidak benar, padahal isinya utuh")
    elif wrong:
        yield BagFault(
            FaultKind.CHANGED,
            name,
            f"“{name}” berubah sejak diarsipkan ({wrong[0].upper()} tercatat"
            f" {recorded[wrong[0]][:16]}…, ditemukan {found.get(wrong[0])[:16]}…); {_RESTORE}.",
        )


def _library_faults(root: Path) -> tuple[BagFault, ...]:
    try:
        bagit.Bag(str(root)).validate(completeness_only=True)
    except (bagit.BagError, OSError, ValueError) as error:
        return (_broken("", f"menurut BagIt: {error}"),)
    return ()


def _missing(path: str) -> BagFault:
    return BagFault(FaultKind.MISSING, path, f"“{path}” hilang; {_RESTORE}.")


def _broken(path: str, what: str) -> BagFault:
    subject = path or "Berkas"
    return BagFault(FaultKind.BROKEN, path, f"{subject} {what}; {_RESTORE}.")


def _unreadable(path: str, error: OSError) -> BagFault:
    subject = f"“{path}”" if path else "Folder berkas"
    return BagFault(
        FaultKind.BROKEN,
        path,
        f"{subject} tidak dapat dibaca ({error.strerror}); periksa penyimpanan dan hak akses,"
        f" lalu {_RESTORE} bila perlu.",
    )
