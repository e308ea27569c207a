"""The forms of all officials brought to one line per indicator, each figure with its source.

An indicator that one post reports has that post's figure. Two that share it must have come to one
figure. Where others contribute, the figure is the sum of what they reported; what is missing is
named, and the sum is provisional until it has come.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import reduce

from pipeline.domain.duty import listed
from pipeline.domain.figure import show_figure
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.domain.indicator import Indicator
from pipeline.domain.roster import Part, Roster

_EXACT = Context(prec=1500)  # more digits than any figure of a cell or a form has
_MENDS = {
    Severity.ERROR: "samakan kedua angkanya, dengan alasan",
    Severity.WARNING: "samakan: kembalikan formulir yang keliru, atau samakan saat entri dengan"
    " alasan",
}


@dataclass(frozen=True)
class Reported:
    """One form that counts: its rows by indicator, with the form's code."""

    post: str
    code: str
    rows: Mapping[str, FilledRow]


@dataclass(frozen=True)
class Share:
    """What one post brought to an indicator; ``code`` is its form's, empty where none came.

    ``reason`` says why a figure is not available.
    """

    post: str
    code: str
    actual: Decimal | None = None
    status: FigureStatus = FigureStatus.FINAL
    reason: str = ""


@dataclass(frozen=True)
class Line:
    """One indicator as the print-out shows it.

    ``filled`` has the words of the first reporter whose form came, and the figure that holds;
    ``shares`` say where it comes from; ``missing`` are the posts whose figure is not in it.
    """

    indicator: Indicator
    reporters: tuple[str, ...]
    filled: FilledRow
    shares: tuple[Share, ...]
    summed: bool = False
    missing: tuple[str, ...] = ()

    @property
    def note(self) -> str:
        """What a reader must know about the figure, in Indonesian; empty where it is plain."""
        if self.summed and self.missing:
            known = self.filled.actual is not None
            said = "belum termasuk" if known else "belum ada angka dari"
            return f"jumlah kontribusi, {said}: {listed(self.missing)}"
        if not any(share.code for share in self.shares):
            return "tidak menyampaikan sampai penutupan"
        return ""


def consolidate(
    indicators: Iterable[Indicator], roster: Roster, forms: Iterable[Reported]
) -> list[Line]:
    """One line for each indicator that the roster assigns, in the order of ``indicators``."""
    by_post = {form.post: form for form in forms}
    posts = roster.posts_by_part
    lines = []
    for indicator in indicators:
        reporters = posts.get((indicator.code, Part.REPORTS), ())
        contributors = posts.get((indicator.code, Part.CONTRIBUTES), ())
        if reporters or contributors:
            lines.append(_line(indicator, reporters, contributors, by_post))
    return lines


def disagreements(
    roster: Roster, forms: Iterable[Reported], severity: Severity = Severity.ERROR
) -> list[Finding]:
    """A finding for each shared indicator on which its reporters did not come to one figure."""
    by_post = {form.post: form for form in forms}
    posts = roster.posts_by_part
    findings = []
    for (code, part), reporters in posts.items():
        if part is not Part.REPORTS or len(reporters) < 2 or (code, Part.CONTRIBUTES) in posts:
            continue
        shares = [_share(post, code, by_post) for post in reporters]
        came = [share for share in shares if share.code]
        if len({share.actual for share in came}) > 1:
            told = "; ".join(
                f"{s.post} {show_figure(s.actual, s.status)} (formulir {s.code})" for s in came
            )
            message = f"dua angka untuk satu indikator: {told}"
            findings.append(Finding(f"indikator {code}", message, _MENDS[severity], severity))
    return findings


def _line(
    indicator: Indicator,
    reporters: tuple[str, ...],
    contributors: tuple[str, ...],
    by_post: Mapping[str, Reported],
) -> Line:
    code = indicator.code
    shares = tuple(_share(post, code, by_post) for post in contributors or reporters)
    words = next((by_post[p].rows[code] for p in reporters if _has(by_post, p, code)), None)
    row = words or FilledRow(code, {})
    missing = tuple(s.post for s in shares if s.actual is None)
    actual, status = _summed(shares) if contributors else _agreed(shares)
    filled = FilledRow(code, row.texts, actual, status)
    return Line(indicator, reporters, filled, shares, summed=bool(contributors), missing=missing)


def _share(post: str, code: str, by_post: Mapping[str, Reported]) -> Share:
    if not _has(by_post, post, code):
        return Share(post, "")
    row = by_post[post].rows[code]
    reason = row.text(Field.REMARK) if row.status is FigureStatus.UNAVAILABLE else ""
    return Share(post, by_post[post].code, row.actual, row.status, reason)


def _has(by_post: Mapping[str, Reported], post: str, code: str) -> bool:
    return post in by_post and code in by_post[post].rows


def _summed(shares: Sequence[Share]) -> tuple[Decimal | None, FigureStatus]:
    figures = [share.actual for share in shares if share.actual is not None]
    if not figures:
        return None, _without_figure(shares)
    whole = len(figures) == len(shares)
    final = whole and all(share.status is FigureStatus.FINAL for share in shares)
    status = FigureStatus.FINAL if final else FigureStatus.PROVISIONAL
    return reduce(_EXACT.add, figures), status


def _agreed(shares: Sequence[Share]) -> tuple[Decimal | None, FigureStatus]:
    """The one figure of all reporters that have one; none while they differ."""
    known = [share for share in shares if share.actual is not None]
    if len({share.actual for share in known}) != 1:
        return None, _without_figure(shares)
    final = all(share.status is FigureStatus.FINAL for share in known)
    return known[0].actual, FigureStatus.FINAL if final else FigureStatus.PROVISIONAL


def _without_figure(shares: Sequence[Share]) -> FigureStatus:
    """Where no figure holds: not available if a form said so, else nothing was said at all."""
    said = any(share.code for share in shares)
    return FigureStatus.UNAVAILABLE if said else FigureStatus.FINAL
