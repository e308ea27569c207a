"""A page of a PDF as a picture in the terminal: two pixels a character, by half blocks."""

import io

from PIL import Image
from rich.color import Color
from rich.style import Style
from rich.text import Text

WIDEST = 110


def in_half_blocks(png: bytes, width: int) -> Text:
    """The picture, ``width`` characters wide at the most; for a terminal with true colour."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    columns = min(width, WIDEST)
    rows = round(image.height * columns / image.width / 2) * 2
    small = image.resize((columns, rows), Image.Resampling.LANCZOS)
    picture = Text()
    for y in range(0, rows, 2):
        for x in range(columns):
            upper, lower = (_colour(small, x, y + half) for half in (0, 1))
            picture.append("▀", Style(color=upper, bgcolor=lower))
        picture.append("\n")
    return picture


def _colour(image: Image.Image, x: int, y: int) -> Color:
    start = (y * image.width + x) * 3
    return Color.from_rgb(*image.tobytes()[start : start + 3])
