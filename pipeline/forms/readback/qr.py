"""QR codes among the pictures of a Word file; ours draws the short code of its form."""

import io
import re

import zxingcpp
from PIL import Image, UnidentifiedImageError

from pipeline.forms.package import WordPackage

MOST_PICTURES = 12
MOST_PIXELS = 4_000_000
"""Larger pictures are photographs, over which decoding would take longer than all other reading."""
_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
_MEDIA = "word/media/"
_FORMATS = ("PNG", "JPEG", "GIF", "BMP")


def codes_in_pictures(package: WordPackage, pattern: re.Pattern[str]) -> list[str]:
    """What the QR codes say whose whole text fits ``pattern``, each once, in the parts' order."""
    media = sorted(name for name in package.parts if name.startswith(_MEDIA))
    texts = [text for name in media[:MOST_PICTURES] for text in _texts(package.parts[name])]
    return list(dict.fromkeys(text for text in texts if pattern.fullmatch(text)))


def _texts(data: bytes) -> list[str]:
    try:
        with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                return []
            grey = picture.convert("L")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, ArithmeticError):
        return []
    found = zxingcpp.read_barcodes(grey, formats=_QR)
    return [barcode.text for barcode in found if barcode.valid]
