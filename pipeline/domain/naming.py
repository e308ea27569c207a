"""Names for people: short, the same on every machine, and legal on Windows.

The archive is read by people in a file manager, and is handed over on media that Windows opens;
so every name is NFC, free of what Windows forbids, and short enough that a whole path stays
within 200 characters.
"""

import hashlib
import re
import unicodedata
from pathlib import PurePosixPath

from pipeline.errors import ArchiveError

MAX_PATH = 200
"""Longest path of a filed document below the archive, in UTF-16 units (as Windows counts)."""

_MAX_BYTES = 200
"""Longest name in UTF-8 bytes: file systems allow 255, and a name in the making needs some more."""

_SHORTEST_LIMIT = 24
_POST_LENGTH = 48
_MAX_CODE = 24
_NAMELESS = "tanpa nama"

# The percent sign is legal, but BagIt (RFC 8493, 2.1.3) wants it escaped and readers differ.
_REPLACED = str.maketrans(
    {'"': "'", "%": " persen "} | dict.fromkeys(r"/\|:", "-") | dict.fromkeys("<>?*", " "),
)
_BLANK_CATEGORIES = frozenset({"Zs", "Zl", "Zp"})
# Controls, bidirectional and other format marks, surrogates, private and unassigned code points.
_DROPPED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"}
    | {f"{port}{digit}" for port in ("COM", "LPT") for digit in "0123456789¹²³"}
)
_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}$")
# Not inside a longer number, nor inside a hexadecimal id, which may have 16 digits in a row.
_NIK = re.compile(r"(?<![0-9a-f])(?:\d{16}|\d{4} \d{4} \d{4} \d{4})(?![0-9a-f])")


def safe_name(text: str, limit: int = 80) -> str:
    """``text`` as a folder or file name of at most ``limit`` UTF-16 units; never empty.

    Longer text is cut, at a blank where one is near. For the name of a file that has a suffix
    use ``safe_file_name``. Applying it twice changes nothing.

    Raises:
        ValueError: ``limit`` is too small to hold a name at all.
    """
    if limit < _SHORTEST_LIMIT:
        raise ValueError(f"limit must be at least {_SHORTEST_LIMIT}")
    return _spare_reserved(_cut(_clean(text), limit, _MAX_BYTES)) or _NAMELESS


def safe_file_name(name: str, limit: int = 80) -> str:
    """``name`` as a file name that keeps its suffix (``.pdf``) when it is cut.

    A cut name ends in six digits of the full name's hash, so that "… Januari.pdf" and
    "… Februari.pdf" stay apart.
    """
    clean = _clean(name)
    found = _SUFFIX.search(clean)
    return _marked_where_cut(clean, limit, found.group() if found else "")


def post_folder(post: str) -> str:
    """The folder of an official at the filling step, at most 48 UTF-16 units long.

    It also names the official's form. Cut, it ends like a file's name in six digits of a hash:
    the posts of two sections often differ only at their end.
    """
    return _marked_where_cut(_clean(post), _POST_LENGTH)


def is_safe(name: str) -> bool:
    """Whether ``name`` can stand as it is, of whatever length a file system takes."""
    return safe_name(name, _MAX_BYTES) == name


def dossier_path(year: int, classification: str, number: str, description: str) -> PurePosixPath:
    """``<tahun>/<kode>/<nomor berkas> <uraian>`` below the archive.

    The number is never cut, the description is.

    Raises:
        ArchiveError: the year is no year, or code or number cannot stand in a folder name.
    """
    if not 1900 <= year <= 9999:
        raise ArchiveError(
            f"Tahun data “{year}” bukan tahun. Isi tahun dengan empat angka, misalnya 2026."
        )
    for label, value in (("Kode klasifikasi", classification), ("Nomor berkas", number)):
        if safe_name(value, _MAX_CODE) != value:
            raise ArchiveError(
                f"{label} “{value}” tidak dapat menjadi nama folder. Gunakan huruf, angka, titik,"
                f" dan tanda hubung saja, paling banyak {_MAX_CODE} karakter."
            )
    return PurePosixPath(f"{year}", classification, safe_name(f"{number} {description}"))


def name_key(name: str) -> str:
    """What is the same for names that differ only in case and blanks."""
    return "".join(name.split()).casefold()


def length(text: str) -> int:
    """How long Windows finds ``text``, in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2


def holds_nik(text: str) -> bool:
    """Whether ``text`` holds what reads as a NIK: 16 digits, not part of a longer number.

    A NIK enters no name and no metadata: personal data no more than needed (UU 27/2022, Pasal 16).
    An NIP has 18 digits.
    """
    return _NIK.search(text) is not None


def without_nik(text: str) -> str:
    """``text`` with every NIK blotted out: for what people wrote that must enter the archive."""
    return _NIK.sub("[NIK]", text)


def _clean(text: str) -> str:
    """``text`` without what a name may not hold, in NFC, not cut yet."""
    composed = unicodedata.normalize("NFC", text).translate(_REPLACED)
    plain = composed.isascii() and composed.isprintable()  # as most are: nothing of it is dropped
    kept = composed if plain else "".join(_kept(char) for char in composed)
    return _spare_reserved(_trim(" ".join(unicodedata.normalize("NFC", kept).split())))


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category in _BLANK_CATEGORIES or char in "\t\n\r\v\f":
        return " "
    return "" if category in _DROPPED_CATEGORIES else char


def _trim(text: str) -> str:
    # A leading dot hides a file, a leading "~" marks Word's and LibreOffice's lock files.
    return text.lstrip(" .~").rstrip(" .")


def _spare_reserved(name: str) -> str:
    """``NUL.pdf`` is a device to Windows whatever its suffix: ``NUL_.pdf`` is not."""
    stem, dot, rest = name.partition(".")
    if stem.rstrip().upper() not in _RESERVED:
        return name
    return f"{stem.rstrip()}_{dot}{rest}"


def _cut(text: str, limit: int, max_bytes: int) -> str:
    if _fits(text, limit, max_bytes):
        return text
    end = min(len(text), limit)
    while end and not _fits(text[:end], limit, max_bytes):
        end -= 1
    while end and unicodedata.combining(text[end]):
        end -= 1  # a letter leaves together with its accents
    blank = text.rfind(" ", 0, end + 1)
    return _trim(text[: blank if blank > end * 2 // 3 else end])


def _marked_where_cut(clean: str, limit: int, suffix: str = "") -> str:
    if _fits(clean, limit, _MAX_BYTES):
        return safe_name(clean, limit)
    mark = "~" + hashlib.sha256(clean.encode()).hexdigest()[:6]
    room = len(mark) + len(suffix)
    stem = _cut(clean.removesuffix(suffix), limit - room, _MAX_BYTES - room)
    return safe_name(f"{stem}{mark}{suffix}", limit)


def _fits(text: str, limit: int, max_bytes: int) -> bool:
    return length(text) <= limit and len(text.encode()) <= max_bytes
