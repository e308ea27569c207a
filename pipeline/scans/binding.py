"""A scan made fit for decades: its pages as pictures behind a cover, PDF/A-2b.

What people's scanners and telephones make is kept as it came; this is the copy that can still be
read when nobody reads that any more. ISO 19005-2; the cover brings colour profile and metadata.
"""

import io

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf
from PIL import Image

from pipeline.errors import ReadError
from pipeline.scans.opening import Pages, flat, opened

BIND_DPI = 200
QUALITY = 80  # of JPEG
_A4_MM = (210.0, 297.0)
_POINTS_PER_MM = 72 / 25.4
_LARGEST_MM = 1189.0  # A0
_COLOUR = 24  # of 255 between the channels of a pixel: ink of a stamp or a pen
_LEAST_COLOURED = 0.0005  # of the pixels


def bound(cover: bytes, data: bytes, name: str, numbers: list[int]) -> bytes:
    """``cover`` (PDF/A-2b) with pages of a scan behind it, counted from 0; PDF/A-2b again.

    Raises:
        ReadError: the scan is broken or too large, or ``cover`` is no PDF.
    """
    try:
        with pikepdf.open(io.BytesIO(cover)) as pdf, opened(data, name) as pages:
            for number in numbers:
                _append(pdf, pages, number)
            out = io.BytesIO()
            pdf.save(
                out,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                deterministic_id=True,
            )
            return out.getvalue()
    except pikepdf.PdfError as broken:
        raise ReadError(f"{name} tidak dapat dijilid menjadi PDF/A.") from broken


def _append(pdf: Pdf, pages: Pages, number: int) -> None:
    picture = flat(pages.picture(number, BIND_DPI))
    if picture.mode == "RGB" and not _is_coloured(picture):
        picture = picture.convert("L")
    width, height = _size_mm(pages, number, picture)
    most = (round(width / 25.4 * BIND_DPI), round(height / 25.4 * BIND_DPI))
    if picture.width > most[0] or picture.height > most[1]:
        picture.thumbnail(most, Image.Resampling.LANCZOS)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=QUALITY)
    image = pdf.make_stream(
        jpeg.getvalue(),
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=picture.width,
        Height=picture.height,
        ColorSpace=Name.DeviceGray if picture.mode == "L" else Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=Name.DCTDecode,
    )
    across, down = width * _POINTS_PER_MM, height * _POINTS_PER_MM
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, round(across, 3), round(down, 3)]),
        Resources=Dictionary(XObject=Dictionary(Pindaian=image)),
        Contents=pdf.make_stream(f"q {across:.3f} 0 0 {down:.3f} 0 0 cm /Pindaian Do Q".encode()),
    )
    pdf.pages.append(pikepdf.Page(pdf.make_indirect(page)))


def _size_mm(pages: Pages, number: int, picture: Image.Image) -> tuple[float, float]:
    """The size of a PDF's page; a photograph fills A4, upright or across."""
    if pages.pdf is not None:
        width, height = (edge / _POINTS_PER_MM for edge in pages.pdf[number].get_size())
        shrink = min(1.0, _LARGEST_MM / max(width, height))
        return width * shrink, height * shrink
    short, long = _A4_MM
    paper = (short, long) if picture.height >= picture.width else (long, short)
    scale = min(paper[0] / picture.width, paper[1] / picture.height)
    return picture.width * scale, picture.height * scale


def _is_coloured(picture: Image.Image) -> bool:
    """Whether a stamp or a pen has left colour; shadows and yellowed paper are none."""
    small = picture.copy()
    small.thumbnail((800, 800))
    pixels = np.asarray(small).astype(np.int16)
    usual = np.median(pixels.reshape(-1, 3), axis=0)
    apart = np.ptp(pixels - usual.astype(np.int16), axis=2)
    return bool((apart > _COLOUR).mean() > _LEAST_COLOURED)
