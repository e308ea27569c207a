"""The unit written beside a figure is the indicator's own, or told with both names."""

import pytest

from pipeline.domain.check_rules import CheckName, CheckRules
from pipeline.domain.finding import Severity

from .rows import found, indicator, known


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("52.067,25", "ton"),
        ("52.067,25 ton", "ton"),
        ("52.067,25 Ton.", "ton"),
        ("52.067,25 ton (sementara)", "Ton"),
        ("87,5%", "%"),
        ("87,5 persen", "%"),
        ("87,5 %", "persen"),
        ("45,2 kg per kapita per tahun", "kg/kapita/tahun"),
        ("Rp5.000", "Rupiah"),
        ("Rp 5 juta", "juta rupiah"),
        ("26,04 juta USD", "juta USD"),
        ("120 m²", "m2"),
        ("87,9 poin", "indeks"),
        ("belum tersedia", "ton"),
    ],
)
def test_the_same_unit_may_stand_there(written: str, unit: str) -> None:
    assert found(CheckName.UNIT, indicator(unit), written) == []


@pytest.mark.parametrize(
    ("written", "unit", "said"),
    [
        ("52.067,25 kg", "ton", "kg"),
        ("87,5%", "ton", "%"),
        ("52 ribu ton", "ton", "ribu ton"),
        ("Rp 5", "juta rupiah", "Rp"),
        ("45,2 kg", "kg/kapita/tahun", "kg"),
        ("5 kapal", "unit", "kapal"),
        ("1e3", "ton", "e3"),
    ],
)
def test_another_unit_is_an_error_that_names_both(written: str, unit: str, said: str) -> None:
    (finding,) = found(CheckName.UNIT, indicator(unit), written)
    assert finding.severity is Severity.ERROR
    assert finding.place == "IK-1, kolom Realisasi TW"
    assert finding.message == (
        f"tertulis “{written}”: satuannya “{said}”, padahal indikator ini dalam {unit}"
    )
    assert f"dalam {unit}, angkanya saja" in finding.mend


def test_an_office_has_names_of_its_own() -> None:
    rules = CheckRules(same_units=(("keranjang", "krj"),))
    assert found(CheckName.UNIT, indicator("keranjang"), "5 krj", known(rules=rules)) == []
    assert len(found(CheckName.UNIT, indicator("keranjang"), "5 krj")) == 1
