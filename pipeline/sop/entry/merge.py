"""Edits made in one edition of the entry workbook, carried into the next (three-way, by field).

1. Of each field three things are known: what the edition laid out, what it says now, and what the
   next edition would say without it. What nobody edited follows the next edition; what was edited
   and has not changed otherwise is carried; where both have changed, the next edition's value stays
   and the edit is told (`Conflict`). Figure and status are one field.
2. The reason belongs to the row, and is merged the same way; of two people's reasons both stand.
   Where none of a row's edits is carried its reason goes with what is told of them, and where all
   were taken back it goes too.
3. A conflict is settled by an edit in an edition that showed it, or by a row that says what was
   wanted. No workbook brings a settled one back.
4. What was carried is kept beside the row on which it was made; on another row it is merged anew
   (`carried_onto`).
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.domain.figure import show_figure
from pipeline.domain.form import LABELS, Field, FigureStatus, FilledRow
from pipeline.domain.numbers import format_number
from pipeline.forms.workbooks.entry import CHECK
from pipeline.forms.workbooks.entry_reading import EnteredRow
from pipeline.forms.workbooks.sheet import clean_text

Key = tuple[str, str]
"""A row: the form's code and the indicator's."""
Said = Mapping[Field, str]
"""What a row says by field, the figure with its status."""
_BETWEEN = "; "
"""Between the reasons of several edits in one row."""


@dataclass(frozen=True)
class Conflict:
    """An edit that was not carried: what was laid out, what it was edited to, what holds now.

    ``settled`` where somebody has decided about it since.
    """

    key: Key
    field: Field
    laid: str
    edited: str
    now: str
    reason: str
    settled: bool = False

    @property
    def edit(self) -> tuple[Field, str, str]:
        """The edit that was not carried."""
        return self.field, self.laid, self.edited

    @property
    def told(self) -> str:
        """The edit in Indonesian, as every edition tells it."""
        why = f" (alasan: {self.reason})" if self.reason else ""
        return (
            f"{LABELS[self.field]}: Saudara menulis “{self.edited or 'kosong'}”{why} ketika"
            f" tertulis “{self.laid or 'kosong'}”"
        )

    @property
    def text(self) -> str:
        """The conflict in one Indonesian sentence."""
        return f"{self.told}; sekarang tertulis “{self.now or 'kosong'}”"


@dataclass(frozen=True)
class Standing:
    """A row of the next edition: its values, the reason that goes with it, and what clashed.

    ``start`` is the row as it would be without any edits; the row itself where none is given.
    """

    row: FilledRow
    reason: str = ""
    conflicts: tuple[Conflict, ...] = ()
    start: FilledRow | None = None

    def __post_init__(self) -> None:
        if self.start is None:
            object.__setattr__(self, "start", self.row)

    @property
    def before(self) -> FilledRow:
        """The row without any edits."""
        return self.start or self.row

    @property
    def carried(self) -> tuple[Field, ...]:
        """The fields in which it says something else than without the edits."""
        now, before = said_by(self.row), said_by(self.before)
        return tuple(field for field in Field if now[field] != before[field])

    @property
    def to_decide(self) -> tuple[Conflict, ...]:
        """The conflicts about which nobody has decided."""
        return tuple(conflict for conflict in self.conflicts if not conflict.settled)

    @property
    def note(self) -> str:
        """What the row's note asks for; empty where nothing clashes."""
        if not self.to_decide:
            return ""
        return f"{CHECK}: " + "; ".join(c.text for c in self.to_decide) + ". Pilih yang benar."


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


def carried_onto(start: FilledRow, kept: Standing, key: Key) -> Standing:
    """(4) What was carried before, on the row as it would be now without it."""
    fresh = _merged(
        Standing(start), _entered(key, kept.before, ""), _entered(key, kept.row, kept.reason)
    )
    says = said_by(fresh.row)
    known = [_now(c, says) for c in kept.conflicts]
    # What was decided and carried, and clashes with the row as it is now, is to be decided again
    return replace(fresh, conflicts=_joined(fresh.conflicts, known))


def said_by(row: FilledRow) -> Said:
    """What a row says."""
    texts = {field: clean_text(row.text(field)) for field in Field}
    return {**texts, Field.ACTUAL: _figure(row.actual, row.status)}


def _merged(standing: Standing, laid: EnteredRow, edited: EnteredRow) -> Standing:
    old, new, now = _said(laid), _said(edited), said_by(standing.row)
    touched = [field for field in Field if new[field] != old[field]]
    carried = [field for field in touched if now[field] == old[field]]  # (1)
    why = clean_text(edited.reason)
    clashed = [
        Conflict(_key(edited), field, old[field], new[field], now[field], why)
        for field in touched
        if now[field] not in {old[field], new[field]}
    ]
    start = standing.before
    after = replace(standing, row=_edited(standing.row, start, carried, edited))
    says = said_by(after.row)
    known = [_decided(c, says, touched, laid.note) for c in standing.conflicts]
    agreed = [field for field in touched if now[field] == new[field]]
    return replace(
        after,
        reason=_reason(after, laid, edited, carried=carried, agreed=agreed),
        conflicts=_joined(known, clashed),
    )


def _edited(
    row: FilledRow, start: FilledRow, fields: Collection[Field], edited: EnteredRow
) -> FilledRow:
    """The row with the edits in ``fields``; what is put back as it was keeps its old writing."""
    new, first, texts = _said(edited), said_by(start), dict(row.texts)
    for field in fields:
        texts[field] = start.text(field) if new[field] == first[field] else new[field]
    if Field.ACTUAL in fields:
        return replace(row, texts=texts, actual=edited.actual, status=edited.status)
    return replace(row, texts=texts)


def _reason(
    after: Standing,
    laid: EnteredRow,
    edited: EnteredRow,
    *,
    carried: Collection[Field],
    agreed: Collection[Field],
) -> str:
    """(2) The row's reason once the edits in ``carried`` are in it; ``agreed`` it said before."""
    old, new, now = (clean_text(text) for text in (laid.reason, edited.reason, after.reason))
    if carried and new == old and not after.carried:
        return ""  # all was put back
    touched = _said(edited) != _said(laid)
    unexplained = not now and any(field in after.carried for field in agreed)
    if carried or unexplained:
        return _woven(old, new, now) or new
    return now if touched else _woven(old, new, now)


def _woven(old: str, new: str, now: str) -> str:
    """A text of several reasons, edited in two places."""
    if new == old:
        return now
    if now == old:
        return new
    was, wanted, there = ([p for p in t.split(_BETWEEN) if p] for t in (old, new, now))
    kept = [reason for reason in there if reason not in was or reason in wanted]
    added = [reason for reason in wanted if reason not in was]
    return _BETWEEN.join(dict.fromkeys([*kept, *added]))


def _decided(conflict: Conflict, says: Said, touched: Collection[Field], note: str) -> Conflict:
    """(3) A conflict after the edits of an edition whose row had this ``note``."""
    shown = "".join(clean_text(conflict.told).split()) in "".join(note.split())
    chosen = shown and conflict.field in touched
    return _now(replace(conflict, settled=conflict.settled or chosen), says)


def _now(conflict: Conflict, says: Said) -> Conflict:
    now = says[conflict.field]
    return replace(conflict, now=now, settled=conflict.settled or now == conflict.edited)


def _joined(first: Iterable[Conflict], others: Iterable[Conflict]) -> tuple[Conflict, ...]:
    """(3) The conflicts, each edit once, as the first say."""
    told = {conflict.edit: conflict for conflict in first}
    return (*told.values(), *(c for c in others if c.edit not in told))


def _key(row: EnteredRow) -> Key:
    return row.form_code, row.indicator_code


def _entered(key: Key, row: FilledRow, reason: str) -> EnteredRow:
    return EnteredRow(*key, dict(row.texts), row.actual, reason, row.status)


def _said(row: EnteredRow) -> Said:
    return said_by(FilledRow(row.indicator_code, row.texts, row.actual, row.status))


def _figure(actual: Decimal | None, status: FigureStatus) -> str:
    """The figure in words; empty where nothing was said yet."""
    if actual is not None and status is FigureStatus.UNAVAILABLE:  # to be told, not to be lost
        return f"{format_number(actual)} ({status})"
    nothing = actual is None and status is not FigureStatus.UNAVAILABLE
    return "" if nothing else show_figure(actual, status)
