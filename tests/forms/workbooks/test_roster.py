from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.finding import errors, warnings
from pipeline.domain.indicator import Target
from pipeline.domain.naming import name_key, post_folder
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Part, Roster, Statements
from pipeline.forms.workbooks.roster import read_roster, write_roster
from pipeline.forms.workbooks.roster_reading import known_grade
from pipeline.forms.workbooks.sheet import TOP

from .samples import (
    NIPS,
    OFFICE,
    OFFICIALS,
    PERIOD,
    ROSTER,
    STATEMENTS,
    edited,
    grades,
    lines,
    names,
    said,
)

GOOD = write_roster(ROSTER, STATEMENTS, office_name=OFFICE)
FIRST = TOP + 1
Change = Callable[[Worksheet], object]


def setting(column: int, value: object, row: int = FIRST) -> Change:
    return lambda sheet: setattr(sheet.cell(row, column), "value", value)


def findings_after(sheet: str, change: Change, statements: Statements | None = STATEMENTS) -> str:
    read, findings = read_roster(edited(GOOD, change, sheet), statements)
    assert (read is None) == bool(errors(findings))
    return said(findings)


@st.composite
def rosters(draw: st.DrawFn) -> Roster:
    apart = (name_key, lambda post: post_folder(post).casefold())
    posts = draw(st.lists(names, min_size=1, max_size=4, unique_by=apart))
    officials = [
        Official(post, draw(names), draw(st.sampled_from(NIPS)), draw(grades), draw(lines))
        for post in posts
    ]
    pairs = st.builds(Assignment, st.sampled_from(posts), st.sampled_from(["IK-1", "IK-2"]))
    given = draw(st.lists(st.sampled_from(posts), unique=True))
    assignments = [
        *draw(st.lists(pairs, min_size=1, max_size=6, unique=True)),
        *([Assignment(draw(st.sampled_from(posts)), "IK-5")] if given else []),
        *(Assignment(post, "IK-5", Part.CONTRIBUTES) for post in given),
    ]
    return Roster(PERIOD, tuple(officials), tuple(draw(st.permutations(assignments))))


@settings(max_examples=30, deadline=None)
@given(rosters())
def test_rosters_round_trip(roster: Roster) -> None:
    data = write_roster(roster, STATEMENTS, office_name=OFFICE)
    read, findings = read_roster(data, STATEMENTS)
    assert not errors(findings), said(findings)
    assert read == roster


def test_the_sample_reads_back_with_the_unassigned_indicator_as_a_warning() -> None:
    read, [finding] = read_roster(GOOD, STATEMENTS)
    assert read == ROSTER
    assert "indikator IK-4 belum ditugaskan" in finding.message
    assert read_roster(GOOD, None) == (ROSTER, [])


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (1, None, "kolom Jabatan: belum diisi"),
        (2, None, "kolom Nama: belum diisi"),
        (2, " \n ", "kolom Nama: belum diisi"),
        (3, None, "kolom NIP: belum diisi"),
        (3, "12345", "NIP harus 18 angka"),
        (3, "197813142003121004", "bukan tanggal lahir"),
        (3, 1.97803142003121e17, "tersimpan sebagai angka"),
        (3, 197803142003121004, "tersimpan sebagai angka"),
        (3, "=A1", "berisi rumus"),
        (1, "kepala  bidang BUDIDAYA", "jabatan ini sudah ada di lembar Pejabat, baris 7"),
    ],
)
def test_faults_of_officials(column: int, value: object, message: str) -> None:
    text = findings_after("Pejabat", setting(column, value))
    assert f"kesalahan: lembar Pejabat, baris {8 if 'sudah ada' in message else 7}" in text
    assert message in text


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Kepala UPTD: Utara/Barat", "kepala uptd- utara-barat"),
        ("Kepala UPTD?", "Kepala UPTD"),
        ("Kepala UPTD.", "Kepala UPTD"),
    ],
)
def test_two_posts_that_would_share_a_folder(first: str, second: str) -> None:
    def rename(sheet: Worksheet) -> None:
        setting(1, first)(sheet)
        setting(1, second, FIRST + 1)(sheet)

    text = findings_after("Pejabat", rename)
    assert f"kesalahan: lembar Pejabat, baris {FIRST + 1}, kolom Jabatan: jabatan ini akan" in text
    assert f"bersama jabatan di lembar Pejabat, baris {FIRST}" in text
    assert "-> tulis kedua jabatan" in text


def test_long_posts_that_differ_at_their_end_are_two() -> None:
    def rename(sheet: Worksheet) -> None:
        for row, end in enumerate(("Utara", "Selatan"), FIRST):
            setting(1, f"Kepala Seksi Pengawasan Sumber Daya Perikanan Wilayah {end}", row)(sheet)

    assert "folder" not in findings_after("Pejabat", rename)


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        (1, "IK-9", "indikator “IK-9” tidak ada di Daftar Pernyataan"),
        (1, "IK-4", "target TW III untuk IK-4 belum ditetapkan"),
        (1, None, "belum diisi"),
        (2, "Kepala Gudang", "jabatan “Kepala Gudang” tidak ada di lembar Pejabat"),
        (2, None, "belum diisi"),
        (1, "=B1", "berisi rumus"),
    ],
)
def test_faults_of_assignments(column: int, value: object, message: str) -> None:
    text = findings_after("Penugasan", setting(column, value))
    assert "kesalahan: lembar Penugasan, baris 7, kolom " in text
    assert message in text


def test_the_mend_for_a_missing_target_names_the_column() -> None:
    text = findings_after("Penugasan", setting(1, "IK-4"))
    assert "isi kolom Target TW III di Daftar Pernyataan" in text


def test_an_assignment_twice() -> None:
    def repeat(sheet: Worksheet) -> None:
        setting(1, "ik-1", FIRST + 1)(sheet)
        setting(2, "KEPALA BIDANG  TANGKAP", FIRST + 1)(sheet)

    assert "penugasan ini sudah ada" in findings_after("Penugasan", repeat)


def test_posts_and_codes_in_another_spelling_are_the_same() -> None:
    def respell(sheet: Worksheet) -> None:
        setting(1, "ik-1")(sheet)
        setting(2, "kepala bidang\u00a0 tangkap ")(sheet)

    read, findings = read_roster(edited(GOOD, respell, "Penugasan"), STATEMENTS)
    assert read == ROSTER, said(findings)


def test_warnings_travel_and_do_not_stop() -> None:
    text = findings_after("Penugasan", setting(2, OFFICIALS[0].post, FIRST + 1))
    assert "peringatan: lembar Penugasan: Kepala Bidang Budidaya tidak ditugasi" in text
    text = findings_after("Pejabat", setting(4, "Honorer"))
    assert "golongan “Honorer” tidak dikenal" in text
    text = findings_after("Penugasan", setting(1, "IK-2"))
    assert "IK-2 ditugaskan kepada Kepala Bidang Budidaya; Kepala Bidang Tangkap" in text


UPTD = OFFICIALS[2].post


def parts(*rows: tuple[str, str, str | None]) -> Change:
    """Assignments in place of the sample's: code, post, part."""

    def write(sheet: Worksheet) -> None:
        for number in range(FIRST, FIRST + 20):
            for column in range(1, 5):
                sheet.cell(number, column).value = None
        for number, row in enumerate(rows, start=FIRST):
            for column, value in enumerate(row, start=1):
                sheet.cell(number, column).value = value

    return write


def test_a_contribution_is_read_in_any_spelling_and_empty_means_reporting() -> None:
    change = parts(
        ("IK-1", OFFICIALS[0].post, None),
        ("IK-1", UPTD, " Menyumbang "),
        ("IK-1", OFFICIALS[0].post, "menyumbang"),
    )
    read, findings = read_roster(edited(GOOD, change, "Penugasan"), STATEMENTS)
    assert errors(findings) == []
    assert read is not None
    assert read.assignments == (
        Assignment(OFFICIALS[0].post, "IK-1"),
        Assignment(UPTD, "IK-1", Part.CONTRIBUTES),
        Assignment(OFFICIALS[0].post, "IK-1", Part.CONTRIBUTES),
    )
    assert "indikator IK-1" not in said(findings)


def test_a_roster_without_the_column_of_parts_reports() -> None:
    def drop(sheet: Worksheet) -> None:
        sheet.delete_cols(3)

    read, findings = read_roster(edited(GOOD, drop, "Penugasan"), STATEMENTS)
    assert read == ROSTER, said(findings)


@pytest.mark.parametrize(
    ("rows", "message", "mend"),
    [
        (
            [("IK-1", UPTD, "menyumbang")],
            "indikator IK-1 mempunyai penyumbang, tetapi tidak ada yang melaporkannya",
            "tambahkan baris dengan peran melaporkan",
        ),
        (
            [
                ("IK-1", UPTD, "menyumbang"),
                ("IK-1", OFFICIALS[0].post, "melaporkan"),
                ("IK-1", OFFICIALS[1].post, None),
            ],
            "dilaporkan oleh Kepala Bidang Budidaya; Kepala Bidang Tangkap",
            "sisakan satu baris berperan melaporkan",
        ),
        (
            [("IK-1", UPTD, "membantu")],
            "“membantu” tidak dikenal",
            "pilih salah satu: melaporkan, menyumbang",
        ),
    ],
)
def test_faults_of_parts(rows: list[tuple[str, str, str | None]], message: str, mend: str) -> None:
    text = findings_after("Penugasan", parts(*rows))
    assert f"kesalahan: lembar Penugasan, baris {FIRST}, kolom Peran: " in text
    assert message in text
    assert mend in text


def test_the_same_part_twice_is_one_too_many() -> None:
    twice = ("IK-1", UPTD, "menyumbang")
    text = findings_after("Penugasan", parts(("IK-1", OFFICIALS[0].post, None), twice, twice))
    assert f"baris {FIRST + 2}, kolom Kode Indikator: penugasan ini sudah ada di" in text
    assert f"lembar Penugasan, baris {FIRST + 1}" in text


def test_parts_of_a_percentage_make_no_sum() -> None:
    text = findings_after(
        "Penugasan", parts(("IK-3", UPTD, None), ("IK-3", OFFICIALS[0].post, "menyumbang"))
    )
    assert f"peringatan: lembar Penugasan, baris {FIRST + 1}, kolom Peran: kontribusi" in text
    assert "kesalahan" not in text


def test_a_target_of_zero_is_pointed_out() -> None:
    first, *others = STATEMENTS.indicators
    zero = replace(first, quarter_targets=(Target(Decimal(0)),) * 4)
    statements = replace(STATEMENTS, indicators=(zero, *others))
    read, findings = read_roster(GOOD, statements)
    assert read == ROSTER
    text = said(warnings(findings))
    assert f"lembar Penugasan, baris {FIRST}, kolom Kode Indikator: target TW III" in text
    assert "adalah 0; capaiannya tidak dapat dihitung" in text


def test_columns_in_another_order_are_found_by_their_headings() -> None:
    def swap(sheet: Worksheet) -> None:
        for row in range(TOP, FIRST + len(ROSTER.assignments)):
            one, two = sheet.cell(row, 1), sheet.cell(row, 2)
            one.value, two.value = two.value, one.value

    read, findings = read_roster(edited(GOOD, swap, "Penugasan"), STATEMENTS)
    assert read == ROSTER, said(findings)


def test_values_under_each_others_headings_are_told_row_by_row() -> None:
    def swap(sheet: Worksheet) -> None:
        for row in range(FIRST, FIRST + len(ROSTER.assignments)):
            one, two = sheet.cell(row, 1), sheet.cell(row, 2)
            one.value, two.value = two.value, one.value

    text = findings_after("Penugasan", swap)
    for row in range(FIRST, FIRST + len(ROSTER.assignments)):
        assert f"kesalahan: lembar Penugasan, baris {row}, kolom Kode Indikator" in text


def test_two_thousand_officials_are_read_whole() -> None:
    officials = tuple(
        Official(f"Kepala Unit {n}", f"Contoh {n}", NIPS[0], "III/d", "Unit") for n in range(2000)
    )
    assignments = (
        Assignment(officials[0].post, "IK-1"),
        *(Assignment(o.post, "IK-1", Part.CONTRIBUTES) for o in officials),
        *(Assignment(o.post, "IK-2") for o in officials),
    )
    many = Roster(PERIOD, officials, assignments)
    read, findings = read_roster(write_roster(many, STATEMENTS, office_name=OFFICE), STATEMENTS)
    assert errors(findings) == []
    assert read == many


def test_a_roster_of_another_quarter_is_refused() -> None:
    old = replace(ROSTER, period=Period(2026, 2))
    data = write_roster(old, replace(STATEMENTS, period=None), office_name=OFFICE)
    read, findings = read_roster(data, STATEMENTS)
    assert read is None
    assert "tertulis 2026-TW2, padahal yang menunggu 2026-TW3" in said(errors(findings))


def test_sheets_of_other_names_and_files_that_are_none() -> None:
    def rename(sheet: Worksheet) -> None:
        sheet.title = "Daftar ASN"

    assert read_roster(edited(GOOD, rename, "Pejabat"), None) == (ROSTER, [])
    read, [finding] = read_roster(b"PK", None)
    assert read is None
    assert "bukan buku kerja" in finding.message


def test_both_sheets_are_judged_at_once() -> None:
    def drop(sheet: Worksheet) -> None:
        sheet.delete_rows(TOP)

    text = findings_after("Pejabat", drop)
    assert "lembar Pejabat: judul kolom tabel tidak ditemukan" in text


def test_the_lists_to_pick_from_reach_all_posts_and_codes(tmp_path: Path) -> None:
    path = tmp_path / "pejabat.xlsx"
    path.write_bytes(GOOD)
    sheet = load_workbook(path)["Penugasan"]
    sources = [check.formula1 for check in sheet.data_validations.dataValidation]
    assert sources == [
        *("=Indikator!$A$7:$A$11", "=Pejabat!$A$7:$A$24", '"melaporkan,menyumbang"'),
    ]


@pytest.mark.parametrize(
    ("written", "grade"),
    [
        ("III/d", "III/d"),
        ("Penata Tk. I (III/D)", "III/d"),
        ("IV.a", "IV/a"),
        ("golongan ix", "Golongan IX"),
        ("Gol. XVII", "Golongan XVII"),
        ("V", "Golongan V"),
        ("Golongan III", "Golongan III"),
        ("III", None),
        ("II/e", None),
        ("XVIII", None),
        ("Honorer", None),
    ],
)
def test_grades(written: str, grade: str | None) -> None:
    assert known_grade(written) == grade
