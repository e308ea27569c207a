"""What a reported figure means: year to date, achievement, predicate."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pipeline.domain.consolidation import Share
from pipeline.domain.form import Field, FilledRow
from pipeline.domain.indicator import (
    AchievementPolicy,
    Indicator,
    Rating,
    Target,
    achievement,
    rating_of,
    year_to_date,
)
from pipeline.domain.numbers import format_number

_PART_ONLY = "kontribusi; capaian dihitung pada jumlahnya"
_NO_ACHIEVEMENT = "capaian tidak dihitung karena target 0"
_NO_QUOTIENT = "capaian tidak dihitung: rumus T/R tidak berlaku untuk target atau realisasi ini"


@dataclass(frozen=True)
class Evaluation:
    """One indicator in one quarter, on an official's form or consolidated; achievements in percent.

    ``shares`` say where a consolidated figure comes from. A ``contribution`` is a part of one,
    which no target measures; where it is ``summed``, the form itself has no figure. ``note`` is
    what a reader must know about the figure, beside the official's own words.
    """

    post: str
    indicator: Indicator
    filled: FilledRow
    quarter_target: Target | None
    year_to_date: Decimal | None
    achievement: Decimal | None
    annual_achievement: Decimal | None
    rating: Rating | None
    contribution: bool = False
    summed: bool = False
    shares: tuple[Share, ...] = ()
    note: str = ""

    @property
    def remark(self) -> str:
        """The official's remark and the note, as printed."""
        return " · ".join(text for text in (self.filled.text(Field.REMARK), self.note) if text)


def evaluate(
    post: str,
    indicator: Indicator,
    filled: FilledRow,
    *,
    quarter: int,
    policy: AchievementPolicy,
    scale: Sequence[Rating],
) -> Evaluation:
    """Compute what follows from ``filled.actual``."""
    target = indicator.target_of(quarter)
    actual = filled.actual
    percent = annual = to_date = None
    if actual is not None:
        before = indicator.actuals_before(quarter)
        if before is not None:
            to_date = year_to_date([*before, actual], indicator.aggregation)
        if target is not None:
            percent = achievement(actual, target, indicator.polarity, policy)
        if to_date is not None:
            annual = achievement(to_date, indicator.annual_target, indicator.polarity, policy)
    return Evaluation(
        *(post, indicator, filled, target, to_date, percent, annual),
        rating_of(percent, scale),
        note=_why_none(actual, target) if percent is None else "",
    )


def _why_none(actual: Decimal | None, target: Target | None) -> str:
    """Why no achievement follows from an actual and its target; empty where one is missing."""
    if actual is None or target is None:
        return ""
    return _NO_ACHIEVEMENT if target.against(actual) == 0 else _NO_QUOTIENT


def contribution(post: str, indicator: Indicator, filled: FilledRow) -> Evaluation:
    """A part of a figure: it has no target, and nothing follows from it alone."""
    nothing = (None, None, None, None, None)
    return Evaluation(post, indicator, filled, *nothing, contribution=True, note=_PART_ONLY)


def show_target(target: Target | None) -> str:
    """A target as printed; a range as ``80–90``, none as a dash."""
    if target is None:
        return "–"
    low = format_number(target.value)
    return low if target.upper is None else f"{low}–{format_number(target.upper)}"


def show_percent(percent: Decimal | None) -> str:
    """An achievement as printed: ``87,50``; a dash where it does not apply."""
    return format_number(percent, places=2)
