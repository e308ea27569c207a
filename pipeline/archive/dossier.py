"""One dossier (berkas) filed: laid out, described, and put into its bag (RFC 8493)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from glob import escape
from pathlib import Path, PurePosixPath

from pipeline.archive import bag
from pipeline.archive.bag import Content, FiledBag
from pipeline.archive.card import Dossier, Item, card_json, dublin_core, read_card
from pipeline.archive.layout import folder_of, layout, refuse_nik
from pipeline.archive.manifest import digest_of
from pipeline.archive.planning import is_index
from pipeline.archive.premis import (
    ArchiveEvent,
    ArchiveObject,
    dublin_core_xml,
    premis_xml,
    read_premis,
)
from pipeline.domain.naming import safe_file_name
from pipeline.errors import ArchiveError

__all__ = [
    "Dossier",
    "FiledDossier",
    "FiledFile",
    "Item",
    "file_dossier",
    "folder_of",
    "layout",
    "read_dossier",
]

FORMATS = {
    ".csv": "text/csv",
    ".doc": "application/msword",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".html": "text/html",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".json": "application/json",
    ".odt": "application/vnd.oasis.opendocument.text",
    ".pdf": "application/pdf",
    ".png": "image/png",
    ".rtf": "application/rtf",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".txt": "text/plain",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xml": "application/xml",
    ".zip": "application/zip",
}
"""Media type by suffix; fixed here, because a machine's own table differs from the next one's."""

_CARD = "metadata/berkas.json"
_PREMIS = "metadata/premis.xml"
_DUBLIN_CORE = "metadata/dc.xml"
_VALUES = "nilai"
_TEXTS = "teks"


@dataclass(frozen=True)
class FiledFile:
    """A file in a filed bag: ``path`` in the bag (``data/…``), SHA-256 in hex, size in bytes."""

    path: str
    sha256: str
    size: int


@dataclass(frozen=True)
class FiledDossier:
    """Where a dossier stands, what fixes its bytes, and every file of its payload."""

    path: Path
    bag_sha256: str
    generation: int
    files: tuple[FiledFile, ...]


def file_dossier(
    archive_root: Path,
    dossier: Dossier,
    *,
    index_pdf: Content,
    events: Sequence[ArchiveEvent],
    values: Mapping[str, bytes],
    texts: Mapping[str, str],
    organization: str,
    bagged_on: date,
    grown: Collection[str] = (),
) -> FiledDossier:
    """File ``dossier``, or file it again with more in it; repeating it changes nothing.

    Args:
        archive_root: The archive's folder.
        dossier: All items, filed ones too; the source of a filed one may be its file in the bag.
        index_pdf: ``BACA SAYA.pdf``; alone it is no reason for a new generation.
        events: The whole history so far.
        values: File name (``nilai.json``) → the values as data.
        texts: Path of an item as in ``layout`` → its extracted text.
        organization: Who keeps the archive: Source-Organization.
        bagged_on: Bagging-Date of a new generation.
        grown: Paths as in ``layout`` of filed documents that are longer now: each must begin with
            the bytes that were filed. What was added is for the caller to judge.

    Steps: (1) no NIK in what describes, (2) hold the folder, (3) the place is this dossier's, and
    nothing filed is forgotten, (4) describe, (5) write the bag.

    Raises:
        ArchiveError: an item is not what the ledger says, something filed would change or be
            left out, the number is another dossier's, a NIK would enter, or the archive is not
            there or refuses. Nothing is left half done.
    """
    placed = layout(dossier)
    refuse_nik(dossier, events)  # (1)
    contents = _contents(placed, values, texts)
    target = folder_of(archive_root, dossier)
    _check_archive_is_there(archive_root)
    with bag.hold(target):  # (2)
        standing = bag.read_bag(target) if target.exists() else None
        _check_number_is_free(target, dossier, standing)  # (3)
        if standing:
            _check_nothing_forgotten(standing, placed, events)
        objects = _objects(standing, placed, contents)
        described = _described(dossier, placed, objects, events, organization)  # (4)
        filed = bag.write_held(  # (5)
            target,
            {**contents, **described, bag.INDEX_PDF: index_pdf},
            _tags(dossier, organization, bagged_on),
            expected={path.removeprefix("data/"): item.sha256 for path, item in placed},
            derived={bag.INDEX_PDF},
            grown={path.removeprefix("data/") for path in grown},
        )
    return _filed_dossier(filed)


def read_dossier(path: Path) -> tuple[Dossier, tuple[ArchiveEvent, ...]]:
    """The dossier filed at ``path`` with its events; sources of the items are the filed files.

    Raises:
        ArchiveError: there is no readable dossier.
    """
    try:
        card, history = ((path / "data" / name).read_bytes() for name in (_CARD, _PREMIS))
    except OSError as error:
        raise ArchiveError(
            f"Berkas arsip “{path.name}” tidak dapat dibaca ({error.strerror}). Jalankan"
            " `kinerja audit`, lalu pulihkan dari cadangan."
        ) from error
    return read_card(card, path), read_premis(history)[1]


def _contents(
    placed: Sequence[tuple[str, Item]], values: Mapping[str, bytes], texts: Mapping[str, str]
) -> dict[str, Content]:
    """Everything but the metadata, by name below ``data/``."""
    contents: dict[str, Content] = {
        path.removeprefix("data/"): item.source for path, item in placed
    }
    unknown = sorted(set(texts) - {path for path, _ in placed})
    if unknown:
        raise ArchiveError(
            f"Teks “{unknown[0]}” tidak punya dokumen dalam berkas ini. Susun ulang daftar isinya,"
            " lalu ulangi."
        )
    data: dict[str, Content] = {f"{_VALUES}/{safe_file_name(n)}": v for n, v in values.items()}
    for path, text in texts.items():
        name = path.removeprefix("data/")
        data[f"{_TEXTS}/{name}.txt"] = text.encode(errors="replace")
    if taken := sorted(set(contents) & set(data)):
        raise ArchiveError(
            f"“{taken[0]}” ada dua kali, sebagai isi berkas dan sebagai nilai. Beri salah satunya"
            " nama lain, lalu ulangi."
        )
    return contents | data


def _check_archive_is_there(archive_root: Path) -> None:
    """A disk that is not mounted must not be answered with an archive in its empty place."""
    if not archive_root.is_dir():
        raise ArchiveError(
            f"Folder arsip “{archive_root.name}” tidak ada. Pastikan penyimpanannya terpasang,"
            " lalu ulangi."
        )


def _check_number_is_free(target: Path, dossier: Dossier, standing: FiledBag | None) -> None:
    """A number given twice, as after restoring an old database, must not merge two dossiers."""
    taken = [p for p in target.parent.glob(f"{escape(dossier.number)} *") if p != target]
    if standing and standing.info.get("External-Identifier") != dossier.record_id:
        taken.append(target)
    if taken:
        raise ArchiveError(
            f"Nomor berkas {dossier.number} sudah dipakai oleh “{taken[0].name}”, berkas lain"
            f" daripada yang akan diarsipkan ({dossier.description}). Tidak ada yang diarsipkan."
            " Jalankan `kinerja reconcile` agar penomoran dilanjutkan dari arsip, lalu ulangi."
        )


def _check_nothing_forgotten(
    standing: FiledBag, placed: Sequence[tuple[str, Item]], events: Sequence[ArchiveEvent]
) -> None:
    """A later generation tells all that the one before it told."""
    filed, history = read_dossier(standing.path)
    items = {path for path, _ in layout(filed)} - {path for path, _ in placed}
    lost = sorted(items) or sorted({e.id for e in history} - {e.id for e in events})
    if lost:
        raise ArchiveError(
            f"Berkas arsip “{standing.path.name}” sudah memuat “{lost[0]}”, tetapi daftar yang"
            " baru tidak. Isi dan riwayat yang sudah diarsipkan tidak boleh hilang; sertakan"
            " kembali, lalu ulangi."
        )


def _objects(
    standing: FiledBag | None,
    placed: Sequence[tuple[str, Item]],
    contents: Mapping[str, Content],
) -> tuple[ArchiveObject, ...]:
    """All files of the generation to be, but for those that describe it.

    An item's hash is the ledger's word, which the copy is held to; so no item is read twice.
    """
    promised = {path: item.sha256.lower() for path, item in placed}
    known = {
        f"data/{n}": (d.sha256, d.size) for n, d in (standing.payload if standing else {}).items()
    }
    for name, content in contents.items():
        path = f"data/{name}"
        size = len(content) if isinstance(content, bytes) else content.stat().st_size
        known[path] = (promised.get(path) or digest_of(content).sha256, size)
    return tuple(
        ArchiveObject(path, sha256, size, _format(path))
        for path, (sha256, size) in sorted(known.items())
        if not is_index(path.removeprefix("data/"))
    )


def _format(name: str) -> str:
    return FORMATS.get(PurePosixPath(name).suffix.lower(), "application/octet-stream")


def _described(
    dossier: Dossier,
    placed: Sequence[tuple[str, Item]],
    objects: Sequence[ArchiveObject],
    events: Sequence[ArchiveEvent],
    organization: str,
) -> dict[str, Content]:
    sizes = {item.name: item.size for item in objects}
    formats = tuple(sorted({item.format for item in objects}))
    return {
        _CARD: card_json(dossier, placed, sizes),
        _PREMIS: premis_xml(objects, events),
        _DUBLIN_CORE: dublin_core_xml(dublin_core(dossier, organization, formats)),
    }


def _tags(dossier: Dossier, organization: str, bagged_on: date) -> dict[str, str]:
    """``bag-info.txt`` (RFC 8493, 2.2.2)."""
    return {
        "Source-Organization": organization,
        "External-Identifier": dossier.record_id,
        "External-Description": dossier.description,
        "Internal-Sender-Identifier": (f"{dossier.classification}/{dossier.number}/{dossier.year}"),
        "Bag-Group-Identifier": dossier.collection_id,
        "Bagging-Date": bagged_on.isoformat(),
    }


def _filed_dossier(filed: FiledBag) -> FiledDossier:
    files = tuple(
        FiledFile(f"data/{name}", digests.sha256, digests.size)
        for name, digests in sorted(filed.payload.items())
    )
    return FiledDossier(filed.path, filed.sha256, filed.generation, files)
