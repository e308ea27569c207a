"""A Word file from outside, opened with care: sizes first, then structure, then what it carries."""

import io
import lzma
import zipfile
import zlib
from dataclasses import dataclass

from lxml import etree

from pipeline.errors import ReadError

MAIN_PART = "word/document.xml"
MAX_BYTES = 200 << 20
MAX_PARTS = 5_000
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    LookupError,
    OSError,
    ValueError,
    RuntimeError,
)
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
NS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "r": "http://schemas.openxmlformats.org/package/2006/relationships",
}
W = f"{{{NS['w']}}}"


@dataclass(frozen=True)
class WordPackage:
    """The parts of a .docx, by name."""

    parts: dict[str, bytes]

    def xml(self, name: str) -> etree._Element:
        """A part as XML, without entities and without network.

        Raises:
            ReadError: the part is missing or is not well-formed.
        """
        try:
            return etree.fromstring(self.parts[name], parser=_safe_parser())
        except (KeyError, etree.XMLSyntaxError) as broken:
            raise ReadError(
                f"Bagian {name} dari berkas Word rusak. Buka dengan Word, simpan ulang sebagai"
                " .docx, lalu kirim lagi."
            ) from broken

    def content_parts(self) -> list[str]:
        """The parts in which people write: the body, then headers and footers in name order."""
        around = sorted(
            name
            for name in self.parts
            if name.startswith(("word/header", "word/footer")) and name.endswith(".xml")
        )
        return [MAIN_PART, *around]

    def has_macros(self) -> bool:
        """Whether the file carries Visual Basic."""
        return any(name.lower().endswith("vbaproject.bin") for name in self.parts)

    def external_targets(self) -> list[str]:
        """What the file would fetch from elsewhere; hyperlinks, which only a click opens, aside."""
        return [
            relation.get("Target", "")
            for name in self.parts
            if name.endswith(".rels")
            for relation in self.xml(name)
            if relation.get("TargetMode") == "External"
            and not relation.get("Type", "").endswith("/hyperlink")
        ]


def open_word(data: bytes) -> WordPackage:
    """The package in ``data``.

    Raises:
        ReadError: it is no .docx, is encrypted, is cut off, or would unpack to too much.
    """
    if data.startswith(OLD_OFFICE):
        raise ReadError(
            "Berkas ini bersandi atau berformat Word lama (.doc). Hapus sandinya, simpan sebagai"
            " .docx, lalu kirim lagi."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_sizes(archive)
            parts = {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    except DAMAGE as broken:
        raise ReadError(
            "Berkas ini bukan dokumen Word (.docx) yang utuh. Simpan dengan Word sebagai .docx,"
            " lalu kirim lagi."
        ) from broken
    if MAIN_PART not in parts or "[Content_Types].xml" not in parts:
        raise ReadError(
            "Berkas ini bukan dokumen Word, walaupun namanya berakhiran .docx. Kirim berkas Word"
            " yang asli."
        )
    return WordPackage(parts)


def _check_sizes(archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    if len(entries) > MAX_PARTS or sum(e.file_size for e in entries) > MAX_BYTES:
        raise ReadError(
            "Isi berkas ini terlalu besar untuk sebuah formulir. Keluarkan gambar atau lampiran"
            " yang besar, lalu kirim lagi."
        )


def _safe_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
