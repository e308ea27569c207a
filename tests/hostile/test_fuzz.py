"""Honest files with honest damage: bits turned, members swapped, ends cut off.

Whatever comes of it, a reader reads it or refuses it in its own words.
"""

import contextlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.domain.finding import Finding
from pipeline.domain.period import Period
from pipeline.errors import ConversionError, ReadError
from pipeline.forms.carried import foreign_content
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_comments, read_fields, read_identity
from pipeline.forms.workbooks.book import open_book, sheet_titles
from pipeline.forms.workbooks.master import read_master
from pipeline.forms.workbooks.roster import read_roster, write_roster
from pipeline.forms.workbooks.statements import read_statements, write_statements
from pipeline.pdf.facts import gather
from pipeline.pdf.package import safe_copy
from pipeline.pdf.pdfa import problems
from pipeline.tasks.demo.data import sample_roster, sample_statements
from tests.pdf.on_files import extract_text

from .corpus_evidence import attached, pdf
from .packages import packed

PERIOD = Period(2026, 3)
TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "data-kinerja"
STATEMENTS = sample_statements(PERIOD, 3)
WORD = (TEMPLATES / "formulir.docx").read_bytes()
BOOKS = (
    write_statements(STATEMENTS, office_name="Dinas"),
    write_roster(sample_roster(PERIOD, STATEMENTS, 3), STATEMENTS, office_name="Dinas"),
)
PDFS = (pdf(), attached())
FEW, MANY = 60, 3_000


def turned(draw: st.DrawFn, data: bytes) -> bytes:
    """Some bytes are others."""
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 8))):
        out[draw(st.integers(0, len(out) - 1))] = draw(st.integers(0, 255))
    return bytes(out)


def cut(draw: st.DrawFn, data: bytes) -> bytes:
    """A piece is missing, or the end."""
    start = draw(st.integers(0, len(data)))
    return data[:start] + data[start + draw(st.integers(1, len(data))) :]


def doubled(draw: st.DrawFn, data: bytes) -> bytes:
    """A piece stands there twice."""
    start = draw(st.integers(0, len(data)))
    end = start + draw(st.integers(1, 2000))
    return data[:end] + data[start:end] + data[end:]


def rearranged(draw: st.DrawFn, data: bytes) -> bytes:
    """Members of a package swapped, left out, or damaged inside an envelope that is whole."""
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    names = draw(st.permutations(sorted(parts)))
    match draw(st.sampled_from(("swap", "drop", "damage", "empty"))):
        case "swap":
            parts[names[0]], parts[names[1]] = parts[names[1]], parts[names[0]]
        case "drop":
            del parts[names[0]]
        case "damage" if parts[names[0]]:
            damage = draw(st.sampled_from((turned, cut, doubled)))
            parts[names[0]] = damage(draw, parts[names[0]])
        case _:
            parts[names[0]] = b""
    return packed(parts)


BYTES = (turned, cut, doubled)


@st.composite
def spoilt(draw: st.DrawFn, honest: tuple[bytes, ...], package: bool) -> bytes:
    ways = (*BYTES, *([rearranged] * 3 if package else []))
    return draw(st.sampled_from(ways))(draw, draw(st.sampled_from(honest)))


def read_word(data: bytes, folder: Path) -> None:
    refusal = ""
    try:
        package = open_word(data)
        read_identity(package)
        read_fields(package)
        read_comments(package)
        foreign_content(package)
    except ReadError as refused:
        refusal = str(refused).lower()
    assert not refusal or "kirim" in refusal
    source = folder / "a.docx"
    source.write_bytes(data)
    with contextlib.suppress(ConversionError):
        safe_copy(source)


def read_book(data: bytes, _folder: Path) -> None:
    opened = open_book(data)
    assert not isinstance(opened, Finding) or opened.mend
    sheet_titles(data)
    for read in (read_statements, lambda d: read_roster(d, STATEMENTS), read_master):
        read(data)


def read_pdf(data: bytes, folder: Path) -> None:
    path = folder / "a.pdf"
    path.write_bytes(data)
    for read in (gather, extract_text):
        with contextlib.suppress(ReadError):
            read(path)
    problems(path)


Read = Callable[[bytes, Path], None]
KINDS: dict[str, tuple[tuple[bytes, ...], bool, Read]] = {
    "Word": ((WORD,), True, read_word),
    "workbook": (BOOKS, True, read_book),
    "PDF": (PDFS, False, read_pdf),
}


@pytest.mark.parametrize(
    "examples",
    [pytest.param(FEW // 3, id="few"), pytest.param(MANY, id="many", marks=pytest.mark.slow)],
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_is_damaged_is_read_or_refused(kind: str, examples: int, tmp_path: Path) -> None:
    honest, package, read = KINDS[kind]

    @settings(
        max_examples=examples,
        derandomize=examples <= FEW,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(spoilt(honest, package))
    def check(data: bytes) -> None:
        read(data, tmp_path)

    check()
