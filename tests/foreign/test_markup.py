"""XML from outside: what is read, and what no other parser is ever shown."""

import pytest
from lxml import etree

from pipeline.foreign.markup import (
    DeclarationError,
    EncodingError,
    check_markup,
    is_markup,
    parse,
)

GOOD = '<?xml version="1.0" encoding="{}" standalone="yes"?><a b="c">é</a>'
DOCTYPE = '<?xml version="1.0" encoding="{}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_what_office_programs_write_is_read(encoding: str) -> None:
    assert parse(GOOD.format(encoding.upper()).encode(encoding)).text == "é"
    assert parse(b"\xef\xbb\xbf<a/>").tag == "a"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be"])
def test_a_document_type_is_found_however_it_is_written(encoding: str) -> None:
    with pytest.raises(DeclarationError):
        parse(DOCTYPE.format("utf-16" if "16" in encoding else encoding).encode(encoding))


@pytest.mark.parametrize("encoding", ["utf-7", "iso-8859-1", "cp037", "ISO-2022-JP", "UCS-4"])
def test_an_encoding_that_hides_tags_is_refused(encoding: str) -> None:
    with pytest.raises(EncodingError):
        check_markup(GOOD.format(encoding).replace("é", "e").encode())


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-32-be"])
def test_four_bytes_a_letter_are_refused(encoding: str) -> None:
    with pytest.raises(EncodingError):
        parse(DOCTYPE.format(encoding).encode(encoding))


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a/><b/>", b"teks", b"<a>" * 300 + b"</a>" * 300])
def test_what_is_not_well_formed_is_one_kind_of_error(data: bytes) -> None:
    with pytest.raises(ValueError) as told:
        parse(data)
    assert not isinstance(told.value, etree.XMLSyntaxError)


def test_a_part_is_markup_by_its_name_or_its_beginning() -> None:
    assert is_markup("a.XML", b"")
    assert is_markup("a.bin", b"\xef\xbb\xbf \n<a/>")
    assert is_markup("a.bin", "<a/>".encode("utf-16"))
    assert not is_markup("a.bin", b"\x89PNG")
