"""Document numbers (naskah dinas): by the office's template, or as its own register gives them."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from string import Formatter

from pipeline.domain.finding import Finding
from pipeline.domain.naming import holds_nik

LONGEST = 120
UNREADABLE = "\N{REPLACEMENT CHARACTER}"
_FIGURES = {"urut": r"\d{1,6}", "tahun": r"\d{4}"}  # a longer urut is no place in a sequence


class Numbering(StrEnum):
    """Where a print-out's number comes from."""

    AUTOMATIC = "automatic"  # the next of the unit and year
    MANUAL = "manual"  # the office's own register; Staf gives it
    NONE = "none"


@dataclass(frozen=True)
class NumberTemplate:
    """Numbers of one unit: ``text`` names ``{kode}``, ``{urut}``, ``{unit}`` and ``{tahun}``."""

    text: str
    classification: str
    unit: str

    def number(self, seq: int, year: int) -> str:
        """The number at place ``seq`` of a year."""
        return self.text.format(kode=self.classification, urut=seq, unit=self.unit, tahun=year)

    def place(self, number: str) -> tuple[int, int] | None:
        """Year and place of a number; ``None`` where it is not one of this template."""
        found = re.fullmatch(self._pattern, bare(number))
        if found is None:
            return None
        year, seq = int(found["tahun"]), int(found["urut"])
        return (year, seq) if seq and same_number(self.number(seq, year), number) else None

    @property
    def _pattern(self) -> str:
        pattern, seen = "", set()
        for literal, name, spec, _ in Formatter().parse(self.text):
            pattern += re.escape(bare(literal))
            if name in seen:
                pattern += f"(?P={name})"
            elif name in _FIGURES:
                pattern += f"(?P<{name}>{_FIGURES[name]})"
                seen.add(name)
            elif name is not None:
                fixed = self.classification if name == "kode" else self.unit
                pattern += re.escape(bare(format(fixed, spec or "")))
        return pattern


def read_number(text: str) -> tuple[str, list[Finding]]:
    """A number as people wrote it, and what is wrong with it.

    Args:
        text: What came, decoded; ``UNREADABLE`` stands for what could not be.
    """
    blank = (" " if unicodedata.category(c) == "Zs" else c for c in text.strip())
    number = unicodedata.normalize("NFC", "".join(blank))
    lines = number.splitlines()
    problems = (
        (not number, "kosong", "tulis nomornya pada baris pertama"),
        (
            len(lines) > 1,
            "lebih dari satu baris",
            "tulis satu nomor saja, dalam satu baris",
        ),
        (
            len(number) > LONGEST,
            f"lebih panjang daripada {LONGEST} huruf",
            "tulis nomornya saja, tanpa keterangan lain",
        ),
        (
            UNREADABLE in number or any(unicodedata.category(c)[0] == "C" for c in "".join(lines)),
            "memuat tanda yang tidak terbaca",
            "ketik nomornya dengan Notepad, jangan disalin dari program lain",
        ),
        (
            bool(number) and not any(c.isdigit() for c in number),
            "tidak memuat angka",
            "tulis nomor seperti tercatat dalam buku agenda kantor",
        ),
        (
            holds_nik(number),
            "memuat 16 angka yang terbaca sebagai NIK",
            "tulis nomor naskah, bukan nomor kependudukan",
        ),
    )
    return number, [Finding("nomor", said, mend) for wrong, said, mend in problems if wrong]


def same_number(one: str, other: str) -> bool:
    """Whether two writings are one number: capitals and blanks tell nothing apart."""
    return bare(one) == bare(other)


def bare(number: str) -> str:
    """What tells a number from others: all but its capitals and blanks."""
    return "".join(number.split()).casefold()
