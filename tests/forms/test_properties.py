from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms.package import open_word
from pipeline.forms.properties import (
    CODE,
    PART,
    PERIOD,
    REVISION,
    read_properties,
    write_properties,
)

from .documents import parts, template, text_of, with_parts, word

PLAIN = word("Isi yang tetap")
texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=30
)
names = st.sampled_from([CODE, PERIOD, REVISION])


@given(st.dictionaries(names, texts), st.dictionaries(names, texts))
def test_what_is_written_reads_back_the_last_time_it_was_written(
    first: dict[str, str], second: dict[str, str]
) -> None:
    once = write_properties(PLAIN, first)
    assert read_properties(open_word(once)) == first
    twice = write_properties(once, second)
    assert read_properties(open_word(twice)) == second
    assert text_of(twice) == text_of(PLAIN)


def test_a_file_without_the_part_gets_it_declared() -> None:
    assert PART not in parts(PLAIN)
    assert read_properties(open_word(PLAIN)) == {}
    named = parts(write_properties(PLAIN, {CODE: "K7Q2M9XT4B"}))
    assert b"/docProps/custom.xml" in named["[Content_Types].xml"]
    assert named["_rels/.rels"].count(b"custom-properties") == 1


def test_a_part_is_declared_once() -> None:
    named = write_properties(write_properties(PLAIN, {CODE: "A"}), {CODE: "B"})
    assert parts(named)["[Content_Types].xml"].count(b"/docProps/custom.xml") == 1
    assert parts(named)["_rels/.rels"].count(b"custom-properties") == 1


def test_nothing_else_changes() -> None:
    before, after = parts(PLAIN), parts(write_properties(PLAIN, {CODE: "A"}))
    touched = {PART, "[Content_Types].xml", "_rels/.rels"}
    assert {n: d for n, d in after.items() if n not in touched} == {
        n: d for n, d in before.items() if n not in touched
    }


def test_the_same_name_tag_makes_the_same_bytes() -> None:
    form = template("formulir")
    assert write_properties(form, {CODE: "A"}) == write_properties(form, {CODE: "A"})


def test_properties_of_other_programs_are_read() -> None:
    custom = (
        '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/'
        'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/'
        'docPropsVTypes"><property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="2"'
        ' name="Halaman"><vt:i4>7</vt:i4></property></Properties>'
    )
    opened = open_word(with_parts(PLAIN, {PART: custom.encode()}))
    assert read_properties(opened) == {"Halaman": "7"}


def test_properties_of_others_stay_and_keep_their_ids() -> None:
    custom = (
        '<p:Properties xmlns:p="http://schemas.openxmlformats.org/officeDocument/2006/'
        'custom-properties" xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/'
        'docPropsVTypes"><p:property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="7"'
        ' name="Klasifikasi"><vt:lpwstr>biasa</vt:lpwstr></p:property></p:Properties>'
    )
    once = write_properties(with_parts(PLAIN, {PART: custom.encode()}), {CODE: "A", PERIOD: "B"})
    twice = open_word(write_properties(once, {CODE: 'C "&" <D>'}))
    assert read_properties(twice) == {"Klasifikasi": "biasa", CODE: 'C "&" <D>'}
    assert [p.get("pid") for p in twice.xml(PART)] == ["7", "8"]
