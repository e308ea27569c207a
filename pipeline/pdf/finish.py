"""What LibreOffice exported, made a file of ours: its language, its tags, packed."""

import contextlib
import io
import os
from collections.abc import Iterator

import pikepdf

from pipeline.errors import ConversionError
from pipeline.pdf.compact import compacted, untag


def finished(exported: bytes, name: str, language: str, tagged: bool) -> bytes:
    """The PDF/A of the document called ``name``; without its structure where it is not ``tagged``.

    Raises:
        ConversionError: it is no sound PDF, or has no page.
    """
    try:
        with (
            _readable(exported) as source,
            pikepdf.open(source, inherit_page_attributes=False) as pdf,
        ):
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


@contextlib.contextmanager
def _readable(exported: bytes) -> Iterator[str | io.BytesIO]:
    """What qpdf reads from: a file in memory, which takes two thirds of the time.

    A confined process may write no file, not even there; it reads from a Python object.
    """
    with contextlib.ExitStack() as held:
        source: str | io.BytesIO = io.BytesIO(exported)
        with contextlib.suppress(OSError):
            handle = os.memfd_create("pdf")
            held.callback(os.close, handle)
            if os.write(handle, exported) == len(exported):
                source = f"/proc/self/fd/{handle}"
        yield source
