"""A Word file from outside, opened with care: sizes first, then structure, then what it carries."""

from dataclasses import dataclass

from lxml import etree

from pipeline.errors import ReadError
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

FOREIGN = Limits(packed=32 << 20, unpacked=64 << 20, parts=4_096, tags=500_000)
"""For what people send; each element costs some 120 bytes of memory while it is read."""
OWN = Limits(packed=64 << 20, unpacked=200 << 20, parts=4_096, tags=20_000_000)
"""For what was rendered here, from a template that was looked at when it came."""
OLD_OFFICE = b"\xd0\xcf\x11\xe0"
NS = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
W = f"{{{NS['w']}}}"

_ENCRYPTED_OR_OLD = (
    "Berkas ini bersandi atau berformat Word lama (.doc). Hapus sandinya, simpan sebagai .docx,"
    " lalu kirim lagi."
)
_NO_WORD = (
    "Berkas ini bukan dokumen Word (.docx) yang utuh. Simpan dengan Word sebagai .docx, lalu kirim"
    " lagi."
)
_REFUSALS = {
    Reason.ENCRYPTED: _ENCRYPTED_OR_OLD,
    Reason.TOO_BIG: (
        "Isi berkas ini terlalu besar untuk sebuah formulir. Keluarkan gambar atau lampiran yang"
        " besar, lalu kirim lagi."
    ),
    Reason.ODD: (
        "Susunan berkas ini tidak wajar untuk dokumen Word. Buka dengan Word, simpan ulang sebagai"
        " .docx, lalu kirim lagi."
    ),
    Reason.DECLARATION: (
        "Berkas ini memuat deklarasi terlarang (DOCTYPE), yang tidak pernah ada di dokumen Word."
        " Periksa asalnya, salin isinya ke dokumen baru, lalu kirim lagi."
    ),
    Reason.PIXELS: (
        "Sebuah gambar di dalam berkas ini terlalu besar. Kecilkan gambarnya (Compress Pictures),"
        " lalu kirim lagi."
    ),
}


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
            return parse(self.parts[name])
        except (KeyError, ValueError) as broken:
            raise _broken(name) from broken

    def content_parts(self) -> list[str]:
        """The parts in which people write: the body, then headers and footers in name order."""
        around = sorted(
            name
            for name in self.parts
            if name.startswith(("word/header", "word/footer")) and name.endswith(".xml")
        )
        return [MAIN_PART, *around]

    def has_macros(self) -> bool:
        """Whether the file carries Visual Basic, or says that it may."""
        return any(name.lower().endswith("vbaproject.bin") for name in self.parts) or (
            b"macroEnabled" in self.parts.get(CONTENT_TYPES, b"")
        )

    def relations(self) -> list[Relation]:
        """All relationships of all parts.

        Raises:
            ReadError: a part that lists them is not well-formed.
        """
        found: list[Relation] = []
        for name in filter(is_relations, self.parts):
            try:
                found += relations_in(self.parts[name])
            except ValueError as broken:
                raise _broken(name) from broken
        return found

    def external_targets(self) -> list[str]:
        """What the file would fetch from elsewhere; hyperlinks, which only a click opens, aside."""
        return [
            relation.target
            for relation in self.relations()
            if relation.leads_outside and not relation.is_link
        ]


def _broken(name: str) -> ReadError:
    return ReadError(
        f"Bagian {name} dari berkas Word rusak. Buka dengan Word, simpan ulang sebagai .docx, lalu"
        " kirim lagi."
    )


def open_word(data: bytes, limits: Limits = FOREIGN) -> WordPackage:
    """The package in ``data``, which holds no more than ``limits``.

    Raises:
        ReadError: it is no .docx, is encrypted, is cut off, would unpack to too much, or is built
            as no word processor builds it.
    """
    if data.startswith(OLD_OFFICE):
        raise ReadError(_ENCRYPTED_OR_OLD)
    try:
        parts = read_parts(data, limits)
    except PackageError as fault:
        raise ReadError(_REFUSALS.get(fault.reason, _NO_WORD)) from fault
    if MAIN_PART not in parts or CONTENT_TYPES not in parts:
        raise ReadError(
            "Berkas ini bukan dokumen Word, walaupun namanya berakhiran .docx. Kirim berkas Word"
            " yang asli."
        )
    return WordPackage(parts)
