"""Forms saved by other programs: who they are and all values are read, nothing false is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.document import CODE_LENGTH
from pipeline.domain.finding import Severity
from pipeline.domain.form import Field
from pipeline.forms.apart import FormReading, read_form, read_word
from pipeline.pdf.formats import format_of, safe_document
from pipeline.pdf.office import Job, Office

from .corpus.form import SLOTS, Slot, issued
from .corpus.programs import (
    SAVED_AS,
    WORD,
    libreoffice,
    saved_by,
    saved_by_npm_docx,
    saved_by_pandoc,
    saved_by_python_docx,
)
from .documents import word

EMPTY = issued()
CODE = read_word(EMPTY).identity.code


def texts(slot: Slot) -> str:
    """Something else in every slot; some stay empty."""
    code, field = slot
    if field is Field.ACTUAL:
        return f"52.{SLOTS.index(slot):03d},25"
    return "" if field is Field.INHIBITING_FACTOR else f"{field}: “baik” & 5–7 <x> {code}, klik"


VALUES = {slot: texts(slot) for slot in SLOTS}
FILLED = issued(texts=VALUES)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with libreoffice() as one:
        yield one


def as_word(office: Office, data: bytes) -> bytes:
    """What `Office.word` makes of it."""
    known = format_of(data)
    if known is None:
        return data
    job = Job(known.suffix, known.filter, WORD.suffix, WORD.filter)
    return office.convert(safe_document(data), job, 60)


def read(data: bytes) -> FormReading:
    reading = read_form(data, EMPTY)
    assert {s: reading.fields[s[0]][s[1]] for s in SLOTS} == VALUES
    assert [f for f in reading.findings if f.severity is Severity.ERROR] == []
    return reading


@pytest.mark.parametrize("suffix", SAVED_AS)
def test_a_form_saved_by_libreoffice_is_read(office: Office, suffix: str) -> None:
    data = as_word(office, saved_by(office, FILLED, SAVED_AS[suffix]))
    identity = read_word(data).identity
    codes = {code for _, code in identity.sources}
    assert (codes, len(identity.sources), len(identity.code)) == ({CODE}, 4, CODE_LENGTH)
    assert identity.period == "2026-TW3"
    assert read(data).findings == []


def test_an_empty_form_saved_by_libreoffice_is_empty(office: Office) -> None:
    for known in SAVED_AS.values():
        reading = read_form(as_word(office, saved_by(office, EMPTY, known)), EMPTY)
        assert {text for row in reading.fields.values() for text in row.values()} == {""}
        assert reading.findings == []


def test_a_form_saved_by_python_docx_is_read() -> None:
    data = saved_by_python_docx(FILLED)
    assert read_word(data).identity == read_word(FILLED).identity
    assert read(data).findings == []


def test_a_form_written_anew_by_pandoc_is_known_by_its_table() -> None:
    data = saved_by_pandoc(FILLED)
    assert read_word(data).identity.code == ""
    reading = read(data)
    assert reading.likeness == 1
    assert any("kaki halaman" in f.place for f in reading.findings)


@pytest.mark.slow
def test_a_form_patched_by_npm_docx_is_read(tmp_path: Path) -> None:
    data = saved_by_npm_docx(FILLED, tmp_path)
    assert read_word(data).identity == read_word(FILLED).identity
    assert read(data).findings == []


def test_what_a_program_does_to_a_break_is_told(office: Office) -> None:
    """LibreOffice 7.4 moves line breaks in controls to their beginning, and joins the lines."""
    slot, other = SLOTS[0], SLOTS[1]
    data = issued(texts=VALUES | {slot: "12\n345", other: "satu\ndua"})
    reading = read_form(saved_by(office, data, WORD), EMPTY)
    told = {f.place: f.severity for f in reading.findings}
    assert told[f"{slot[0]}, kolom Realisasi TW"] is Severity.ERROR
    assert told[f"{other[0]}, kolom Keterangan"] is Severity.WARNING


def test_another_form_is_not_taken_for_this_one() -> None:
    assert read_form(word("Laporan", "Realisasi 52.067"), EMPTY).likeness == 0
    assert read_form(saved_by_pandoc(issued(rows=2)), EMPTY).likeness == 2 / 6
