"""A figure that its unit cannot have: below zero, above a hundred percent, part of a ship."""

from collections.abc import Iterable
from decimal import Decimal

from pipeline.domain.check_rules import CheckRules
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Field
from pipeline.domain.indicator import HUNDRED, Aggregation, Indicator
from pipeline.domain.numbers import format_number
from pipeline.domain.units import is_one_of
from pipeline.forms.checks.reading import Known, Reading, column

_SAY = (
    "periksa angkanya; bila maksudnya lain, tulis ulang, misalnya 52.067,25; bila memang benar,"
    " jelaskan di kolom Keterangan"
)
_EXPLAINED = 10  # characters of a remark that says something


def is_within_its_span(reading: Reading, known: Known) -> list[Finding]:
    """By the unit; an indicator whose own targets go beyond a bound is not held to it."""
    value, indicator, rules = reading.value, reading.indicator, known.rules
    if value is None:
        return []
    message = mend = ""
    if value < 0 and not _may_be_negative(indicator, rules):
        message, mend = f"tidak mungkin di bawah nol dalam {indicator.unit}", _SAY
    elif value > HUNDRED and _is_at_most_whole(indicator, rules):
        message, mend = "melebihi 100 persen", _SAY
    elif value % 1 and is_counted(indicator, rules):
        message = f"bukan bilangan bulat, padahal satuannya {indicator.unit}"
        mend = f"tulis banyaknya {indicator.unit} sebagai bilangan bulat, atau jelaskan di kolom"
        mend += " Keterangan"
        if reading.other is not None:
            mend += f", misalnya {format_number(reading.other)} bila itu maksudnya"
    if not message:
        return []
    remark = reading.row.text(Field.REMARK).strip()
    if len(remark) >= _EXPLAINED:
        told = f"{reading.told}: {message}; keterangannya: {remark[:200]}"
        return [Finding(column(reading), told, mend, Severity.WARNING)]
    return [Finding(column(reading), f"{reading.told}: {message}", mend)]


def is_counted(indicator: Indicator, rules: CheckRules) -> bool:
    """Whether the unit counts things, and no target or average of it is broken."""
    whole = all(bound % 1 == 0 for bound in _bounds(indicator))
    averaged = (
        indicator.aggregation is Aggregation.AVERAGE or "rata-rata" in indicator.name.casefold()
    )
    counted = is_one_of(indicator.unit, rules.counted_units, rules.unit_names)
    return whole and not averaged and counted


def is_percent(indicator: Indicator, rules: CheckRules) -> bool:
    """Whether the unit is percent."""
    return is_one_of(indicator.unit, rules.percent_units, rules.unit_names)


def _may_be_negative(indicator: Indicator, rules: CheckRules) -> bool:
    signed = is_one_of(indicator.unit, rules.signed_units, rules.unit_names)
    seen = [*_bounds(indicator), *(a for a in indicator.previous_actuals if a is not None)]
    return signed or _speaks_of(indicator, rules.open_words) or any(bound < 0 for bound in seen)


def _is_at_most_whole(indicator: Indicator, rules: CheckRules) -> bool:
    seen = [*_bounds(indicator), *(a for a in indicator.previous_actuals if a is not None)]
    bounded = all(bound <= HUNDRED for bound in seen)
    above = _speaks_of(indicator, (*rules.open_words, *rules.ratio_words))
    return is_percent(indicator, rules) and bounded and not above


def _speaks_of(indicator: Indicator, words: Iterable[str]) -> bool:
    """Whether its name is of such a kind: growth has no bounds, a ratio no upper one."""
    name = indicator.name.casefold()
    return any(word.casefold() in name for word in words)


def _bounds(indicator: Indicator) -> list[Decimal]:
    targets = [indicator.annual_target, *indicator.quarter_targets]
    known = [target for target in targets if target is not None]
    return [b for t in known for b in (t.value, t.upper) if b is not None]
