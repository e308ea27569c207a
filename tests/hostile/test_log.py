"""No line of a log, and nothing on a terminal, is written by a file's name or by a document."""

import io
import json
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog

from pipeline.cli.app import configure_logging
from pipeline.domain.plain_text import plain_text, visible
from pipeline.errors import ReadError

from .corpus_evidence import NAMES
from .corpus_word import MARKS

FORGED = "baik\n2026-10-05 08:00:00 [info     ] palsu \x1b[2J\x1b]0;x\x07\x9b31m\u202e\u200b"
TEXTS = [*NAMES.values(), MARKS, FORGED]


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error under a logging that is set up as in a new process."""
    out, root = io.StringIO(), logging.getLogger()
    kept = root.handlers[:], root.level, root.disabled
    monkeypatch.setattr(sys, "stderr", out)
    root.handlers[:] = []
    logging.disable(logging.NOTSET)
    try:
        configure_logging()
        yield out
    finally:
        structlog.reset_defaults()
        root.handlers[:], root.level, root.disabled = kept


def assert_one_line(written: str) -> None:
    first, *more = written.rstrip("\n").split("\n")
    assert all(line.startswith(" ") for line in more), written
    assert all(c.isprintable() for line in (first, *more) for c in line), ascii(written)


@pytest.mark.parametrize("text", TEXTS)
def test_what_is_logged_stays_on_its_line(stderr: io.StringIO, text: str) -> None:
    structlog.get_logger("pipeline.uji").warning(
        "taken", name=text, folder=text, why=text, sop=text
    )
    assert_one_line(stderr.getvalue())


@pytest.mark.parametrize("text", [FORGED, NAMES["an escape"]])
def test_an_error_that_quotes_a_document_stays_on_its_lines(stderr: io.StringIO, text: str) -> None:
    try:
        raise ReadError(text)
    except ReadError:
        structlog.get_logger("pipeline.uji").exception("it failed")
    assert_one_line(stderr.getvalue())
    assert "palsu" not in [line.strip()[:5] for line in stderr.getvalue().splitlines()]


@pytest.mark.parametrize("text", TEXTS)
def test_visible_text_is_one_line_that_moves_nothing(text: str) -> None:
    shown = visible(text)
    assert shown.isprintable()
    assert visible(shown) == shown
    assert json.loads(json.dumps(shown)) == shown


@pytest.mark.parametrize("text", TEXTS)
def test_plain_text_keeps_what_is_read_and_nothing_that_acts(text: str) -> None:
    shown = plain_text(text)
    assert plain_text(shown) == shown
    assert all(c.isprintable() or c in "\n\t" for c in shown)
    assert "".join(c for c in text if c.isalnum() and c.isascii()) == "".join(
        c for c in shown if c.isalnum() and c.isascii()
    )


def test_what_is_spelt_out_can_be_told_apart() -> None:
    assert visible("lapor\u202exslx.docx") == r"lapor\u202exslx.docx"
    assert visible("a\nb\tc\x1b[0m") == r"a\nb\tc\x1b[0m"
    assert visible("Dinas Kelautan – “Jambi”") == "Dinas Kelautan – “Jambi”"
