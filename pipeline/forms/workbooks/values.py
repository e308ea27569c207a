"""What a cell's content means: a text, a number, a target; or why it cannot be taken so."""

import re
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.indicator import Target
from pipeline.domain.numbers import ReadNumber, parse_number
from pipeline.forms.workbooks.book import Content, Odd
from pipeline.forms.workbooks.sheet import clean_text

HOW_TO_WRITE = "tulis angka saja, misalnya 52.067,25"
_BOUND = r"\s*([+\-−]?[\d.,\s]*\d)\s*%?\s*"
_RANGE = re.compile(rf"{_BOUND}(?:[-–—]|s\.?\s?/?d\.?|sampai(?:\s+dengan)?){_BOUND}", re.IGNORECASE)
_LONGEST_RANGE = 80  # the pattern takes quadratic time on blanks
_MENDS = {
    Odd.FORMULA: "tempel sebagai nilai (Paste Special, Values)",
    Odd.ERROR: "hapus isinya, lalu tulis nilainya",
    Odd.DATE: "format sel sebagai Teks, lalu tulis ulang isinya",
    Odd.BOOLEAN: "format sel sebagai Teks, lalu tulis ulang isinya",
}
_MESSAGES = {
    Odd.FORMULA: "berisi rumus",
    Odd.ERROR: "berisi galat Excel (misalnya #N/A)",
    Odd.DATE: "berisi tanggal; Excel mengubahnya dari yang Saudara tulis",
    Odd.BOOLEAN: "berisi nilai benar/salah (TRUE/FALSE)",
}


@dataclass(frozen=True)
class Fault:
    """Why a content cannot be taken, and the mend; both in Indonesian."""

    message: str
    mend: str


def odd_fault(odd: Odd) -> Fault:
    """The fault of a formula, an error, a date or a boolean."""
    return Fault(_MESSAGES[odd], _MENDS[odd])


def text_of(content: Content | None) -> str | Fault:
    """The content as text, empty where there is none; a number as its plain digits."""
    if content is None:
        return ""
    if isinstance(content, Odd):
        return odd_fault(content)
    return plain_digits(content) if isinstance(content, Decimal) else clean_text(content)


def number_of(content: Content | None) -> ReadNumber | Fault | None:
    """The content as a number; ``None`` where the cell is empty or holds a dash."""
    if content is None:
        return None
    if isinstance(content, Odd):
        return odd_fault(content)
    if isinstance(content, Decimal):
        return ReadNumber(content, _typed_with_dot(content))
    read = parse_number(content)
    if read == "empty":
        return None
    if read == "unreadable":
        return Fault(f"“{clean_text(content)[:60]}” tidak terbaca sebagai angka", HOW_TO_WRITE)
    return read


def range_of(content: Content | None) -> Target | Fault | None:
    """The content as a range such as ``80–90``; ``None`` where it is not written as one."""
    if not isinstance(content, str) or isinstance(content, Odd) or len(content) > _LONGEST_RANGE:
        return None
    match = _RANGE.fullmatch(content)
    if match is None:
        return None
    low, high = parse_number(match[1]), parse_number(match[2])
    if not isinstance(low, ReadNumber) or not isinstance(high, ReadNumber):
        return Fault(f"rentang “{match[0].strip()[:60]}” tidak terbaca", "tulis misalnya 80–90")
    if low.value > high.value:
        return Fault(
            f"batas bawah rentang “{match[0].strip()[:60]}” melebihi batas atasnya",
            "tulis batas bawah dahulu, misalnya 80–90",
        )
    return Target(low.value, high.value)


def plain_digits(number: Decimal) -> str:
    """``12.50`` as ``12.5``, ``1E+2`` as ``100``."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _typed_with_dot(number: Decimal) -> Decimal | None:
    """A native 1.234 may be a thousand typed with a dot into an Excel set to English."""
    return number * 1000 if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", f"{number:f}") else None
