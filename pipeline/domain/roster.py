"""Who reports which performance statement in a period."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

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


class Part(StrEnum):
    """What an official does for an indicator.

    Two who report one share it: they must come to one figure. Where others contribute, the
    reporter's figure is the sum of the contributions.
    """

    REPORTS = "melaporkan"
    CONTRIBUTES = "menyumbang"


@dataclass(frozen=True)
class Assignment:
    """One official's part in one indicator."""

    post: str
    indicator: str
    part: Part = Part.REPORTS


@dataclass(frozen=True)
class Roster:
    """The officials who take part, and what each one reports."""

    period: Period | None
    officials: tuple[Official, ...]
    assignments: tuple[Assignment, ...]

    @cached_property
    def posts_by_part(self) -> Mapping[tuple[str, Part], tuple[str, ...]]:
        """The posts by indicator and part, each once, in the order of the roster."""
        found: dict[tuple[str, Part], dict[str, None]] = {}
        for one in self.assignments:
            found.setdefault((one.indicator, one.part), {})[one.post] = None
        return {key: tuple(posts) for key, posts in found.items()}

    @cached_property
    def _codes_of(self) -> Mapping[str, Set[str]]:
        """The indicators of each post; an office may have thousands of both."""
        found: dict[str, set[str]] = {}
        for one in self.assignments:
            found.setdefault(one.post, set()).add(one.indicator)
        return found

    def indicators_of(self, post: str, statements: Statements) -> list[Indicator]:
        """What ``post`` reports, in the order of the statements."""
        codes = self._codes_of.get(post, frozenset())
        return [i for i in statements.indicators if i.code in codes]

    def official(self, post: str) -> Official | None:
        """Who holds ``post``."""
        return next((o for o in self.officials if o.post == post), None)

    def contributors(self, indicator: str) -> tuple[str, ...]:
        """The posts whose figures sum into ``indicator``; none where it is simply reported."""
        return self._posts(indicator, Part.CONTRIBUTES)

    def reporters(self, indicator: str) -> tuple[str, ...]:
        """The posts that answer for ``indicator``; more than one share it."""
        return self._posts(indicator, Part.REPORTS)

    def _posts(self, indicator: str, part: Part) -> tuple[str, ...]:
        return self.posts_by_part.get((indicator, part), ())
