"""Pictures of pages, drawn by PDFium: what is shown is what is signed."""

import io
from pathlib import Path

from pypdfium2 import PdfiumError

from pipeline.errors import ReadError
from pipeline.pdf.pdfium import opened

POINTS_PER_INCH = 72
MAX_PIXELS = 50_000_000


def page_png(path: Path, page: int = 0, dpi: int = 110) -> bytes:
    """One page, counted from 0, as PNG at `dpi` dots per inch, signature boxes included.

    Raises:
        ReadError: The file cannot be opened as a PDF, has no such page, or the page is so large
            that its picture would exceed `MAX_PIXELS`.
    """
    with opened(path) as document:
        if not 0 <= page < len(document):
            raise ReadError(f"{path.name} tidak mempunyai halaman {page + 1}.")
        scale = dpi / POINTS_PER_INCH
        document.init_forms()  # without it the boxes of signature fields are left out
        try:
            sheet = document[page]
            width, height = sheet.get_size()
            if width * height * scale**2 > MAX_PIXELS:
                raise ReadError(
                    f"Halaman {page + 1} dari {path.name} terlalu besar untuk digambar."
                )
            picture = sheet.render(scale=scale, may_draw_forms=True).to_pil()
        except PdfiumError as error:
            raise ReadError(
                f"Halaman {page + 1} dari {path.name} rusak dan tidak dapat digambar."
            ) from error
        file = io.BytesIO()
        picture.save(file, "PNG")
        return file.getvalue()
