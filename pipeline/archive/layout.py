"""Where everything of a dossier lies in its bag, and what may not stand there.

::

    <tahun>/<kode>/<nomor berkas> <uraian>/
      data/BACA SAYA.pdf      the index for people
      data/dokumen/           print-out and forms, PDF/A
      data/asli/              what was sent in, as it came
      data/dukung/            evidence (data dukung)
      data/nilai/             values as data: nilai.json, nilai.csv, workbooks
      data/teks/              extracted text, one file for each document
      data/keputusan/         decisions and slips
      data/laporan/           verification reports
      data/metadata/          premis.xml, dc.xml, berkas.json
"""

from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from pipeline.archive.card import Dossier, Item, Role
from pipeline.archive.premis import ArchiveEvent
from pipeline.domain.naming import (
    MAX_PATH,
    dossier_path,
    holds_nik,
    length,
    safe_file_name,
    safe_name,
)
from pipeline.errors import ArchiveError

FOLDERS: dict[Role, str] = {
    "printout": "dokumen",
    "form": "dokumen",
    "original": "asli",
    "evidence": "dukung",
    "workbook": "nilai",
    "decision": "keputusan",
    "slip": "keputusan",
    "report": "laporan",
}
"""Where an item of each role lies below ``data/``."""

_GROUP_LIMIT = 40
_TEXT_ROOM = len("teks/.txt")


def folder_of(archive_root: Path, dossier: Dossier) -> Path:
    """The folder of ``dossier``, filed or not.

    Raises:
        ArchiveError: year, code or number cannot stand in a path.
    """
    return archive_root / _relative(dossier)


def layout(dossier: Dossier) -> tuple[tuple[str, Item], ...]:
    """Each item with its path in the bag (``data/dokumen/…``), as it will be filed.

    Raises:
        ArchiveError: a name holds a NIK, or two different items would bear one name.
    """
    placed: dict[str, Item] = {}
    for item in dossier.items:
        path = f"data/{_place(dossier, item)}"
        other = placed.setdefault(path, item)
        if other.sha256 != item.sha256:
            raise ArchiveError(
                f"Dua isi berkas bernama sama: “{item.name}” ({item.title}) dan “{other.name}”"
                f" ({other.title}). Beri salah satunya nama lain, lalu ulangi."
            )
    return tuple(placed.items())


def refuse_nik(dossier: Dossier, events: Sequence[ArchiveEvent]) -> None:
    """No NIK enters the archive's metadata (UU 27/2022, Pasal 16).

    Raises:
        ArchiveError: a description or an event holds 16 digits that read as one.
    """
    said = [
        dossier.number,
        dossier.description,
        dossier.creating_unit,
        dossier.retention,
        dossier.document_number,
        *(item.title for item in dossier.items),
        *(text for event in events for text in (event.agent, event.detail, event.outcome)),
    ]
    for text in said:
        if holds_nik(text):
            raise ArchiveError(
                f"Keterangan arsip “{_masked(text)}” memuat 16 angka yang terbaca sebagai NIK."
                " NIK tidak boleh masuk arsip; hapus dari keterangan itu, lalu ulangi."
            )


def _relative(dossier: Dossier) -> PurePosixPath:
    return dossier_path(dossier.year, dossier.classification, dossier.number, dossier.description)


def _place(dossier: Dossier, item: Item) -> str:
    """Path below ``data/``; short enough that the whole path, and that of its text, stays legal."""
    if holds_nik(item.name) or holds_nik(item.group):
        raise ArchiveError(
            f"Nama “{_masked(item.name)}” memuat 16 angka yang terbaca sebagai NIK. Ganti namanya"
            " tanpa NIK, lalu ulangi."
        )
    folder = PurePosixPath(FOLDERS[item.role])
    if item.group:
        folder /= safe_name(item.group, _GROUP_LIMIT)
    room = MAX_PATH - length(f"{_relative(dossier)}/data/{folder}/") - _TEXT_ROOM
    return str(folder / safe_file_name(item.name, min(80, room)))


def _masked(name: str) -> str:
    return "".join("•" if char.isdigit() else char for char in name)
