"""Which files belong to which indicator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.evidence import (
    Piece,
    indicators_of,
    is_named,
    matched_to,
    named_files,
    says_nothing,
    told_apart,
)

CODES = ("IKU-01", "IKU-03", "IKU-31")


def piece(*paths: str) -> Piece:
    return Piece(paths[0].rpartition("/")[2], "0" * 64, "1 KB", "", paths)


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("IKU-03 laporan.pdf", ["IKU-03"]),
        ("iku 3 laporan.pdf", ["IKU-03"]),
        ("IKU03.xlsx", ["IKU-03"]),
        ("laporan_iku_03.pdf", ["IKU-03"]),
        ("IKU-03/laporan.pdf", ["IKU-03"]),
        ("bukti/IKU-003/foto/1.jpg", ["IKU-03"]),
        ("IKU-01 dan IKU-03.pdf", ["IKU-01", "IKU-03"]),
        ("IKU-03-2026.pdf", ["IKU-03"]),
        ("IKU-31.pdf", ["IKU-31"]),
        ("IKU-311.pdf", []),
        ("SIKU-03.pdf", []),
        ("IKU-03a.pdf", []),
        ("laporan 03.pdf", []),
        ("2026/laporan.pdf", []),
    ],
)
def test_a_name_or_folder_bears_a_code(path: str, codes: list[str]) -> None:
    assert sorted(matched_to(path, CODES)) == codes


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("IKU-1.1 laporan.pdf", ["IKU-1.1"]),
        ("IKU-1 laporan.pdf", ["IKU-1"]),
        ("IKU-11 laporan.pdf", []),
        ("IKU-1, IKU-1.1.pdf", ["IKU-1", "IKU-1.1"]),
    ],
)
def test_of_two_codes_the_longer_is_meant(path: str, codes: list[str]) -> None:
    assert matched_to(path, ["IKU-1", "IKU-1.1"]) == codes


@pytest.mark.parametrize(
    ("path", "codes"),
    [
        ("1.2 laporan.pdf", ["1.2"]),
        ("1.2/laporan.pdf", ["1.2"]),
        ("3/laporan.pdf", ["3"]),
        ("3 laporan.pdf", []),
        ("laporan 1.2.pdf", []),
        ("2026.1.2.pdf", []),
    ],
)
def test_a_code_of_digits_stands_at_the_beginning(path: str, codes: list[str]) -> None:
    assert matched_to(path, ["1.2", "3"]) == codes


@pytest.mark.parametrize(
    ("cell", "named"),
    [
        ("rekap-pelabuhan.xlsx", True),
        ("Rekap Pelabuhan.XLSX dan foto", True),
        ("lihat rekap pelabuhan", True),
        ("rekap", False),
        ("rekap-pelabuhan-2.xlsx", False),
        ("", False),
    ],
)
def test_a_cell_names_a_file(cell: str, named: bool) -> None:
    assert is_named(piece("bukti/rekap-pelabuhan.xlsx"), cell) is named


def test_a_file_belongs_to_what_it_bears_and_to_what_names_it() -> None:
    cells = {"IKU-01": "", "IKU-03": "terlampir: rekapitulasi.csv", "IKU-31": "-"}
    assert indicators_of(piece("IKU-01/rekapitulasi.csv"), cells) == ("IKU-01", "IKU-03")
    assert indicators_of(piece("foto.jpg"), cells) == ()
    assert indicators_of(piece("foto.jpg", "IKU-31/foto.jpg"), cells) == ("IKU-31",)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("Laporan bulanan.pdf, foto kegiatan.jpg", ["Laporan bulanan.pdf", "foto kegiatan.jpg"]),
        ("a.xlsx\nb.zip; c.docx", ["a.xlsx", "b.zip", "c.docx"]),
        ("“rekap.csv” (terlampir)", ["rekap.csv"]),
        ("Rekap bulanan TPI", []),
        ("dsb. dan lain-lain", []),
    ],
)
def test_the_files_that_a_cell_names(cell: str, names: list[str]) -> None:
    assert named_files(cell) == names


@pytest.mark.parametrize(("cell", "nothing"), [("", True), ("–", True), ("Tidak ada.", True)])
def test_a_cell_may_name_nothing(cell: str, nothing: bool) -> None:
    assert says_nothing(cell) is nothing
    assert not says_nothing("Laporan bulanan")


def test_two_files_of_one_name_are_told_apart() -> None:
    assert told_apart("rekap.csv", []) == "rekap.csv"
    assert told_apart("rekap.csv", ["Rekap.csv"]) == "rekap (2).csv"
    assert told_apart("rekap.csv", ["rekap.csv", "rekap (2).csv"]) == "rekap (3).csv"
    assert told_apart("LAMPIRAN", ["LAMPIRAN"]) == "LAMPIRAN (2)"


@given(
    st.text(max_size=60),
    st.lists(st.text("IKU-0123.", min_size=1, max_size=8), max_size=4),
    st.text(),
)
def test_any_name_and_cell_are_matched(path: str, codes: list[str], cell: str) -> None:
    found = indicators_of(piece(path or "x"), dict.fromkeys(codes, cell))
    assert set(found) <= set(codes)
    named_files(cell)
