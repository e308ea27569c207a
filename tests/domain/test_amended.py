from dataclasses import replace
from decimal import Decimal

import pytest

from pipeline.domain.amended import AmendedValue, amended_values, changed_fields
from pipeline.domain.consolidation import Share
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Rating, Target

INDICATOR = Indicator(
    *("IK-1", "Sasaran", "Produksi", "", "ton", Polarity.POSITIVE, Aggregation.SUM, "Sumber"),
    annual_target=Target(Decimal(5000)),
    quarter_targets=(Target(Decimal(1200)),) * 4,
)
POST = "Kepala Bidang"
HIGH, LOW = (Rating(Decimal(n), name, "00", "ff") for n, name in ((90, "Tinggi"), (0, "Rendah")))


def row(number: str | None, status: FigureStatus = FigureStatus.FINAL, **texts: str) -> FilledRow:
    said = {Field[name.upper()]: text for name, text in texts.items()}
    return FilledRow("IK-1", said, None if number is None else Decimal(number), status)


def line(filled: FilledRow, percent: str | None = None, **more: object) -> Evaluation:
    achievement = Decimal(percent) if percent else None
    plain = Evaluation(POST, INDICATOR, filled, None, None, achievement, None, HIGH)
    return replace(plain, **more)


def told(before: list[Evaluation], after: list[Evaluation]) -> dict[str, tuple[str, str]]:
    return {value.field: (value.old, value.new) for value in amended_values(before, after)}


def test_every_printed_value_that_differs_is_named() -> None:
    before = line(row("1000", remark="hujan"), "83.33", rating=LOW, year_to_date=Decimal(3000))
    after = line(row("1200.5", remark="panas"), "100.04", year_to_date=Decimal("3200.5"))
    assert told([before], [after]) == {
        "Realisasi TW": ("1.000", "1.200,5"),
        "Realisasi s.d. TW": ("3.000", "3.200,5"),
        "Capaian TW (%)": ("83,33", "100,04"),
        "Predikat": ("Rendah", "Tinggi"),
        "Keterangan": ("hujan", "panas"),
    }
    value = amended_values([before], [after])[0]
    assert value == AmendedValue(POST, "IK-1", "Produksi", "Realisasi TW", "1.000", "1.200,5")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (row("1000", actual="1.000"), row("1000.0", actual="1000")),
        (row("5", remark="dua  kata\n"), row("5", remark="dua kata")),
        (row("5", remark=""), row("5")),
    ],
)
def test_another_writing_is_no_difference(before: FilledRow, after: FilledRow) -> None:
    assert amended_values([line(before)], [line(after)]) == []
    assert changed_fields(before, after) == []


def test_a_status_counts_as_well_as_a_number() -> None:
    before, after = row("5", FigureStatus.PROVISIONAL), row("5")
    assert told([line(before)], [line(after)]) == {"Realisasi TW": ("5 (sementara)", "5")}
    assert changed_fields(before, after) == [Field.ACTUAL]
    gone = row(None, FigureStatus.UNAVAILABLE)
    assert told([line(after)], [line(gone)]) == {"Realisasi TW": ("5", "belum tersedia")}


def test_a_line_that_is_new_or_gone_shows_against_nothing() -> None:
    one = line(row("5", remark="baru"), rating=None)
    assert told([], [one]) == {"Realisasi TW": ("–", "5"), "Keterangan": ("–", "baru")}
    assert told([one], []) == {"Realisasi TW": ("5", "–"), "Keterangan": ("baru", "–")}
    assert changed_fields(None, one.filled) == [Field.ACTUAL, Field.REMARK]
    assert changed_fields(None, row(None)) == []


def test_contributions_that_differ_are_named_where_the_sum_is_the_same() -> None:
    shares = (Share("UPTD A", "K1", Decimal(2)), Share("UPTD B", "K2", Decimal(3)))
    swapped = (replace(shares[0], actual=Decimal(3)), replace(shares[1], actual=Decimal(2)))
    before, after = (line(row("5"), summed=True, shares=s) for s in (shares, swapped))
    assert told([before], [after]) == {
        "Kontribusi UPTD A": ("2", "3"),
        "Kontribusi UPTD B": ("3", "2"),
    }
    assert told([replace(before, summed=False)], [replace(after, summed=False)]) == {}
