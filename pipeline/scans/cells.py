"""Cells cut out of a straightened page, their paper made white, for people and for tesseract."""

import base64
import io
from collections.abc import Iterable

import cv2
import numpy as np
from PIL import Image

from pipeline.scans.layout import Box
from pipeline.scans.opening import READ_DPI, Gray
from pipeline.scans.straighten import PIXELS_PER_MM

WHITE = 255
INSET_MM = 0.55  # the lines around a cell
MARGIN = 24  # pixels of white that tesseract likes around letters
_PAPER_MM = 4.0  # larger than a stroke, smaller than a shadow
_SHRINK = 4
_INK = 110  # darker than white paper by so much
_LEAST_INK_MM2 = 0.08
_BORDER_MM = 0.35
_SOFT, _SMALLER = 1.2, 0.8
_PALE, _STEP = 232, 16
_SPECKS = 2  # pixels of a row that are no letter


def whitened(picture: Gray) -> Gray:
    """The page with shadows taken out: its paper white, its ink as dark as it was beside it."""
    small = cv2.resize(picture, None, fx=1 / _SHRINK, fy=1 / _SHRINK, interpolation=cv2.INTER_AREA)
    size = int(_PAPER_MM * PIXELS_PER_MM / _SHRINK) | 1
    paper = cv2.medianBlur(cv2.dilate(small, np.ones((size, size), np.uint8)), size)
    whole = cv2.resize(paper, picture.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return cv2.divide(picture, np.maximum(whole, 1), scale=WHITE)


def cut(picture: Gray, box: Box, inset: float = INSET_MM) -> Gray:
    """A part of the page, without the lines around it."""
    top, bottom = (_pixels(mm) for mm in (box.top + inset, box.bottom - inset))
    left, right = (_pixels(mm) for mm in (box.left + inset, box.right - inset))
    return picture[max(0, top) : max(top + 1, bottom), max(0, left) : max(left + 1, right)]


def has_ink(cell: Gray) -> bool:
    """Whether anything is written in a cell on white paper; what touches its edge is its line."""
    return bool(_ink(cell).sum() / PIXELS_PER_MM**2 > _LEAST_INK_MM2)


def ink_height(cell: Gray) -> float:
    """From the highest to the lowest letter, in millimetres."""
    rows = np.flatnonzero(_ink(cell).sum(axis=1) > _SPECKS)
    return float(rows[-1] - rows[0]) / PIXELS_PER_MM if len(rows) else 0.0


def _ink(cell: Gray) -> Gray:
    dark = (cell < WHITE - _INK).astype(np.uint8)
    edge = max(1, _pixels(_BORDER_MM))
    return dark[edge:-edge, edge:-edge]


def _framed(cell: Gray) -> Gray:
    """A cell as tesseract likes it: with white around it."""
    return cv2.copyMakeBorder(
        cell, MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_CONSTANT, value=WHITE
    )


def second_look(cell: Gray) -> Gray:
    """The cell softened and smaller: letters stay, specks and the edges of pixels do not."""
    soft = cv2.GaussianBlur(cell, (0, 0), _SOFT)
    return cv2.resize(soft, None, fx=_SMALLER, fy=_SMALLER, interpolation=cv2.INTER_AREA)


def as_png(picture: Gray, scale: float) -> str:
    """A picture for people as PNG in base64, smaller by ``scale``, in sixteen greys."""
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = np.where(small > _PALE, WHITE, small // _STEP * _STEP).astype(np.uint8)
    out = io.BytesIO()
    Image.fromarray(small).save(out, "PNG", optimize=True)
    return base64.b64encode(out.getvalue()).decode()


def as_tiff(pictures: Iterable[Gray]) -> str:
    """Pictures as the pages of one TIFF in base64; empty where there are none."""
    pages = [Image.fromarray(_framed(picture)) for picture in pictures]
    if not pages:
        return ""
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], dpi=(READ_DPI, READ_DPI))
    return base64.b64encode(out.getvalue()).decode()


def _pixels(mm: float) -> int:
    return round(mm * PIXELS_PER_MM)
