"""What a signer wants to see of a print-out before the PIN, from the data that it is made of."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.domain.evaluation import show_percent
from pipeline.domain.finding import Finding
from pipeline.domain.indicator import Rating, mean, rating_of
from pipeline.forms.contexts.printout import Printout
from pipeline.ledger.tables import Document

FIGURES = "key_figures"
"""Where a print-out's data keep its key figures."""


@dataclass(frozen=True)
class KeyFigures:
    """The figures of one print-out.

    Of ``officials`` the ``absent`` and the ``late`` (by post) are not counted in; ``reached`` is
    how many of the ``indicators`` have an achievement, ``average`` its mean in percent as printed.
    ``warnings`` are those of the forms that count; changes were made at entry or by a verifier.
    """

    officials: int
    absent: tuple[str, ...]
    late: tuple[str, ...]
    indicators: int
    reached: int
    average: str
    rating: str
    warnings: int
    changes_at_entry: int
    changes_by_verifiers: int


def key_figures(
    content: Printout, warnings: Iterable[Finding], scale: Sequence[Rating]
) -> KeyFigures:
    """The key figures of what is printed; ``warnings`` came with the forms."""
    percents = [e.achievement for e in content.evaluations]
    average = mean(percents)
    rating = rating_of(average, scale)
    at_entry = sum(c.at_entry for c in content.corrections)
    return KeyFigures(
        officials=len(content.sources) + len(content.absent) + len(content.late),
        absent=tuple(content.absent),
        late=tuple(content.late),
        indicators=len(percents),
        reached=sum(p is not None for p in percents),
        average=show_percent(average),
        rating=rating.name if rating else "–",
        warnings=len(list(warnings)),
        changes_at_entry=at_entry,
        changes_by_verifiers=len(content.corrections) - at_entry,
    )


def to_json(figures: KeyFigures) -> dict[str, Any]:
    """The figures as a print-out keeps them."""
    return asdict(figures)


def figures_in(printout: Document) -> KeyFigures | None:
    """The figures of a print-out; ``None`` where it was made before they were kept."""
    kept = printout.data.get(FIGURES)
    if kept is None:
        return None
    return KeyFigures(**{**kept, "absent": tuple(kept["absent"]), "late": tuple(kept["late"])})
