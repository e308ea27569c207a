from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.domain.indicator import Target
from pipeline.domain.master import MasterData, Opening
from pipeline.domain.master_past import rewrites_past
from pipeline.domain.master_tables import MasterTable
from pipeline.domain.period import Period

from ..forms.workbooks.samples import said
from .masters import MASTER, masters, target_set

FIRST, SECOND, THIRD = (Period(2026, quarter) for quarter in (1, 2, 3))
HALF = {FIRST, SECOND}


def with_targets(*targets: object) -> MasterData:
    return replace(MASTER, targets=targets)


@st.composite
def revised(draw: st.DrawFn) -> tuple[MasterData, MasterData]:
    """Master data, and the same with target sets left out, altered, put off, or added."""
    old = draw(masters().filter(lambda master: bool(master.targets)))
    variants = [
        variant
        for one in old.targets
        for variant in (
            one,
            one,
            replace(one, annual=Target(Decimal(1))),
            replace(one, quarters=(None, *one.quarters[1:])),
            replace(one, effective=one.effective + timedelta(days=draw(st.integers(1, 100)))),
        )
    ]
    picked = draw(
        st.lists(st.sampled_from(variants), unique_by=lambda t: (t.indicator, t.year, t.effective))
    )
    return old, replace(old, targets=tuple(picked))


@settings(max_examples=100, deadline=None)
@given(revised(), st.sets(st.integers(1, 4), min_size=1))
def test_what_is_let_through_leaves_every_filed_target_as_it_was(
    pair: tuple[MasterData, MasterData], quarters: set[int]
) -> None:
    old, new = pair
    filed = {Period(one.year, quarter) for one in old.targets for quarter in quarters}
    assert rewrites_past(old, old, filed) == []
    assert rewrites_past(old, new, set()) == []
    same = all(
        _measure(old, code, period) == _measure(new, code, period)
        for code in {one.indicator for one in old.targets}
        for period in filed
        if old.targets_for(code, max(p for p in filed if p.year == period.year)) is not None
    )
    assert same or rewrites_past(old, new, filed)


def _measure(master: MasterData, code: str, period: Period) -> object:
    found = master.targets_for(code, period)
    return found and (found.annual, found.quarters)


def test_a_change_with_a_later_date_is_free() -> None:
    first, second, third = MASTER.targets
    later = replace(second, annual=Target(Decimal(71000)))
    assert rewrites_past(MASTER, with_targets(first, later, third), HALF) == []
    assert rewrites_past(with_targets(first, third), MASTER, HALF) == []
    assert rewrites_past(MASTER, with_targets(first, third), HALF) == []


def test_a_set_that_a_filed_quarter_used_stays() -> None:
    first, *others = MASTER.targets
    changed = replace(first, annual=Target(Decimal(60000)))
    [finding] = rewrites_past(MASTER, with_targets(changed, *others), HALF)
    assert finding.place == "Target · IK-1 tahun 2026, sejak 02-01-2026, kolom Berlaku Sejak"
    assert "diubah, padahal TW II 2026 sudah diarsipkan" in finding.message
    assert "tanggal berlaku sesudah 30-06-2026" in finding.mend
    [finding] = rewrites_past(MASTER, with_targets(*others), HALF)
    assert "dihapus, padahal TW II 2026" in finding.message


def test_a_set_that_is_dated_back_is_refused() -> None:
    back = target_set("IK-1", "1", "1", "", "", "", effective=date(2026, 6, 30), basis="DPA")
    [finding] = rewrites_past(MASTER, with_targets(*MASTER.targets, back), HALF)
    assert "baru, padahal TW II 2026" in finding.message
    forth = replace(back, effective=date(2026, 7, 1))
    assert rewrites_past(MASTER, with_targets(*MASTER.targets, forth), HALF) == []


def test_the_third_quarter_fixes_what_came_into_force_in_it() -> None:
    first, _, third = MASTER.targets
    found = rewrites_past(MASTER, with_targets(first, third), {THIRD})
    assert ["sejak 20-08-2026" in f.message for f in found] == [True]


def test_a_basis_may_be_worded_better() -> None:
    first, *others = MASTER.targets
    worded = replace(first, basis="Perjanjian Kinerja 2026")
    assert rewrites_past(MASTER, with_targets(worded, *others), HALF) == []


def test_an_indicator_that_had_no_targets_yet_is_free() -> None:
    without = with_targets(*MASTER.targets[:2])
    assert rewrites_past(without, MASTER, HALF) == []


@pytest.mark.parametrize(
    ("openings", "message"),
    [
        ((), "berubah dari 14.210,5 menjadi tidak ada"),
        ((replace(MASTER.openings[0], actual=Decimal(14000)),), "dari 14.210,5 menjadi 14.000"),
        (
            (*MASTER.openings, Opening("IK-1", 2026, 2, Decimal(1), "Laporan")),
            "triwulan 2 berubah dari tidak ada menjadi 1",
        ),
    ],
)
def test_an_opening_balance_of_a_year_with_filed_figures_stays(
    openings: tuple[Opening, ...], message: str
) -> None:
    new = replace(MASTER, openings=openings)
    [finding] = rewrites_past(MASTER, new, {THIRD})
    assert message in finding.message
    assert finding.mend
    assert rewrites_past(MASTER, new, {Period(2025, 4)}) == []


def test_a_source_may_be_worded_better() -> None:
    worded = replace(MASTER.openings[0], source="LKjIP")
    assert rewrites_past(MASTER, replace(MASTER, openings=(worded,)), {THIRD}) == []


def test_places_may_be_rows_of_a_workbook() -> None:
    def place(table: MasterTable, index: int) -> str:
        return f"lembar {table}, baris {index + 7}"

    spoiled = replace(MASTER, openings=(replace(MASTER.openings[0], actual=Decimal(1)),))
    text = said(rewrites_past(MASTER, spoiled, {THIRD}, place))
    assert "lembar Saldo Awal, baris 7, kolom Realisasi: " in text
