"""Zip packages as no honest program writes them."""

import io
import struct
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Mapping

ZERO_MB = bytes(1 << 20)


def parts_of(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        return {name: source.read(name) for name in source.namelist()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as target:
        for name, data in parts.items():
            target.writestr(zipfile.ZipInfo(name, (2026, 10, 5, 8, 0, 0)), data, method)
    return out.getvalue()


def with_parts(package: bytes, changed: Mapping[str, bytes]) -> bytes:
    return packed({**parts_of(package), **changed})


def with_xml(package: bytes, part: str, old: str, new: str) -> bytes:
    xml = parts_of(package)[part]
    assert old.encode() in xml, (part, old)
    return with_parts(package, {part: xml.replace(old.encode(), new.encode(), 1)})


def appended(package: bytes, members: Iterable[tuple[str, bytes]]) -> bytes:
    """More members at the end, whatever their names."""
    out = io.BytesIO(package)
    with warnings.catch_warnings(), zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as target:
        warnings.simplefilter("ignore")  # that a name is there already
        for name, data in members:
            target.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def flat_bomb(package: bytes, megabytes: int = 300, part: str = "word/media/besar.bin") -> bytes:
    out = io.BytesIO(package)
    with (
        zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
        target.open(part, "w") as member,
    ):
        for _ in range(megabytes):
            member.write(ZERO_MB)
    return out.getvalue()


def nested_bomb(depth: int = 4, width: int = 8) -> bytes:
    """Zips in zips: a megabyte of zeros, eight times in each of four layers."""
    inner = packed({"nol": ZERO_MB})
    for _ in range(depth):
        inner = packed({f"{n}.zip": inner for n in range(width)})
    return inner


def many_members(package: bytes, count: int = 60_000) -> bytes:
    return packed({**parts_of(package), **{f"x/{n}": b"" for n in range(count)}}, 0)


def overlapping(package: bytes, copies: int = 400) -> bytes:
    """One run of packed zeros that many members call theirs (D. Fifield, "A better zip bomb")."""
    return _with_directory(flat_bomb(package, 1, "word/media/0.bin"), copies)


def _with_directory(package: bytes, copies: int) -> bytes:
    end = package.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", package, end + 12)
    directory = package[start : start + size]
    last = directory[directory.rindex(b"PK\x01\x02") :]
    more = b"".join(last.replace(b"media/0.bin", b"media%06d" % n) for n in range(copies))
    count = struct.unpack_from("<H", package, end + 10)[0] + copies
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size + len(more), start, 0)
    return package[:start] + directory + more + tail


def with_claimed_size(package: bytes, part: str, claimed: int) -> bytes:
    """``part`` says in both its headers that it holds ``claimed`` bytes."""
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        entry = source.getinfo(part)
    data = bytearray(package)
    struct.pack_into("<I", data, entry.header_offset + 22, claimed)
    at = package.rindex(b"PK\x01\x02", 0, package.rindex(part.encode()))
    struct.pack_into("<I", data, at + 24, claimed)
    return bytes(data)


def with_flag(package: bytes, part: str, flag: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        entry = source.getinfo(part)
    data = bytearray(package)
    at = package.rindex(b"PK\x01\x02", 0, package.rindex(part.encode()))
    for place in (entry.header_offset + 6, at + 8):
        (flags,) = struct.unpack_from("<H", data, place)
        struct.pack_into("<H", data, place, flags | flag)
    return bytes(data)


def with_long_directory(package: bytes, megabytes: int = 8) -> bytes:
    """A directory of one real entry and a comment after each of many empty ones."""
    entry = (
        struct.pack(
            "<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 0, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0
        )
        + b"x"
    )
    end = package.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", package, end + 12)
    more = entry * (megabytes * (1 << 20) // len(entry))
    tail = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 9, 9, size + len(more), start, 0)
    return package[:end] + more + tail


def with_zip64(package: bytes) -> bytes:
    """The end of the directory said a second time, for packages of more than four gigabytes."""
    end = package.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", package, end + 12)
    count = struct.unpack_from("<H", package, end + 10)[0]
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, count, count, size, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    return package[:end] + record + locator + package[end:]


def with_broken_checksum(package: bytes, part: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(package)) as source:
        entry = source.getinfo(part)
    return package.replace(struct.pack("<I", entry.CRC), struct.pack("<I", entry.CRC ^ 1))


def png(width: int, height: int) -> bytes:
    """A PNG of any size whose pixels are all black; nothing is drawn to make it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    packer = zlib.compressobj(9)
    row, rows = bytes(1 + (width + 7) // 8), bytearray()
    for _ in range(height):
        rows += packer.compress(row)
    rows += packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", bytes(rows))
        + chunk(b"IEND", b"")
    )


def vast_png() -> bytes:
    """A PNG of a few hundred bytes that says that it has ten gigapixels."""
    small = png(8, 8)
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 1, 0, 0, 0, 0)
    old = small[16:29]
    fixed = struct.pack(">I", zlib.crc32(b"IHDR" + head))
    return small.replace(old, head).replace(struct.pack(">I", zlib.crc32(b"IHDR" + old)), fixed)


def with_member_name(package: bytes, name: bytes, content: bytes = b"x") -> bytes:
    """A member whose name is written byte by byte, as `zipfile` would never write it."""
    stand_in = b"z" * len(name)
    return appended(package, [(stand_in.decode(), content)]).replace(stand_in, name)
