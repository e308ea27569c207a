"""A QR code as filled rectangles: sharp at any zoom, and a few hundred bytes."""

from functools import lru_cache
from typing import Any

import zxingcpp

from pipeline.errors import SigningError

QUIET_ZONE = 4  # modules of white on every side (ISO/IEC 18004 §6.3.8)


@lru_cache(maxsize=256)
def qr_runs(text: str) -> tuple[int, tuple[tuple[int, int, int], ...]]:
    """The side in modules, without quiet zone, and the dark runs as ``(column, row, length)``.

    Row 0 is the top one. Error correction level M restores 15 % of the code.

    Raises:
        SigningError: the text is empty or too long for a QR code.
    """
    try:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    except (ValueError, RuntimeError) as error:
        raise SigningError(
            "Kode QR untuk kotak tanda tangan tidak dapat dibuat. Periksa kode dokumen atau "
            "alamat public_url pada kinerja.toml."
        ) from error
    pixels: Any = code.to_image(scale=1, add_quiet_zones=False)  # a buffer, untold in its stubs
    image = memoryview(pixels)
    side, columns = pixels.shape
    dark = [[image[row, column] == 0 for column in range(columns)] for row in range(side)]
    return side, tuple(run for row, modules in enumerate(dark) for run in _runs(row, modules))


def draw_qr(text: str, x: float, y: float, side: float) -> bytes:
    """Operators that paint ``text`` in black, quiet zone inside ``side`` points, corner at x, y."""
    modules, runs = qr_runs(text)
    unit = side / (modules + 2 * QUIET_ZONE)
    left, top = x + QUIET_ZONE * unit, y + side - QUIET_ZONE * unit
    rectangles = " ".join(f"{column} {-row - 1} {length} 1 re" for column, row, length in runs)
    # One path, filled once, in module units: neighbours share exact edges, so no hairlines.
    return f"q {unit:.5f} 0 0 {unit:.5f} {left:.4f} {top:.4f} cm 0 g {rectangles} f Q".encode()


def _runs(row: int, modules: list[bool]) -> list[tuple[int, int, int]]:
    runs: list[tuple[int, int, int]] = []
    for column, dark in enumerate(modules):
        if not dark:
            continue
        if column and modules[column - 1]:
            start, _, length = runs[-1]
            runs[-1] = (start, row, length + 1)
        else:
            runs.append((column, row, 1))
    return runs
