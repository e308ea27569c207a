import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.collection import FILED, STAGES, WITHDRAWN
from pipeline.domain.document import CODE_ALPHABET, CODE_LENGTH, code_from, number_said
from pipeline.domain.procedure import Verb


@given(st.binary(max_size=40))
def test_a_code_is_ten_letters_that_nobody_misreads(entropy: bytes) -> None:
    code = code_from(entropy)
    assert len(code) == CODE_LENGTH == 10
    assert not set(code) - set(CODE_ALPHABET)
    assert not set(code) & set("0O1IlU")
    assert code_from(entropy) == code


@given(st.integers(0, len(CODE_ALPHABET) ** CODE_LENGTH - 2))
def test_different_entropy_makes_different_codes(number: int) -> None:
    assert code_from(number.to_bytes(8, "big")) != code_from((number + 1).to_bytes(8, "big"))


def test_a_collection_waits_for_a_verb_or_has_ended() -> None:
    assert {*STAGES} - {FILED, WITHDRAWN} <= {verb.value for verb in Verb}
    assert STAGES[-2:] == (FILED, WITHDRAWN)


@pytest.mark.parametrize(
    ("text", "number"),
    [("3", 3), ("999999", 999_999), ("9" * 7, None), ("²", None), ("-1", None), ("", None)],
)
def test_a_number_that_a_file_says_is_short_and_whole(text: str, number: int | None) -> None:
    assert number_said(text) == number
