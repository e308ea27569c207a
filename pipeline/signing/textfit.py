"""Fitting lines of several styles into a rectangle: the largest size at which all of them fit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.errors import SigningError
from pipeline.signing.font import Face

LEADING = 1.18
STEP = 0.25


@dataclass(frozen=True)
class Paragraph:
    """Text in one style: ``scale`` is its size relative to the block's, ``gap`` the space above it.

    ``gap`` counts in lines of the paragraph's own size; ``grey`` runs from 0, black, to 1, white.
    What is ``spare`` is left out where there is no room for all: the highest number first.
    """

    text: str
    face: Face
    scale: float = 1.0
    gap: float = 0.0
    grey: float = 0.0
    spare: int = 0


@dataclass(frozen=True)
class Line:
    """One set line: its text, and its baseline's start in points from the block's lower left."""

    text: str
    face: Face
    size: float
    x: float
    y: float
    grey: float

    @property
    def width(self) -> float:
        """The set width in points."""
        return self.face.width(self.text, self.size)


def fit(
    paragraphs: Sequence[Paragraph],
    width: float,
    height: float,
    *,
    largest: float,
    smallest: float,
) -> tuple[Line, ...]:
    """Set ``paragraphs`` in ``width`` x ``height`` points, centred in height, as large as fits.

    Sizes are tried from ``largest`` down; no line is ever set below ``smallest`` points, whatever
    its scale: rather, what is spare is left out. Words wider than the block are broken.

    Raises:
        SigningError: not even the smallest size fits, or a letter has no shape in the typeface.
    """
    spelt = [(paragraph, paragraph.face.spell(paragraph.text)) for paragraph in paragraphs]
    wanted = [(paragraph, text) for paragraph, text in spelt if text]
    for spared in (None, *sorted({p.spare for p, _ in wanted if p.spare}, reverse=True)):
        kept = [(p, text) for p, text in wanted if spared is None or p.spare < spared]
        set_ = _set(kept, width, height, largest=largest, smallest=smallest)
        if set_ is not None:
            return set_
    raise SigningError(
        "Tulisan terlalu panjang untuk kotak tanda tangan sebesar "
        f"{width:.0f} × {height:.0f} poin. Perbesar kotaknya pada templat cetakan, atau "
        "pendekkan nama jabatan."
    )


def height_of(lines: Sequence[Line]) -> float:
    """From the top of the first line to the bottom of the last, in points."""
    return (
        lines[0].y + lines[0].size * lines[0].face.ascent / 1000 - lines[-1].y + _below(lines[-1])
    )


def _set(
    wanted: Sequence[tuple[Paragraph, str]],
    width: float,
    height: float,
    *,
    largest: float,
    smallest: float,
) -> tuple[Line, ...] | None:
    """All of ``wanted`` at the largest size at which it fits; None where it never does."""
    size = largest
    while size >= smallest:
        lines = list(_flow(wanted, width, size, smallest))
        used = -lines[-1].y + _below(lines[-1]) if lines else 0.0
        if used <= height:
            return _centred(lines, used, height)
        size -= STEP
    return None


def wrap(text: str, face: Face, size: float, width: float) -> list[str]:
    """Break ``text`` between words, and where a word alone is too wide, inside it."""
    lines: list[str] = []
    current = ""
    for word in text.split():
        candidate = f"{current} {word}" if current else word
        if face.width(candidate, size) <= width:
            current = candidate
            continue
        if current:
            lines.append(current)
        *full, current = _pieces(word, face, size, width)
        lines.extend(full)
    return [*lines, current] if current else lines


def _pieces(word: str, face: Face, size: float, width: float) -> list[str]:
    pieces = [""]
    for letter in word:
        if pieces[-1] and face.width(pieces[-1] + letter, size) > width:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _flow(
    wanted: Sequence[tuple[Paragraph, str]], width: float, size: float, smallest: float
) -> Iterator[Line]:
    """Set line after line downwards from y = 0, the top of the block."""
    y = 0.0
    first = True
    for paragraph, text in wanted:
        own = max(size * paragraph.scale, smallest)
        for number, line in enumerate(wrap(text, paragraph.face, own, width)):
            step = own * paragraph.face.ascent / 1000 if first else own * LEADING
            gap = own * paragraph.gap if number == 0 and not first else 0.0
            y -= step + gap
            first = False
            yield Line(line, paragraph.face, own, 0.0, y, paragraph.grey)


def _below(line: Line) -> float:
    return -line.size * line.face.descent / 1000


def _centred(lines: Sequence[Line], used: float, height: float) -> tuple[Line, ...]:
    top = height - (height - used) / 2
    return tuple(
        Line(line.text, line.face, line.size, line.x, line.y + top, line.grey) for line in lines
    )
