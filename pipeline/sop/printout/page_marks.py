"""The mark at the foot of every page of a print-out, by which its paper is known again.

Whoever signs on paper sends a scan: the marks say which print-out it is, which edition, and whether
all pages are there.
"""

from pipeline.pdf.drawn import Drawing, drawn_on
from pipeline.scans.page_marks import PageMark
from pipeline.signing.qr import draw_qr

POINTS_PER_MM = 72 / 25.4
SIDE_MM, ABOVE_MM = 11.0, 3.2
"""The mark with its quiet zone, and how far it stands above the edge of the sheet."""


def with_page_marks(pdf: bytes, code: str, edition: int) -> bytes:
    """The print-out with its marks, in the middle of each foot."""

    def mark(page: int, count: int) -> Drawing:
        text = PageMark(code, edition, page, count).text
        return lambda width, _height: _drawn(text, width)

    return drawn_on(pdf, mark)


def _drawn(text: str, width: float) -> bytes:
    side, y = SIDE_MM * POINTS_PER_MM, ABOVE_MM * POINTS_PER_MM
    x = (width - side) / 2
    return f"1 g {x:.3f} {y:.3f} {side:.3f} {side:.3f} re f ".encode() + draw_qr(text, x, y, side)
