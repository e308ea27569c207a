"""Numbers as an Indonesian office writes them: dots group thousands, a comma starts decimals."""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?", re.ASCII)
_COMMA = re.compile(r"[+-]?\d+(,\d+)?", re.ASCII)
_POINT = re.compile(r"[+-]?\d+\.\d+", re.ASCII)
_ENGLISH_GROUPED = re.compile(r"[+-]?\d{1,3}(,\d{3})+\.\d+", re.ASCII)
_SPACED = re.compile(r"[+-]? ?(\d{1,3}( \d{3})*|[\d.]+)([.,]\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d*\.\d{3}", re.ASCII)
_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
_UNSEEN = re.compile("[\u200b-\u200e\u2060\ufeff\u202a\u202c\u2066\u2068\u2069]+|\u00ad+\\s*$")
_MOST_DIGITS = 28  # what decimal arithmetic keeps
_EXACT = Context(prec=1500, rounding=ROUND_HALF_UP)  # more than any figure of a cell or a form has
_MINUS = str.maketrans({"−": "-", "–": "-"})

Problem = Literal["empty", "unreadable"]


@dataclass(frozen=True)
class ReadNumber:
    """A number as read; ``other`` is a second plausible reading of the same writing."""

    value: Decimal
    other: Decimal | None = None


def parse_number(text: str) -> ReadNumber | Problem:
    """Read ``52.067,25``, ``52067,25`` or ``52067.25``; a trailing ``%`` is dropped.

    ``1.234`` is 1234 and carries 1.234 as its other reading; ``1,234`` the other way round.
    Single blanks may group thousands and nothing else: ``12 13`` is not 1213, nor are ``12`` and
    ``345`` on two lines one number. What is none of these is a problem, never a guess.
    """
    written = seen(text).translate(_MINUS).translate(_BLANKS).strip().removesuffix("%").strip()
    if _SPACED.fullmatch(written):
        written = written.replace(" ", "")
    if written in {"", "-"}:
        return "empty"
    too_long = sum(map(str.isdecimal, written)) > _MOST_DIGITS
    return "unreadable" if too_long else _reading(written)


def seen(text: str) -> str:
    """``text`` without signs that nobody sees and that come with what is copied from elsewhere.

    What turns the direction of writing stays: it shows other figures than it holds. So does a soft
    hyphen, which some programs draw, unless it stands at the end.
    """
    return _UNSEEN.sub("", text)


def _reading(written: str) -> ReadNumber | Problem:
    if _GROUPED.fullmatch(written):
        value = Decimal(written.replace(".", "").replace(",", "."))
        ambiguous = written.count(".") == 1 and "," not in written
        return ReadNumber(value, Decimal(written) if ambiguous else None)
    if _COMMA.fullmatch(written):
        thousands = re.fullmatch(r"[+-]?[1-9]\d{0,2},\d{3}", written)
        other = Decimal(written.replace(",", "")) if thousands else None
        return ReadNumber(Decimal(written.replace(",", ".")), other)
    if _POINT.fullmatch(written):
        grouped = Decimal(written.replace(".", "")) if _THOUSANDS.fullmatch(written) else None
        return ReadNumber(Decimal(written), grouped)
    if _ENGLISH_GROUPED.fullmatch(written):
        return ReadNumber(Decimal(written.replace(",", "")))
    return "unreadable"


def format_number(value: Decimal | None, *, places: int | None = None) -> str:
    """Write ``52067.25`` as ``52.067,25``; ``None`` as a dash.

    ``places`` fixes the number of decimals (half-up); without it the value's own decimals stay,
    trailing zeros dropped.
    """
    if value is None:
        return "–"
    shown = round_half_up(value, places) if places is not None else _plain(value)
    whole, _, decimals = f"{shown.copy_abs():f}".partition(".")
    grouped = re.sub(r"(?<=\d)(?=(\d{3})+$)", ".", whole)
    sign = "-" if shown < 0 else ""
    return sign + grouped + (f",{decimals}" if decimals else "")


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Round as people do: 0.125 to two places is 0.13."""
    return value.quantize(Decimal(1).scaleb(-places), context=_EXACT)


def _plain(value: Decimal) -> Decimal:
    normal = value.normalize(_EXACT)
    exponent = normal.as_tuple().exponent
    return round_half_up(normal, 0) if isinstance(exponent, int) and exponent > 0 else normal
