"""What an official reckoned himself is reckoned again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.check_rules import CheckName
from pipeline.domain.finding import Severity
from pipeline.domain.sums import sum_of, written_sums

from .rows import contributes, found, indicator

YEAR = indicator(before=("14210.5", "16902", None))


@pytest.mark.parametrize(
    ("remark", "message"),
    [
        ("10 + 5 = 16", "“10 + 5 = 16” tidak cocok: jumlahnya 15"),
        ("Kab. A 10 ton + Kab. B", ""),
        ("Rincian: 10 ton + 5 ton = 16 ton", "jumlahnya 15"),
        ("10 + 5 = 15", ""),
        ("30.000 - 10.000 + 5.000 = 25.000", ""),
        ("2 x 10 + 5 = 25", ""),
        ("- 10 + 5 = 16", "jumlahnya 15"),
        ("s.d. TW III 2026 sebesar 48.467,75 ton", ""),
        ("s.d. TW III tahun 2026 sebesar 48.500 ton", "menurut berkas 48.467,75"),
        ("lengkap s.d. TW III 2026", ""),
        ("5.000 + 3.000 = 8.000", ""),
        ("1.500 + 1,5 = 1.501,5", ""),
        ("1,234 + 1,000 = 2.234", ""),  # by the readings that agree
        ("capaian 96,42%", ""),  # 17.355,25 / 18.000
        ("capaian 96,4 persen", ""),
        ("Capaian sebesar 98,5%", "“Capaian sebesar 98,5%” tidak cocok: menurut target dan"),
        ("capaian tahun lalu 98,5%", ""),
        ("capaian tahunan 71,2%", ""),
        ("capaian 71,28%", ""),  # of the year
        ("s.d. TW III 48.467,75 ton", ""),
        ("s.d. TW III 48.500 ton", "menurut berkas 48.467,75"),
        ("sampai dengan triwulan 3 sebesar 48.500", "menurut berkas 48.467,75"),
        ("s.d. TW II 31.112,5 ton", ""),
        ("target s.d. TW III 50.000", ""),
    ],
)
def test_a_reckoning_in_words(remark: str, message: str) -> None:
    told = found(CheckName.ARITHMETIC, YEAR, "17.355,25", keterangan=remark)
    assert [f.severity for f in told] == [Severity.WARNING] * bool(message)
    assert all(message in f.message and f.place == "IK-1, kolom Keterangan" for f in told)


def test_each_column_is_reckoned_where_it_stands() -> None:
    (finding,) = found(CheckName.ARITHMETIC, YEAR, "17.355,25", penghambat="2 + 2 = 5 kapal")
    assert finding.place == "IK-1, kolom Faktor Penghambat"


def test_a_part_has_no_achievement() -> None:
    part = contributes(YEAR)
    assert found(CheckName.ARITHMETIC, part, "5", keterangan="capaian 12%") == []
    assert len(found(CheckName.ARITHMETIC, part, "5", keterangan="1 + 1 = 3")) == 1


@pytest.mark.parametrize(
    ("written", "total"),
    [("10 + 5 = 16", "15"), ("5.000 + 3.000", "8000"), ("10+5 ton", "15"), ("1 + 2 + 3", "6")],
)
def test_a_cell_that_is_a_sum(written: str, total: str) -> None:
    read = sum_of(written)
    assert read is not None
    assert str(read.total) == total


@pytest.mark.parametrize("written", ["", "15", "10 + x", "10 + 5 dari 20", "2020-2021", "+", "1+"])
def test_a_cell_that_is_none(written: str) -> None:
    assert sum_of(written) is None


@given(st.lists(st.integers(0, 999), min_size=2, max_size=8), st.integers(-2, 2))
def test_a_sum_agrees_with_its_total_alone(terms: list[int], off: int) -> None:
    said = sum(terms) + off
    if said < 0:
        return
    (one,) = written_sums(f"{' + '.join(map(str, terms))} = {said}")
    assert (one.total, one.agrees) == (sum(terms), off == 0)


@given(st.text(max_size=200) | st.text("0123456789.,+-= %capaians.d.TWIV\n", max_size=200))
def test_any_remark_is_read(remark: str) -> None:
    for finding in found(CheckName.ARITHMETIC, YEAR, "17.355,25", keterangan=remark):
        assert finding.severity is Severity.WARNING
