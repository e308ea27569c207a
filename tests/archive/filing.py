"""Made-up dossiers and judges that several tests of the archive share."""

import hashlib
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from pipeline.archive.dossier import Dossier, FiledDossier, Item, file_dossier
from pipeline.archive.premis import ArchiveEvent

INFO = {"Source-Organization": "Dinas Kelautan dan Perikanan", "Bagging-Date": "2026-10-09"}
CONTENTS = {
    "dokumen/Print Out.pdf": b"%PDF-1.7 cetak",
    "asli/Formulir Kabid.docx": b"PK isian",
    "metadata/berkas.json": b"{}",
    "BACA SAYA.pdf": b"%PDF-1.7 indeks",
}


def judged_by_library(bag: Path) -> bool:
    """What ``bagit.py --validate`` says, in a process of its own."""
    command = [sys.executable, "-m", "bagit", "--validate", "--quiet", str(bag)]
    return subprocess.run(command, check=False, capture_output=True, timeout=60).returncode == 0


def an_item(name: str, role: str = "form", data: bytes | None = None, **more: object) -> Item:
    data = f"isi {name}".encode() if data is None else data
    values = {
        "name": name,
        "role": role,
        "title": f"Judul {name}",
        "date": date(2026, 10, 5),
        "source": data,
        "sha256": hashlib.sha256(data).hexdigest(),
    }
    return Item(**{**values, **more})  # type: ignore[arg-type]


ITEMS = (
    an_item("Print Out Data Kinerja.pdf", "printout"),
    an_item("Formulir Kabid Perikanan Tangkap.pdf"),
    an_item("Formulir Kabid Perikanan Tangkap.docx", "original"),
    an_item("foto.jpg", "evidence", group="Kabid Perikanan Tangkap"),
    an_item("foto.jpg", "evidence", b"foto lain", group="Kabid PSDKP"),
    an_item("Entri.xlsx", "workbook"),
    an_item("Keputusan verifikasi.json", "decision"),
    an_item("Slip 1.pdf", "slip"),
    an_item("Verifikasi tanda tangan.json", "report"),
)

DOSSIER = Dossier(
    record_id="01JBERKAS",
    collection_id="2026-TW3",
    classification="000.8.6.3",
    number="0001",
    description="Data Kinerja Triwulan III 2026",
    year=2026,
    date_start=date(2026, 7, 1),
    date_end=date(2026, 9, 30),
    creating_unit="Subbagian Program, Kepegawaian dan Pelaporan",
    security_class="B",
    retention="aktif 2 tahun, inaktif 3 tahun sejak berkas ditutup, lalu musnah",
    document_number="000.8.6.3/1/PKP/2026",
    items=ITEMS,
)

EVENTS = (
    ArchiveEvent(
        "e-1",
        "verifikasi",
        datetime(2026, 10, 6, 9, 30, tzinfo=UTC),
        "Kasubag",
        "Formulir diverifikasi & diterima",
        "benar",
        ("data/dokumen/Formulir Kabid Perikanan Tangkap.pdf",),
    ),
    ArchiveEvent(
        "e-2", "tanda tangan", datetime(2026, 10, 8, 14, 5, tzinfo=UTC), "Kepala Dinas", "", "sah"
    ),
)


def filed(root: Path, dossier: Dossier = DOSSIER, **changes: object) -> FiledDossier:
    """``file_dossier`` with everything at hand."""
    given = {
        "index_pdf": b"%PDF-1.7 indeks",
        "events": EVENTS,
        "values": {"nilai.json": b"{}", "nilai.csv": b"kode;nilai\n"},
        "texts": {"data/dokumen/Print Out Data Kinerja.pdf": "Data Kinerja"},
        "organization": "Dinas Kelautan dan Perikanan Provinsi Jambi",
        "bagged_on": date(2026, 10, 9),
    }
    return file_dossier(root, dossier, **{**given, **changes})  # type: ignore[arg-type]


def with_item(dossier: Dossier, item: Item) -> Dossier:
    return replace(dossier, items=(*dossier.items, item))
