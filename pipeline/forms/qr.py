"""A QR code as a picture for Word templates and sheets."""

import io

import zxingcpp
from PIL import Image

from pipeline.errors import ReadError

QUIET_ZONE = 4  # modules of white on every side (ISO/IEC 18004)


def qr_png(text: str, *, modules_px: int = 10) -> bytes:
    """A black and white PNG of ``text``, ``modules_px`` pixels a module, quiet zone included.

    Error correction level M restores 15 % of the code.

    Raises:
        ReadError: the text is empty or too long for a QR code.
    """
    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except (ValueError, RuntimeError) as error:
        raise ReadError(
            f"Kode QR untuk “{text[:40]}” tidak dapat dibuat: teksnya kosong atau terlalu panjang."
            " Periksa kode dokumen atau public_url pada kinerja.toml."
        ) from error
    pixels = Image.fromarray(code.to_image(scale=1, add_quiet_zones=False))
    modules = pixels.convert("1", dither=Image.Dither.NONE)
    side = modules.width + 2 * QUIET_ZONE
    picture = Image.new("1", (side, side), color=1)
    picture.paste(modules, (QUIET_ZONE, QUIET_ZONE))
    scaled = picture.resize((side * modules_px, side * modules_px), Image.Resampling.NEAREST)
    out = io.BytesIO()
    scaled.save(out, "PNG", compress_level=1)  # a code for each form: to pack it well costs more
    return out.getvalue()
