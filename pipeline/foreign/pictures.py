"""Pictures from outside, measured by their headers: nothing is unpacked."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

MAX_PIXELS = 80_000_000
"""A page of A3 at 600 dpi has 70 million, a telephone's photograph 12 to 50; four bytes each."""
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP")
_SIGNS = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*", b"RIFF")


class TooManyPixelsError(ValueError):
    """A picture of more than `MAX_PIXELS`."""


def check_pixels(data: bytes) -> None:
    """Refuse a picture that would unpack to too much; what is no picture is let through.

    Raises:
        TooManyPixelsError: it has more than `MAX_PIXELS`.
    """
    if not data.startswith(_SIGNS):
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own, lower bound
            with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
                width, height = picture.size
    except Image.DecompressionBombError as vast:
        raise TooManyPixelsError from vast
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, ArithmeticError):
        return  # LibreOffice shows an empty frame in its place
    if width * height > MAX_PIXELS:
        raise TooManyPixelsError
