"""The stamp laid over a verified form, before anything is signed."""

import io
from typing import Literal

import pikepdf
from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError

from pipeline.errors import ConversionError
from pipeline.pdf.compact import compacted
from pipeline.pdf.facts import PdfFacts, gather

_SAME_SIZE_MM = 1.0
Pages = Literal["first", "all"]


def stamped(base: bytes, stamp: bytes, base_name: str, stamp_name: str, pages: Pages) -> bytes:
    """`base` with the first page of `stamp` drawn over its first or over all pages.

    `stamp` comes from `Converter.to_pdf(…, tagged=False)`, so that its marks do not mix with the
    structure of `base`, whose tags, XMP, OutputIntent and /ID stay. The same input gives the same
    bytes.

    Raises:
        ReadError: One of the two is no readable PDF.
        ConversionError: `base` is signed, one of the two is encrypted, or the sheets differ in
            size; the messages call them by their names.
    """
    below, above = gather(base, base_name), gather(stamp, stamp_name)
    _check(base_name, below, stamp_name, above, whole=pages == "all")
    try:
        return _stamped(base, stamp, 1 if pages == "first" else below.pages)
    except (PyPdfError, pikepdf.PdfError, ValueError, TypeError, LookupError) as error:
        raise ConversionError(
            f"{base_name} tidak dapat diberi stempel: susunan PDF-nya tidak wajar. Buat ulang "
            "PDF-nya dari dokumen Word, lalu ulangi."
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


def _stamped(base: bytes, stamp: bytes, count: int) -> bytes:
    # cloned whole: a writer fed page by page drops XMP, OutputIntent, tags and /ID
    writer = PdfWriter(clone_from=io.BytesIO(base), keep_initial_header=True)
    sheet = PdfReader(io.BytesIO(stamp)).pages[0]
    for page in writer.pages[:count]:
        page.merge_page(sheet)
        page.compress_content_streams()
    file = io.BytesIO()
    writer.write(file)
    with pikepdf.open(file) as pdf:
        return compacted(pdf)
