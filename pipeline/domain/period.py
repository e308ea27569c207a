"""The quarter that a collection is about."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

ROMAN = ("I", "II", "III", "IV")
_CODE = re.compile(r"(?<!\d)(20\d\d)[-_ ]?TW[-_ ]?([1-4])(?!\d)", re.IGNORECASE)
_WORDS = re.compile(
    r"(?<![A-Z0-9])(?:TW|TRIWULAN)[-_ ]*(IV|I{1,3}|[1-4])(?![A-Z0-9])"
    r"(?:[-_ ]*TAHUN)?[-_ ]*(20\d\d)(?!\d)",
    re.IGNORECASE,
)


@dataclass(frozen=True, order=True)
class Period:
    """One quarter of one year."""

    year: int
    quarter: int

    def __str__(self) -> str:
        return f"{self.year}-TW{self.quarter}"

    @property
    def roman(self) -> str:
        """The quarter in Roman numerals."""
        return ROMAN[self.quarter - 1]

    @property
    def short(self) -> str:
        """As in file names: ``TW III 2026``."""
        return f"TW {self.roman} {self.year}"

    @property
    def title(self) -> str:
        """As printed: ``Triwulan III Tahun 2026``."""
        return f"Triwulan {self.roman} Tahun {self.year}"

    @property
    def first_day(self) -> date:
        """The day on which the quarter begins."""
        return date(self.year, self.quarter * 3 - 2, 1)

    @property
    def last_day(self) -> date:
        """The day on which the quarter ends."""
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> "Period":
        """The quarter after this one."""
        return Period(self.year + self.quarter // 4, self.quarter % 4 + 1)

    @classmethod
    def parse(cls, text: str) -> "Period | None":
        """Find ``2026-TW3`` or ``TW III 2026`` in a file name or a property."""
        if match := _CODE.search(text):
            return cls(int(match[1]), int(match[2]))
        if match := _WORDS.search(text):
            spelled = match[1].upper()
            quarter = int(spelled) if spelled.isdecimal() else ROMAN.index(spelled) + 1
            return cls(int(match[2]), quarter)
        return None

    @classmethod
    def ended_before(cls, day: date) -> "Period":
        """The last quarter that is over on ``day``: the one a new draft is about."""
        quarter = (day.month - 1) // 3
        return cls(day.year, quarter) if quarter else cls(day.year - 1, 4)
