"""A page laid straight: however it lies on the picture, it is matched to a print of the form.

What form and print have in common (letterhead, head of the table, foot) gives the matching points;
what was written, and rows that have moved, agree with no plane and fall out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.scans.opening import READ_DPI, Gray

Plane = NDArray[Any]

MATCH_WIDTH = 1200  # pixels; letters of 8 points are still told apart
MOST_POINTS = 3000
LEAST_MATCHES = 28
NEARER = 0.75  # Lowe's ratio
SLACK = 3.0  # pixels at `MATCH_WIDTH`, 0.8 mm on the page
LEAST_SPREAD = 0.25  # of the page's width, between the matching points
MOST_SHEAR = 0.5  # how much opposite edges of the page may differ
PIXELS_PER_MM = READ_DPI / 25.4


@dataclass(frozen=True)
class Print:
    """A page of a print, with what is remarkable on it; ``number`` counts from 0."""

    number: int
    width: float
    height: float
    points: NDArray[np.float32]
    features: NDArray[np.float32]


@dataclass(frozen=True)
class Straight:
    """A page laid straight at `READ_DPI`, on which print, and how surely.

    ``plane`` takes the pixels of the page as it came to millimetres.
    """

    picture: Gray
    matches: int
    number: int
    plane: Plane


def print_of(number: int, picture: Gray, width: float, height: float) -> Print:
    """A page of a print, ``width`` and ``height`` in millimetres."""
    points, features, scale = _remarkable(picture)
    return Print(number, width, height, points * (width / (picture.shape[1] * scale)), features)


def straightened(picture: Gray, prints: Sequence[Print]) -> Straight | None:
    """The page as it lies on the print that it resembles most; ``None`` where it resembles none."""
    points, features, scale = _remarkable(picture)
    best: tuple[int, Plane, Print] | None = None
    for one in prints:
        found = _plane(points, features, one)
        if found is not None and (best is None or found[0] > best[0]):
            best = (*found, one)
    if best is None:
        return None
    matches, plane, on = best
    to_pixels = np.diag([PIXELS_PER_MM, PIXELS_PER_MM, 1.0])
    to_small = np.diag([scale, scale, 1.0])
    size = (round(on.width * PIXELS_PER_MM), round(on.height * PIXELS_PER_MM))
    whole = plane @ to_small
    laid = cv2.warpPerspective(
        picture, to_pixels @ whole, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return Straight(laid.astype(np.uint8, copy=False), matches, on.number, whole)


def _remarkable(picture: Gray) -> tuple[NDArray[np.float32], NDArray[np.float32], float]:
    """Points in a picture of `MATCH_WIDTH`, their features, and its scale."""
    longer = max(picture.shape)
    scale = MATCH_WIDTH / longer
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=method)
    finder = cv2.SIFT_create(nfeatures=MOST_POINTS)  # type: ignore[attr-defined]
    points, features = finder.detectAndCompute(small, None)
    if features is None:
        return np.empty((0, 2), np.float32), np.empty((0, 128), np.float32), scale
    features = np.sqrt(features / (features.sum(1, keepdims=True) + 1e-7))  # RootSIFT
    return np.array([p.pt for p in points], np.float32), features, scale


def _plane(
    points: NDArray[np.float32], features: NDArray[np.float32], one: Print
) -> tuple[int, Plane] | None:
    """How many points match, and the plane that takes them to millimetres on the print."""
    if len(features) < LEAST_MATCHES or len(one.features) < LEAST_MATCHES:
        return None
    pairs = cv2.BFMatcher(cv2.NORM_L2).knnMatch(features, one.features, k=2)
    near = [a for a, b in pairs if a.distance < NEARER * b.distance]
    if len(near) < LEAST_MATCHES:
        return None
    here = points[[m.queryIdx for m in near]]
    there = one.points[[m.trainIdx for m in near]]
    slack = SLACK * max(one.width, one.height) / MATCH_WIDTH
    plane, agree = cv2.findHomography(here, there, cv2.USAC_MAGSAC, slack, maxIters=5000)
    if plane is None or agree is None:
        return None
    inside = agree.ravel() > 0
    if inside.sum() < LEAST_MATCHES or not _is_sane(plane, there[inside], one):
        return None
    return int(inside.sum()), plane


def _is_sane(plane: Plane, there: NDArray[np.float32], one: Print) -> bool:
    """Whether the points lie apart, and a camera can have seen the page so."""
    if np.ptp(there[:, 0]) < LEAST_SPREAD * one.width:
        return False
    corners = np.array(
        [(0, 0), (one.width, 0), (one.width, one.height), (0, one.height)], np.float64
    )
    try:
        seen = cv2.perspectiveTransform(corners[None], np.linalg.inv(plane))[0]
    except np.linalg.LinAlgError:
        return False
    sides = np.linalg.norm(seen - np.roll(seen, -1, 0), axis=1)
    if not cv2.isContourConvex(seen.astype(np.float32)):
        return False
    shear = max(abs(sides[0] / sides[2] - 1), abs(sides[1] / sides[3] - 1))
    shape = (sides[0] + sides[2]) / (sides[1] + sides[3]) / (one.width / one.height)
    return bool(shear < MOST_SHEAR and 1 / (1 + MOST_SHEAR) < shape < 1 + MOST_SHEAR)
