"""The rows of a straightened page: its horizontal lines, found where no single one is seen well.

A hair line that a photograph hardly shows runs across the whole table, and letters do not: in each
of many upright strips it is dark in nearly every column of pixels, and letters leave gaps.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scans.layout import Layout
from pipeline.scans.opening import Gray
from pipeline.scans.straighten import PIXELS_PER_MM

STRIP_MM = 6.0
REACH_MM = 0.9  # how far paper that is not flat lets a line wander
LEAST_ROW_MM = 6.0
_THICK_MM = 0.8  # thicker is no line
_LEAST_SHARE = 0.6  # of the strips that must show a line
_FAINT = 2.0  # of 255, below which nothing is a line
_NOISE_TIMES = 3.0
_SMOOTH_MM = 5.0
_GAPS = 15  # per cent of a strip's columns that may be without ink


def row_lines(picture: Gray, layout: Layout, top: float) -> list[float]:
    """The heights of the table's lines below its head, in millimetres; ``top`` is the head's end.

    The first is where the first row begins. Lines below the table are among them: what lies between
    is no indicator's row.
    """
    shown = _share_of_strips(picture, layout)
    reach, least = _pixels(REACH_MM), _pixels(LEAST_ROW_MM)
    start = _pixels(top)
    lines = [start]
    y = start + least
    while y < len(shown):
        if shown[y] >= _LEAST_SHARE:
            around = shown[y : y + 2 * reach]
            best = y + int(np.median(np.flatnonzero(around == around.max())))
            lines.append(best)
            y = best + least
        else:
            y += 1
    return [line / PIXELS_PER_MM for line in lines]


def _share_of_strips(picture: Gray, layout: Layout) -> NDArray[np.float64]:
    """For each height the share of upright strips that show a line there."""
    left, right = (_pixels(edge) for edge in layout.table)
    band = picture[:, left:right]
    thick = np.ones((_pixels(_THICK_MM), 1), np.uint8)
    dark = cv2.morphologyEx(band, cv2.MORPH_BLACKHAT, thick).astype(np.float32)
    soft, along = cv2.blur(dark, (5, 1)), cv2.blur(dark, (_pixels(_SMOOTH_MM), 1))
    strip, reach = _pixels(STRIP_MM), np.ones((_pixels(REACH_MM), 1), np.uint8)
    count = band.shape[1] // strip
    votes = np.zeros(band.shape[0])
    for number in range(count):
        piece = slice(number * strip, (number + 1) * strip)
        gapless = np.percentile(soft[:, piece], _GAPS, axis=1)
        steady = np.minimum(gapless, np.median(along[:, piece], axis=1))
        usual = np.median(steady)
        noise = usual + _NOISE_TIMES * np.median(np.abs(steady - usual))
        seen = (steady > max(_FAINT, noise)).astype(np.uint8)
        votes += cv2.dilate(seen[:, None], reach)[:, 0]
    share: NDArray[np.float64] = votes / max(1, count)
    return share


def _pixels(mm: float) -> int:
    return round(mm * PIXELS_PER_MM)
