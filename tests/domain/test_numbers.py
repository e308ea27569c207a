from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pipeline.domain.numbers import ReadNumber, format_number, parse_number, round_half_up

figures = st.decimals(-(10**18), 10**18, places=6) | st.decimals(-(10**5), 10**5, places=3)


def read(text: str) -> ReadNumber:
    number = parse_number(text)
    assert isinstance(number, ReadNumber), f"{text!r} was not read: {number}"
    return number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("52.067,25", "52067.25"),
        ("52067,25", "52067.25"),
        ("52067.25", "52067.25"),
        ("52,067.25", "52067.25"),
        ("1.234.567", "1234567"),
        ("1.234.567,8", "1234567.8"),
        ("0.234", "0.234"),
        ("0,234", "0.234"),
        ("0", "0"),
        ("87,5%", "87.5"),
        ("87,5 %", "87.5"),
        ("-12,5", "-12.5"),
        ("\u221212,5", "-12.5"),
        ("\u201312,5", "-12.5"),
        ("+7", "7"),
        (" 52 067,25 ", "52067.25"),
        ("- 12,5", "-12.5"),
        ("1 234 567", "1234567"),
        ("52\u00a0067,25", "52067.25"),
        ("52\u202f067", "52067"),
        ("12\n", "12"),
        ("007", "7"),
        ("12.34", "12.34"),
        ("1234.567", "1234.567"),
    ],
)
def test_numbers_as_offices_write_them(written: str, value: str) -> None:
    assert read(written).value == Decimal(value)


@pytest.mark.parametrize(
    ("written", "value", "other"),
    [
        ("1.234", "1234", "1.234"),
        ("52.067", "52067", "52.067"),
        ("-1.234", "-1234", "-1.234"),
        ("1,234", "1.234", "1234"),
        ("1.234,5", "1234.5", None),
        ("1.234.567", "1234567", None),
        ("0.234", "0.234", None),
        ("0,234", "0.234", None),
        ("12,34", "12.34", None),
        ("1234", "1234", None),
        ("12345.678", "12345.678", "12345678"),
        ("12 345.678", "12345.678", "12345678"),
    ],
)
def test_a_writing_that_reads_two_ways_carries_both(
    written: str, value: str, other: str | None
) -> None:
    assert read(written) == ReadNumber(Decimal(value), Decimal(other) if other else None)


@pytest.mark.parametrize("written", ["", " ", "\u00a0", "-", "\u2013", "\u2212", "%", "\u200b"])
def test_nothing_written_is_empty(written: str) -> None:
    assert parse_number(written) == "empty"


@pytest.mark.parametrize(
    "written",
    [
        "kira-kira 50",
        "50 ton",
        "1.23.456",
        "1.234.56",
        "1,234,567",
        "12,",
        ",5",
        ".5",
        "1.",
        "--5",
        "5-",
        "1e5",
        "NaN",
        "Infinity",
        "0x10",
        "5%%",
        "12/3",
        "(500)",
        "½",
        "9" * 31,
        "1_000",
        "12 13",
        "12\n345",
        "12\t345",
        "12  345",
        "12\u2028345",
        "５２.０６７",  # the digits of another script, the dot of ours
        "١.٢٣٤",
    ],
)
def test_rubbish_is_refused_never_guessed(written: str) -> None:
    assert parse_number(written) == "unreadable"


@given(figures)
@example(Decimal("1.234"))
@example(Decimal("1234"))
@example(Decimal("-0"))
@example(Decimal("1E+3"))
@example(Decimal("-1000000000000000000.000001"))
def test_what_is_printed_reads_back(figure: Decimal) -> None:
    assert read(format_number(figure)).value == figure


@given(figures, st.integers(0, 6))
@example(Decimal("-0.001"), 2)
def test_printing_to_places_is_rounding_half_up(figure: Decimal, places: int) -> None:
    shown = format_number(figure, places=places)
    assert read(shown).value == round_half_up(figure, places)
    assert len(shown.partition(",")[2]) == places


@given(st.text(max_size=60) | st.text("0123456789.,-+% eE_\u2212\u00a0", max_size=60))
@example("9" * 30)
@example("0," + "9" * 29)
@example("9" * 31)
def test_any_text_is_read_or_a_named_problem(text: str) -> None:
    number = parse_number(text)
    if isinstance(number, ReadNumber):
        assert number.value.is_finite()
        assert read(format_number(number.value)).value == number.value
    else:
        assert number in {"empty", "unreadable"}


@pytest.mark.parametrize(
    ("value", "places", "rounded"),
    [
        ("0.125", 2, "0.13"),
        ("-0.125", 2, "-0.13"),
        ("2.5", 0, "3"),
        ("107.145", 2, "107.15"),
        ("9" * 40, 2, "9" * 40),
    ],
)
def test_halves_go_up(value: str, places: int, rounded: str) -> None:
    assert round_half_up(Decimal(value), places) == Decimal(rounded)


def test_printed_forms() -> None:
    assert format_number(Decimal("52067.250")) == "52.067,25"
    assert format_number(Decimal("87.5"), places=2) == "87,50"
    assert format_number(Decimal("-1234567")) == "-1.234.567"
    assert format_number(Decimal("-0.001"), places=2) == "0,00"
    assert format_number(None) == "–"
