from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.domain.period import Period

periods = st.builds(Period, st.integers(2000, 2099), st.integers(1, 4))


@given(periods, st.sampled_from(["", "Format Data Kinerja ", "PERBAIKI 2 - ", "x_"]))
def test_every_printed_form_reads_back(period: Period, before: str) -> None:
    for printed in (str(period), period.short, period.title):
        assert Period.parse(f"{before}{printed}") == period
        assert Period.parse(f"{before}{printed}.docx") == period
        assert Period.parse(f"{before}{printed.lower()} (2)") == period


@pytest.mark.parametrize(
    "text",
    [
        "2026-TW3",
        "2026 tw 3",
        "2026_TW_3",
        "2026TW3",
        "TW III 2026",
        "tw3 2026",
        "TW-III-2026",
        "Triwulan III Tahun 2026",
        "triwulan 3 tahun 2026",
        "Data Kinerja TW III 2026 - Kabid PSDKP.docx",
        "Format_Data_Kinerja_TW_III_2026.docx",
        "format-data-kinerja-tw-3-2026",
    ],
)
def test_the_third_quarter_as_people_write_it(text: str) -> None:
    assert Period.parse(text) == Period(2026, 3)


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "TW III", "TW V 2026", "TW 5 2026", "2026-TW5", "2026-TW0", "TW IIII 2026"),
        *("12026-TW3", "2026-TW31", "TW III 20261", "TW III 1926", "BTW III 2026"),
    ],
)
def test_what_names_no_quarter(text: str) -> None:
    assert Period.parse(text) is None


@given(st.text(max_size=80))
def test_any_text_is_a_quarter_or_none(text: str) -> None:
    found = Period.parse(text)
    assert found is None or found.quarter in {1, 2, 3, 4}


@given(periods)
@example(Period(2026, 4))
def test_quarters_follow_each_other(period: Period) -> None:
    assert period.next > period
    first = date(period.next.year, period.next.quarter * 3 - 2, 1)
    assert Period.ended_before(first) == period


@pytest.mark.parametrize(
    ("day", "period"),
    [
        (date(2026, 1, 1), Period(2025, 4)),
        (date(2026, 3, 31), Period(2025, 4)),
        (date(2026, 4, 1), Period(2026, 1)),
        (date(2026, 10, 5), Period(2026, 3)),
        (date(2026, 12, 31), Period(2026, 3)),
    ],
)
def test_a_new_draft_is_about_the_quarter_that_is_over(day: date, period: Period) -> None:
    assert Period.ended_before(day) == period


def test_printed_forms() -> None:
    period = Period(2026, 3)
    assert (str(period), period.roman) == ("2026-TW3", "III")
    assert (period.short, period.title) == ("TW III 2026", "Triwulan III Tahun 2026")
