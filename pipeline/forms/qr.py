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
    modules = Image.fromarray(code.to_image(scale=1, add_quiet_zones=False))
    side = modules.width + 2 * QUIET_ZONE
    picture = Image.new("L", (side, side), color=255)
    picture.paste(modules, (QUIET_ZONE, QUIET_ZONE))
    scaled = picture.resize((side * modules_px, side * modules_px), Image.Resampling.NEAREST)
    out = io.BytesIO()
    scaled.convert("1", dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()
