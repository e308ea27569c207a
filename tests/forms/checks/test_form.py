from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.check_rules import CheckName, CheckRules
from pipeline.domain.duty import Duty
from pipeline.domain.finding import Finding, Severity, errors, warnings
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.roster import Part
from pipeline.forms.checks.form import check_form
from pipeline.forms.checks.reading import Known
from pipeline.forms.checks.registry import CHECKS

FIRST = Indicator(
    *("IK-1", "Sasaran", "Produksi", "", "ton", Polarity.POSITIVE, Aggregation.SUM, "Sumber"),
    annual_target=Target(Decimal(5000)),
    quarter_targets=(Target(Decimal(1200)), None, Target(Decimal("1.2")), Target(Decimal(0))),
)
SECOND = replace(FIRST, code="IK-2")


def check(
    texts: dict[str, dict[Field, str]], quarter: int = 1
) -> tuple[list[FilledRow], list[Finding]]:
    return check_form([Duty(FIRST), Duty(SECOND)], texts, Known(quarter))


def told(written: str, quarter: int = 1) -> list[Finding]:
    both = {"IK-1": {Field.ACTUAL: written}, "IK-2": {Field.ACTUAL: "5"}}
    return check(both, quarter)[1]


def test_a_whole_form_has_no_finding() -> None:
    texts = {
        "IK-1": {Field.ACTUAL: "1.150,5", Field.REMARK: "Baik"},
        "IK-2": {Field.ACTUAL: "7"},
    }
    rows, findings = check(texts)
    assert findings == []
    assert rows == [
        FilledRow("IK-1", texts["IK-1"], Decimal("1150.5")),
        FilledRow("IK-2", texts["IK-2"], Decimal(7)),
    ]


def test_every_fault_is_told_at_once_with_place_and_mend() -> None:
    rows, findings = check({"IK-1": {Field.ACTUAL: "kira-kira 50"}, "IK-9": {Field.ACTUAL: "1"}})
    assert [f.place for f in findings] == [
        "IK-1, kolom Realisasi TW",
        "IK-2, kolom Realisasi TW",
        "indikator IK-9",
    ]
    assert all(f.mend for f in findings)
    assert len(errors(findings)) == 2
    assert [row.actual for row in rows] == [None, None]


@pytest.mark.parametrize("written", ["", " ", "–", "-"])
def test_nothing_written_is_asked_for(written: str) -> None:
    (finding,) = told(written)
    assert finding.message == "realisasi belum diisi"
    assert "52.067,25" in finding.mend


def test_an_unreadable_figure_is_quoted() -> None:
    (finding,) = told("lima ribu")
    assert finding.message == "“lima ribu” tidak terbaca sebagai angka"
    assert "52.067,25" in finding.mend


def test_a_lost_control_is_not_an_empty_one() -> None:
    _, findings = check({"IK-1": {Field.REMARK: "x"}, "IK-2": {Field.ACTUAL: "5"}})
    assert "tidak ditemukan" in findings[0].message
    assert findings[0].severity is Severity.ERROR


def test_another_forms_indicator_only_warns() -> None:
    texts = {code: {Field.ACTUAL: "5"} for code in ("IK-1", "IK-2", "IK-9")}
    _, findings = check(texts)
    assert errors(findings) == []
    assert [f.place for f in warnings(findings)] == ["indikator IK-9"]


@pytest.mark.parametrize(
    ("written", "quarter", "doubted"),
    [
        ("1.234", 1, False),  # 1234 against a target of 1200
        ("1.234", 3, True),  # against 1,2
        ("1,234", 1, True),  # 1,234 read, 1234 nearer
        ("1,234", 3, False),
        ("1.234", 2, False),  # no target of the quarter: against the year's 5000
        ("1234", 3, False),  # one reading only
        ("0.234", 1, False),
        ("1.234,5", 3, False),
    ],
)
def test_the_other_reading_is_named_where_it_fits_the_target_better(
    written: str, quarter: int, doubted: bool
) -> None:
    findings = told(written, quarter)
    assert errors(findings) == []
    assert any("lebih dekat ke target" in f.message for f in findings) is doubted
    assert all("kirim ulang" in f.mend for f in findings)


def test_a_doubt_shows_both_readings() -> None:
    (finding,) = told("1.234", 3)
    assert (
        finding.message == "tertulis “1.234”, dibaca 1.234, padahal 1,234 lebih dekat ke target 1,2"
    )


@pytest.mark.parametrize("written", ["12.345 (sementara)", "12.345*", "12.345 sem."])
def test_a_provisional_figure_is_read_with_its_status(written: str) -> None:
    (row, _), findings = check({"IK-1": {Field.ACTUAL: written}, "IK-2": {Field.ACTUAL: "5"}})
    assert errors(findings) == []
    assert (row.actual, row.status) == (Decimal(12345), FigureStatus.PROVISIONAL)
    assert row.text(Field.ACTUAL) == written


def test_an_unavailable_figure_travels_as_a_warning_with_its_reason() -> None:
    texts = {Field.ACTUAL: "Belum  Tersedia", Field.REMARK: "survei baru November"}
    (row, _), findings = check({"IK-1": texts, "IK-2": {Field.ACTUAL: "5"}})
    assert (row.actual, row.status) == (None, FigureStatus.UNAVAILABLE)
    assert row.texts == texts
    (told,) = findings
    assert (told.place, told.severity) == ("IK-1, kolom Realisasi TW", Severity.WARNING)
    assert told.message == "realisasi belum tersedia: survei baru November"


@pytest.mark.parametrize("remark", ["", "  ", "–", "-", "--", " — ", "...", "?"])
def test_an_unavailable_figure_needs_a_reason(remark: str) -> None:
    texts = {Field.ACTUAL: "belum tersedia", Field.REMARK: remark}
    (row, _), (finding,) = check({"IK-1": texts, "IK-2": {Field.ACTUAL: "5"}})
    assert finding.severity is Severity.ERROR
    assert finding.place == "IK-1, kolom Keterangan"
    assert "mengapa angkanya belum ada" in finding.mend
    assert row.text(Field.ACTUAL) == "belum tersedia"  # stays in the form that goes back


@pytest.mark.parametrize("written", ["kira-kira 50", "50 (perkiraan)", "nihil"])
def test_what_cannot_be_read_is_told_all_ways_to_write_it(written: str) -> None:
    (finding,) = told(written)
    for way in ("52.067,25", "52.067,25 (sementara)", "belum tersedia", "Keterangan"):
        assert way in finding.mend


SUMMED = Duty(FIRST, summed_of=("UPTD Utara", "UPTD Selatan"))


@pytest.mark.parametrize("written", ["", "–", " "])
def test_the_reporter_of_a_sum_leaves_the_figure_empty(written: str) -> None:
    texts = {Field.ACTUAL: written, Field.REMARK: "kata"}
    (row,), findings = check_form([SUMMED], {"IK-1": texts}, Known(1))
    assert findings == []
    assert row == FilledRow("IK-1", {Field.ACTUAL: "", Field.REMARK: "kata"})


@pytest.mark.parametrize("written", ["5", "5*", "belum tersedia", "lima"])
def test_a_figure_in_place_of_a_sum_is_refused_and_emptied(written: str) -> None:
    (row,), (finding,) = check_form([SUMMED], {"IK-1": {Field.ACTUAL: written}}, Known(1))
    assert finding.severity is Severity.ERROR
    assert "dijumlahkan dari UPTD Utara; UPTD Selatan" in finding.message
    assert "kosongkan" in finding.mend
    assert (row.actual, row.text(Field.ACTUAL)) == (None, "")


def test_a_part_is_not_compared_with_the_target_of_the_whole() -> None:
    part = Duty(FIRST, Part.CONTRIBUTES, partners=("Kabid",))
    (row,), findings = check_form([part], {"IK-1": {Field.ACTUAL: "1.234"}}, Known(3))
    assert findings == []
    assert row.actual == Decimal(1234)


@given(
    st.dictionaries(
        st.sampled_from(["IK-1", "IK-2", "IK-9"]),
        st.dictionaries(
            st.sampled_from(Field),
            st.text(max_size=30)
            | st.text("0123456789.,+-= %\ntonkgcapaians.d.TWIII", max_size=40)
            | st.sampled_from(["5*", "belum tersedia", "7 (tetap)", "1.150 ton", "1.150 kg"]),
        ),
    ),
    st.integers(1, 4),
)
def test_any_form_is_judged(texts: dict[str, dict[Field, str]], quarter: int) -> None:
    rows, findings = check(texts, quarter)
    assert [row.indicator for row in rows] == ["IK-1", "IK-2"]
    for row in rows:
        reasoned = row.status is FigureStatus.UNAVAILABLE and bool(
            row.text(Field.REMARK).strip(" –-")
        )
        faulty = [f for f in errors(findings) if f.place.startswith(row.indicator)]
        assert (row.actual is not None or reasoned) == (not faulty)
    assert all(f.place and f.message and f.mend for f in findings)


@pytest.mark.parametrize(
    ("written", "message", "mend"),
    [
        ("5.000 + 3.000", "“5.000 + 3.000” adalah hitungan, bukan satu angka", "misalnya 8.000"),
        ("10 + 5 = 16", "hitungan yang tidak cocok (jumlahnya 15)", "misalnya 15"),
        ("12\n345", "“12⏎345” terbagi menjadi beberapa baris", "dalam satu baris"),
        ("12\n345 ton", "“12⏎345 ton” terbagi menjadi beberapa baris", "52.067,25"),
    ],
)
def test_why_a_writing_is_no_figure(written: str, message: str, mend: str) -> None:
    (finding,) = told(written)
    assert finding.severity is Severity.ERROR
    assert message in finding.message
    assert mend in finding.mend


def test_a_figure_in_another_unit_counts_as_none() -> None:
    (row, _), (finding,) = check({"IK-1": {Field.ACTUAL: "5 kg"}, "IK-2": {Field.ACTUAL: "5"}})
    assert finding.severity is Severity.ERROR
    assert (row.actual, row.text(Field.ACTUAL)) == (None, "5 kg")


def test_an_office_lets_a_check_only_warn() -> None:
    known = Known(1, CheckRules(only_warn=(CheckName.UNIT,)))
    (row,), (finding,) = check_form([Duty(FIRST)], {"IK-1": {Field.ACTUAL: "1.150 kg"}}, known)
    assert (finding.severity, row.actual) == (Severity.WARNING, Decimal(1150))


def test_every_check_is_registered() -> None:
    assert set(CHECKS) == set(CheckName)


def test_every_finding_of_a_row_is_told_at_once() -> None:
    texts = {Field.ACTUAL: "-5 kg", Field.REMARK: "1 + 1 = 3", Field.FOLLOW_UP: "x" * 10_001}
    _, findings = check_form([Duty(FIRST)], {"IK-1": texts}, Known(1))
    said = " ".join(f.message for f in findings)
    for fault in ("satuannya", "di bawah nol", "tidak cocok", "karakter"):
        assert fault in said
