"""A zip package from outside: judged by its directory, then unpacked within bounds.

1. The directory is small, and is the only one.
2. No name leads elsewhere, and no two are one on a machine that ignores case.
3. No member is encrypted, packed in an unusual way, or shares its bytes with another.
4. What the members claim to hold is within bounds; none is unpacked beyond its claim.
5. XML declares no document type, is in UTF-8 or UTF-16, and has no more tags than a parser can
   take; pictures open to no more pixels than a program can draw.
"""

import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from pipeline.foreign.markup import DeclarationError, EncodingError, check_markup, is_markup
from pipeline.foreign.pictures import TooManyPixelsError, check_pixels

# What zipfile raises where a package is not what the format asks for
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    LookupError,
    OSError,
    ValueError,
    RuntimeError,
    struct.error,
)
CONTENT_TYPES, MAIN_PART = "[Content_Types].xml", "word/document.xml"
"""What every package has, and the body of one that is a Word file."""
RATIO = 100
RATIO_FREE_BYTES = 16 << 20
"""Up to this unpacked size any ratio is fine: a long table of equal rows packs very well."""

_LOCAL_HEADER = b"PK\x03\x04"
_END = b"PK\x05\x06"
_END_BYTES, _LONGEST_COMMENT = 22, 65_535
_ZIP64_LOCATOR, _ZIP64_LOCATOR_BYTES = b"PK\x06\x07", 20
_DIRECTORY_BYTES_A_PART = 400
_LOCAL_BYTES = 30
_ENCRYPTED = 0x1
_PACKINGS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LEADS_ELSEWHERE = re.compile(r"^/|\\|^[A-Za-z]:|(^|/)\.\.?(/|$)|[\x00-\x1f\x7f]")


class Reason(Enum):
    """Why a package is not opened."""

    NO_PACKAGE = auto()
    DAMAGED = auto()
    ENCRYPTED = auto()
    TOO_BIG = auto()
    ODD = auto()
    DECLARATION = auto()
    PIXELS = auto()


class PackageError(Exception):
    """A package that is not opened: why, and at which part; rooms say it in their own words."""

    def __init__(self, reason: Reason, part: str = "") -> None:
        super().__init__(f"{reason.name.lower()} {part}".strip())
        self.reason = reason
        self.part = part


@dataclass(frozen=True)
class Limits:
    """What a package may hold: bytes packed and unpacked, parts, tags of XML in all of them."""

    packed: int
    unpacked: int
    parts: int
    tags: int


def read_parts(data: bytes, limits: Limits) -> dict[str, bytes]:
    """The parts of a package by name.

    Raises:
        PackageError: it is none, is damaged, or is beyond the limits.
    """
    return dict(parts_of(data, limits))


def parts_of(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """The parts of a package one by one, so that no more than one need be in memory.

    Raises:
        PackageError: it is none, is damaged, or is beyond the limits.
    """
    if not data.startswith(_LOCAL_HEADER):
        raise PackageError(Reason.NO_PACKAGE)
    if len(data) > limits.packed:
        raise PackageError(Reason.TOO_BIG)
    _check_directory(data, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            _check_members(members, len(data), limits)
            tags = 0
            for member in members:
                part = archive.read(member)
                tags += _tags_in(member.filename, part)
                if tags > limits.tags:
                    raise PackageError(Reason.TOO_BIG, member.filename)
                yield member.filename, part
    except DAMAGE as broken:
        raise PackageError(Reason.DAMAGED) from broken


def _check_directory(data: bytes, limits: Limits) -> None:
    """Before `zipfile` makes an object of every entry: the directory is as long as it may be."""
    plain_end = data[-_END_BYTES:].startswith(_END) and data.endswith(b"\0\0")
    window = len(data) - _END_BYTES - _LONGEST_COMMENT
    end = len(data) - _END_BYTES if plain_end else data.rfind(_END, max(window, 0))
    if end < 0 or len(data) - end < _END_BYTES:
        raise PackageError(Reason.DAMAGED)
    (directory_bytes,) = struct.unpack_from("<I", data, end + 12)
    before = data[max(end - _ZIP64_LOCATOR_BYTES, 0) : end]
    if before.startswith(_ZIP64_LOCATOR):  # for packages of four gigabytes and more
        raise PackageError(Reason.ODD)
    if directory_bytes > limits.parts * _DIRECTORY_BYTES_A_PART:
        raise PackageError(Reason.TOO_BIG)


def _check_members(members: list[zipfile.ZipInfo], packed: int, limits: Limits) -> None:
    unpacked = sum(member.file_size for member in members)
    too_dense = unpacked > RATIO_FREE_BYTES and unpacked > RATIO * packed
    if len(members) > limits.parts or unpacked > limits.unpacked or too_dense:
        raise PackageError(Reason.TOO_BIG)
    for member in members:
        if member.flag_bits & _ENCRYPTED:
            raise PackageError(Reason.ENCRYPTED, member.filename)
        if member.compress_type not in _PACKINGS or _LEADS_ELSEWHERE.search(member.orig_filename):
            raise PackageError(Reason.ODD, member.filename)
    if len({member.filename.casefold() for member in members}) < len(members):
        raise PackageError(Reason.ODD)
    end = 0
    for member in sorted(members, key=lambda m: m.header_offset):
        if member.header_offset < end:  # one run of bytes unpacked as many members
            raise PackageError(Reason.ODD, member.filename)
        end = member.header_offset + _LOCAL_BYTES + member.compress_size


def _tags_in(name: str, part: bytes) -> int:
    """The tags in a part, none where it is no XML; pictures are measured here too."""
    if not is_markup(name, part):
        try:
            check_pixels(part)
        except TooManyPixelsError as vast:
            raise PackageError(Reason.PIXELS, name) from vast
        return 0
    try:
        check_markup(part)
    except DeclarationError as declared:
        raise PackageError(Reason.DECLARATION, name) from declared
    except EncodingError as unusual:
        raise PackageError(Reason.DAMAGED, name) from unusual
    return part.count(b"<")
