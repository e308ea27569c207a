"""Manifests of a bag, in one canonical form, and the digests that stand in them (RFC 8493)."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

ALGORITHMS = ("sha256", "sha512")
DECLARATION = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
"""The whole of ``bagit.txt`` (RFC 8493, 2.1.1)."""

BLOCK = 1 << 20

_LINE = re.compile(r"^([0-9A-Fa-f]+)[ \t]+\*?(.+)$")


@dataclass(frozen=True)
class Digests:
    """What identifies the bytes of one file; digests in lower-case hex, size in bytes."""

    sha256: str
    sha512: str
    size: int

    def get(self, algorithm: str) -> str:
        """The digest by one of ``ALGORITHMS``."""
        return self.sha256 if algorithm == "sha256" else self.sha512


class Hasher:
    """Takes blocks, gives ``Digests``: both hashes from one reading."""

    def __init__(self) -> None:
        self._sha256, self._sha512, self._size = hashlib.sha256(), hashlib.sha512(), 0

    def update(self, block: bytes) -> None:
        """Add the next bytes."""
        self._sha256.update(block)
        self._sha512.update(block)
        self._size += len(block)

    def digests(self) -> Digests:
        """Digests of all bytes so far."""
        return Digests(self._sha256.hexdigest(), self._sha512.hexdigest(), self._size)


def blocks_of(file: BinaryIO) -> Iterator[bytes]:
    """The rest of ``file`` in blocks of 1 MiB."""
    while block := file.read(BLOCK):
        yield block


def digest_of(content: Path | bytes) -> Digests:
    """Digests of a file or of bytes in hand.

    Raises:
        OSError: the file cannot be read.
    """
    hasher = Hasher()
    if isinstance(content, bytes):
        hasher.update(content)
    else:
        with content.open("rb") as file:
            for block in blocks_of(file):
                hasher.update(block)
    return hasher.digests()


def format_manifest(digests: Mapping[str, str]) -> bytes:
    """Lines ``digest  path``, sorted by path; the only form that this archive writes."""
    return "".join(f"{digests[name]}  {name}\n" for name in sorted(digests)).encode()


def parse_manifest(data: bytes) -> dict[str, str]:
    """Path → digest of every line that can be read; damaged lines are left out.

    Whether nothing was left out shows by ``format_manifest`` giving the same bytes again.
    """
    found: dict[str, str] = {}
    for line in data.decode("utf-8", errors="replace").split("\n"):
        if match := _LINE.match(line):
            found.setdefault(match[2], match[1].lower())
    return found
