"""PDFium, one caller at a time: the library keeps global state and is not thread safe."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from pipeline.errors import ReadError

_ONE_AT_A_TIME = threading.RLock()


@contextlib.contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed again at the end; other threads wait meanwhile.

    Raises:
        ReadError: The file is missing, no PDF, broken, or needs a password.
    """
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(path)
        except (pypdfium2.PdfiumError, OSError) as error:
            raise ReadError(
                f"{path.name} tidak dapat dibuka sebagai PDF. Periksa apakah berkasnya ada, utuh, "
                "dan tanpa kata sandi."
            ) from error
        try:
            yield document
        finally:
            document.close()
