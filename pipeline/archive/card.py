"""What a dossier is, and its index card ``berkas.json``: written for the bag, read back from it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any, Literal, get_args

from pipeline.archive.premis import Description
from pipeline.errors import ArchiveError

Role = Literal["printout", "form", "original", "evidence", "decision", "slip", "report", "workbook"]
"""What an item is in the dossier; it decides the folder."""

SECURITY_CLASSES = {
    "B": "Biasa/Terbuka",
    "T": "Terbatas",
    "R": "Rahasia",
    "SR": "Sangat Rahasia",
}

_FORMAT = "kinerja/berkas/1"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One item (isi berkas).

    ``name`` is the file name wanted, with its suffix; ``group`` a sub-folder for items that
    belong together, such as one official's evidence; ``sha256`` what the ledger knows of
    ``source``; ``copy_status`` the tingkat perkembangan.
    """

    name: str
    role: Role
    title: str
    date: date
    source: Path | bytes
    sha256: str
    group: str = ""
    copy_status: str = "Asli"


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """One file unit (berkas) with the metadata that find it again and say who may see it.

    ``record_id`` names it in the ledger, ``collection_id`` the collection it comes from;
    ``date_start`` to ``date_end`` is the kurun waktu, ``year`` the tahun data; ``retention`` is
    the rule in words; ``document_number`` that of the print-out, empty where there is none, and
    ``earlier_numbers`` those of the print-outs that it replaces.

    Raises:
        ArchiveError: the security class is none of B, T, R, SR.
    """

    record_id: str
    collection_id: str
    classification: str
    number: str
    description: str
    year: int
    date_start: date
    date_end: date
    creating_unit: str
    security_class: str
    retention: str
    document_number: str
    items: tuple[Item, ...]
    earlier_numbers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.security_class not in SECURITY_CLASSES:
            raise ArchiveError(
                f"Klasifikasi keamanan “{self.security_class}” pada berkas {self.number} tidak"
                f" dikenal. Pilih salah satu: {', '.join(SECURITY_CLASSES)}."
            )


def card_json(
    dossier: Dossier, placed: Sequence[tuple[str, Item]], sizes: Mapping[str, int]
) -> bytes:
    """``berkas.json``, with Indonesian keys, for people and programs that come after this one.

    Args:
        dossier: What is filed.
        placed: Each item with its path in the bag.
        sizes: Path in the bag → bytes.
    """
    card = {
        "format": _FORMAT,
        "id": dossier.record_id,
        "pengumpulan": dossier.collection_id,
        "kode_klasifikasi": dossier.classification,
        "nomor_berkas": dossier.number,
        "uraian": dossier.description,
        "tahun": dossier.year,
        "kurun_waktu": [dossier.date_start.isoformat(), dossier.date_end.isoformat()],
        "unit_pengolah": dossier.creating_unit,
        "klasifikasi_keamanan": dossier.security_class,
        "retensi": dossier.retention,
        "nomor_naskah": dossier.document_number,
        "nomor_naskah_terdahulu": list(dossier.earlier_numbers),
        "jumlah": len(placed),
        "isi": [_entry(n, path, item, sizes[path]) for n, (path, item) in enumerate(placed, 1)],
    }
    return (json.dumps(card, ensure_ascii=False, indent=2) + "\n").encode()


def read_card(data: bytes, root: Path) -> Dossier:
    """The dossier that ``berkas.json`` tells of; its items' sources lie below ``root``.

    Raises:
        ArchiveError: it is no index card of this format.
    """
    try:
        card = json.loads(data)
        if card["format"] != _FORMAT:
            raise ValueError(f"format {card['format']}")
        start, end = map(date.fromisoformat, card["kurun_waktu"])
        return Dossier(
            record_id=card["id"],
            collection_id=card["pengumpulan"],
            classification=card["kode_klasifikasi"],
            number=card["nomor_berkas"],
            description=card["uraian"],
            year=card["tahun"],
            date_start=start,
            date_end=end,
            creating_unit=card["unit_pengolah"],
            security_class=card["klasifikasi_keamanan"],
            retention=card["retensi"],
            document_number=card["nomor_naskah"],
            items=tuple(_item(entry, root) for entry in card["isi"]),
            earlier_numbers=tuple(card["nomor_naskah_terdahulu"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveError(
            f"Kartu berkas arsip “{root.name}” (berkas.json) tidak dapat dibaca: {error}. Jalankan"
            " `kinerja audit`, lalu pulihkan dari cadangan."
        ) from error


def dublin_core(dossier: Dossier, organization: str, formats: tuple[str, ...]) -> Description:
    """The same card in Dublin Core; ``formats`` are the media types in the bag."""
    numbers = (dossier.record_id, dossier.document_number)
    return Description(
        title=dossier.description,
        creator=dossier.creating_unit,
        identifier=tuple(number for number in numbers if number),
        subject=(dossier.classification,),
        description=f"Berkas {dossier.number}, {len(dossier.items)} isi berkas",
        publisher=organization,
        date=f"{dossier.date_start.isoformat()}/{dossier.date_end.isoformat()}",
        type="Collection",
        format=formats,
        coverage=str(dossier.year),
        rights=f"{SECURITY_CLASSES[dossier.security_class]}; retensi: {dossier.retention}",
    )


def _entry(number: int, path: str, item: Item, size: int) -> dict[str, Any]:
    return {
        "nomor": number,
        "berkas": path,
        "nama": item.name,
        "kelompok": item.group,
        "jenis": item.role,
        "judul": item.title,
        "tanggal": item.date.isoformat(),
        "tingkat_perkembangan": item.copy_status,
        "sha256": item.sha256,
        "ukuran": size,
    }


def _item(entry: dict[str, Any], root: Path) -> Item:
    if entry["jenis"] not in get_args(Role):
        raise ValueError(f"jenis {entry['jenis']}")
    path = PurePosixPath(entry["berkas"])
    if path.parts[:1] != ("data",) or ".." in path.parts:
        raise ValueError(f"berkas {path}")
    return Item(
        name=entry["nama"],
        role=entry["jenis"],
        title=entry["judul"],
        date=date.fromisoformat(entry["tanggal"]),
        source=root / path,
        sha256=entry["sha256"],
        group=entry["kelompok"],
        copy_status=entry["tingkat_perkembangan"],
    )
