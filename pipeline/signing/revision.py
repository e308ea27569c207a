"""One further revision of a PDF: what was there stays as it is, byte for byte."""

from io import BytesIO

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError

from pipeline.errors import SigningError


class Revision(IncrementalPdfFileWriter):
    """pyHanko's incremental writer, which leaves the document's metadata alone.

    The original stamps a new modification date into Info and XMP at every revision. Nobody's
    signature vouches for metadata that changes afterwards, so here they never change: whatever
    differs after the first signature was not done by this office.
    """

    def _update_meta(self) -> None:
        """Write no metadata."""


def open_revision(pdf: bytes, document: str) -> Revision:
    """Open ``pdf`` for one more revision; ``document`` names it in messages.

    Raises:
        SigningError: it is not a sound PDF, or it is encrypted.
    """
    try:
        revision = Revision(BytesIO(pdf))
    except (PdfError, ValueError, KeyError, TypeError, IndexError) as error:
        raise SigningError(
            f"{document} tidak dapat dibaca sebagai PDF. Buat ulang PDF-nya dari langkah entri; "
            "berkas ini tidak diubah."
        ) from error
    if revision.prev.encrypted:
        raise SigningError(
            f"{document} dikunci dengan kata sandi. Simpan ulang tanpa kata sandi, lalu kirim lagi."
        )
    return revision
