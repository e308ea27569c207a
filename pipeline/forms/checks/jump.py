"""A figure far from last quarter's, which neither the plan nor last year explains."""

from decimal import Decimal

from pipeline.domain.finding import Finding
from pipeline.domain.numbers import format_number
from pipeline.forms.checks.cumulative import looks_cumulative
from pipeline.forms.checks.doubt import better_read
from pipeline.forms.checks.magnitude import out_of_scale
from pipeline.forms.checks.nearness import is_within, times
from pipeline.forms.checks.reading import Known, Reading, column, precedent, warning
from pipeline.forms.checks.span import is_counted


def follows_last_quarter(reading: Reading, known: Known) -> list[Finding]:
    """Beyond ``jump_factor`` either way; what another check tells better is told there."""
    value = reading.value
    if value is None or reading.duty.contributes or _is_told(reading, known):
        return []
    before = precedent(reading, known)
    if before.last_quarter is None:
        return _against_last_year(reading, known, value, before.last_year)
    if not _jumps(reading, known, value, before.last_quarter):
        return []
    if before.last_year is not None and _is_alike(reading, known, value, before.last_year):
        return []
    if _is_planned(reading, known, value, before.last_quarter):
        return []
    return [_jumped(reading, value, "triwulan lalu", before.last_quarter)]


def _is_told(reading: Reading, known: Known) -> bool:
    return bool(
        better_read(reading, known)
        or out_of_scale(reading, known)
        or looks_cumulative(reading, known)
    )


def _against_last_year(
    reading: Reading, known: Known, value: Decimal, last_year: Decimal | None
) -> list[Finding]:
    if last_year is None or not _jumps(reading, known, value, last_year):
        return []
    return [_jumped(reading, value, "triwulan yang sama tahun lalu", last_year)]


def _jumps(reading: Reading, known: Known, value: Decimal, before: Decimal) -> bool:
    """From nothing there is no measure but the target; small counts move freely."""
    rules, indicator = known.rules, reading.indicator
    small = max(abs(value), abs(before)) <= rules.small_count
    if small and is_counted(indicator, rules):
        return False
    if before:
        return not _is_alike(reading, known, value, before)
    target = indicator.target_of(known.quarter)
    return target is not None and abs(value) > abs(target.against(value)) * rules.jump_factor


def _is_alike(reading: Reading, known: Known, value: Decimal, peer: Decimal) -> bool:
    same_sign = not (value < 0 < peer or peer < 0 < value)
    return same_sign and is_within(value, peer, known.rules.jump_factor)


def _is_planned(reading: Reading, known: Known, value: Decimal, before: Decimal) -> bool:
    """Whether the targets of the two quarters differ as the figures do."""
    if known.quarter == 1:
        return False
    now = reading.indicator.target_of(known.quarter)
    then = reading.indicator.target_of(known.quarter - 1)
    if now is None or then is None or not then.value:
        return False
    return _is_alike(reading, known, value, before * now.value / then.value)


def _jumped(reading: Reading, value: Decimal, when: str, before: Decimal) -> Finding:
    ratio = times(value, before)
    many = f" ({format_number(ratio, places=2)} kali)" if ratio is not None else ""
    message = f"{reading.told}, padahal {when} {format_number(before)}{many}"
    mend = "periksa angkanya; bila benar, jelaskan sebabnya di kolom Keterangan"
    return warning(column(reading), message, mend)
