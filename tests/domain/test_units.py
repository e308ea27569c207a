import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.units import SAME_UNITS, is_one_of, same_unit


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ton", "Ton."),
        ("%", "Persen"),
        ("kg/kapita/tahun", "kg per kapita per thn"),
        ("juta rupiah", "Rp juta"),
        ("juta USD", "US$ juta"),
        ("m2", "m²"),
        ("Rp juta/ha", "juta rupiah per hektare"),
        ("hektare", "ha"),
    ],
)
def test_one_unit_in_two_writings(one: str, other: str) -> None:
    assert same_unit(one, other)
    assert same_unit(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ton", "kg"),
        ("%", "ton"),
        ("rupiah", "juta rupiah"),
        ("kg", "kg/kapita"),
        ("", "ton"),
        ("kapal/hari", "hari/kapal"),
    ],
)
def test_two_units(one: str, other: str) -> None:
    assert not same_unit(one, other)


def test_an_offices_own_names_add_to_the_known_ones() -> None:
    assert same_unit("krj", "Keranjang", (*SAME_UNITS, ("keranjang", "krj")))
    assert is_one_of("Krj.", ("keranjang",), (*SAME_UNITS, ("keranjang", "krj")))
    assert not is_one_of("krj", ("keranjang",))


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_two_texts_are_compared_both_ways_alike(one: str, other: str) -> None:
    assert same_unit(one, one)
    assert same_unit(one, other) is same_unit(other, one)
