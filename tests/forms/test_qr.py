import io

import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pipeline.domain.document import CODE_ALPHABET, CODE_LENGTH
from pipeline.errors import ReadError
from pipeline.forms.qr import QUIET_ZONE, qr_png

codes = st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH)


def _read(png: bytes) -> zxingcpp.Barcode:
    with Image.open(io.BytesIO(png)) as picture:
        [code] = zxingcpp.read_barcodes(picture.convert("L"))
    return code


@settings(max_examples=40, deadline=None)
@given(codes, st.integers(2, 12))
def test_a_code_reads_back(text: str, modules_px: int) -> None:
    assert _read(qr_png(text, modules_px=modules_px)).text == text


def test_a_url_reads_back_with_error_correction_m() -> None:
    code = _read(qr_png("https://kinerja.example.go.id/v/K7QX2M9PAB"))
    assert code.text == "https://kinerja.example.go.id/v/K7QX2M9PAB"
    assert code.ec_level == "M"


def test_the_quiet_zone_is_four_modules_on_every_side() -> None:
    with Image.open(io.BytesIO(qr_png("K7QX2M9PAB", modules_px=10))) as picture:
        dark = picture.convert("L").point(lambda level: 255 - level).getbbox()
        assert dark is not None
        margin = QUIET_ZONE * 10
        assert dark == (margin, margin, picture.width - margin, picture.height - margin)


def test_the_same_text_gives_the_same_bytes() -> None:
    assert qr_png("K7QX2M9PAB") == qr_png("K7QX2M9PAB")


@pytest.mark.parametrize("text", ["", "x" * 5000])
def test_what_no_code_can_hold_is_refused_in_indonesian(text: str) -> None:
    with pytest.raises(ReadError, match="tidak dapat dibuat"):
        qr_png(text)
