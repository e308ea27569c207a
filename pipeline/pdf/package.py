"""A .docx judged before LibreOffice sees it, and the copy that LibreOffice gets instead of it.

The copy is a package written anew from exactly the parts that were looked at, so nothing that only
LibreOffice's own zip reader would find can reach it.
"""

import io
import lzma
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

from lxml import etree

from pipeline.errors import ConversionError

MAX_PACKED_BYTES = 64 << 20
MAX_UNPACKED_BYTES = 200 << 20
MAX_RATIO = 100
RATIO_FREE_BYTES = 16 << 20
"""Up to this unpacked size any ratio is fine: a long table of equal rows packs very well."""
MAX_PARTS = 4096

CONTENT_TYPES = "[Content_Types].xml"
MAIN_PART = "word/document.xml"
_WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_COMPOUND_FILE = bytes.fromhex("D0CF11E0A1B11AE1")
_STORIES = ("document", "header", "footer", "footnotes", "endnotes")
_DECLARATIONS = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)

_XML_STARTS = (b"<", b"\xff\xfe", b"\xfe\xff", b"\x00<")
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    ValueError,
    RuntimeError,
    LookupError,
)

Parts = dict[str, bytes]

_SAVE_AGAIN = "Buka di Word, simpan ulang sebagai Dokumen Word (.docx), lalu kirim lagi"
_MENDS = {
    "image": "Sisipkan gambarnya ke dalam dokumen (Insert > Pictures, bukan Link to File)",
    "attachedTemplate": "Lepaskan templatnya (Developer > Document Template > Normal)",
    "oleObject": "Tempelkan isinya sebagai teks atau gambar, bukan sebagai tautan",
}


def safe_copy(source: Path) -> bytes:
    """The package to convert: checked, its content controls unwrapped, its parts stored unpacked.

    Raises:
        ConversionError: The file is missing, no .docx, encrypted, damaged, too large, holds macros
            or points outside itself other than by a hyperlink; the message names the file.
    """
    name = source.name
    try:
        if source.stat().st_size > MAX_PACKED_BYTES:
            raise _refusal(
                name, f"lebih besar dari {MAX_PACKED_BYTES >> 20} MB. Kecilkan gambarnya"
            )
        data = source.read_bytes()
    except OSError as error:
        raise ConversionError(f"{name} tidak dapat dibaca: {error.strerror}.") from error
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
    if not data.startswith(b"PK\x03\x04"):
        raise _refusal(name, f"isinya bukan dokumen Word. {_SAVE_AGAIN}")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            members = [member for member in package.infolist() if not member.is_dir()]
            _check_sizes(name, len(data), members)
            return {member.filename: package.read(member) for member in members}
    except _DAMAGE as error:
        what = "berkasnya rusak atau terpotong. Kirim lagi berkas yang utuh"
        raise _refusal(name, what) from error


def _check_sizes(name: str, packed: int, members: list[zipfile.ZipInfo]) -> None:
    """Declared sizes suffice: `zipfile` never unpacks more than a member declares."""
    unpacked = sum(member.file_size for member in members)
    names = {member.filename.casefold() for member in members}
    if len(members) > MAX_PARTS or len(names) < len(members):
        raise _refusal(name, f"susunan paketnya tidak wajar. {_SAVE_AGAIN}")
    too_dense = unpacked > RATIO_FREE_BYTES and unpacked > MAX_RATIO * packed
    if unpacked > MAX_UNPACKED_BYTES or too_dense:
        raise _refusal(
            name,
            f"isinya membengkak menjadi {unpacked >> 20} MB saat dibuka (bom zip). Periksa asalnya",
        )


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


def _check_declarations(name: str, parts: Parts) -> None:
    """No part of a Word document declares a document type; one that does feeds an entity bomb."""
    for part, data in parts.items():
        is_xml = data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(_XML_STARTS)
        if is_xml and any(word in data for word in _DECLARATIONS):
            raise _refusal(name, f"bagian {part} memuat deklarasi terlarang. {_SAVE_AGAIN}")


def _check_links(name: str, parts: Parts) -> None:
    for part, data in parts.items():
        if not part.lower().endswith(".rels"):
            continue
        for item in _xml(name, part, data).iter("{*}Relationship"):
            kind = (item.get("Type") or "").rsplit("/", 1)[-1]
            target = item.get("Target") or ""
            external = (item.get("TargetMode") or "").lower() == "external"
            if kind != "hyperlink" and (external or ":" in target or target.startswith("\\\\")):
                mend = _MENDS.get(kind, "Hapus tautannya")
                raise _refusal(name, f"merujuk ke luar dokumen ({target[:120]}). {mend}")


CHECKS: tuple[Callable[[str, Parts], None], ...] = (
    _check_kind,
    _check_declarations,
    _check_links,
)


def _xml(name: str, part: str, data: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise _refusal(name, f"bagian {part} rusak. {_SAVE_AGAIN}") from error


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
