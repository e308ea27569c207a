"""Text documents that are no .docx: known by their content, and looked at before LibreOffice is.

The import filter is always forced by what was found here, whatever the file is called.
"""

import io
import zipfile
from dataclasses import dataclass

from pipeline.errors import ReadError
from pipeline.foreign.package import DAMAGE, Limits, PackageError, read_parts

LIMITS = Limits(packed=32 << 20, unpacked=64 << 20, parts=4_096, tags=500_000)
"""What people send; the same as for a .docx."""

_OLD = bytes.fromhex("D0CF11E0")
_SECTOR = 512
_FIB, _FLAGS, _ENCRYPTED = b"\xec\xa5", 10, 0x0100  # MS-DOC 2.5.2: wIdent, offset of the flags
_ODT = b"mimetypeapplication/vnd.oasis.opendocument.text"
_MANIFEST, _LONGEST_MANIFEST = "META-INF/manifest.xml", 4 << 20
_SAVE_AGAIN = "Buka dengan program asalnya, simpan sebagai Dokumen Word (.docx), lalu kirim lagi."


@dataclass(frozen=True)
class Format:
    """A format that LibreOffice reads: its name in words, file extension and import filter."""

    name: str
    suffix: str
    filter: str


DOC = Format("Word lama (.doc)", ".doc", "MS Word 97")
ODT = Format("OpenDocument (.odt)", ".odt", "writer8")
RTF = Format("Rich Text (.rtf)", ".rtf", "Rich Text Format")


def format_of(data: bytes) -> Format | None:
    """Which of these formats the file begins like; ``None`` for a .docx and for all else."""
    if data.startswith(_OLD):
        return DOC
    if data.startswith(b"{\\rtf"):
        return RTF
    return ODT if data.startswith(b"PK\x03\x04") and data[30:].startswith(_ODT) else None


def safe_document(data: bytes) -> bytes:
    """What LibreOffice may be given of a file of one of these formats.

    An .odt is written anew from exactly the parts that were looked at.

    Raises:
        ReadError: it is encrypted, damaged, too large, holds macros, or is no text document.
    """
    if len(data) > LIMITS.packed:
        raise ReadError(f"Berkas ini terlalu besar untuk sebuah formulir. {_SAVE_AGAIN}")
    known = format_of(data)
    if known is ODT:
        return _safe_odt(data)
    if known is DOC:
        _check_old(data)
    return data


def _check_old(data: bytes) -> None:
    """A compound file [MS-CFB] is an old .doc, or holds an encrypted .docx, or something else."""
    if _named(data, "EncryptedPackage") or _is_encrypted(data):
        raise ReadError(
            "Berkas ini bersandi. Hapus sandinya (File > Info > Protect Document), simpan, lalu"
            " kirim lagi."
        )
    if not _named(data, "WordDocument"):
        raise ReadError(f"Berkas ini bukan dokumen Word. {_SAVE_AGAIN}")
    if _named(data, "_VBA_PROJECT"):
        raise ReadError("Berkas ini memuat makro. Simpan sebagai .docx tanpa makro, kirim lagi.")


def _named(data: bytes, stream: str) -> bool:
    return stream.encode("utf-16-le") in data


def _is_encrypted(data: bytes) -> bool:
    """Whether the document's first block says so (MS-DOC 2.5.1); streams begin with a sector."""
    starts = range(_SECTOR, len(data), _SECTOR)
    heads = (data[at : at + _FLAGS + 2] for at in starts if data[at : at + 2] == _FIB)
    return any(int.from_bytes(head[_FLAGS:], "little") & _ENCRYPTED for head in heads)


def _safe_odt(data: bytes) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entry = archive.getinfo(_MANIFEST)
            manifest = archive.read(entry) if entry.file_size < _LONGEST_MANIFEST else b""
    except DAMAGE as broken:
        raise ReadError(f"Berkas .odt ini rusak. {_SAVE_AGAIN}") from broken
    if b"encryption-data" in manifest:
        raise ReadError(f"Berkas ini bersandi. Hapus sandinya. {_SAVE_AGAIN}")
    try:
        parts = read_parts(data, LIMITS)
    except PackageError as fault:
        raise ReadError(
            f"Berkas .odt ini rusak, terlalu besar, atau susunannya tidak wajar. {_SAVE_AGAIN}"
        ) from fault
    if any(name.startswith("Basic/") and "script-l" not in name for name in parts):
        raise ReadError("Berkas ini memuat makro. Simpan sebagai .docx tanpa makro, kirim lagi.")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        for name in sorted(parts, key=lambda part: part != "mimetype"):
            package.writestr(zipfile.ZipInfo(name), parts[name])
    return file.getvalue()
