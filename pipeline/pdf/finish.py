"""What LibreOffice exported, made a file of ours: its language, its tags, packed."""

import io

import pikepdf

from pipeline.errors import ConversionError
from pipeline.pdf.compact import compacted, untag


def finished(exported: bytes, name: str, language: str, tagged: bool) -> bytes:
    """The PDF/A of the document called ``name``; without its structure where it is not ``tagged``.

    Raises:
        ConversionError: it is no sound PDF, or has no page.
    """
    try:
        with pikepdf.open(io.BytesIO(exported), inherit_page_attributes=False) as pdf:
            if len(pdf.pages) == 0:
                raise ConversionError(f"{name} tidak menghasilkan satu halaman pun.")
            pdf.Root.Lang = pikepdf.String(language)
            if not tagged:
                untag(pdf)
            return compacted(pdf)
    except pikepdf.PdfError as error:
        raise ConversionError(
            f"LibreOffice menghasilkan PDF yang rusak dari {name}. Ulangi sekali lagi."
        ) from error
