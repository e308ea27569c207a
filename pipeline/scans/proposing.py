"""What tesseract has read, weighed: a proposal for each cell, and how far to trust it.

A figure is proposed only where two ways of looking at it say the same number and no third is sure
of another one; else its cell stays empty: better nothing than something wrong. Whatever is
proposed, a person compares it with the picture and confirms it.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from pipeline.domain.document import CODE_LENGTH
from pipeline.domain.figure import ReadFigure, parse_figure
from pipeline.domain.form import PLACEHOLDER, Field
from pipeline.scans.reading import PageReading, Reading, Row
from pipeline.scans.tesseract import BLOCK, ENGLISH, INDONESIAN, LINE, Word, read_strips

COUNTS, TRUSTED, SURE = 60.0, 75.0, 85.0
"""From when a reading counts as a vote, can veto, and carries a proposal; of 100."""
LEAST_WORDS, CLEAR_WORDS = 55.0, 80.0
SAME_PRINT = 0.96
"""How alike two prints of one row are at least, even on a poor photograph."""
_CODE = re.compile(rf"[A-Z0-9]{{{CODE_LENGTH}}}")
_NUMBERING = re.compile(r"\D*(\d{1,3})\s+da\w{1,2}\s+(\d{1,3})\D*")
_PROMPT = re.compile(r"\s+".join(PLACEHOLDER.split()), re.IGNORECASE)


class Doubt(StrEnum):
    """How far a proposal is to be trusted, as people read it."""

    NONE = ""
    FAINT = "kurang jelas"
    SEPARATOR = "titik atau koma?"
    UNREADABLE = "tidak terbaca"


@dataclass(frozen=True)
class Proposal:
    """What a cell seems to say; empty where nothing is written or it cannot be read."""

    text: str = ""
    doubt: Doubt = Doubt.NONE


@dataclass(frozen=True)
class ProposedRow:
    """An indicator's row: its picture (PNG in base64), and a proposal for each field."""

    indicator: str
    picture: str
    cells: dict[Field, Proposal]


@dataclass(frozen=True)
class ProposedPage:
    """A page, counted from 0, with its rows; ``placed`` where it resembles the form at all.

    ``printed`` is the form's code beside the QR, of which some letters may be misread;
    ``numbering`` are page and pages as printed. Empty where that cannot be read at all.
    """

    number: int
    placed: bool
    rows: list[ProposedRow] = field(default_factory=list)
    printed: str = ""
    numbering: tuple[int, int] | None = None


Words = Sequence[Word]


def proposed(reading: Reading) -> list[ProposedPage]:
    """The pages of a form with a proposal for every cell.

    Raises:
        ConversionError: tesseract is not installed, or fails.
    """
    lines, again = _tiff(reading.lines), _tiff(reading.lines_again)
    blocks, blocks_again = _tiff(reading.blocks), _tiff(reading.blocks_again)
    one_line = zip(
        read_strips(lines, LINE, INDONESIAN),
        read_strips(lines, LINE, ENGLISH),
        read_strips(again, LINE, ENGLISH),
        strict=True,
    )
    several = zip(
        read_strips(blocks, BLOCK, INDONESIAN),
        read_strips(blocks_again, BLOCK, ENGLISH),
        strict=True,
    )
    words = iter(read_strips(_tiff(reading.words), BLOCK, INDONESIAN))
    heads = iter(read_strips(_tiff(reading.heads), LINE, ENGLISH))
    names = iter(read_strips(_tiff(reading.names), LINE, ENGLISH))
    read = _Read(one_line, several, words, heads, names)
    return [_page(page, read) for page in reading.pages]


@dataclass(frozen=True)
class _Read:
    """What was read, each to be taken in the order in which it was gathered."""

    lines: Iterator[tuple[Words, ...]]
    blocks: Iterator[tuple[Words, ...]]
    words: Iterator[Words]
    heads: Iterator[Words]
    names: Iterator[Words]


def _page(page: PageReading, read: _Read) -> ProposedPage:
    named = [_is_named_otherwise(row, page, read) for row in page.rows]
    both = [(_row(row, read), other) for row, other in zip(page.rows, named, strict=True)]
    rows = [row for row, other in both if not other]
    if not page.placed or page.is_text:
        return ProposedPage(page.number, page.placed, rows)
    printed = _CODE.search("".join(word.text for word in next(read.heads)))
    numbering = _NUMBERING.fullmatch(_said(next(read.heads)))
    return ProposedPage(
        page.number,
        page.placed,
        rows,
        printed[0] if printed else "",
        (int(numbering[1]), int(numbering[2])) if numbering else None,
    )


def _is_named_otherwise(row: Row, page: PageReading, read: _Read) -> bool:
    """Whether a row says that it is another indicator's, and does not look just like its own."""
    if page.is_text:
        return row.named != row.indicator
    words = next(read.names)
    surety = min((word.surety for word in words), default=0.0)
    name = "".join(word.text for word in words)
    other = len(name) == len(row.indicator) and name != row.indicator
    return other and surety >= CLEAR_WORDS and row.likeness < SAME_PRINT


def _row(row: Row, read: _Read) -> ProposedRow:
    cells = {one: Proposal(_without_prompt(text)) for one, text in row.texts.items()}
    for one in Field if not row.texts else ():
        if one not in row.inked:
            cells[one] = Proposal()
        elif one is Field.ACTUAL:
            cells[one] = figure_of(next(read.blocks if row.tall else read.lines))
        else:
            cells[one] = words_of(next(read.words))
    return ProposedRow(row.indicator, row.picture, cells)


def figure_of(readings: Sequence[Words]) -> Proposal:
    """The figure on which readings agree; ``UNREADABLE`` where they do not."""
    if all(_PROMPT.fullmatch(_said(words)) for words in readings):
        return Proposal()
    votes = []
    for words in readings:
        figure = parse_figure(_said(words)) if words else "empty"
        number = figure.number if isinstance(figure, ReadFigure) else None
        value = (number.value, figure.status) if isinstance(figure, ReadFigure) and number else None
        doubtful = number is not None and number.other is not None
        votes.append((min((w.surety for w in words), default=0.0), value, _said(words), doubtful))
    sound = [vote for vote in votes if vote[1] is not None and vote[0] >= COUNTS]
    if not sound:
        return Proposal(doubt=Doubt.UNREADABLE)
    surety, value, text, doubtful = max(sound, key=lambda vote: vote[0])
    agree = sum(vote[1] == value for vote in sound)
    vetoes = any(vote[0] >= TRUSTED and vote[1] != value for vote in votes)
    if agree < 2 or vetoes or surety < SURE:
        return Proposal(doubt=Doubt.UNREADABLE)
    return Proposal(text, Doubt.SEPARATOR if doubtful else Doubt.NONE)


def words_of(words: Words) -> Proposal:
    """The words of a cell; a proposal also where they are faint, marked as such."""
    text = _without_prompt(_said(words))
    if not text:
        return Proposal(doubt=Doubt.NONE if _PROMPT.search(_said(words)) else Doubt.UNREADABLE)
    mean = sum(word.surety for word in words) / len(words)
    if mean < LEAST_WORDS:
        return Proposal(doubt=Doubt.UNREADABLE)
    least = min(word.surety for word in words)
    return Proposal(text, Doubt.NONE if least >= CLEAR_WORDS else Doubt.FAINT)


def _said(words: Words) -> str:
    return " ".join(word.text for word in words)


def _without_prompt(text: str) -> str:
    return " ".join(_PROMPT.sub(" ", text).split())


def _tiff(picture: str) -> bytes:
    return base64.b64decode(picture)
