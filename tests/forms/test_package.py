import io
import struct
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ReadError
from pipeline.foreign.package import MAIN_PART
from pipeline.forms.package import FOREIGN, open_word

from .documents import MAIN, template, with_parts, word

RELATION = (
    '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    'relationships/{kind}" Target="{target}" TargetMode="External"/>'
)
RELS = "word/_rels/document.xml.rels"


def related(kind: str, target: str) -> bytes:
    data = word("x")
    old = open_word(data).parts[RELS]
    relation = RELATION.format(kind=kind, target=target).encode()
    return with_parts(
        data, {RELS: old.replace(b"</Relationships>", relation + b"</Relationships>")}
    )


def test_a_word_file_opens() -> None:
    opened = open_word(word("Isi"))
    assert b"Isi" in opened.parts[MAIN_PART]
    assert not opened.has_macros()
    assert opened.external_targets() == []


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "bukan dokumen Word"),
        (b"teks biasa", "bukan dokumen Word"),
        (b"%PDF-1.7", "bukan dokumen Word"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "bersandi atau berformat Word lama"),
        (word("x")[:-40], "bukan dokumen Word"),
        (word("x")[:400], "bukan dokumen Word"),
        (with_parts(word("x"), {}, without=[MAIN]), "walaupun namanya"),
        (with_parts(word("x"), {}, without=["[Content_Types].xml"]), "walaupun namanya"),
    ],
)
def test_what_is_no_word_file_is_told_with_the_mend(data: bytes, says: str) -> None:
    with pytest.raises(ReadError, match=says) as told:
        open_word(data)
    assert "irim" in str(told.value)  # kirim lagi, or Kirim the right one


@given(st.binary(max_size=400) | st.binary(max_size=400).map(lambda b: b"PK\x03\x04" + b))
def test_any_bytes_are_opened_or_refused(data: bytes) -> None:
    with pytest.raises(ReadError):
        open_word(data)


@given(st.integers(0, 4000), st.integers(0, 255))
def test_a_damaged_package_is_opened_or_refused(place: int, value: int) -> None:
    data = bytearray(template("stempel"))
    data[place % len(data)] = value
    try:
        opened = open_word(bytes(data))
        for part in opened.content_parts():
            opened.xml(part)
        opened.external_targets()
    except ReadError:
        return


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    data = with_parts(word("x"), {"word/media/bom.bin": b"\0" * 2_000_000})
    with pytest.raises(ReadError, match="terlalu besar"):
        open_word(data, replace(FOREIGN, unpacked=1_000_000))


def test_a_bomb_that_lies_about_its_size_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("[Content_Types].xml", "x")
        bomb.writestr(MAIN, b"\0" * 5_000_000)
    data = out.getvalue().replace(struct.pack("<I", 5_000_000), struct.pack("<I", 10))
    with pytest.raises(ReadError):
        open_word(data)


def test_too_many_parts_are_refused() -> None:
    with pytest.raises(ReadError, match="terlalu besar"):
        open_word(word("x"), replace(FOREIGN, parts=5))


def test_too_many_tags_are_refused() -> None:
    with pytest.raises(ReadError, match="terlalu besar"):
        open_word(word(*["x"] * 200), replace(FOREIGN, tags=500))


def test_macros_are_seen_wherever_they_lie() -> None:
    assert open_word(with_parts(word("x"), {"word/vbaProject.bin": b"x"})).has_macros()
    assert open_word(with_parts(word("x"), {"lain/VBAPROJECT.BIN": b"x"})).has_macros()


@pytest.mark.parametrize("target", ["http://host/a.png", "file:///etc/passwd", r"\\host\a.png"])
def test_content_from_elsewhere_is_seen(target: str) -> None:
    assert open_word(related("image", target)).external_targets() == [target]
    assert open_word(related("attachedTemplate", target)).external_targets() == [target]


def test_a_hyperlink_is_no_content() -> None:
    assert open_word(related("hyperlink", "https://contoh.go.id")).external_targets() == []


def test_broken_xml_is_told() -> None:
    opened = open_word(with_parts(word("x"), {MAIN: b"<w:document>"}))
    with pytest.raises(ReadError, match=r"word/document\.xml"):
        opened.xml(MAIN)
    with pytest.raises(ReadError, match="tidak-ada"):
        opened.xml("tidak-ada")


def test_a_document_type_is_refused_unread() -> None:
    evil = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'
    with pytest.raises(ReadError, match="DOCTYPE"):
        open_word(with_parts(word("x"), {MAIN: evil}))


def test_people_write_in_body_headers_and_footers() -> None:
    opened = open_word(template("formulir"))
    first, *around = opened.content_parts()
    assert first == MAIN
    assert around == sorted(around)
    assert any("footer" in name for name in around)
