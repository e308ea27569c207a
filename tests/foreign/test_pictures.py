"""Pictures from outside are measured by their headers."""

import io

import pytest
from PIL import Image

from pipeline.foreign.pictures import TooManyPixelsError, check_pixels
from tests.hostile.packages import png, vast_png


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP"])
def test_an_ordinary_picture_is_let_through(kind: str) -> None:
    out = io.BytesIO()
    Image.new("RGB", (64, 64)).save(out, kind)
    check_pixels(out.getvalue())


@pytest.mark.parametrize("make", [vast_png, lambda: png(30_000, 3_000)])
def test_a_vast_one_is_refused_unopened(make: object) -> None:
    with pytest.raises(TooManyPixelsError):
        check_pixels(make())  # type: ignore[operator]


@pytest.mark.parametrize(
    "data", [b"", b"\x89PNG", b"\xff\xd8\xff\xe0", b"teks", b"GIF89a" + b"\0" * 9]
)
def test_what_is_no_picture_or_broken_is_let_through(data: bytes) -> None:
    check_pixels(data)
