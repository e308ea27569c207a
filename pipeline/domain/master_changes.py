"""What a proposal changes in the master data, as people read it."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain.master import (
    Definition,
    MasterData,
    Opening,
    Post,
    TargetSet,
    Tenure,
    Unit,
)
from pipeline.domain.master_tables import (
    Entry,
    MasterTable,
    entries,
    label,
    show,
    values,
)
from pipeline.domain.naming import name_key

NEW_ROW, REMOVED_ROW, ORDER = "(baris baru)", "(baris dihapus)", "(urutan baris)"
Pair = tuple[int | None, int | None]
"""A row by its index before and after."""


@dataclass(frozen=True)
class MasterChange:
    """One change, in Indonesian: ``what`` such as ``Pejabat · Kabid Tangkap, Nama``.

    A row that is new has no ``old``, one that is removed no ``new``.
    """

    what: str
    field: str
    old: str
    new: str


def changes(old: MasterData, new: MasterData) -> list[MasterChange]:
    """What ``new`` changes in ``old``, by table and by row; empty only where they are equal."""
    return [change for table in MasterTable for change in _table_changes(table, old, new)]


def _table_changes(table: MasterTable, old: MasterData, new: MasterData) -> Iterator[MasterChange]:
    before, after = entries(old, table), entries(new, table)
    pairs = _paired(before, after)
    for was, now in pairs:
        if was is not None and now is not None:
            yield from _row_changes(table, before[was], after[now])
        elif now is not None:
            yield MasterChange(_what(table, after[now]), NEW_ROW, "", _summary(after[now]))
        elif was is not None:
            yield MasterChange(_what(table, before[was]), REMOVED_ROW, _summary(before[was]), "")
    yield from _order_change(table, pairs, before)


def _row_changes(table: MasterTable, before: Entry, after: Entry) -> Iterator[MasterChange]:
    was, now = values(before), values(after)
    for heading, value in now.items():
        if value != was[heading]:
            shown = show(heading, was[heading]), show(heading, value)
            yield MasterChange(_what(table, before), heading, *shown)


def _order_change(
    table: MasterTable, pairs: Sequence[Pair], rows: Sequence[Entry]
) -> Iterator[MasterChange]:
    """The first row that stands elsewhere among those that stay; rows print in their order."""
    after = [was for was, now in pairs if was is not None and now is not None]
    for number, (was, now) in enumerate(zip(sorted(after), after, strict=True), start=1):
        if was != now:
            names = (f"ke-{number}: {label(rows[at])}" for at in (was, now))
            yield MasterChange(str(table), ORDER, *names)
            return


def _paired(old: Sequence[Entry], new: Sequence[Entry]) -> list[Pair]:
    """Each row with the one that it was: those of ``new`` in order, then what is removed."""
    left, matched = list(range(len(old))), dict[int, int]()
    for key in _KEYS:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for was in reversed(left):
            waiting[key(old[was])].append(was)
        for now, entry in enumerate(new):
            if now not in matched and waiting[key(entry)]:
                matched[now] = waiting[key(entry)].pop()
        taken = set(matched.values())
        left = [was for was in left if was not in taken]
    return [*((matched.get(now), now) for now in range(len(new))), *((was, None) for was in left)]


def _identity(entry: Entry) -> Hashable:
    """What makes an entry the one it is."""
    match entry:
        case Unit() | Post():
            return name_key(entry.name)
        case Tenure():
            return (name_key(entry.post), entry.nip, entry.capacity, entry.active_from)
        case Definition():
            return name_key(entry.code)
        case TargetSet():
            return (name_key(entry.indicator), entry.year, entry.effective)
        case Opening():
            return (name_key(entry.indicator), entry.year, entry.quarter)


def _likeness(entry: Entry) -> Hashable:
    """By what a row is still the same one though its day was put right."""
    match entry:
        case Tenure():
            return (name_key(entry.post), entry.nip, entry.capacity)
        case TargetSet():
            return (name_key(entry.indicator), entry.year, name_key(entry.basis))
        case _:
            return _identity(entry)


def _lasting(entry: Entry) -> Hashable:
    """By what a tenure is still the same one though its person's NIP was put right."""
    if isinstance(entry, Tenure):
        return (name_key(entry.post), entry.capacity, entry.active_from)
    return _identity(entry)


_KEYS: tuple[Callable[[Entry], Hashable], ...] = (
    lambda entry: entry,
    _identity,
    _likeness,
    _lasting,
)


def _what(table: MasterTable, entry: Entry) -> str:
    return f"{table} · {label(entry)}"


def _summary(entry: Entry) -> str:
    shown = ((heading, show(heading, value)) for heading, value in values(entry).items())
    return "; ".join(f"{heading}: {text}" for heading, text in shown if text)
