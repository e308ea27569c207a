"""The year so far in place of the quarter, and a running total that goes down."""

from decimal import Decimal

from pipeline.domain.finding import Finding
from pipeline.domain.indicator import Aggregation, year_to_date
from pipeline.domain.numbers import format_number
from pipeline.forms.checks.nearness import is_nearer
from pipeline.forms.checks.reading import Known, Reading, column, precedent, warning


def is_of_the_quarter(reading: Reading, known: Known) -> list[Finding]:
    """Where quarters are summed the form asks for the quarter's own figure."""
    value = reading.value
    if value is None:
        return []
    if looks_cumulative(reading, known):
        return [_too_much(reading, known, value)]
    if _should_not_fall(reading, known):
        return _fallen(reading, known, value)
    return []


def looks_cumulative(reading: Reading, known: Known) -> bool:
    """Whether it is far beyond the quarter's plan, and near to the year so far with that plan."""
    indicator, value = reading.indicator, reading.value
    before = _so_far(reading, known)
    if value is None or before is None or before <= 0:
        return False
    target = indicator.target_of(known.quarter)
    expected = target.value if target else before / (known.quarter - 1)
    so_far, beyond = before + expected, known.rules.above_plan
    if expected <= 0 or not max(before, expected * beyond) <= value <= so_far * beyond:
        return False
    return is_nearer(so_far, expected, value)


def _so_far(reading: Reading, known: Known) -> Decimal | None:
    """The sum of the earlier quarters; none where they are not summed, or one is missing."""
    indicator = reading.indicator
    if indicator.aggregation is not Aggregation.SUM or reading.duty.contributes:
        return None
    return year_to_date(indicator.actuals_before(known.quarter), Aggregation.SUM)


def _too_much(reading: Reading, known: Known, value: Decimal) -> Finding:
    before = _so_far(reading, known) or Decimal(0)
    message = (
        f"{reading.told}: mirip angka sejak awal tahun; realisasi s.d. triwulan lalu sudah"
        f" {format_number(before)}"
    )
    mend = (
        "tulis realisasi triwulan ini saja; bila yang tertulis angka sejak awal tahun, realisasi"
        f" triwulan ini {format_number(value - before)}"
    )
    return warning(column(reading), message, mend)


def _should_not_fall(reading: Reading, known: Known) -> bool:
    """Whether the last figure stands for the year, and its name says that it runs up."""
    indicator = reading.indicator
    said = f"{indicator.name} {indicator.definition}".casefold()
    runs_up = any(word.casefold() in said for word in known.rules.cumulative_words)
    last = indicator.aggregation is Aggregation.LAST and not reading.duty.contributes
    return last and runs_up and known.quarter > 1


def _fallen(reading: Reading, known: Known, value: Decimal) -> list[Finding]:
    before = precedent(reading, known).last_quarter
    if before is None or value >= before:
        return []
    message = (
        f"{reading.told}: angka kumulatif ini turun dari {format_number(before)} triwulan lalu"
    )
    mend = "tulis angka kumulatif sampai triwulan ini; bila memang turun, jelaskan di Keterangan"
    return [warning(column(reading), message, mend)]
