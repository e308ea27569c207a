"""What a correction after the signature changes: the old print-out's lines against the new ones."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.domain.consolidation import Share
from pipeline.domain.evaluation import Evaluation, show_percent
from pipeline.domain.figure import show_figure
from pipeline.domain.form import LABELS, Field, FilledRow
from pipeline.domain.numbers import format_number

NOTHING = "–"


@dataclass(frozen=True)
class AmendedValue:
    """One value that the print-out replaces: as it was printed and signed, and as it stands now.

    ``code`` and ``indicator`` are the indicator's code and name, ``field`` the column's label.
    """

    post: str
    code: str
    indicator: str
    field: str
    old: str
    new: str


def amended_values(before: Iterable[Evaluation], after: Iterable[Evaluation]) -> list[AmendedValue]:
    """Every printed value that differs, in the order of ``after``; a line may be new or gone."""
    old = {e.indicator.code: e for e in before}
    found: list[AmendedValue] = []
    for line in after:
        found += _differences(old.pop(line.indicator.code, None), line)
    return [*found, *(value for gone in old.values() for value in _differences(gone, None))]


def changed_fields(before: FilledRow | None, after: FilledRow) -> list[Field]:
    """The fields of a form's row that say something else than before; writing alone is none."""
    old, new = _said(before), _said(after)
    return [field for field in Field if old[field] != new[field]]


def _differences(before: Evaluation | None, after: Evaluation | None) -> list[AmendedValue]:
    line = after or before
    if line is None:
        return []
    old, new = _printed(before), _printed(after)
    return [
        AmendedValue(
            line.post,
            line.indicator.code,
            line.indicator.name,
            label,
            old.get(label, NOTHING),
            new.get(label, NOTHING),
        )
        for label in dict.fromkeys([*new, *old])
        if old.get(label, NOTHING) != new.get(label, NOTHING)
    ]


def _printed(line: Evaluation | None) -> dict[str, str]:
    """What the print-out shows of a line, by column; nothing of a line that is not there."""
    if line is None:
        return {}
    said = _said(line.filled)
    return {
        LABELS[Field.ACTUAL]: said.pop(Field.ACTUAL),
        **{f"Kontribusi {s.post}": show_figure(s.actual, s.status) for s in _shares(line)},
        "Realisasi s.d. TW": format_number(line.year_to_date),
        "Capaian TW (%)": show_percent(line.achievement),
        "Capaian Tahunan (%)": show_percent(line.annual_achievement),
        "Predikat": line.rating.name if line.rating else NOTHING,
        **{LABELS[field]: text for field, text in said.items()},
        "Catatan": line.note or NOTHING,
    }


def _shares(line: Evaluation) -> Iterable[Share]:
    return line.shares if line.summed else ()


def _said(row: FilledRow | None) -> dict[Field, str]:
    """A row's fields in words: the figure by its value and status, texts without their spacing."""
    if row is None:
        return dict.fromkeys(Field, NOTHING)
    texts = {field: " ".join(row.text(field).split()) or NOTHING for field in Field}
    return {**texts, Field.ACTUAL: show_figure(row.actual, row.status)}
