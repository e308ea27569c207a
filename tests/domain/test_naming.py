import unicodedata
from pathlib import PurePosixPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.domain.naming import (
    dossier_path,
    holds_nik,
    is_safe,
    length,
    post_folder,
    safe_file_name,
    safe_name,
    without_nik,
)
from pipeline.errors import ArchiveError

TEXT = st.text(st.characters(codec=None), max_size=300)
LIMITS = st.integers(24, 120)
FORBIDDEN = set('<>:"/\\|?*%')
DEVICES = {"CON", "PRN", "AUX", "NUL", "COM1", "COM¹", "LPT9", "CONIN$", "CONOUT$"}


def assert_legal(name: str, limit: int) -> None:
    assert name
    assert length(name) <= limit
    assert len(name.encode()) <= 200
    assert unicodedata.is_normalized("NFC", name)
    assert not set(name) & FORBIDDEN
    assert name[0] not in " .~"
    assert name[-1] not in " ."
    assert "  " not in name
    assert all(unicodedata.category(c)[0] != "C" for c in name)
    assert name.split(".", maxsplit=1)[0].rstrip().upper() not in DEVICES


@given(TEXT, LIMITS)
@example("CON", 80)
@example("nul .tar.gz", 80)
@example("com¹.pdf", 80)
@example("CON" + "X" + "\u0301" * 90, 24)
@example("\u202eknil.exe", 80)
@example("a\u200d\u0301", 80)
@example("🐟" * 90, 120)
@example("...", 80)
@example("\ud800", 80)
def test_every_text_becomes_a_legal_name(text: str, limit: int) -> None:
    name = safe_name(text, limit)
    assert_legal(name, limit)
    assert safe_name(name, limit) == name


@given(TEXT, st.sampled_from([".pdf", ".docx", ".tar", ""]), LIMITS)
@example("NUL." + "x" * 90, ".pdf", 80)
def test_a_file_keeps_its_suffix(stem: str, suffix: str, limit: int) -> None:
    name = safe_file_name(f"a{stem}{suffix}", limit)
    assert_legal(name, limit)
    assert name.endswith(suffix)
    assert safe_file_name(name, limit) == name


def test_names_stay_readable() -> None:
    assert safe_name("Data Kinerja TW III/2026: capaian 80%?") == (
        "Data Kinerja TW III-2026- capaian 80 persen"
    )
    assert safe_name("e\u0301  a\tb\u00a0c") == "é a b c"
    assert safe_name("CON.pdf") == "CON_.pdf"
    assert safe_name("  ...  ") == "tanpa nama"


def test_cut_names_stay_apart() -> None:
    long = "Laporan Produksi Perikanan Tangkap Provinsi Jambi menurut Kabupaten Kota dan Alat Bulan"
    january, february = (safe_file_name(f"{long} {m}.pdf") for m in ("Januari", "Februari"))
    assert january != february
    assert january.startswith("Laporan Produksi")
    assert january.endswith(".pdf")


def test_a_limit_that_holds_no_name_is_refused() -> None:
    with pytest.raises(ValueError, match="limit"):
        safe_name("a", 3)


@given(st.integers(1900, 9999), TEXT)
def test_a_dossier_path_is_short_and_keeps_its_number(year: int, description: str) -> None:
    path = dossier_path(year, "000.8.6.3", "0001", description)
    assert len(path.parts) == 3
    assert length(str(path)) <= 110
    assert path.parts[:2] == (str(year), "000.8.6.3")
    assert path.name.startswith("0001")
    assert all(map(is_safe, path.parts))


def test_a_dossier_path_reads_as_the_office_says_it() -> None:
    expected = PurePosixPath("2026/000.8.6.3/0001 Data Kinerja Triwulan III 2026")
    assert dossier_path(2026, "000.8.6.3", "0001", "Data Kinerja Triwulan III 2026") == expected


@pytest.mark.parametrize(
    ("year", "classification", "number"),
    [
        (26, "000", "1"),
        (2026, "..", "1"),
        (2026, "a/b", "1"),
        (2026, "000", ""),
        (2026, "0" * 25, "1"),
    ],
)
def test_what_cannot_stand_in_a_path_is_refused(
    year: int, classification: str, number: str
) -> None:
    with pytest.raises(ArchiveError):
        dossier_path(year, classification, number, "Data")


@pytest.mark.parametrize(
    "text", ["1571012345678901", "ktp_1571012345678901.jpg", "1571 0123 4567 8901"]
)
def test_a_nik_is_seen(text: str) -> None:
    assert holds_nik(text)


@pytest.mark.parametrize(
    "text",
    [
        "198609262015051001",
        "19860926 201505 1 001",
        "2026-10-05",
        "1,5",
        "6c1571012345678901ad",
    ],
)
def test_an_nip_and_other_numbers_are_no_nik(text: str) -> None:
    assert not holds_nik(text)


def test_a_nik_is_blotted_out() -> None:
    assert without_nik("KTP 1571012345678901, lama") == "KTP [NIK], lama"
    assert without_nik("NIP 198609262015051001") == "NIP 198609262015051001"


SECTION = "Kepala Seksi Pengawasan Sumber Daya Kelautan dan Perikanan Wilayah "


@given(TEXT)
def test_the_folder_of_a_post_is_a_legal_name(post: str) -> None:
    assert_legal(post_folder(post), 48)


def test_posts_that_differ_at_their_end_have_folders_of_their_own() -> None:
    north, south = post_folder(SECTION + "Utara"), post_folder(SECTION + "Selatan")
    assert north != south
    assert north.rpartition("~")[0] == south.rpartition("~")[0] != ""
    assert len(north.rpartition("~")[2]) == 6


@pytest.mark.parametrize(
    "post", ["Kepala UPTD", "Kasubag Program, Kepegawaian dan Pelaporan", "x" * 48]
)
def test_the_folder_of_a_short_post_is_the_post(post: str) -> None:
    assert post_folder(post) == post
