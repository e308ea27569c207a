"""What the room does with foreign bytes gives apart what it gives near."""

from collections.abc import Iterator

import pytest

from pipeline.confine.limits import Limits
from pipeline.confine.reader import Reader
from pipeline.errors import ReadError
from pipeline.forms.apart import (
    APART,
    PlainContext,
    check_format,
    fill_in,
    fill_many,
    name_word,
    read_word,
)
from pipeline.forms.properties import CODE, PERIOD
from pipeline.forms.render import RenderError, render

from .documents import body, control, run, template, with_parts, word
from .people import OFFICE_FORM

FORM = body(
    control("k:IK-1:realisasi", run("1.234,5")), run("Kode formulir: ABCDEFGHJK"), run("{{ kode }}")
)
PLAIN = PlainContext.of(OFFICE_FORM)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    shared = Reader(APART)
    yield shared
    shared.close()


def test_a_word_file_says_who_it_is(reader: Reader) -> None:
    named = reader.run(name_word, FORM, {CODE: "ABCDEFGHJK", PERIOD: "2026-TW3"})
    said = reader.run(read_word, named)
    assert said == read_word(named)
    assert said.identity.code == "ABCDEFGHJK"
    assert said.identity.period == "2026-TW3"
    assert said.tagged
    assert not reader.run(read_word, word("Notulen")).tagged


@pytest.mark.parametrize("function", [read_word, check_format, name_word])
def test_what_is_no_word_file_is_told(reader: Reader, function: object) -> None:
    rest = {check_format: (PLAIN,), name_word: ({},)}.get(function, ())
    with pytest.raises(ReadError, match="bukan dokumen Word"):
        reader.run(function, b"<html>", *rest)


def test_a_format_is_checked_and_filled_in(reader: Reader) -> None:
    form = template("formulir")
    assert reader.run(check_format, form, PLAIN) == []
    filled = reader.run(fill_in, form, PLAIN, {"code": "X", "period": "2026-TW3"})
    assert filled == render(form, OFFICE_FORM, code="X", period="2026-TW3")


def test_many_forms_are_filled_in_as_one_by_one(reader: Reader) -> None:
    form = template("formulir")
    contexts = [PlainContext.of({**OFFICE_FORM, "kode": code}) for code in ("A", "B", "C")]
    named = [{"code": code, "period": "2026-TW3"} for code in ("A", "B", "C")]
    assert reader.run(fill_many, form, contexts, named) == [
        fill_in(form, context, properties)
        for context, properties in zip(contexts, named, strict=True)
    ]


def test_one_form_that_cannot_be_filled_in_fails_all(reader: Reader) -> None:
    whole, hollow = PlainContext.of({"a": "x"}), PlainContext.of({})
    with pytest.raises(RenderError, match="tidak dikenal"):
        reader.run(fill_many, word("{{ a }}"), [whole, hollow], [{}, {}])


def test_a_fault_of_a_format_is_told_as_near(reader: Reader) -> None:
    broken = body(run("{{ tidak_ada.nama }}"))
    with pytest.raises(RenderError) as near:
        render(broken, OFFICE_FORM)
    with pytest.raises(RenderError) as apart:
        reader.run(fill_in, broken, PLAIN, {})
    assert str(apart.value) == str(near.value)


def test_a_format_that_takes_too_much_is_told_as_one() -> None:
    reader = Reader(APART, limits=Limits(output=1 << 10))
    try:
        with pytest.raises(RenderError, match="terlalu rumit"):
            reader.run(fill_in, template("formulir"), PLAIN, {})
    finally:
        reader.close()


def test_a_broken_part_is_told(reader: Reader) -> None:
    with pytest.raises(ReadError, match="rusak"):
        reader.run(read_word, with_parts(word("x"), {"word/document.xml": b"<w:document"}))
