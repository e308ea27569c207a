from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.figure import ReadFigure, mark_figure, parse_figure, show_figure
from pipeline.domain.form import FigureStatus
from pipeline.domain.numbers import ReadNumber, format_number, parse_number

FINAL, PROVISIONAL, UNAVAILABLE = FigureStatus
figures = st.decimals(-(10**12), 10**12, places=4)


@pytest.mark.parametrize(
    "written",
    [
        "belum tersedia",
        "Belum Tersedia",
        " BELUM\u00a0 tersedia ",
        "belumtersedia",
        "belum tersedia.",
    ],
)
def test_a_figure_that_is_not_there_yet(written: str) -> None:
    assert parse_figure(written) == ReadFigure(UNAVAILABLE)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("12.345 (sementara)", PROVISIONAL),
        ("12.345 ( Sementara )", PROVISIONAL),
        ("12.345(sem.)", PROVISIONAL),
        ("12.345*", PROVISIONAL),
        ("12.345 *", PROVISIONAL),
        ("12.345 sem.", PROVISIONAL),
        ("12.345 sem", PROVISIONAL),
        ("12.345 sementara", PROVISIONAL),
        ("12.345 (tetap)", FINAL),
        ("12.345 Tetap", FINAL),
        ("12.345", FINAL),
    ],
)
def test_a_number_with_its_status(written: str, status: FigureStatus) -> None:
    read = parse_figure(written)
    assert read == ReadFigure(status, ReadNumber(Decimal(12345), Decimal("12.345")))


@pytest.mark.parametrize(
    "written",
    ["*", "(sementara)", "sementara 5", "5**", "5 (kira-kira)", "5 (sementara", "tersedia", "5 *6"],
)
def test_anything_else_is_no_figure(written: str) -> None:
    assert parse_figure(written) == "unreadable"


def test_a_percentage_may_be_provisional() -> None:
    assert parse_figure("86,5 % (sementara)") == ReadFigure(
        PROVISIONAL, ReadNumber(Decimal("86.5"))
    )


@given(st.text(max_size=40))
def test_what_is_plainly_a_number_stays_one_and_nothing_is_guessed(text: str) -> None:
    plain, read = parse_number(text), parse_figure(text)
    if isinstance(plain, ReadNumber):
        assert read == ReadFigure(FINAL, plain)
    elif plain == "empty":
        assert read == "empty"
    else:
        marked = isinstance(read, ReadFigure) and read != ReadFigure(UNAVAILABLE)
        assert not marked or any(sign in text.casefold() for sign in ("*", "sem", "tetap"))


@given(figures, st.sampled_from((FINAL, PROVISIONAL)))
def test_what_is_shown_reads_back(actual: Decimal, status: FigureStatus) -> None:
    for show in (show_figure, mark_figure):
        read = parse_figure(show(actual, status))
        assert isinstance(read, ReadFigure)
        assert read.status is status
        assert read.number is not None
        assert read.number.value == actual


def test_a_figure_in_words_and_in_a_narrow_column() -> None:
    actual = Decimal("12345.5")
    assert show_figure(actual, PROVISIONAL) == "12.345,5 (sementara)"
    assert mark_figure(actual, PROVISIONAL) == "12.345,5*"
    assert show_figure(actual, FINAL) == mark_figure(actual, FINAL) == format_number(actual)
    assert mark_figure(None, UNAVAILABLE) == "belum tersedia"
    assert show_figure(None, FINAL) == "–"
