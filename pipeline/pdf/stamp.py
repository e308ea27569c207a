"""The stamp laid over a verified form, before anything is signed."""

import io
from pathlib import Path
from typing import Literal

import pikepdf
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from pipeline.errors import ConversionError
from pipeline.files import write_whole
from pipeline.pdf.compact import compacted
from pipeline.pdf.facts import PdfFacts, gather

_SAME_SIZE_MM = 1.0


def overlay(
    base: Path, stamp: Path, target: Path, *, pages: Literal["first", "all"] = "first"
) -> None:
    """Draw the first page of `stamp` over the first or over all pages of `base`.

    `stamp` comes from `Converter.to_pdf(…, tagged=False)`, so that its marks do not mix with the
    structure of `base`, whose tags, XMP, OutputIntent and /ID stay. The same input gives the same
    bytes. `target` appears whole or not at all and may be `base` itself.

    Raises:
        ReadError: One of the two is no readable PDF.
        ConversionError: `base` is signed, one of the two is encrypted, the sheets differ in
            size, or the target cannot be written.
    """
    below, above = gather(base), gather(stamp)
    _check(base.name, below, stamp.name, above, whole=pages == "all")
    try:
        stamped = _stamped(base, stamp, 1 if pages == "first" else below.pages)
        write_whole(target, stamped)
    except (PyPdfError, pikepdf.PdfError, ValueError, TypeError, LookupError) as error:
        raise ConversionError(
            f"{base.name} tidak dapat diberi stempel: susunan PDF-nya tidak wajar. Buat ulang "
            "PDF-nya dari dokumen Word, lalu ulangi."
        ) from error
    except OSError as error:
        raise ConversionError(
            f"{target.name} tidak dapat disimpan: {error.strerror}. Periksa folder tujuan dan sisa "
            "ruang disk, lalu ulangi."
        ) from error


def _check(base: str, below: PdfFacts, stamp: str, above: PdfFacts, *, whole: bool) -> None:
    if below.signed:
        raise ConversionError(
            f"{base} sudah ditandatangani dan tidak boleh diubah lagi. Bubuhkan stempel sebelum "
            "penandatanganan."
        )
    if below.encrypted or above.encrypted:
        raise ConversionError(
            f"{base} atau {stamp} terenkripsi. Simpan tanpa enkripsi, lalu ulangi."
        )
    sizes = below.page_sizes_mm if whole else below.page_sizes_mm[:1]
    for size in sizes:
        if any(
            abs(a - b) > _SAME_SIZE_MM for a, b in zip(size, above.page_sizes_mm[0], strict=True)
        ):
            raise ConversionError(
                f"Ukuran halaman {base} ({_shown(size)}) berbeda dari {stamp} "
                f"({_shown(above.page_sizes_mm[0])}). Samakan ukuran kertas kedua templatnya."
            )


def _shown(size: tuple[float, float]) -> str:
    return f"{size[0]:.0f} × {size[1]:.0f} mm"


def _stamped(base: Path, stamp: Path, count: int) -> bytes:
    # cloned whole: a writer fed page by page drops XMP, OutputIntent, tags and /ID
    writer = PdfWriter(clone_from=io.BytesIO(base.read_bytes()), keep_initial_header=True)
    sheet = PdfReader(io.BytesIO(stamp.read_bytes())).pages[0]
    for page in writer.pages[:count]:
        page.merge_page(sheet)
        page.compress_content_streams()
    file = io.BytesIO()
    writer.write(file)
    with pikepdf.open(file) as pdf:
        return compacted(pdf)
