"""Who reports which performance statement in a period."""

from dataclasses import dataclass

from pipeline.domain.indicator import Indicator
from pipeline.domain.official import Official
from pipeline.domain.period import Period


@dataclass(frozen=True)
class Statements:
    """The Daftar Pernyataan: the year's indicators with their targets, in printing order."""

    period: Period | None
    indicators: tuple[Indicator, ...]

    def by_code(self) -> dict[str, Indicator]:
        """The indicators under their codes."""
        return {i.code: i for i in self.indicators}

    def objectives(self) -> list[str]:
        """The strategic objectives, in printing order."""
        return list(dict.fromkeys(i.strategic_objective for i in self.indicators))


@dataclass(frozen=True)
class Assignment:
    """One official reports one indicator."""

    post: str
    indicator: str


@dataclass(frozen=True)
class Roster:
    """The officials who take part, and what each one reports."""

    period: Period | None
    officials: tuple[Official, ...]
    assignments: tuple[Assignment, ...]

    def indicators_of(self, post: str, statements: Statements) -> list[Indicator]:
        """What ``post`` reports, in the order of the statements."""
        codes = {a.indicator for a in self.assignments if a.post == post}
        return [i for i in statements.indicators if i.code in codes]

    def official(self, post: str) -> Official | None:
        """Who holds ``post``."""
        return next((o for o in self.officials if o.post == post), None)
