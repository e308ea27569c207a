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
        "belum tersedia\u200b",
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


@pytest.mark.parametrize("field", ["52.067", "52.067 ton", "52.067 (sementara)"])
@pytest.mark.parametrize(
    "copied",
    [
        "{}\u200b",
        "\u200e{}",
        "\ufeff{}",
        "{}\u00ad",
        "{}\u00ad ",
        "{}\u2060",
        "\u202a{}\u202c",
        "\u2066{}\u2069",
        "\u2068{}\u2069",
    ],
)
def test_signs_that_nobody_sees_are_no_part_of_a_figure(field: str, copied: str) -> None:
    assert parse_figure(copied.format(field)) == parse_figure(field) != "unreadable"


@pytest.mark.parametrize(
    "turned", ["\u202e12\u202c", "\u202b12 000\u202c", "\u20675\u2069", "\u00ad5", "52\u00ad067"]
)
def test_signs_that_show_another_figure_are_refused(turned: str) -> None:
    assert parse_figure(turned) == "unreadable"


def test_a_percentage_may_be_provisional() -> None:
    assert parse_figure("86,5 % (sementara)") == ReadFigure(
        PROVISIONAL, ReadNumber(Decimal("86.5")), "%"
    )


@pytest.mark.parametrize(
    ("written", "value", "unit"),
    [
        ("52.067,25 ton", "52067.25", "ton"),
        ("52.067,25ton", "52067.25", "ton"),
        ("52.067,25 Ton.", "52067.25", "Ton."),
        ("87,5%", "87.5", "%"),
        ("45,2 kg/kapita/tahun", "45.2", "kg/kapita/tahun"),
        ("Rp5.000", "5000", "Rp"),
        ("Rp. 5 juta", "5", "Rp. juta"),
        ("US$ 26,04", "26.04", "US$"),
        ("120 m2", "120", "m2"),
        ("-5,5 ton", "-5.5", "ton"),
        ("12.345\nton", "12345", "ton"),
        ("52 ribu ton", "52", "ribu ton"),
    ],
)
def test_a_unit_beside_a_number_is_read_and_kept(written: str, value: str, unit: str) -> None:
    read = parse_figure(written)
    assert isinstance(read, ReadFigure)
    assert read.number is not None
    assert (read.number.value, read.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    "written",
    [
        *("12\n345", "12.\n345", "12\r\n345", "12\u2028345", "12\x0b345", "12\t345"),
        *("12\n345 ton", "52.067\n52.068", "12  345", "1 50 ton", "50 dari 60 kapal"),
        *("10 + 5", "ton 5 ton", "5 ton 3", "1" + " " * 100_000 + "x"),
    ],
)
def test_no_figure_is_put_together_from_pieces(written: str) -> None:
    assert parse_figure(written) == "unreadable"


@given(st.text(max_size=40))
def test_what_is_plainly_a_number_stays_one_and_nothing_is_guessed(text: str) -> None:
    plain, read = parse_number(text), parse_figure(text)
    if isinstance(plain, ReadNumber):
        assert read == ReadFigure(FINAL, plain, "%" if "%" in text else "")
    elif plain == "empty":
        assert read == "empty"
    elif isinstance(read, ReadFigure) and read.number is not None:
        marked = any(sign in text.casefold() for sign in ("*", "sem", "tetap"))
        assert marked or read.unit


@given(
    st.text("0123456789.,-+% \n\t\u00a0\u2028tonRp$/()*=", max_size=40),
    st.text("0123456789.", max_size=9),
)
def test_the_digits_of_a_figure_stand_in_one_line(head: str, tail: str) -> None:
    read = parse_figure(f"{head}\n{tail}")
    if isinstance(read, ReadFigure) and read.number is not None:
        lines = f"{head}\n{tail}".splitlines()
        assert sum(any(map(str.isdecimal, line)) for line in lines) == 1


@given(figures, st.sampled_from(("ton", "%", "kg/kapita", "Rp", "m2")), st.booleans())
def test_a_unit_changes_no_number(actual: Decimal, unit: str, before: bool) -> None:
    shown = format_number(actual)
    read = parse_figure(f"{unit} {shown}" if before else f"{shown} {unit}")
    if before and unit != "Rp":
        assert read == "unreadable"
        return
    assert isinstance(read, ReadFigure)
    assert read.number is not None
    assert (read.number.value, read.unit) == (actual, unit)


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
