"""What one post owes for one indicator: a figure, a part of one, or only words beside a sum."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.domain.indicator import Indicator
from pipeline.domain.roster import Part, Roster, Statements

MOST_LISTED = 12


@dataclass(frozen=True)
class Duty:
    """One post's part in one indicator.

    ``summed_of`` are the contributors where the figure is their sum and the post writes none;
    ``partners`` who reports the indicator too, or, for a contribution, who reports the sum.
    """

    indicator: Indicator
    part: Part = Part.REPORTS
    summed_of: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()

    @property
    def contributes(self) -> bool:
        """Whether the figure is a part only, which no target measures."""
        return self.part is Part.CONTRIBUTES

    @property
    def hint(self) -> str:
        """What the form says about it, in Indonesian; empty where the figure is simply reported."""
        if self.summed_of:
            return (
                f"Realisasi dijumlahkan dari: {listed(self.summed_of)}; kosongkan kolom realisasi."
            )
        if self.contributes:
            reporters = listed(self.partners)
            return f"Tulis bagian unit Saudara saja; dijumlahkan menjadi realisasi {reporters}."
        if self.partners:
            return f"Dilaporkan bersama {listed(self.partners)}; kedua angkanya harus sama."
        return ""


def duties_of(roster: Roster, post: str, statements: Statements) -> list[Duty]:
    """The duties of ``post``, in the order of the statements."""
    posts = roster.posts_by_part
    return [
        _duty(
            post,
            indicator,
            posts.get((indicator.code, Part.REPORTS), ()),
            posts.get((indicator.code, Part.CONTRIBUTES), ()),
        )
        for indicator in roster.indicators_of(post, statements)
    ]


def _duty(
    post: str, indicator: Indicator, reporters: tuple[str, ...], contributors: tuple[str, ...]
) -> Duty:
    others = tuple(p for p in reporters if p != post)
    if post in contributors:  # a reporter may contribute too: the form asks for its own part
        return Duty(indicator, Part.CONTRIBUTES, partners=reporters)
    if contributors:
        return Duty(indicator, summed_of=contributors)
    return Duty(indicator, partners=others)


def listed(posts: Sequence[str]) -> str:
    """The posts in one sentence; of many, the first and how many more."""
    shown = "; ".join(posts[:MOST_LISTED])
    more = len(posts) - MOST_LISTED
    return f"{shown}; dan {more} lainnya" if more > 0 else shown
