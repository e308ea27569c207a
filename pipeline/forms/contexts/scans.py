"""What is told of what came on paper: the sheet to check a form by, the covers of scans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.calendar import long_time
from pipeline.domain.finding import Finding
from pipeline.domain.form import Field
from pipeline.domain.indicator import Indicator
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.forms.contexts.common import finding_fields, letterhead, official_fields
from pipeline.forms.render import Picture
from pipeline.settings import OfficeSection

PICTURE_MM = 299.5
"""The width of a row's picture: that of the sheet's text."""


@dataclass(frozen=True)
class ReadRow:
    """An indicator's row as read: its picture, what each field says, and why that is doubted.

    ``picture`` is a PNG; empty where no scan shows the row.
    """

    indicator: Indicator
    picture: bytes
    cells: Mapping[Field, tuple[str, str]]


@dataclass(frozen=True)
class ScanSheet:
    """The sheet by which a scan's sender checks what was read.

    ``files`` are names and which pages; ``form`` is the form to be sent and ``target`` where to.
    """

    code: str
    official: Official
    files: Sequence[tuple[str, str]]
    form: str
    target: str
    findings: Sequence[Finding]
    rows: Sequence[ReadRow]


@dataclass(frozen=True)
class ScanCover:
    """The cover of a scan; ``files`` are name, pages, SHA-256.

    ``stamp`` are text, verifier and moment, once it is verified.
    """

    code: str
    official: Official
    via: str
    origin: str
    files: Sequence[tuple[str, str, str]]
    stamp: tuple[str, str, str] = ("", "", "")


def scan_sheet_context(
    office: OfficeSection, period: Period, sheet: ScanSheet, moment: datetime
) -> dict[str, Any]:
    """The sheet as printed."""
    return {
        **letterhead(office, period),
        "pejabat": official_fields(sheet.official),
        "kode": sheet.code,
        "waktu": long_time(moment),
        "berkas": [{"nama": name, "halaman": pages} for name, pages in sheet.files],
        "formulir": sheet.form,
        "tujuan": sheet.target,
        "temuan": finding_fields(list(sheet.findings)),
        "indikator": [_row(row) for row in sheet.rows],
    }


def _row(row: ReadRow) -> dict[str, Any]:
    cells = {field: row.cells.get(field, ("", "")) for field in Field}
    return {
        "kode": row.indicator.code,
        "nama": row.indicator.name,
        "gambar": Picture(row.picture, PICTURE_MM) if row.picture else "",
        **{f.value: {"usul": text, "ragu": doubt} for f, (text, doubt) in cells.items()},
    }


def scan_cover_context(office: OfficeSection, period: Period, cover: ScanCover) -> dict[str, Any]:
    """The cover as printed."""
    return {
        **letterhead(office, period),
        "pejabat": official_fields(cover.official),
        "kode": cover.code,
        "cap": dict(zip(("teks", "oleh", "waktu"), cover.stamp, strict=True)),
        "cara": cover.via,
        "asal": cover.origin,
        "berkas": [
            {"nama": name, "halaman": pages, "sha256": sha} for name, pages, sha in cover.files
        ],
    }


@dataclass(frozen=True)
class PaperCover:
    """The cover of a print-out that was signed on paper; ``place`` is where the original lies.

    ``signer`` is the title that the print-out names, ``printout`` the SHA-256 of what was printed;
    ``files`` are name, printed pages, SHA-256; ``stamp`` are text, who brought it, and when.
    """

    code: str
    name: str
    edition: int
    place: str
    signer: str
    via: str
    printout: str
    files: Sequence[tuple[str, str, str]]
    stamp: tuple[str, str, str]


def paper_cover_context(office: OfficeSection, period: Period, cover: PaperCover) -> dict[str, Any]:
    """The cover as printed."""
    return {
        **letterhead(office, period),
        "kode": cover.code,
        "naskah": cover.name.removesuffix(".pdf"),
        "revisi": str(cover.edition),
        "lokasi": cover.place,
        "penanda_tangan": cover.signer,
        "cap": dict(zip(("teks", "oleh", "waktu"), cover.stamp, strict=True)),
        "cara": cover.via,
        "sha256_cetak": cover.printout,
        "berkas": [
            {"nama": name, "halaman": pages, "sha256": sha} for name, pages, sha in cover.files
        ],
    }
