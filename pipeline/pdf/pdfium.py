"""PDFium, one caller at a time: the library keeps global state and is not thread safe."""

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdfium2

from pipeline.errors import ReadError

MAX_PAGES = 10_000
"""A print-out of two thousand officials has some 700; finding a page costs more with each one."""
_ONE_AT_A_TIME = threading.RLock()


@contextlib.contextmanager
def opened(source: Path | bytes, name: str = "") -> Iterator[pypdfium2.PdfDocument]:
    """The document, closed again at the end; other threads wait meanwhile.

    `name` is how messages call it.

    Raises:
        ReadError: The file is missing, no PDF, broken, or needs a password.
    """
    called = name or (source.name if isinstance(source, Path) else "PDF")
    with _ONE_AT_A_TIME:
        try:
            document = pypdfium2.PdfDocument(source)
        except (pypdfium2.PdfiumError, OSError) as error:
            raise ReadError(
                f"{called} tidak dapat dibuka sebagai PDF. Periksa apakah berkasnya ada, utuh, "
                "dan tanpa kata sandi."
            ) from error
        try:
            if len(document) > MAX_PAGES:
                raise ReadError(f"{called} mempunyai lebih dari {MAX_PAGES} halaman.")
            yield document
        finally:
            document.close()
