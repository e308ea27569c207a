"""A .docx judged before LibreOffice sees it, and the copy that LibreOffice gets instead of it.

The copy is a package written anew from exactly the parts that were looked at, so nothing that only
LibreOffice's own zip reader would find can reach it.
"""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from pipeline.errors import ConversionError
from pipeline.foreign.markup import parse
from pipeline.foreign.package import (
    CONTENT_TYPES,
    MAIN_PART,
    Limits,
    PackageError,
    Reason,
    read_parts,
)
from pipeline.foreign.relations import Relation, is_relations, relations_in

LIMITS = Limits(packed=64 << 20, unpacked=200 << 20, parts=4_096, tags=20_000_000)
"""Print-outs of ours are the largest; what people send was held to less when it came."""

_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_STORIES = ("document", "header", "footer", "footnotes", "endnotes")
Parts = dict[str, bytes]

_SAVE_AGAIN = "Buka di Word, simpan ulang sebagai Dokumen Word (.docx), lalu kirim lagi"
_MENDS = {
    "image": "Sisipkan gambarnya ke dalam dokumen (Insert > Pictures, bukan Link to File)",
    "attachedTemplate": "Lepaskan templatnya (Developer > Document Template > Normal)",
    "oleObject": "Tempelkan isinya sebagai teks atau gambar, bukan sebagai tautan",
}


_TOLD = {
    Reason.NO_PACKAGE: f"isinya bukan dokumen Word. {_SAVE_AGAIN}",
    Reason.DAMAGED: "berkasnya rusak atau terpotong. Kirim lagi berkas yang utuh",
    Reason.ENCRYPTED: "dikunci dengan kata sandi. Hapus kata sandinya di Word, lalu kirim lagi",
    Reason.TOO_BIG: "isinya membengkak saat dibuka (bom zip). Periksa asalnya",
    Reason.ODD: f"susunan paketnya tidak wajar. {_SAVE_AGAIN}",
    Reason.DECLARATION: f"bagian {{part}} memuat deklarasi terlarang. {_SAVE_AGAIN}",
    Reason.PIXELS: "gambar {part} terlalu besar. Kecilkan gambarnya",
}


def safe_copy(source: Path) -> bytes:
    """The package to convert: checked, its content controls unwrapped, its parts stored unpacked.

    Raises:
        ConversionError: The file is missing, no .docx, encrypted, damaged, too large, holds macros
            or points outside itself other than by a hyperlink; the message names the file.
    """
    return safe_package(source_bytes(source), source.name)


def source_bytes(source: Path) -> bytes:
    """The bytes of a file that is to be converted.

    Raises:
        ConversionError: The file is missing or too large.
    """
    name = source.name
    try:
        if source.stat().st_size > LIMITS.packed:
            raise _refusal(name, f"lebih besar dari {LIMITS.packed >> 20} MB. Kecilkan gambarnya")
        return source.read_bytes()
    except OSError as error:
        raise ConversionError(f"{name} tidak dapat dibaca: {error.strerror}.") from error


def safe_package(data: bytes, name: str) -> bytes:
    """The package to convert, made of the bytes of the file called `name`.

    Raises:
        ConversionError: As `safe_copy` does for what the file holds.
    """
    parts = _parts(name, data)
    for check in CHECKS:
        check(name, parts)
    stories = {part: _unwrapped(name, part, xml) for part, xml in parts.items() if _is_story(part)}
    return _packed({**parts, **stories})


def _refusal(name: str, what: str) -> ConversionError:
    return ConversionError(f"{name} tidak dapat diubah menjadi PDF: {what}.")


def _parts(name: str, data: bytes) -> Parts:
    if data.startswith(_COMPOUND_FILE):
        encrypted = "EncryptedPackage".encode("utf-16-le") in data
        what = (
            "dikunci dengan kata sandi. Hapus kata sandinya di Word (File > Info > Protect Document"
            " > Encrypt with Password), simpan, lalu kirim lagi"
            if encrypted
            else f"berformat Word lama (.doc). {_SAVE_AGAIN}"
        )
        raise _refusal(name, what)
    try:
        return read_parts(data, LIMITS)
    except PackageError as fault:
        raise _refusal(name, _told(fault)) from fault


def _told(fault: PackageError) -> str:
    return _TOLD[fault.reason].format(part=fault.part[:80])


def _check_kind(name: str, parts: Parts) -> None:
    if CONTENT_TYPES not in parts or MAIN_PART not in parts:
        raise _refusal(name, f"isinya bukan dokumen Word. {_SAVE_AGAIN}")
    kinds = {
        (item.get("PartName") or "").lower(): item.get("ContentType")
        for item in _xml(name, CONTENT_TYPES, parts[CONTENT_TYPES]).iter("{*}Override")
    }
    kind = kinds.get(f"/{MAIN_PART}")
    if "macroEnabled" in (kind or "") or any(part.endswith("vbaProject.bin") for part in parts):
        raise _refusal(name, f"mengandung makro. {_SAVE_AGAIN}")
    if kind != _WORD_TYPE:
        raise _refusal(name, f"jenisnya bukan .docx. {_SAVE_AGAIN}")


def _check_links(name: str, parts: Parts) -> None:
    for part in filter(is_relations, parts):
        for relation in _relations(name, part, parts[part]):
            if relation.leads_outside and not relation.is_link:
                mend = _MENDS.get(relation.kind, "Hapus tautannya")
                raise _refusal(name, f"merujuk ke luar dokumen ({relation.target[:120]}). {mend}")


CHECKS: tuple[Callable[[str, Parts], None], ...] = (
    _check_kind,
    _check_links,
)


def _xml(name: str, part: str, data: bytes) -> etree._Element:
    try:
        return parse(data)
    except ValueError as error:
        raise _broken(name, part) from error


def _relations(name: str, part: str, data: bytes) -> list[Relation]:
    try:
        return relations_in(data)
    except ValueError as error:
        raise _broken(name, part) from error


def _broken(name: str, part: str) -> ConversionError:
    return _refusal(name, f"bagian {part} rusak. {_SAVE_AGAIN}")


def _is_story(part: str) -> bool:
    folder, _, file = part.partition("/")
    return folder == "word" and file.endswith(".xml") and file.startswith(_STORIES)


def _unwrapped(name: str, part: str, data: bytes) -> bytes:
    """The story with each content control replaced by what it holds.

    LibreOffice 7.4 loses run formatting inside plain-text controls; later ones draw grey boxes.
    """
    root = _xml(name, part, data)
    controls = list(root.iter("{*}sdt"))
    if not controls:
        return data
    for control in controls:
        parent = control.getparent()
        if parent is None:
            continue
        held = [child for content in control.iterchildren("{*}sdtContent") for child in content]
        at = parent.index(control)
        parent[at : at + 1] = held
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _packed(parts: Parts) -> bytes:
    """Stored, not deflated: the copy lives for one load, and both sides save the packing."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as package:
        for part, data in sorted(parts.items(), key=lambda item: item[0] != CONTENT_TYPES):
            package.writestr(zipfile.ZipInfo(part), data)
    return file.getvalue()
