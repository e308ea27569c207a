from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.domain.master import MasterData, Post
from pipeline.domain.master_changes import NEW_ROW, ORDER, REMOVED_ROW, MasterChange, changes

from .masters import CAPTURE, HEAD, MASTER, NIPS, masters, with_tenure


@settings(max_examples=30, deadline=None)
@given(masters(), masters())
def test_there_are_changes_wherever_two_differ(old: MasterData, new: MasterData) -> None:
    assert bool(changes(old, new)) == (old != new)
    assert changes(old, old) == []


@settings(max_examples=30, deadline=None)
@given(masters(), st.randoms())
def test_rows_in_another_order_are_a_change(master: MasterData, random: object) -> None:
    tenures = list(master.tenures)
    random.shuffle(tenures)  # type: ignore[attr-defined]
    moved = replace(master, tenures=tuple(tenures))
    assume(moved != master)
    assert [c.field for c in changes(master, moved)] == [ORDER]


def test_a_field_is_shown_as_it_was_and_as_it_becomes() -> None:
    assert changes(MASTER, with_tenure(1, nip=NIPS[2], active_to=None)) == [
        MasterChange(
            f"Pejabat · {CAPTURE}, Contoh Dua",
            "NIP",
            "19860926 201505 2 001",
            "19900101 202321 1 003",
        ),
        MasterChange(f"Pejabat · {CAPTURE}, Contoh Dua", "Sampai", "31-07-2026", ""),
    ]


def test_a_day_that_is_put_right_is_no_new_row() -> None:
    [change] = changes(MASTER, with_tenure(2, active_from=date(2026, 8, 3)))
    assert change == MasterChange(
        f"Pejabat · Plt. {CAPTURE}, Contoh Satu, S.Pi.", "Berlaku Sejak", "01-08-2026", "03-08-2026"
    )
    moved = replace(MASTER.targets[1], effective=date(2026, 9, 1))
    [change] = changes(
        MASTER, replace(MASTER, targets=(MASTER.targets[0], moved, *MASTER.targets[2:]))
    )
    assert (change.field, change.new) == ("Berlaku Sejak", "01-09-2026")


def test_targets_are_shown_by_their_columns() -> None:
    first, second, third = MASTER.targets
    changed = replace(third, quarters=(None, *third.quarters[1:]))
    assert changes(MASTER, replace(MASTER, targets=(first, second, changed))) == [
        MasterChange("Target · IK-2 tahun 2026, sejak 02-01-2026", "Target TW I", "-25–-18", "")
    ]


def test_rows_that_come_and_go_are_told_whole() -> None:
    without = replace(MASTER, openings=(), posts=(*MASTER.posts, Post("Kasubag", "Dinas")))
    new, removed = changes(MASTER, without)
    assert new == MasterChange("Jabatan · Kasubag", NEW_ROW, "", "Jabatan: Kasubag; Unit: Dinas")
    assert removed == MasterChange(
        "Saldo Awal · IK-1 tahun 2026, triwulan 1",
        REMOVED_ROW,
        "Kode Indikator: IK-1; Tahun: 2026; Triwulan: 1; Realisasi: 14.210,5;"
        " Sumber: Laporan TW I 2026",
        "",
    )


def test_another_spelling_of_a_name_is_the_same_row() -> None:
    posts = (Post("KEPALA DINAS", "Dinas"), *MASTER.posts[1:])
    assert changes(MASTER, replace(MASTER, posts=posts)) == [
        MasterChange(f"Jabatan · {HEAD}", "Jabatan", HEAD, "KEPALA DINAS")
    ]


def test_a_row_in_another_place_is_told_with_both() -> None:
    posts = (MASTER.posts[1], MASTER.posts[0], *MASTER.posts[2:])
    assert changes(MASTER, replace(MASTER, posts=posts)) == [
        MasterChange("Jabatan", ORDER, f"ke-1: {HEAD}", f"ke-1: {CAPTURE}")
    ]


def test_a_successor_is_a_new_row_beside_the_old_one() -> None:
    old = MASTER.tenures[0]
    tenures = (
        replace(old, active_to=date(2026, 9, 30)),
        *MASTER.tenures[1:],
        replace(old, nip=NIPS[2], name="Contoh Tiga", active_from=date(2026, 10, 1)),
    )
    found = changes(MASTER, replace(MASTER, tenures=tenures))
    assert [c.field for c in found] == ["Sampai", NEW_ROW]


def test_an_equal_number_in_another_writing_is_no_change() -> None:
    same = replace(MASTER.openings[0], actual=Decimal("14210.50"))
    assert changes(MASTER, replace(MASTER, openings=(same,))) == []
