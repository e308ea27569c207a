"""Which row of a page is which indicator's: its printed half is compared with the form's own.

Letters would have to be read; pictures only to be laid over one another, which holds at a
resolution at which nobody reads. The rows of a form stay in their order.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scans.layout import Band, Layout
from pipeline.scans.opening import Gray
from pipeline.scans.straighten import PIXELS_PER_MM

Table = NDArray[np.float64]

COMPARE = 0.4  # of the pixels of `READ_DPI`
WANDER_MM = 1.2
SAME_LINE_MM = 2.5
LEAST_LIKENESS = 0.8
"""What is no row at all stays far below it; prints of the same row are at 0.96 and more."""
_EQUAL = 0.005
_COMPARED_MM = 14.0  # of a row's height: no row is lower


@dataclass(frozen=True)
class Found:
    """An indicator's row between two heights in millimetres; ``likeness`` from 0 to 1."""

    indicator: str
    top: float
    bottom: float
    likeness: float


def printed_halves(prints: Mapping[int, Gray], layout: Layout) -> dict[str, Gray]:
    """The printed half of each indicator's row, from straight pictures of the form's print."""
    return {
        band.indicator: _half(prints[number], layout, band.top, 0.0)
        for number, bands in enumerate(layout.pages)
        for band in bands
    }


def rows_found(
    picture: Gray,
    layout: Layout,
    lines: Sequence[float],
    expected: Sequence[Band],
    halves: Mapping[str, Gray],
) -> list[Found]:
    """The rows that are surely those of the form's indicators.

    They begin at ``lines``, or where the form as printed has them (``expected``): a line that is
    too faint to be seen must not join two rows.
    """
    known = layout.indicators
    hidden = [b.top for b in expected if all(abs(b.top - line) > SAME_LINE_MM for line in lines)]
    tops = sorted([*lines, *hidden])
    if not tops:
        return []
    likeness = np.array(
        [
            [_likeness(_half(picture, layout, top, WANDER_MM), halves[one]) for one in known]
            for top in tops
        ]
    )
    pairs = [
        (tops[at], one, float(likeness[at, one]))
        for at, one in _in_order(likeness)
        if likeness[at, one] >= max(LEAST_LIKENESS, likeness[at].max() - _EQUAL)
    ]
    heights = {band.indicator: band.bottom - band.top for page in layout.pages for band in page}
    edges = sorted({*lines, *(top for top, _, _ in pairs)})
    return [
        Found(known[one], top, _end(top, edges, heights[known[one]]), alike)
        for top, one, alike in pairs
    ]


def _end(top: float, edges: Sequence[float], height: float) -> float:
    """Where a row ends: at the next line, else as high as it was printed."""
    below = [edge for edge in edges if edge > top + SAME_LINE_MM]
    return below[0] if below else top + height


def _in_order(likeness: Table) -> list[tuple[int, int]]:
    """The pairs of row and indicator, both rising, that are most alike in all."""
    rows, known = likeness.shape
    best = np.zeros((rows + 1, known + 1))
    gain = np.maximum(likeness - LEAST_LIKENESS, 0.0)
    for at in range(rows):
        for one in range(known):
            pair = best[at, one] + gain[at, one]
            best[at + 1, one + 1] = max(best[at, one + 1], best[at + 1, one], pair)
    pairs, at, one = [], rows, known
    while at and one:
        if best[at, one] == best[at - 1, one]:
            at -= 1
        elif best[at, one] == best[at, one - 1]:
            one -= 1
        else:
            at, one = at - 1, one - 1
            pairs.append((at, one))
    return pairs[::-1]


def _half(picture: Gray, layout: Layout, top: float, around: float) -> Gray:
    """The printed columns of a row, small and soft."""
    left = layout.table[0] + 0.5
    right = min(edge for edge, _ in layout.columns.values()) - 0.5
    y0, y1 = top + 0.6 - around, top + _COMPARED_MM + around
    x0, x1 = left - around, right + around
    pixels = [max(0, round(mm * PIXELS_PER_MM)) for mm in (y0, y1, x0, x1)]
    piece = picture[pixels[0] : pixels[1], pixels[2] : pixels[3]]
    small = cv2.resize(piece, None, fx=COMPARE, fy=COMPARE, interpolation=cv2.INTER_AREA)
    return cv2.GaussianBlur(small, (0, 0), 1.5)


def _likeness(piece: Gray, half: Gray) -> float:
    if piece.shape[0] < half.shape[0] or piece.shape[1] < half.shape[1]:
        return 0.0
    return float(cv2.matchTemplate(piece, half, cv2.TM_CCOEFF_NORMED).max())
