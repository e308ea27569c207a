"""Data dukung: which of the files beside a form belong to which indicator.

A file belongs to the indicators whose code its name or its folder bears (``IKU-03 laporan.pdf``),
and to those whose cell Data Dukung names the file. What belongs to none is for the whole form.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

FOR_ALL = "seluruh formulir"
LEAST_STEM = 8  # characters of a name without its suffix that a cell may name it by
_SUFFIX = (
    r"pdf|docx?|docm|odt|rtf|xlsx?|xlsm|ods|csv|pptx?|txt|jpe?g|png|heic|tiff?|gif|bmp|zip|rar|7z"
    r"|mp4|shp|kmz?|geojson"
)
_NAMED = re.compile(rf"[^\\/:*?\"<>|\n\r,;“”()\t]{{1,120}}\.(?:{_SUFFIX})\b", re.IGNORECASE)
_ENDING = re.compile(rf"\.(?:{_SUFFIX})$", re.IGNORECASE)
_NOTHING = frozenset({"", "-", "–", "tidak ada", "nihil", "belum ada"})


@dataclass(frozen=True)
class Piece:
    """One file: under which name it is kept, and the names (with folders) that it came under.

    ``size`` and ``received`` as printed; ``indicators`` are the codes that it belongs to.
    """

    name: str
    sha256: str
    size: str
    received: str
    paths: tuple[str, ...]
    indicators: tuple[str, ...] = ()


def matched_to(path: str, codes: Iterable[str]) -> list[str]:
    """The codes that a file's name or folders bear; of ``IKU-1`` and ``IKU-1.1`` the longer."""
    written = path.casefold()
    spans = {code: [m.span() for m in _bearing(code).finditer(written)] for code in codes}
    every = [span for found in spans.values() for span in found]
    return [
        code
        for code, found in spans.items()
        if any(not any(_is_inside(span, other) for other in every) for span in found)
    ]


def indicators_of(piece: Piece, cells: Mapping[str, str]) -> tuple[str, ...]:
    """The indicators of a piece, in the form's order; ``cells`` are their cells Data Dukung."""
    borne = {code for path in piece.paths for code in matched_to(path, cells)}
    named = {code for code, cell in cells.items() if is_named(piece, cell)}
    return tuple(code for code in cells if code in borne | named)


def _is_inside(span: tuple[int, int], other: tuple[int, int]) -> bool:
    return span != other and other[0] <= span[0] and span[1] <= other[1]


def is_named(piece: Piece, cell: str) -> bool:
    """Whether a cell names the file: by its name, or by a name long enough without its suffix."""
    said, beside = f" {_words(cell)} ", f" {_words(_NAMED.sub(' ', cell))} "
    for path in (piece.name, *piece.paths):
        name = path.rpartition("/")[2]
        whole, stem = _words(name), _words(_ENDING.sub("", name))
        if stem != whole and stem and f" {whole} " in said:
            return True
        if len(stem) >= LEAST_STEM and f" {stem} " in beside:
            return True
    return False


def named_files(cell: str) -> list[str]:
    """The names of files in a cell, as written there."""
    return [found.strip(" .-") for found in _NAMED.findall(cell[:10_000]) if found.strip(" .-")]


def says_nothing(cell: str) -> bool:
    """Whether a cell names no document at all."""
    return cell.strip().casefold().rstrip(".") in _NOTHING


def of_indicator(pieces: Sequence[Piece], code: str) -> list[Piece]:
    """The pieces of one indicator."""
    return [piece for piece in pieces if code in piece.indicators]


def for_all(pieces: Sequence[Piece]) -> list[Piece]:
    """The pieces that belong to no indicator of their own."""
    return [piece for piece in pieces if not piece.indicators]


def told_apart(name: str, taken: Iterable[str]) -> str:
    """``name``, or with a number behind it where another file is kept under it."""
    others, number, told = {t.casefold() for t in taken}, 2, name
    stem, dot, suffix = name.rpartition(".")
    while told.casefold() in others:
        told = f"{stem} ({number}).{suffix}" if dot and stem else f"{name} ({number})"
        number += 1
    return told


@lru_cache(maxsize=4096)
def _bearing(code: str) -> re.Pattern[str]:
    """A code in a name, however its parts are parted: ``IKU-03``, ``iku 3``, ``IKU03``.

    A code of digits alone stands at the beginning of a name or folder, all of it or parted by a
    blank: else each year and each list number would be one.
    """
    parts = re.findall(r"[^\W\d_]+|\d+", code.casefold())
    if not parts:
        return re.compile(r"(?!)")
    if any(not part.isdecimal() for part in parts):
        return re.compile(rf"(?<![^\W_]){_spelt(parts)}(?![^\W_])")
    behind = "/|$" if len(parts) == 1 else "[/ _]|$"
    return re.compile(rf"(?:^|/){re.escape(code.casefold())}(?={behind})")


def _spelt(parts: Sequence[str]) -> str:
    """The parts of a code with whatever parts them; two numbers are not one."""
    pattern, before = "", ""
    for part in parts:
        digits = part.isdecimal()
        parted = r"[\W_]{1,2}" if digits and before.isdecimal() else r"[\W_]{0,2}"
        pattern += parted if before else ""
        pattern += f"0*{int(part)}" if digits else re.escape(part)
        before = part
    return pattern


def _words(text: str) -> str:
    """The words of a text, parted by single blanks."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))
