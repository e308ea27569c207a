"""The text of a PDF, for search."""

from pypdfium2 import PdfiumError

from pipeline.errors import ReadError
from pipeline.pdf.pdfium import opened


def text_of(data: bytes, name: str) -> str:
    """The text of all pages in reading order, pages parted by a form feed; a bare scan has none.

    Raises:
        ReadError: It cannot be opened as a PDF, or a page is broken; the message calls it `name`.
    """
    with opened(data, name) as document:
        try:
            pages = [
                document[index].get_textpage().get_text_bounded() for index in range(len(document))
            ]
        except PdfiumError as error:
            raise ReadError(f"{name} rusak; teksnya tidak dapat dibaca.") from error
    return "\f".join(page.replace("\r\n", "\n") for page in pages)
