"""Sums that people write out: ``10 + 5 = 16``, found in a text and reckoned again."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce
from itertools import product

from pipeline.domain.numbers import ReadNumber, parse_number
from pipeline.domain.units import SAME_UNITS, Names, same_unit

_NUMBER = r"\d[\d.,]{0,30}(?<=\d)"
_TERM = rf"{_NUMBER}(?:\s?(?:%|[^\W\d_]{{1,20}}))?"
_RESULT = re.compile(rf"\s?=\s?(?P<result>-?\s?{_NUMBER})")
_TERMS = re.compile(rf"{_TERM}(?:\s?\+\s?{_TERM}){{1,19}}")
_TOTAL = re.compile(
    rf"\b(?:jumlah(?:nya)?|total(?:nya)?)\b[^\d\n;]{{0,30}}(?P<number>{_NUMBER})"
    r"\s?(?P<unit>%|[^\W\d_][^\d\s,.;)]{0,30})",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\d\S{0,20}\s?[-−–+x×*/]\s?$")
_MOST_READINGS = 64
_MOST_SEARCHED = 10_000  # characters
_EXACT = Context(prec=200)


@dataclass(frozen=True)
class WrittenSum:
    """A sum as written; ``result`` is what stands behind its ``=``, if anything does.

    ``total`` is what its ``terms`` come to; where a number reads two ways, such as to agree if it
    can.
    """

    written: str
    terms: int
    total: Decimal
    result: Decimal | None = None

    @property
    def agrees(self) -> bool:
        """Whether nothing else than the total stands behind it."""
        return self.result is None or self.result == self.total


@dataclass(frozen=True)
class StatedTotal:
    """A total as a text states it, by every reading of its number."""

    written: str
    readings: tuple[Decimal, ...]


def written_sums(text: str) -> Iterator[WrittenSum]:
    """The sums in a text, in order; those whose numbers cannot be read are none."""
    for terms in _TERMS.finditer(text, 0, _MOST_SEARCHED):
        if _GOES_ON.search(text, max(0, terms.start() - 40), terms.start()):  # a part of more
            continue
        behind = _RESULT.match(text, terms.end())
        found = _reckoned(terms[0], behind["result"] if behind else "")
        if found is not None:
            written = terms[0] + (behind[0] if behind else "")
            yield WrittenSum(" ".join(written.split()), terms[0].count("+") + 1, *found)


def sum_of(text: str) -> WrittenSum | None:
    """The sum that a text is and nothing else; a unit may stand at its end."""
    stripped = text.strip()
    found = next(written_sums(stripped), None)
    if found is None:
        return None
    rest = " ".join(stripped.split()).removeprefix(found.written).strip()
    return found if not any(map(str.isdigit, rest)) and len(rest) <= 40 else None


def _reckoned(terms: str, result: str) -> tuple[Decimal, Decimal | None] | None:
    numbers = [_readings(found) for found in re.findall(_NUMBER, terms)]
    last = _readings(result) if result else [None]
    if not all(numbers) or not last:
        return None
    first: tuple[Decimal, Decimal | None] | None = None
    for tried, (*each, end) in enumerate(product(*numbers, last)):
        total = reduce(_EXACT.add, (n for n in each if n is not None), Decimal(0))
        first = first or (total, end)
        if end is None or total == end:
            return total, end
        if tried >= _MOST_READINGS:
            return None
    return first


def _readings(written: str) -> list[Decimal | None]:
    read = parse_number(written)
    if not isinstance(read, ReadNumber):
        return []
    return [read.value] if read.other is None else [read.value, read.other]


def stated_totals(text: str, unit: str, terms: int, names: Names = SAME_UNITS) -> list[StatedTotal]:
    """The totals that a text claims: ``jumlah 57 ton``, or a sum of so many terms written out.

    A total without the unit counts something else: ``jumlah 3 UPTD``.
    """
    found = []
    for one in _TOTAL.finditer(text, 0, _MOST_SEARCHED):
        readings = tuple(n for n in _readings(one["number"]) if n is not None)
        if readings and same_unit(one["unit"], unit, names):
            found.append(StatedTotal(" ".join(one[0].split()), readings))
    sums = (one for one in written_sums(text) if one.terms == terms)
    return found + [StatedTotal(s.written, (s.result,)) for s in sums if s.result is not None]
