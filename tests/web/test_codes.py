import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.document import CODE_ALPHABET, CODE_LENGTH
from pipeline.web.codes import read_code, spaced

CODE = "K7M2PQX9RA"


@pytest.mark.parametrize(
    "typed",
    [
        CODE,
        "k7m2pqx9ra",
        " K7M2P QX9RA ",
        "K7M2P-QX9RA",
        "k7m2p–qx9ra\n",
        "K7M2P.QX9RA",
        "http://kinerja.example/v/K7M2PQX9RA",
    ],
)
def test_what_can_only_mean_one_code_is_read(typed: str) -> None:
    assert read_code(typed).code == CODE


@pytest.mark.parametrize(
    ("typed", "names"),
    [("K7M2PQX9R0", "angka 0"), ("K7M2PQX9Ri", "huruf I"), ("O1M2PQX9RA", "angka 1 dan huruf O")],
)
def test_letters_that_look_alike_are_refused_kindly(typed: str, names: str) -> None:
    read = read_code(typed)
    assert not read.code
    assert names in read.fault


@pytest.mark.parametrize(
    ("typed", "says"),
    [("", "belum diisi"), ("- -", "belum diisi"), ("K7M2P", "yang diketik 5"), ("K7é", "huruf")],
)
def test_what_is_no_code_is_explained(typed: str, says: str) -> None:
    read = read_code(typed)
    assert not read.code
    assert says in read.fault


@given(st.text(max_size=400))
def test_any_text_is_either_a_code_or_a_fault(text: str) -> None:
    read = read_code(text)
    assert bool(read.code) != bool(read.fault)
    if read.code:
        assert len(read.code) == CODE_LENGTH
        assert set(read.code) <= set(CODE_ALPHABET)
        assert read_code(spaced(read.code)).code == read.code
