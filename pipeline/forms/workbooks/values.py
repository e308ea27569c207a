"""What a cell's content means: a text, a number, a target; or why it cannot be taken so."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pipeline.domain.calendar import MONTHS
from pipeline.domain.indicator import Target
from pipeline.domain.numbers import ReadNumber, parse_number
from pipeline.forms.workbooks.book import Content, Odd
from pipeline.forms.workbooks.sheet import clean_text

HOW_TO_WRITE = "tulis angka saja, misalnya 52.067,25"
HOW_TO_DATE = "tulis misalnya 31-12-2026"
_BOUND = r"\s*([+\-−]?[\d.,\s]*\d)\s*%?\s*"
_RANGE = re.compile(rf"{_BOUND}(?:[-–—]|s\.?\s?/?d\.?|sampai(?:\s+dengan)?){_BOUND}", re.IGNORECASE)
_LONGEST_RANGE = 80  # the pattern takes quadratic time on blanks
_DAY = re.compile(r"(\d{1,2})[-/. ](\d{1,2}|[a-z]{3,9})\.?[-/. ]((?:19|20)\d\d)", re.IGNORECASE)
_ISO_DAY = re.compile(r"((?:19|20)\d\d)-(\d\d)-(\d\d)")
_MENDS = {
    Odd.FORMULA: "tempel sebagai nilai (Paste Special, Values)",
    Odd.ERROR: "hapus isinya, lalu tulis nilainya",
    Odd.DATE: "format sel sebagai Teks, lalu tulis ulang isinya",
    Odd.BOOLEAN: "format sel sebagai Teks, lalu tulis ulang isinya",
}
_MESSAGES = {
    Odd.FORMULA: "berisi rumus",
    Odd.ERROR: "berisi galat Excel (misalnya #N/A)",
    Odd.DATE: "berisi tanggal atau jam; Excel mengubahnya dari yang Saudara tulis",
    Odd.BOOLEAN: "berisi nilai benar/salah (TRUE/FALSE)",
}


@dataclass(frozen=True)
class Fault:
    """Why a content cannot be taken, and the mend; both in Indonesian."""

    message: str
    mend: str


def odd_fault(odd: Odd | date) -> Fault:
    """The fault of a formula, an error, a date or time, or a boolean."""
    kind = odd if isinstance(odd, Odd) else Odd.DATE
    return Fault(_MESSAGES[kind], _MENDS[kind])


def text_of(content: Content | None) -> str | Fault:
    """The content as text, empty where there is none; a number as its plain digits."""
    if content is None:
        return ""
    if isinstance(content, Odd | date):
        return odd_fault(content)
    return plain_digits(content) if isinstance(content, Decimal) else clean_text(content)


def number_of(content: Content | None) -> ReadNumber | Fault | None:
    """The content as a number; ``None`` where the cell is empty or holds a dash."""
    if content is None:
        return None
    if isinstance(content, Odd | date):
        return odd_fault(content)
    if isinstance(content, Decimal):
        return ReadNumber(content, _typed_with_dot(content))
    read = parse_number(content)
    if read == "empty":
        return None
    if read == "unreadable":
        return Fault(f"“{clean_text(content)[:60]}” tidak terbaca sebagai angka", HOW_TO_WRITE)
    return read


def date_of(content: Content | None) -> date | Fault | None:
    """The content as a day, the day before the month; ``None`` where the cell is empty or a dash.

    A day as Excel keeps it counts, and ``31-12-2026``, ``31/12/2026``, ``31 Desember 2026``.
    """
    if content is None or isinstance(content, date):
        return content
    if isinstance(content, Odd) and content is not Odd.DATE:
        return odd_fault(content)
    if not isinstance(content, str) or isinstance(content, Odd):
        return Fault("tersimpan sebagai angka atau jam, bukan tanggal", HOW_TO_DATE)
    written = " ".join(clean_text(content).split())
    if written in {"", "-", "–"}:
        return None
    return _day(written) or Fault(f"“{written[:60]}” bukan tanggal", HOW_TO_DATE)


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


def _day(written: str) -> date | None:
    if match := _ISO_DAY.fullmatch(written):
        year, month, day = (int(part) for part in match.groups())
    elif match := _DAY.fullmatch(written):
        day, month, year = int(match[1]), _month(match[2]), int(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(written: str) -> int:
    """The number of a month, written so or by at least the first three letters of its name."""
    if written.isdecimal():
        return int(written)
    named = (
        n for n, m in enumerate(MONTHS, start=1) if m.casefold().startswith(written.casefold())
    )
    return next(named, 0)


def plain_digits(number: Decimal) -> str:
    """``12.50`` as ``12.5``, ``1E+2`` as ``100``."""
    return f"{number:f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:f}"


def _typed_with_dot(number: Decimal) -> Decimal | None:
    """A native 1.234 may be a thousand typed with a dot into an Excel set to English."""
    return number * 1000 if re.fullmatch(r"-?[1-9]\d{0,2}\.\d{3}", f"{number:f}") else None
