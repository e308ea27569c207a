"""The zip file of a package, written raw: a member that did not change goes over still packed."""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass

LEVEL = 6
_VERSION = 20
_UTF8_NAME = 0x800
_DEFLATED = 8
_DATE = 0x21  # 1 January 1980: the same content makes the same bytes
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_LOCAL_LENGTHS = 26


@dataclass(frozen=True)
class Member:
    """A member of a zip file as it lies there: ``data`` packed, ``size`` bytes unpacked."""

    name: bytes
    flags: int
    method: int
    crc: int
    size: int
    data: bytes


def packed(name: str, content: bytes) -> Member:
    """A member whose content is deflated."""
    deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    data = deflate.compress(content) + deflate.flush()
    flags = 0 if name.isascii() else _UTF8_NAME
    return Member(name.encode(), flags, _DEFLATED, zlib.crc32(content), len(content), data)


def stored(name: str, content: bytes) -> Member:
    """A member as it is: a picture is packed already."""
    return Member(name.encode(), 0, 0, zlib.crc32(content), len(content), content)


def members_of(package: bytes) -> dict[str, Member]:
    """The members of a zip file that `zipfile` has written, still packed."""
    found = {}
    for entry in zipfile.ZipFile(io.BytesIO(package)).infolist():
        at = entry.header_offset
        name, extra = struct.unpack_from("<2H", package, at + _LOCAL_LENGTHS)
        start = at + _LOCAL.size + name + extra
        found[entry.filename] = Member(
            package[at + _LOCAL.size : at + _LOCAL.size + name],
            entry.flag_bits & _UTF8_NAME,
            entry.compress_type,
            entry.CRC,
            entry.file_size,
            package[start : start + entry.compress_size],
        )
    return found


def zip_file(members: Iterable[Member]) -> bytes:
    """A zip file of ``members``, in their order (APPNOTE.TXT 4.3)."""
    pieces: list[bytes] = []
    directory: list[bytes] = []
    at = 0
    for m in members:
        sizes = (m.crc, len(m.data), m.size)
        head = (_VERSION, m.flags, m.method, 0, _DATE, *sizes, len(m.name), 0)
        pieces += (_LOCAL.pack(b"PK\x03\x04", *head), m.name, m.data)
        directory += (_CENTRAL.pack(b"PK\x01\x02", _VERSION, *head, 0, 0, 0, 0, at), m.name)
        at += _LOCAL.size + len(m.name) + len(m.data)
    count, size = len(directory) // 2, sum(map(len, directory))
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, size, at, 0)
    return b"".join((*pieces, *directory, end))
