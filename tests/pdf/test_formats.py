"""Text documents other than .docx: known by their content, refused where they are not plain."""

import io
import zipfile
from collections.abc import Iterator

import pytest

from pipeline.errors import ReadError
from pipeline.pdf.convert import Converter
from pipeline.pdf.formats import DOC, ODT, RTF, Format, format_of, safe_document
from tests.forms.corpus.programs import libreoffice, saved_by
from tests.forms.documents import text_of, word

MANIFEST = "META-INF/manifest.xml"


@pytest.fixture(scope="module")
def letters() -> Iterator[dict[Format, bytes]]:
    """One letter in each of the formats."""
    with libreoffice() as office:
        yield {known: saved_by(office, word("Angka 52.067"), known) for known in (DOC, ODT, RTF)}


@pytest.fixture(scope="module")
def converter() -> Iterator[Converter]:
    with Converter(offices=1) as one:
        yield one


def rewritten(package: bytes, changed: dict[str, bytes]) -> bytes:
    """A package with parts changed or added."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(out, "w") as target:
        for name in dict.fromkeys([*source.namelist(), *changed]):
            target.writestr(name, changed.get(name) or source.read(name))
    return out.getvalue()


@pytest.mark.parametrize("known", [DOC, ODT, RTF], ids=lambda f: f.suffix)
def test_each_is_known_whatever_it_is_called_and_becomes_a_docx(
    letters: dict[Format, bytes], converter: Converter, known: Format
) -> None:
    data = letters[known]
    assert format_of(data) == known
    assert "Angka 52.067" in text_of(converter.to_word(safe_document(data), known))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"<html>", word("x")])
def test_all_else_is_left_as_it_is(data: bytes) -> None:
    assert format_of(data) is None


def test_an_odt_behind_a_password_is_refused(letters: dict[Format, bytes]) -> None:
    with zipfile.ZipFile(io.BytesIO(letters[ODT])) as package:
        manifest = package.read(MANIFEST)
    end = b"</manifest:manifest>"
    locked = manifest.replace(end, b"<manifest:encryption-data/>" + end)
    with pytest.raises(ReadError, match="bersandi"):
        safe_document(rewritten(letters[ODT], {MANIFEST: locked}))


def test_macros_in_an_odt_are_refused(letters: dict[Format, bytes]) -> None:
    with pytest.raises(ReadError, match="makro"):
        safe_document(rewritten(letters[ODT], {"Basic/Standard/Modul.xml": b"<x/>"}))


@pytest.mark.parametrize(
    ("holds", "told"),
    [("EncryptedPackage", "bersandi"), ("_VBA_PROJECT", "makro"), ("Workbook", "bukan dokumen")],
)
def test_a_compound_file_is_judged_by_its_streams(holds: str, told: str) -> None:
    streams = [holds] if holds == "Workbook" else [holds, "WordDocument"]
    names = b"".join(name.encode("utf-16-le") + bytes(32) for name in streams)
    with pytest.raises(ReadError, match=told):
        safe_document(bytes.fromhex("D0CF11E0A1B11AE1") + bytes(504) + names)


def test_an_old_doc_behind_a_password_is_refused(letters: dict[Format, bytes]) -> None:
    data = bytearray(letters[DOC])
    at = next(n for n in range(512, len(data), 512) if data[n : n + 2] == b"\xec\xa5")
    data[at + 11] |= 1  # fEncrypted
    with pytest.raises(ReadError, match="bersandi"):
        safe_document(bytes(data))


def test_what_is_cut_off_is_told(letters: dict[Format, bytes], converter: Converter) -> None:
    with pytest.raises(ReadError, match="rusak"):
        safe_document(letters[ODT][: len(letters[ODT]) // 2])
    with pytest.raises(ReadError, match="kirim lagi"):
        converter.to_word(letters[DOC][:600], DOC)
