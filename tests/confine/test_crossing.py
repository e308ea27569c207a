"""Whatever a parser may find comes across as it was, and nothing else comes across."""

import typing
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.confine.crossing import (
    AnyFunction,
    CrossingError,
    name_of,
    pack_arguments,
    pack_result,
    unpack_arguments,
    unpack_result,
)
from pipeline.forms import apart as forms
from pipeline.pdf import apart as pdf
from pipeline.signing import apart as signing

FUNCTIONS = [*forms.APART, *pdf.APART, *signing.APART]
JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False, places=None))
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))
st.register_type_strategy(
    forms.PlainContext,
    st.builds(
        forms.PlainContext,
        values=st.dictionaries(st.text(), JSON, max_size=3),
        pictures=st.dictionaries(
            st.text(), st.builds(forms.PlainPicture, st.text(), st.integers(0, 99).map(float))
        ),
    ),
)


def kinds(function: AnyFunction) -> dict[str, Any]:
    return typing.get_type_hints(function)


@pytest.mark.parametrize("function", FUNCTIONS, ids=name_of)
@settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data())
def test_every_value_arrives_as_it_was(function: AnyFunction, data: st.DataObject) -> None:
    hints = kinds(function)
    result = hints.pop("return")
    arguments = [data.draw(st.from_type(hint)) for hint in hints.values()]
    assert unpack_arguments(function, pack_arguments(function, arguments)) == arguments
    value = data.draw(st.from_type(result))
    assert unpack_result(function, pack_result(function, value)) == value


@pytest.mark.parametrize("function", [f for f in FUNCTIONS if kinds(f)["return"] is not bytes])
@given(frame=st.binary(max_size=60))
def test_nothing_else_arrives(function: AnyFunction, frame: bytes) -> None:
    try:
        value = unpack_result(function, frame)
    except CrossingError:
        return
    assert unpack_result(function, pack_result(function, value)) == value


@pytest.mark.parametrize("frame", [b"", b"{}", b"[1]", b'{"identity": {}}', b"[" * 10_000, b"null"])
def test_another_value_is_refused(frame: bytes) -> None:
    with pytest.raises(CrossingError):
        unpack_result(forms.read_word, frame)


def test_a_context_comes_back_with_its_pictures() -> None:
    context = {"kode": "X", "indikator": [{"no": "1"}], "qr": forms.Picture(b"\0\xff", 25.0)}
    plain = forms.PlainContext.of(context)
    assert plain.context() == context


def test_a_value_that_is_not_of_its_type_does_not_leave() -> None:
    with pytest.raises(CrossingError):
        pack_result(forms.read_word, "a text")
    with pytest.raises(TypeError):
        pack_arguments(forms.read_word, [])


@pytest.mark.parametrize("files", [[], [b""], [b"a", b"", b"\xff" * 9]])
def test_many_files_are_one_frame(files: list[bytes]) -> None:
    frame = pack_result(forms.fill_many, files)
    assert unpack_result(forms.fill_many, frame) == files
    for broken in (frame[:-1], frame + b"x", b"\xff" * 16):
        with pytest.raises(CrossingError):
            unpack_result(forms.fill_many, broken)
