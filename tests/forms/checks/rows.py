"""One row of a form, read as the checks get it, and indicators to write it for."""

from dataclasses import replace
from decimal import Decimal

from pipeline.domain.check_rules import CheckName, CheckRules
from pipeline.domain.duty import Duty
from pipeline.domain.figure import ReadFigure, parse_figure
from pipeline.domain.finding import Finding
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.precedent import Precedent
from pipeline.domain.roster import Part
from pipeline.forms.checks.reading import Known, Reading
from pipeline.forms.checks.registry import CHECKS

CODE = "IK-1"


def target(value: str | None) -> Target | None:
    """A target; a range as ``5-7``."""
    if value is None:
        return None
    low, _, high = value.partition("-")
    return Target(Decimal(low), Decimal(high) if high else None)


def indicator(
    unit: str = "ton",
    *,
    name: str = "Produksi",
    annual: str = "68000",
    quarters: tuple[str | None, str | None, str | None, str | None] = (
        *("15000", "17000", "18000", "18000"),
    ),
    before: tuple[str | None, str | None, str | None] = (None, None, None),
    aggregation: Aggregation = Aggregation.SUM,
    polarity: Polarity = Polarity.POSITIVE,
) -> Indicator:
    """An indicator of a plain kind."""
    whole = target(annual)
    assert whole is not None
    first, second, third, fourth = map(target, quarters)
    one, two, three = (Decimal(b) if b else None for b in before)
    return Indicator(
        *(CODE, "Sasaran", name, "", unit, polarity, aggregation, "Statistik"),
        annual_target=whole,
        quarter_targets=(first, second, third, fourth),
        previous_actuals=(one, two, three),
    )


def reading(duty: Duty | Indicator, written: str, **texts: str) -> Reading:
    """The row with this figure; further texts by the names of their fields."""
    owed = duty if isinstance(duty, Duty) else Duty(duty)
    figure = parse_figure(written)
    read = figure if isinstance(figure, ReadFigure) else None
    said = {Field(key): text for key, text in texts.items()}
    row = FilledRow(CODE, {Field.ACTUAL: written, **said})
    number = read.number if read else None
    if read is not None:
        row = row.with_actual(number.value if number else None, written, read.status)
    return Reading(owed, row, read)


def known(
    quarter: int = 3,
    *,
    last_quarter: str | None = None,
    last_year: str | None = None,
    rules: CheckRules | None = None,
) -> Known:
    """What such a row is judged against."""
    filed = Precedent(*(Decimal(v) if v else None for v in (last_quarter, last_year)))
    return Known(quarter, rules or CheckRules(), precedents={CODE: filed})


def found(
    check: CheckName,
    duty: Duty | Indicator,
    written: str,
    against: Known | None = None,
    **texts: str,
) -> list[Finding]:
    """What one check finds in such a row."""
    return CHECKS[check](reading(duty, written, **texts), against or known())


def contributes(of: Indicator) -> Duty:
    """A part of the indicator's figure."""
    return replace(Duty(of), part=Part.CONTRIBUTES, partners=("Kabid",))
