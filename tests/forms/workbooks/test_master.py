import io
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from pipeline.domain.finding import errors, warnings
from pipeline.domain.master import MasterData, Post, Tenure, Unit
from pipeline.domain.master_tables import HEADINGS, TARGET_HEADINGS, MasterTable
from pipeline.forms.workbooks.master import is_master, read_master, write_master
from pipeline.forms.workbooks.master_columns import COLUMNS
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.sheet import TOP
from pipeline.forms.workbooks.statements import write_statements

from ...domain.masters import CAPTURE, HEAD, MASTER, NIPS, masters
from .samples import OFFICE, ROSTER, STATEMENTS, edited, said, saved

GOOD = write_master(MASTER, office_name=OFFICE, version=3)
FIRST = TOP + 1
Change = Callable[[Worksheet], object]


def column(table: MasterTable, heading: str) -> int:
    return [c.heading for c in COLUMNS[table]].index(heading) + 1


def setting(table: MasterTable, heading: str, value: object, row: int = FIRST) -> Change:
    return lambda sheet: setattr(sheet.cell(row, column(table, heading)), "value", value)


def read_after(table: MasterTable, change: Change) -> tuple[MasterData | None, str]:
    reading = read_master(edited(GOOD, change, table))
    assert (reading.master is None) == bool(errors(reading.findings))
    return reading.master, said(reading.findings)


def findings_after(table: MasterTable, change: Change) -> str:
    return read_after(table, change)[1]


@settings(max_examples=30, deadline=None)
@given(masters(), st.integers(0, 10**6))
def test_master_data_round_trip(master: MasterData, version: int) -> None:
    data = write_master(master, office_name=OFFICE, version=version)
    reading = read_master(data)
    assert not errors(reading.findings), said(reading.findings)
    assert reading.master == master
    assert reading.version == version
    assert is_master(data)


def test_the_sample_reads_back_without_a_word() -> None:
    reading = read_master(GOOD)
    assert (reading.master, reading.version, reading.findings) == (MASTER, 3, [])
    assert reading.place is not None
    assert reading.place(MasterTable.TENURES, 1) == "lembar Pejabat, baris 8"


def test_the_columns_are_those_of_the_domain() -> None:
    for table, columns in COLUMNS.items():
        read = [c.heading for c in columns if c.read]
        quarters = TARGET_HEADINGS if table is MasterTable.TARGETS else ()
        assert read == [*HEADINGS[table].values(), *quarters]


def test_the_workbook_says_its_version_and_offers_lists() -> None:
    book = load_workbook(io.BytesIO(GOOD))
    assert book.sheetnames == [*MasterTable, "Petunjuk"]
    assert {book[name]["A3"].value for name in MasterTable} == {"Versi 3"}
    offered = {
        name: [check.formula1 for check in book[name].data_validations.dataValidation]
        for name in MasterTable
    }
    assert offered == {
        "Unit": ["=Unit!$A$7:$A$39"],
        "Jabatan": ["=Unit!$A$7:$A$39"],
        "Pejabat": ["=Jabatan!$A$7:$A$40", '"definitif,Plt.,Plh."'],
        "Indikator": ['"positif,negatif,rentang"', '"jumlah,rata-rata,terakhir"'],
        "Target": ["=Indikator!$A$7:$A$38"],
        "Saldo Awal": ["=Indikator!$A$7:$A$38", '"1,2,3"'],
    }
    assert {book[name].freeze_panes for name in MasterTable} == {"B7"}


def test_text_never_becomes_a_formula() -> None:
    risky = ("=1+1", "+62", "-5", "@x")
    units = tuple(Unit(text) for text in risky)
    data = write_master(MasterData(units=units), office_name="=A1", version=0)
    sheet = load_workbook(io.BytesIO(data))["Unit"]
    cells = [sheet.cell(FIRST + at, 1) for at in range(4)]
    assert [(c.value, c.data_type, c.quotePrefix) for c in cells] == [
        (text, "s", True) for text in risky
    ]
    assert read_master(data).master == MasterData(units=units)


@pytest.mark.parametrize(
    ("table", "heading", "value", "message"),
    [
        (MasterTable.UNITS, "Unit", "=A1", "kolom Unit: berisi rumus"),
        (MasterTable.UNITS, "Unit", "bidang  TANGKAP", "unit ini sudah ada di lembar Unit, baris"),
        (MasterTable.UNITS, "Induk", "Bidang Tangkap", "dirinya sendiri: Dinas → Bidang Tangkap"),
        (MasterTable.POSTS, "Jabatan", None, "kolom Jabatan: belum diisi"),
        (MasterTable.POSTS, "Unit", "Gudang", "kolom Unit: unit “Gudang” tidak ada"),
        (MasterTable.TENURES, "Jabatan", "Kepala Gudang", "“Kepala Gudang” tidak ada"),
        (MasterTable.TENURES, "Nama", " ", "kolom Nama: belum diisi"),
        (MasterTable.TENURES, "NIP", 197803142003121004, "NIP tersimpan sebagai angka"),
        (MasterTable.TENURES, "NIP", "12345", "NIP harus 18 angka"),
        (MasterTable.TENURES, "Golongan", None, "kolom Golongan: belum diisi"),
        (MasterTable.TENURES, "Status", "Pjs.", "“Pjs.” tidak dikenal -> pilih salah satu"),
        (MasterTable.TENURES, "Status", None, "kolom Status: belum diisi"),
        (MasterTable.TENURES, "Status", "plt", "Plt. tanpa nomor SK"),
        (MasterTable.TENURES, "Berlaku Sejak", None, "belum diisi -> isi Berlaku Sejak, misalnya"),
        (MasterTable.TENURES, "Berlaku Sejak", "awal 2024", "“awal 2024” bukan tanggal -> tulis"),
        (MasterTable.TENURES, "Berlaku Sejak", 45293, "bukan tanggal -> tulis misalnya 31-12-2026"),
        (MasterTable.TENURES, "Berlaku Sejak", time(8, 30), "angka atau jam, bukan tanggal"),
        (MasterTable.TENURES, "Berlaku Sejak", "=TODAY()", "kolom Berlaku Sejak: berisi rumus"),
        (MasterTable.TENURES, "Berlaku Sejak", date(2001, 1, 1), "menurut NIP (Desember 2003)"),
        (MasterTable.TENURES, "Sampai", "31-02-2026", "“31-02-2026” bukan tanggal"),
        (MasterTable.TENURES, "Sampai", "31-12-23", "“31-12-23” bukan tanggal"),
        (MasterTable.TENURES, "Sampai", "1 Januari 2024", "berakhir 01-01-2024, padahal mulai"),
        (MasterTable.INDICATORS, "Kode", "ik 1/a", "tidak dapat menjadi kode"),
        (MasterTable.INDICATORS, "Kode", "ik-2", "kode ini sudah dipakai lembar Indikator, baris"),
        (MasterTable.INDICATORS, "Polaritas", "naik", "“naik” tidak dikenal"),
        (MasterTable.INDICATORS, "Polaritas", "rentang", "memerlukan target berupa rentang"),
        (MasterTable.INDICATORS, "Satuan", date(2026, 1, 1), "berisi tanggal atau jam"),
        (MasterTable.TARGETS, "Kode Indikator", "IK-9", "indikator “IK-9” tidak ada"),
        (MasterTable.TARGETS, "Tahun", "26", "“26” bukan tahun"),
        (MasterTable.TARGETS, "Tahun", None, "kolom Tahun: belum diisi"),
        (MasterTable.TARGETS, "Tahun", 2025, "target tahun 2025 berlaku 02-01-2026, sesudah"),
        (MasterTable.TARGETS, "Berlaku Sejak", "20-08-2026", "dengan tanggal ini sudah ada di"),
        (MasterTable.TARGETS, "Target Tahunan", None, "kolom Target Tahunan: belum diisi"),
        (MasterTable.TARGETS, "Target TW I", "banyak", "“banyak” tidak terbaca sebagai angka"),
        (MasterTable.TARGETS, "Target TW II", "90–80", "melebihi batas atasnya"),
        (MasterTable.TARGETS, "Target TW III", "=SUM(A1:A2)", "kolom Target TW III: berisi rumus"),
        (MasterTable.OPENINGS, "Triwulan", "4", "saldo awal hanya untuk triwulan 1 sampai 3"),
        (MasterTable.OPENINGS, "Triwulan", "semester", "“semester” bukan triwulan"),
        (MasterTable.OPENINGS, "Realisasi", "–", "belum diisi -> isi realisasinya, atau hapus"),
        (MasterTable.OPENINGS, "Realisasi", "kira-kira 5", "tidak terbaca sebagai angka"),
        (MasterTable.OPENINGS, "Sumber", None, "kolom Sumber: belum diisi"),
    ],
)
def test_each_fault_names_its_row_and_mend(
    table: MasterTable, heading: str, value: object, message: str
) -> None:
    master, text = read_after(table, setting(table, heading, value))
    assert master is None
    assert message in text
    for line in text.splitlines():
        place = line.split(": ")[1]
        assert place.startswith("lembar ")
        assert ", baris " in place
        assert line.rpartition(" -> ")[2]


def test_a_unit_without_a_name_is_missing_to_what_refers_to_it() -> None:
    change = setting(MasterTable.UNITS, "Unit", None, FIRST + 1)
    text = findings_after(MasterTable.UNITS, change)
    assert "lembar Unit, baris 8, kolom Unit: belum diisi -> isi Unit" in text
    assert "lembar Jabatan, baris 8, kolom Unit: unit “Bidang Tangkap” tidak ada" in text


def test_a_duplicate_row_is_named_with_the_first() -> None:
    def repeat(sheet: Worksheet) -> None:
        for at in range(1, 9):
            sheet.cell(FIRST + 4, at, sheet.cell(FIRST, at).value)

    text = findings_after(MasterTable.TENURES, repeat)
    assert text.splitlines() == [
        "kesalahan: lembar Pejabat, baris 11, kolom Jabatan: baris ini sama dengan lembar Pejabat,"
        " baris 7 -> hapus salah satunya"
    ]


def test_two_definitive_holders_are_both_named() -> None:
    text = findings_after(MasterTable.TENURES, setting(MasterTable.TENURES, "Jabatan", CAPTURE))
    assert "Contoh Dua (01-03-2022 s.d. 31-07-2026) dan Contoh Satu, S.Pi. (sejak 02-01" in text
    assert "isi atau betulkan Sampai di lembar Pejabat, baris 8" in text


def test_every_finding_comes_at_once() -> None:
    book = load_workbook(io.BytesIO(GOOD))
    book["Unit"].cell(FIRST + 1, 2, "Gudang")
    book["Pejabat"].cell(FIRST, 6, "kemarin")
    book["Pejabat"].cell(FIRST + 3, 3, "123")
    book["Saldo Awal"].cell(FIRST, 4, "=1+1")
    reading = read_master(saved(book))
    assert reading.master is None
    assert reading.version == 3
    assert [f.place for f in reading.findings] == [
        "lembar Pejabat, baris 7, kolom Berlaku Sejak",
        "lembar Pejabat, baris 10, kolom NIP",
        "lembar Saldo Awal, baris 7, kolom Realisasi",
        "lembar Unit, baris 8, kolom Induk",
    ]


@pytest.mark.parametrize(
    "value",
    [
        date(2024, 1, 2),
        datetime(2024, 1, 2, 15, 0),
        "02-01-2024",
        "2/1/2024",
        "2.1.2024",
        " 2 Januari  2024 ",
        "2 Jan. 2024",
        "2-jan-2024",
        "2024-01-02",
    ],
)
def test_days_as_people_write_them(value: object) -> None:
    change = setting(MasterTable.TENURES, "Berlaku Sejak", value)
    assert read_after(MasterTable.TENURES, change) == (MASTER, "")


def test_other_spellings_are_the_same() -> None:
    def respell(sheet: Worksheet) -> None:
        setting(MasterTable.TENURES, "Jabatan", " kepala   DINAS ")(sheet)
        setting(MasterTable.TENURES, "Status", "Definitif")(sheet)
        setting(MasterTable.TENURES, "NIP", "19780314 200312 1 004")(sheet)
        setting(MasterTable.TENURES, "Status", "PLT", FIRST + 2)(sheet)

    assert read_after(MasterTable.TENURES, respell) == (MASTER, "")

    def respell_opening(sheet: Worksheet) -> None:
        setting(MasterTable.OPENINGS, "Kode Indikator", "ik-1")(sheet)
        setting(MasterTable.OPENINGS, "Triwulan", "TW I")(sheet)
        setting(MasterTable.OPENINGS, "Tahun", 2026)(sheet)

    assert read_after(MasterTable.OPENINGS, respell_opening) == (MASTER, "")


def test_the_likelier_reading_is_pointed_out() -> None:
    change = setting(MasterTable.OPENINGS, "Realisasi", "14,210")
    master, text = read_after(MasterTable.OPENINGS, change)
    assert master is not None
    assert "padahal 14.210 lebih dekat" in text


def test_a_target_of_zero_travels_as_a_warning() -> None:
    master, text = read_after(MasterTable.TARGETS, setting(MasterTable.TARGETS, "Target TW I", 0))
    assert master is not None
    assert text.startswith("peringatan: lembar Target, baris 7, kolom Target TW I: target 0")


def test_columns_may_stand_in_another_order() -> None:
    def swap(sheet: Worksheet) -> None:
        sheet.move_range(f"C{TOP}:C60", cols=30)
        sheet.move_range(f"A{TOP}:A60", cols=20)

    assert read_after(MasterTable.TENURES, swap) == (MASTER, "")


def test_values_under_the_wrong_heading_are_found_row_by_row() -> None:
    def swap(sheet: Worksheet) -> None:
        setting(MasterTable.TENURES, "Nama", "NIP", TOP)(sheet)
        setting(MasterTable.TENURES, "NIP", "Nama", TOP)(sheet)

    text = findings_after(MasterTable.TENURES, swap)
    assert text.count("NIP harus 18 angka") == len(MASTER.tenures)


def test_merged_cells_are_refused() -> None:
    text = findings_after(
        MasterTable.TENURES, lambda sheet: sheet.merge_cells(f"A{FIRST}:A{FIRST + 1}")
    )
    assert "lembar Pejabat, baris 7: ada sel yang digabung" in text


def test_a_missing_sheet_is_the_only_thing_said() -> None:
    book = load_workbook(io.BytesIO(GOOD))
    del book["Jabatan"]
    reading = read_master(saved(book))
    assert reading.master is None
    [finding] = reading.findings
    assert finding.place == "lembar Jabatan"
    assert "judul kolom tabel tidak ditemukan" in finding.message


def test_a_missing_column_is_named() -> None:
    text = findings_after(MasterTable.TENURES, lambda sheet: sheet.delete_cols(6))
    assert "lembar Pejabat, baris 6: kolom Berlaku Sejak tidak ada" in text


def test_sheets_of_other_names_are_known_by_their_headings() -> None:
    book = load_workbook(io.BytesIO(GOOD))
    for number, sheet in enumerate(book.worksheets):
        sheet.title = f"Sheet{number}"
    data = saved(book)
    assert not is_master(data)
    reading = read_master(data)
    assert (reading.master, reading.version) == (MASTER, 3)


def test_the_version_is_lost_with_the_properties() -> None:
    book = load_workbook(io.BytesIO(GOOD))
    for name in book.custom_doc_props.names:
        del book.custom_doc_props[name]
    reading = read_master(saved(book))
    assert (reading.master, reading.version) == (MASTER, None)


@pytest.mark.parametrize(
    "data",
    [
        write_roster(ROSTER, STATEMENTS, office_name=OFFICE),
        write_statements(STATEMENTS, office_name=OFFICE),
        saved(Workbook()),
    ],
    ids=["roster", "statements", "empty"],
)
def test_another_workbook_is_told_apart(data: bytes) -> None:
    assert not is_master(data)
    reading = read_master(data)
    assert reading.master is None
    [finding] = reading.findings
    assert "bukan Data Induk; lembarnya: " in finding.message
    assert "buku kerja Data Induk" in finding.mend


@pytest.mark.parametrize("data", [b"", b"PK", b"Unit;Induk\n", GOOD[:-300], b"\xd0\xcf\x11\xe0"])
def test_what_is_no_workbook(data: bytes) -> None:
    assert not is_master(data)
    reading = read_master(data)
    assert reading.master is None
    [finding] = reading.findings
    assert finding.mend


@given(st.binary(max_size=200))
def test_no_rubbish_makes_it_fail(data: bytes) -> None:
    assert not is_master(b"PK\x03\x04" + data)
    assert read_master(data).master is None


def test_a_spoiled_data_induk_is_still_meant_as_one() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD)) as source, zipfile.ZipFile(out, "w") as target:
        for entry in source.namelist():
            spoiled = entry == "xl/worksheets/sheet1.xml"
            target.writestr(entry, b"<worksheet" if spoiled else source.read(entry))
    assert is_master(out.getvalue())
    assert "bukan buku kerja" in said(read_master(out.getvalue()).findings)


def test_two_thousand_officials(tmp_path: Path) -> None:
    posts = tuple(Post(f"Kepala Seksi {at:04}", "Dinas") for at in range(2000))
    tenures = tuple(
        Tenure(post.name, f"Contoh {at}", nip, "Golongan IX", date(2024, 1, 2))
        for at, post in enumerate(posts)
        for nip in [f"19910101202321{at % 2 + 1}{at // 2:03}"]
    )
    many = replace(MASTER, posts=(*MASTER.posts, *posts), tenures=(*MASTER.tenures, *tenures))
    data = write_master(many, office_name=OFFICE, version=1)
    assert is_master(data)
    path = tmp_path / "induk.xlsx"
    path.write_bytes(data)
    book = load_workbook(path)
    book["Pejabat"].cell(FIRST + 1500, 6, "besok")
    assert [f.place for f in read_master(saved(book)).findings] == [
        "lembar Pejabat, baris 1507, kolom Berlaku Sejak"
    ]
    reading = read_master(data)
    assert not warnings(reading.findings)
    assert reading.master == many
    assert len(reading.master.officials_on(date(2026, 1, 5))) == 2003
    assert reading.master.posts_of(NIPS[0], date(2026, 1, 5)) == (HEAD,)
