from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings

from pipeline.domain.finding import Finding, Severity, errors
from pipeline.domain.indicator import Polarity
from pipeline.domain.master import Capacity, MasterData, Opening, Post, Tenure, Unit
from pipeline.domain.master_checks import problems
from pipeline.domain.master_tables import HEADINGS, TARGET_HEADINGS, MasterTable

from ..forms.workbooks.samples import said
from .masters import (
    CAPTURE,
    FARMING,
    HEAD,
    MASTER,
    NIPS,
    PEOPLE,
    masters,
    target_set,
    with_tenure,
)

HEADED = {*TARGET_HEADINGS, *(heading for each in HEADINGS.values() for heading in each.values())}


def the_problem(master: MasterData) -> Finding:
    [finding] = problems(master)
    assert finding.mend
    assert finding.place.rpartition(", kolom ")[2] in HEADED
    return finding


def with_tenures(*more: Tenure) -> MasterData:
    return replace(MASTER, tenures=(*MASTER.tenures, *more))


def test_the_sample_is_without_fault() -> None:
    assert problems(MASTER) == []
    assert problems(MasterData()) == []


@settings(max_examples=60, deadline=None)
@given(masters())
def test_what_is_in_order_gives_no_error(master: MasterData) -> None:
    assert errors(problems(master)) == [], said(problems(master))


@pytest.mark.parametrize(
    ("units", "place", "message"),
    [
        ((Unit("A"), Unit("B"), Unit("a ")), "Unit · a , kolom Unit", "sudah ada di Unit · A"),
        ((Unit("A", "Z"),), "Unit · A, kolom Induk", "unit “Z” tidak ada"),
        ((Unit("A", "A"),), "Unit · A, kolom Induk", "dirinya sendiri: A → A"),
        (
            (Unit("A", "C"), Unit("B", "A"), Unit("C", "B"), Unit("D", "C")),
            "Unit · A, kolom Induk",
            "dirinya sendiri: A → C → B → A",
        ),
    ],
)
def test_units(units: tuple[Unit, ...], place: str, message: str) -> None:
    finding = the_problem(MasterData(units=units))
    assert finding.place == place
    assert message in finding.message


@pytest.mark.parametrize(
    ("posts", "message"),
    [
        ((Post("Kabid"), Post("KA BID")), "jabatan ini sudah ada di Jabatan · Kabid"),
        ((Post("Kabid", "Z"),), "unit “Z” tidak ada"),
        ((Post("UPTD: A"), Post("UPTD- A")), "akan memakai folder “UPTD- A” bersama jabatan"),
    ],
)
def test_posts(posts: tuple[Post, ...], message: str) -> None:
    assert message in the_problem(MasterData(posts=posts)).message


@pytest.mark.parametrize(
    ("fields", "column", "message"),
    [
        ({"post": "Kepala Gudang"}, "Jabatan", "jabatan “Kepala Gudang” tidak ada"),
        ({"active_to": date(2023, 4, 30)}, "Sampai", "berakhir 30-04-2023, padahal mulai 01-05"),
        ({"nip": "12345"}, "NIP", "NIP harus 18 angka"),
        ({"active_from": date(2022, 12, 31)}, "Berlaku Sejak", "menurut NIP (2023)"),
        ({"active_from": date(1989, 1, 1)}, "Berlaku Sejak", "tanggal lahir menurut NIP (01-01-1"),
        (
            {"capacity": Capacity.ACTING, "active_to": date(2024, 1, 1)},
            "Nomor SK",
            "Plt. tanpa nomor SK",
        ),
        ({"capacity": Capacity.DEPUTY, "decree": "SP-1"}, "Sampai", "Plh. tanpa tanggal akhir"),
    ],
)
def test_a_tenure_by_itself(fields: dict[str, object], column: str, message: str) -> None:
    finding = the_problem(with_tenure(3, **fields))
    assert finding.place.endswith(f", kolom {column}")
    assert message in finding.message


def test_a_civil_servant_holds_nothing_before_the_month_of_the_appointment() -> None:
    early = with_tenure(1, active_from=date(2015, 1, 1))
    assert NIPS[1][8:14] == "201505"
    assert "pengangkatan menurut NIP (Mei 2015)" in the_problem(early).message
    assert problems(with_tenure(1, active_from=date(2015, 5, 1))) == []


def test_an_nip_without_a_year_of_appointment_counts_by_birth() -> None:
    odd = "199001010000211003"
    assert problems(with_tenure(3, nip=odd, active_from=date(1990, 1, 1))) == []


def test_two_definitive_holders_on_one_day_are_both_named() -> None:
    other = Tenure(CAPTURE, PEOPLE[2], NIPS[2], "III/a", date(2026, 7, 31), date(2026, 7, 31))
    finding = the_problem(with_tenures(other))
    assert finding.severity is Severity.ERROR
    assert "Contoh Dua (01-03-2022 s.d. 31-07-2026) dan Contoh Tiga (31-07-2026" in finding.message
    assert "sama-sama definitif pada jabatan ini pada 31-07-2026" in finding.message
    assert f"Sampai di Pejabat · {CAPTURE}, Contoh Dua" in finding.mend
    after = replace(other, active_from=date(2027, 1, 1), active_to=None)
    assert problems(with_tenures(after)) == []


def test_a_long_tenure_meets_later_ones_behind_a_short_one() -> None:
    first = Tenure(FARMING, PEOPLE[0], NIPS[0], "IV/c", date(2020, 1, 1))
    short = Tenure(FARMING, PEOPLE[1], NIPS[1], "IV/c", date(2021, 1, 1), date(2021, 2, 1))
    late = Tenure(FARMING, PEOPLE[2], NIPS[2], "IV/c", date(2024, 1, 1))
    found = problems(with_tenures(late, short, first))
    assert len(found) == 2
    assert all("Contoh Satu, S.Pi. (sejak 01-01-2020) dan" in f.message for f in found)


def test_two_deputies_on_one_day() -> None:
    span = (date(2026, 1, 5), date(2026, 1, 9))
    one = Tenure(HEAD, PEOPLE[1], NIPS[1], "III/d", *span, Capacity.DEPUTY, "SP-1")
    two = replace(one, name=PEOPLE[2], nip=NIPS[2], decree="SP-2")
    assert "sama-sama Plh." in the_problem(with_tenures(one, two)).message
    assert problems(with_tenures(one)) == []


def test_an_acting_holder_beside_a_definitive_one_is_pointed_out() -> None:
    acting = replace(MASTER.tenures[2], active_from=date(2026, 7, 1))
    finding = the_problem(replace(MASTER, tenures=(*MASTER.tenures[:2], acting)))
    assert finding.severity is Severity.WARNING
    assert "padahal Contoh Dua (01-03-2022 s.d. 31-07-2026) menjabat definitif" in finding.message


def test_a_row_twice_is_said_once() -> None:
    finding = the_problem(with_tenures(MASTER.tenures[0]))
    assert "baris ini sama dengan Pejabat · Kepala Dinas" in finding.message


@pytest.mark.parametrize(
    ("name", "faulty"),
    [
        ("Contoh Satu", False),
        ("Dr. H. contoh  satu, S.Pi., M.Si.", False),
        ("Contoh Satu Dua", True),
    ],
)
def test_one_nip_is_one_person(name: str, faulty: bool) -> None:
    found = problems(with_tenure(2, name=name))
    assert bool(found) == faulty
    assert all(f"atas nama Contoh Satu, S.Pi., di sini {name}" in f.message for f in found)
    assert NIPS[0] not in said(found)


def test_a_code_twice() -> None:
    again = replace(MASTER.indicators[0], code="ik-1")
    master = replace(MASTER, indicators=(*MASTER.indicators, again))
    assert "sudah dipakai Indikator · IK-1" in the_problem(master).message


@pytest.mark.parametrize(
    ("fields", "column", "message"),
    [
        ({"indicator": "IK-9"}, "Kode Indikator", "indikator “IK-9” tidak ada"),
        ({"effective": date(2027, 1, 1)}, "Berlaku Sejak", "sesudah tahun itu berakhir"),
        ({"effective": date(2026, 8, 20)}, "Berlaku Sejak", "dengan tanggal ini sudah ada di"),
        ({"basis": "", "effective": date(2026, 9, 1)}, "Dasar Hukum", "sejak 20-08-2026, tanpa"),
    ],
)
def test_a_target_set(fields: dict[str, object], column: str, message: str) -> None:
    first = replace(MASTER.targets[0], **fields)
    finding = the_problem(replace(MASTER, targets=(first, *MASTER.targets[1:])))
    assert finding.severity is Severity.ERROR
    assert finding.place.endswith(f", kolom {column}")
    assert message in finding.message


def test_the_first_target_set_of_a_year_may_be_without_a_basis() -> None:
    first = replace(MASTER.targets[0], basis="", effective=date(2025, 12, 20))
    assert problems(replace(MASTER, targets=(first, *MASTER.targets[1:]))) == []


def test_targets_long_before_their_year_are_pointed_out() -> None:
    def of(day: date) -> list[Finding]:
        first = replace(MASTER.targets[0], effective=day)
        return problems(replace(MASTER, targets=(first, *MASTER.targets[1:])))

    assert of(date(2021, 1, 1)) == []
    [finding] = of(date(2020, 12, 31))
    assert finding.severity is Severity.WARNING


def test_a_range_is_needed_where_a_range_is_judged() -> None:
    single = replace(MASTER.targets[2], quarters=MASTER.targets[0].quarters)
    found = problems(replace(MASTER, targets=(single,)))
    assert [f.place.rpartition(", ")[2] for f in found] == [
        f"kolom {heading}" for heading in TARGET_HEADINGS
    ]


@pytest.mark.parametrize(
    ("polarity", "extra"),
    [(Polarity.POSITIVE, False), (Polarity.NEGATIVE, True)],
)
def test_a_target_of_zero_says_what_follows(polarity: Polarity, extra: bool) -> None:
    known = replace(MASTER.indicators[0], polarity=polarity)
    zero = target_set("IK-1", "10", "0", "5", "5", "")
    finding = the_problem(MasterData(indicators=(known,), targets=(zero,)))
    assert finding.severity is Severity.WARNING
    assert finding.place.endswith("kolom Target TW I")
    assert "target 0: capaian tidak dihitung" in finding.message
    assert ("kecuali realisasinya 0" in finding.message) == extra


def test_a_range_from_zero_is_no_target_of_zero() -> None:
    ranged = target_set("IK-2", "0..5", "0..5", "", "", "")
    assert problems(replace(MASTER, targets=(ranged,))) == []


@pytest.mark.parametrize(
    ("opening", "column", "message"),
    [
        (Opening("IK-9", 2026, 2, Decimal(1), "x"), "Kode Indikator", "“IK-9” tidak ada"),
        (Opening("IK-1", 2026, 4, Decimal(1), "x"), "Triwulan", "hanya untuk triwulan 1 sampai 3"),
        (Opening("IK-1", 2026, 0, Decimal(1), "x"), "Triwulan", "yang tertulis 0"),
        (Opening("IK-1", 2026, 2, Decimal(1), ""), "Sumber", "tanpa sumber"),
        (Opening("IK-1", 2026, 1, Decimal(1), "x"), "Kode Indikator", "sudah ada di Saldo Awal"),
    ],
)
def test_an_opening_balance(opening: Opening, column: str, message: str) -> None:
    finding = the_problem(replace(MASTER, openings=(*MASTER.openings, opening)))
    assert finding.place.endswith(f", kolom {column}")
    assert message in finding.message


def test_places_may_be_rows_of_a_workbook() -> None:
    def place(table: MasterTable, index: int) -> str:
        return f"lembar {table}, baris {index + 7}"

    [finding] = problems(with_tenure(3, nip="1"), place)
    assert finding.place == "lembar Pejabat, baris 10, kolom NIP"
