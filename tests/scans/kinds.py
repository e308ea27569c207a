"""How well paper is read, counted: so many forms, scanned and photographed in every way."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.domain.figure import ReadFigure, parse_figure
from pipeline.domain.form import Field, FilledRow
from pipeline.scans.marks import look_at
from pipeline.scans.proposing import proposed
from pipeline.scans.reading import Wanted, read_pages

from .conftest import MANY, marks
from .paper import CODE, WORDS, Shot, form, indicators, rasters, taken

KINDS: dict[str, tuple[int, Shot]] = {
    "scan_150": (150, Shot(tilt=0.7, noise=2)),
    "scan_200": (200, Shot(tilt=-1.0, noise=3)),
    "scan_300": (300, Shot(tilt=0.5, noise=3)),
    "scan_upside_down": (200, Shot(tilt=-2.0, noise=3, turns=2)),
    "scan_sideways": (200, Shot(tilt=1.0, noise=3, turns=1)),
    "photo_1600_fair": (
        300,
        Shot(tilt=2, perspective=0.03, blur=0.5, shadow=0.3, noise=4, quality=80, width=1600),
    ),
    "photo_1600_poor": (
        300,
        Shot(-4, 0.05, blur=0.8, shadow=0.4, noise=5, quality=60, turns=2, width=1600),
    ),
    "photo_3000": (
        300,
        Shot(tilt=3, perspective=0.05, blur=0.8, shadow=0.4, noise=5, quality=70, width=3000),
    ),
}


@dataclass(frozen=True)
class Rates:
    """Of so many pages: QR found; of so many cells with a figure: located, right, wrong, blank."""

    pages: int
    found: int
    cells: int
    located: int
    right: int
    wrong: int
    blank: int


def figure(chance: random.Random) -> str:
    """A figure as officials write it."""
    kind = chance.random()
    if kind < 0.2:
        return str(chance.randint(0, 99))
    if kind < 0.5:
        decimals = f",{chance.randint(1, 99)}" if chance.random() < 0.6 else ""
        return f"{chance.randint(1, 99)}.{chance.randint(0, 999):03d}{decimals}"
    if kind < 0.93:
        mark = " (sementara)" if kind > 0.85 else ""
        return f"{chance.randint(0, 200)},{chance.randint(0, 99)}{mark}"
    return f"{chance.randint(1, 9)}.{chance.randint(0, 999):03d}.{chance.randint(0, 999):03d}"


def counted(
    kind: str, forms: int, trial: bytes, printed: Callable[[bytes], bytes], seed: int = 7
) -> Rates:
    """The rates of one kind over so many forms of two pages; ``printed`` makes PDF of Word."""
    dpi, shot = KINDS[kind]
    chance, tally = random.Random(seed), Counter[str]()
    for number in range(forms):
        rows = {
            one.code: FilledRow(one.code, {Field.ACTUAL: figure(chance), **WORDS})
            for one in indicators(MANY)
        }
        seen: dict[str, str] = {}
        for at, sheet in enumerate(rasters(printed(form(MANY, rows)), dpi)):
            data = taken(sheet, shot, seed=10 * number + at)
            tally["pages"] += 1
            tally["found"] += look_at(data, kind, 0, 1).pages[0].codes == [CODE]
            reading = read_pages(data, trial, b"", Wanted(kind, [0], [], CODE, marks(MANY)))
            for row in proposed(reading)[0].rows:
                seen[row.indicator] = row.cells[Field.ACTUAL].text
        for code, row in rows.items():
            tally["cells"] += 1
            tally["located"] += code in seen
            tally[_verdict(seen.get(code, ""), row.text(Field.ACTUAL))] += 1
    names = ("pages", "found", "cells", "located", "right", "wrong", "blank")
    return Rates(*(tally[name] for name in names))


def _verdict(read: str, written: str) -> str:
    if not read:
        return "blank"
    return "right" if _value(read) == _value(written) else "wrong"


def _value(text: str) -> object:
    read = parse_figure(text)
    assert isinstance(read, ReadFigure)
    return (read.number.value if read.number else None, read.status)
