"""What an official reckoned himself, reckoned again: sums, achievements, the year so far."""

import re
from collections.abc import Iterator
from decimal import Decimal

from pipeline.domain.finding import Finding
from pipeline.domain.form import Field
from pipeline.domain.indicator import HUNDRED, achievement, year_to_date
from pipeline.domain.numbers import ReadNumber, format_number, parse_number, round_half_up
from pipeline.domain.sums import written_sums
from pipeline.forms.checks.reading import Known, Reading, column, quoted, warning

_PERCENT = re.compile(r"\b(capaian\w*)\b([^\d%\n.;]{0,40})(-?\d[\d.,]{0,20})\s?(?:%|persen)", re.I)
_SO_FAR = re.compile(
    r"\b(?:s\.?\s?/?d\.?|sampai(?: dengan)?)\s+(?:tw|triwulan)\s?\.?\s?(IV|I{1,3}|[1-4])\b"
    r"(?:\s+(?:tahun\s+)?20\d\d\b)?+"
    r"[^\d\n;]{0,30}(\d[\d.,]{0,30}(?<=\d))",
    re.I,
)
_NOT_THIS = ("lalu", "sebelum", "tahunan", "kumulatif", "target", "rencana")
_BEFORE = 20  # characters in front that may say of what a number is
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_SEARCHED = tuple(field for field in Field if field is not Field.ACTUAL)
_MOST_SEARCHED = 10_000  # characters


def adds_up(reading: Reading, known: Known) -> list[Finding]:
    """Every written reckoning that does not come out, by the column that it stands in."""
    found = []
    for field in _SEARCHED:
        text = reading.row.text(field)
        for message, mend in _faults(reading, known, text):
            found.append(warning(column(reading, field), message, mend))
    return found


def _faults(reading: Reading, known: Known, text: str) -> Iterator[tuple[str, str]]:
    for one in written_sums(text):
        if not one.agrees:
            message = f"{quoted(one.written)} tidak cocok: jumlahnya {format_number(one.total)}"
            yield message, "periksa rinciannya dan realisasinya, lalu betulkan yang keliru"
    value = reading.value
    if value is not None and not reading.duty.contributes:
        yield from _achievements(reading, known, text, value)
        yield from _years_so_far(reading, known, text, value)


def _achievements(
    reading: Reading, known: Known, text: str, value: Decimal
) -> Iterator[tuple[str, str]]:
    """``capaian 98,5%`` against actual and target; of another time it says nothing."""
    reckoned = _reckoned(reading, known, value)
    if not reckoned:
        return
    accepted = [*reckoned, value] if reading.indicator.unit else reckoned
    for found in _PERCENT.finditer(text, 0, _MOST_SEARCHED):
        said = parse_number(found[3].rstrip(".,"))
        if not isinstance(said, ReadNumber) or _is_of_another(found):
            continue
        readings = [said.value] if said.other is None else [said.value, said.other]
        if not any(_agrees(one, mine, known) for one in readings for mine in accepted):
            shown = format_number(reckoned[0], places=2)
            message = f"{quoted(found[0])} tidak cocok: menurut target dan realisasinya {shown}%"
            yield message, "periksa realisasinya; capaian dihitung kinerja, tidak perlu ditulis"


def _is_of_another(found: re.Match[str]) -> bool:
    """Whether the words around a number say that it is a target, or of another time."""
    around = found.string[max(0, found.start() - _BEFORE) : found.end()].casefold()
    return any(word in around for word in _NOT_THIS)


def _agrees(said: Decimal, mine: Decimal, known: Known) -> bool:
    """Rounded as the official rounded it, or nearly so."""
    places = max(0, -int(said.as_tuple().exponent))
    rounded = round_half_up(mine, places) if places < 10 else mine
    return said == rounded or abs(said - mine) <= known.rules.achievement_tolerance


def _reckoned(reading: Reading, known: Known, value: Decimal) -> list[Decimal]:
    """The achievement of the quarter and of the year, and the plain ratio without any bounds."""
    indicator, found = reading.indicator, []
    before = indicator.actuals_before(known.quarter)
    so_far = None if before is None else year_to_date([*before, value], indicator.aggregation)
    pairs = ((value, indicator.target_of(known.quarter)), (so_far, indicator.annual_target))
    for actual, target in pairs:
        if actual is None or target is None:
            continue
        percent = achievement(actual, target, indicator.polarity, known.policy)
        bound = target.against(actual)
        found += [] if percent is None else [percent]
        found += [] if not bound else [round_half_up(actual / bound * HUNDRED, 2)]
    return found


def _years_so_far(
    reading: Reading, known: Known, text: str, value: Decimal
) -> Iterator[tuple[str, str]]:
    """``s.d. TW III 48.467`` against the quarters on file and this one."""
    indicator = reading.indicator
    before = indicator.actuals_before(known.quarter)
    so_far = None if before is None else year_to_date([*before, value], indicator.aggregation)
    if so_far is None:
        return
    for found in _SO_FAR.finditer(text, 0, _MOST_SEARCHED):
        named = found[1].casefold()
        if (_ROMAN.get(named) or int(named)) != known.quarter or _is_of_another(found):
            continue
        said = parse_number(found[2])
        if not isinstance(said, ReadNumber):
            continue
        readings = {said.value, said.other}
        if not any(r is not None and _agrees(r, so_far, known) for r in readings):
            message = f"{quoted(found[0])} tidak cocok: menurut berkas {format_number(so_far)}"
            yield message, "periksa realisasi triwulan ini dan angka kumulatifnya"
