import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.sop.reasons import REASON_LIMIT, reason_text

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80)


@given(words, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_reason_is_read_as_notepad_saves_it(text: str, code: str) -> None:
    expected = text.replace("\ufeff", "").strip()
    assert reason_text(text.encode(code)).replace("\ufeff", "").strip() == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_some_text_that_a_database_takes(data: bytes) -> None:
    text = reason_text(data)
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize("data", [b"", b"  \r\n ", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0"])
def test_a_reason_without_words_is_empty(data: bytes) -> None:
    assert reason_text(data) == ""


def test_a_long_reason_is_cut() -> None:
    assert len(reason_text(b"x" * 10_000)) == REASON_LIMIT
