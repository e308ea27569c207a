"""A figure that its unit cannot have."""

from dataclasses import replace

import pytest

from pipeline.domain.check_rules import CheckName, CheckRules
from pipeline.domain.finding import Severity
from pipeline.domain.indicator import Aggregation, Indicator

from .rows import contributes, found, indicator, known

PERCENT = indicator(
    "%", name="Persentase kepatuhan", annual="85", quarters=("80", "82", "85", "85")
)
SHIPS = indicator(
    "kapal", name="Kapal berizin", annual="400", quarters=("100", "100", "100", "100")
)


@pytest.mark.parametrize(
    ("of", "written", "message"),
    [
        (indicator(), "-5", "di bawah nol dalam ton"),
        (PERCENT, "100,01", "melebihi 100 persen"),
        (PERCENT, "865", "melebihi 100 persen"),
        (PERCENT, "-1", "di bawah nol"),
        (SHIPS, "12,5", "bukan bilangan bulat, padahal satuannya kapal"),
        (SHIPS, "-3", "di bawah nol dalam kapal"),
    ],
)
def test_what_cannot_be_is_an_error(of: Indicator, written: str, message: str) -> None:
    (finding,) = found(CheckName.RANGE, of, written)
    assert finding.severity is Severity.ERROR
    assert finding.message.startswith(f"tertulis “{written}”, dibaca {written}: ")
    assert message in finding.message
    assert finding.mend


@pytest.mark.parametrize(
    ("of", "written"),
    [
        (indicator(), "0"),
        (indicator(), "12,5"),
        (PERCENT, "100"),
        (PERCENT, "0"),
        (SHIPS, "12"),
        (SHIPS, "12,0"),
        (indicator("hari", annual="6.5", quarters=("6", "7", "6", "6")), "6,5"),
        (
            indicator("unit", annual="2.5", quarters=(None, None, None, None)),
            "1,5",
        ),  # by its target
        (indicator("orang", aggregation=Aggregation.AVERAGE, annual="40"), "41,5"),
        (indicator("%", name="Pertumbuhan ekspor", annual="5"), "-2,5"),
        (indicator("%", name="Laju kenaikan produksi", annual="5"), "130"),
        (indicator("%", name="Persentase PAD", annual="110"), "104"),
        (indicator("indeks", name="NTN", annual="108"), "107,72"),
    ],
)
def test_what_can_be_is_not_told(of: Indicator, written: str) -> None:
    assert found(CheckName.RANGE, of, written) == []


def test_the_mend_names_the_other_reading_of_a_count() -> None:
    (finding,) = found(CheckName.RANGE, SHIPS, "1,234")
    assert "misalnya 1.234 bila itu maksudnya" in finding.mend


def test_a_part_is_held_to_the_same_bounds() -> None:
    assert len(found(CheckName.RANGE, contributes(SHIPS), "-1")) == 1


def test_units_and_words_are_configuration() -> None:
    rules = CheckRules(counted_units=(), open_words=("kepatuhan",), signed_units=("kapal",))
    assert found(CheckName.RANGE, SHIPS, "-1,5", known(rules=rules)) == []
    assert found(CheckName.RANGE, PERCENT, "120", known(rules=rules)) == []


def test_what_is_explained_is_told_to_the_verifier() -> None:
    explained = "Nilai tukar melampaui tahun dasar"
    (told,) = found(CheckName.RANGE, PERCENT, "104,5", keterangan=explained)
    assert told.severity is Severity.WARNING
    assert explained in told.message
    (bounced,) = found(CheckName.RANGE, PERCENT, "104,5", keterangan="ok")
    assert bounced.severity is Severity.ERROR


def test_the_longest_number_that_is_read_is_judged() -> None:
    of = indicator("kapal", quarters=("1", "1", "1", "1"), annual="4")
    assert found(CheckName.RANGE, of, "9" * 28) == []


def test_a_ratio_may_exceed_a_hundred_but_not_fall_below_zero() -> None:
    spent = replace(PERCENT, name="Persentase realisasi anggaran")
    assert found(CheckName.RANGE, spent, "104,5") == []
    (told,) = found(CheckName.RANGE, spent, "- 95,5")
    assert "di bawah nol" in told.message
