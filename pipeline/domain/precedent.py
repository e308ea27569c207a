"""What was reported before on an indicator: what a new figure is compared with."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.domain.indicator import Indicator


@dataclass(frozen=True)
class Precedent:
    """The actuals of the quarter before and of the same quarter a year ago, where on file."""

    last_quarter: Decimal | None = None
    last_year: Decimal | None = None


NO_PRECEDENT = Precedent()


def precedent_of(indicator: Indicator, quarter: int, filed: Mapping[str, Precedent]) -> Precedent:
    """What is known of an indicator: the statements' own figure before what was ``filed``.

    The year so far is reckoned from the statements; they were approved for this quarter.
    """
    found = filed.get(indicator.code, NO_PRECEDENT)
    stated = indicator.previous_actuals[quarter - 2] if quarter > 1 else None
    return found if stated is None else replace(found, last_quarter=stated)
