"""Whether a proposal changes what filed figures were measured by: a change has its own date."""

from collections.abc import Hashable, Iterator, Set
from dataclasses import replace
from decimal import Decimal

from pipeline.domain.finding import Finding
from pipeline.domain.master import MasterData, Opening, TargetSet
from pipeline.domain.master_checks import Place, by_name
from pipeline.domain.master_tables import MasterTable, Placed, label, show, show_date
from pipeline.domain.naming import name_key
from pipeline.domain.period import Period


def rewrites_past(
    old: MasterData, new: MasterData, filed: Set[Period], place: Place | None = None
) -> list[Finding]:
    """Where ``new`` changes targets or opening balances that ``filed`` quarters were made with.

    The target sets in force at the end of a filed quarter, and the opening balances of its year,
    stay as they are for every indicator that had targets then. Another wording of a legal basis or
    a source changes no figure and is free. ``place`` says where an entry of ``new`` stands.
    """
    at = place or by_name(new)
    found: list[Finding] = []
    for year in sorted({period.year for period in filed}):
        last = max(period for period in filed if period.year == year)
        codes = {d.code for d in old.indicators if old.targets_for(d.code, last) is not None}
        measured = {name_key(code) for code in codes}
        found += _changed_targets(old, new, last, measured, at)
        found += _changed_openings(old, new, last, measured, at)
    return found


def _changed_targets(
    old: MasterData, new: MasterData, last: Period, measured: Set[str], place: Place
) -> Iterator[Finding]:
    def used(master: MasterData, at: Place) -> dict[Hashable, Placed[TargetSet]]:
        return {
            (name_key(t.indicator), t.effective): Placed(t, at(MasterTable.TARGETS, index))
            for index, t in enumerate(master.targets)
            if t.year == last.year
            and t.effective <= last.last_day
            and name_key(t.indicator) in measured
        }

    before, after = used(old, by_name(old)), used(new, place)
    mend = (
        "biarkan seperti semula; perubahan target ditulis di baris baru dengan dasar hukumnya dan"
        f" tanggal berlaku sesudah {show_date(last.last_day)}"
    )
    for key in dict.fromkeys([*before, *after]):
        was, now = before.get(key), after.get(key)
        if was is None or now is None or _figures(was.entry) != _figures(now.entry):
            at = now or before[key]
            what = "baru" if was is None else "diubah" if now is not None else "dihapus"
            yield at.finding(
                "effective",
                f"target {label(at.entry)}, {what}, padahal {last.short} sudah diarsipkan dengan"
                " target yang berlaku waktu itu",
                mend,
            )


def _figures(target_set: TargetSet) -> TargetSet:
    """What is measured by: all but the name of the basis."""
    return replace(target_set, indicator=name_key(target_set.indicator), basis="")


def _changed_openings(
    old: MasterData, new: MasterData, last: Period, measured: Set[str], place: Place
) -> Iterator[Finding]:
    def used(master: MasterData, at: Place) -> dict[Hashable, Placed[Opening]]:
        return {
            (name_key(o.indicator), o.quarter): Placed(o, at(MasterTable.OPENINGS, index))
            for index, o in enumerate(master.openings)
            if o.year == last.year and name_key(o.indicator) in measured
        }

    before, after = used(old, by_name(old)), used(new, place)
    for key in dict.fromkeys([*before, *after]):
        was, now = before.get(key), after.get(key)
        at = now or before[key]
        if _actual(was) != _actual(now):
            yield at.finding(
                "actual",
                f"saldo awal {label(at.entry)} berubah dari {_shown(was)} menjadi {_shown(now)},"
                f" padahal angka {last.short} sudah diarsipkan",
                "biarkan seperti semula; angka yang sudah diarsipkan hanya berubah dengan ralat"
                " atau perubahan naskahnya",
            )


def _actual(row: Placed[Opening] | None) -> Decimal | None:
    return row.entry.actual if row else None


def _shown(row: Placed[Opening] | None) -> str:
    return show("", _actual(row)) or "tidak ada"
