"""Edits made in one edition of the entry workbook, carried into the next (three-way, by field).

Of each field three things are known: what the edition laid out, what it says now, and what the next
edition would say without it. What nobody edited follows the next edition; what was edited and has
not changed otherwise is carried; where both have changed, the next edition's value stays and the
edit is told (`Conflict`). Figure and status are one field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.domain.figure import show_figure
from pipeline.domain.form import LABELS, Field, FigureStatus, FilledRow
from pipeline.forms.workbooks.entry import CHECK
from pipeline.forms.workbooks.entry_reading import EnteredRow
from pipeline.forms.workbooks.sheet import clean_text

Key = tuple[str, str]
"""A row: the form's code and the indicator's."""


@dataclass(frozen=True)
class Conflict:
    """An edit that was not carried: what was laid out, what it was edited to, what holds now."""

    key: Key
    field: Field
    laid: str
    edited: str
    now: str
    reason: str

    @property
    def text(self) -> str:
        """The conflict in one Indonesian sentence."""
        why = f" (alasan: {self.reason})" if self.reason else ""
        return (
            f"{LABELS[self.field]}: Saudara menulis “{self.edited or 'kosong'}”{why} ketika"
            f" tertulis “{self.laid or 'kosong'}”; sekarang tertulis “{self.now or 'kosong'}”"
        )


@dataclass(frozen=True)
class Standing:
    """A row of the next edition: its values, the reason that goes with it, and what was carried."""

    row: FilledRow
    reason: str = ""
    carried: tuple[Field, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def note(self) -> str:
        """What the row's note asks for; empty where nothing clashes."""
        if not self.conflicts:
            return ""
        return f"{CHECK}: " + "; ".join(c.text for c in self.conflicts) + ". Pilih yang benar."


def merge(
    standing: Mapping[Key, Standing], laid: Iterable[EnteredRow], edited: Iterable[EnteredRow]
) -> dict[Key, Standing]:
    """The rows of the next edition with the edits of one workbook; ``laid`` as it was laid out."""
    merged = dict(standing)
    before = {_key(row): row for row in laid}
    for row in edited:
        key = _key(row)
        if key in before and key in merged:
            merged[key] = _merged(merged[key], before[key], row)
    return merged


def _merged(standing: Standing, laid: EnteredRow, edited: EnteredRow) -> Standing:
    texts, actual, status = {**standing.row.texts}, standing.row.actual, standing.row.status
    said = {field: clean_text(standing.row.text(field)) for field in Field}
    said[Field.ACTUAL] = _figure(actual, status)
    old, new = _said(laid), _said(edited)
    carried, conflicts, reason = [], [], edited.reason.strip()
    for field in Field:
        if new[field] in {old[field], said[field]}:
            continue
        if said[field] != old[field]:
            told = (old[field], new[field], said[field], reason)
            conflicts.append(Conflict(_key(edited), field, *told))
            continue
        carried.append(field)
        texts[field] = new[field]
        if field is Field.ACTUAL:
            actual, status = edited.actual, edited.status
    row = FilledRow(standing.row.indicator, texts, actual, status)
    return replace(
        standing,
        row=row,
        reason=_both(standing.reason, reason) if carried else standing.reason,
        carried=(*standing.carried, *carried),
        conflicts=(*standing.conflicts, *conflicts),
    )


def _both(one: str, other: str) -> str:
    return "; ".join(dict.fromkeys(text for text in (one, other) if text))


def _key(row: EnteredRow) -> Key:
    return row.form_code, row.indicator_code


def _said(row: EnteredRow) -> dict[Field, str]:
    """What a row says by field, the figure with its status."""
    texts = {field: clean_text(row.texts.get(field, "")) for field in Field}
    return {**texts, Field.ACTUAL: _figure(row.actual, row.status)}


def _figure(actual: Decimal | None, status: FigureStatus) -> str:
    """The figure in words; empty where nothing was said yet."""
    nothing = actual is None and status is not FigureStatus.UNAVAILABLE
    return "" if nothing else show_figure(actual, status)
