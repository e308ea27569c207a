"""Lines that are hardly seen are found; letters that are clearly seen are none."""

import cv2
import numpy as np
import pytest

from pipeline.domain.form import Field
from pipeline.scans.grid import row_lines
from pipeline.scans.layout import Band, Box, Layout
from pipeline.scans.opening import Gray
from pipeline.scans.straighten import PIXELS_PER_MM

LAYOUT = Layout(
    width=200,
    height=120,
    columns={Field.ACTUAL: (100.0, 130.0)},
    table=(10.0, 190.0),
    naming=Box(12, 1, 30, 4),
    code=None,
    numbering=None,
    pages=[[Band("IKU-1", 20, 50)]],
)
LINES = (20.0, 47.0, 71.5, 96.0)


def page(contrast: int, noise: float, slope_mm: float = 0.0) -> Gray:
    """A table of three rows full of words, its lines darker than the paper by ``contrast``."""
    size = (round(120 * PIXELS_PER_MM), round(200 * PIXELS_PER_MM))
    drawn = np.full(size, 235, np.uint8)
    for y in np.arange(23, 95, 4.0):
        if min(abs(y - line) for line in LINES) > 3:
            for x in np.arange(12, 185, 14.0):
                place = (round(x * PIXELS_PER_MM), round(y * PIXELS_PER_MM))
                cv2.putText(drawn, "realisasi", place, cv2.FONT_HERSHEY_SIMPLEX, 0.9, 20, 2)
    for line in LINES[1:]:
        ends = [
            (round(x * PIXELS_PER_MM), round((line + d) * PIXELS_PER_MM))
            for x, d in ((10, 0.0), (190, slope_mm))
        ]
        cv2.line(drawn, *ends, 235 - contrast, 2)
    seen = drawn + np.random.default_rng(1).normal(0, noise, size)
    return np.clip(cv2.GaussianBlur(seen, (0, 0), 1.2), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("contrast", "noise"),
    [(15, 4.0), *(pytest.param(*one, marks=pytest.mark.slow) for one in ((60, 2.0), (25, 4.0)))],
)
def test_faint_lines_are_found_among_words(contrast: int, noise: float) -> None:
    assert row_lines(page(contrast, noise), LAYOUT, 20.0) == pytest.approx(LINES, abs=0.6)


@pytest.mark.slow
def test_lines_of_paper_that_is_not_flat() -> None:
    found = row_lines(page(40, 3.0, slope_mm=0.7), LAYOUT, 20.0)
    assert found == pytest.approx(LINES, abs=1.2)


def test_words_alone_are_no_lines() -> None:
    assert row_lines(page(0, 3.0), LAYOUT, 20.0) == [pytest.approx(20.0, abs=0.1)]
