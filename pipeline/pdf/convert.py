"""Word to PDF/A-2b by LibreOffice: a small pool of offices, each used by one thread at a time."""

import io
from pathlib import Path
from types import TracebackType
from typing import Self

import pikepdf

from pipeline.errors import ConversionError
from pipeline.files import write_whole
from pipeline.pdf.compact import compacted, untag
from pipeline.pdf.office import OfficeLost, OfficeRefused, OfficeStuck
from pipeline.pdf.package import safe_copy
from pipeline.pdf.pool import OfficePool
from pipeline.pdf.program import OfficeProgram, find_office, missing_fonts

__all__ = ["Converter", "OfficeProgram", "find_office", "missing_fonts"]

ATTEMPTS = 2

EXPORT_OPTIONS = {
    "SelectPdfVersion": 2,  # PDF/A-2b
    "UseTaggedPDF": True,
    "UseLosslessCompression": True,
    "ReduceImageResolution": False,
    "ExportBookmarks": True,
    "ExportBookmarksToPDFDestination": True,
    "ExportFormFields": False,
    "ExportNotes": False,
}


class Converter:
    """LibreOffice as a function from .docx to PDF/A-2b; may be called from many threads.

    An office is started at its first use and takes about 1.3 s for it; `warm` does that in the
    background. After `recycle_after` documents it is replaced, because its memory grows.
    """

    def __init__(
        self,
        offices: int = 2,
        timeout_s: float = 60,
        recycle_after: int = 500,
        language: str = "id-ID",
    ) -> None:
        if offices < 1 or timeout_s <= 0 or recycle_after < 1:
            raise ValueError("offices, timeout_s and recycle_after must be positive")
        self._timeout_s = timeout_s
        self._language = language
        self._pool = OfficePool(offices, recycle_after)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def warm(self) -> None:
        """Start all offices in the background; what goes wrong is reported by the first use."""
        self._pool.warm()

    def close(self) -> None:
        """Take no more documents, let running ones end, and leave no process behind."""
        self._pool.close()

    def to_pdf(self, source: Path, target: Path, *, tagged: bool = True) -> None:
        """Convert the .docx at `source` to a PDF/A-2b at `target`, which appears whole or not.

        `tagged` adds the structure tree; leave it out for what is drawn over another page.
        Bookmarks of the document become named destinations; LibreOffice spells every character of
        their names other than A-Z, a-z, 0-9 and "-" as its hexadecimal code.

        Raises:
            ConversionError: The document is refused, LibreOffice fails on it or takes longer than
                the time limit, or the target cannot be written; the message names the file.
        """
        package = safe_copy(source)
        exported = self._exported(source.name, package)
        finished = _finished(source.name, exported, self._language, tagged=tagged)
        try:
            write_whole(target, finished)
        except OSError as error:
            raise ConversionError(
                f"PDF dari {source.name} tidak dapat disimpan sebagai {target.name}: "
                f"{error.strerror}. Periksa folder tujuan dan sisa ruang disk, lalu ulangi."
            ) from error

    def _exported(self, name: str, package: bytes) -> bytes:
        for _ in range(ATTEMPTS):
            try:
                with self._pool.office() as office:
                    return office.convert(package, EXPORT_OPTIONS, self._timeout_s)
            except OfficeLost:
                continue
            except OfficeStuck as error:
                raise ConversionError(
                    f"{name} tidak selesai diubah menjadi PDF dalam {self._timeout_s:g} detik; "
                    "LibreOffice dihentikan. Ulangi sekali lagi; bila tetap demikian, sederhanakan "
                    "dokumennya (gambar besar, tabel sangat panjang)."
                ) from error
            except OfficeRefused as error:
                raise ConversionError(
                    f"{name} tidak dapat dibuka oleh LibreOffice. Buka di Word, simpan ulang "
                    "sebagai Dokumen Word (.docx), lalu kirim lagi."
                ) from error
        raise ConversionError(
            f"LibreOffice berhenti {ATTEMPTS} kali saat mengubah {name} menjadi PDF. Buka di Word, "
            "simpan ulang sebagai Dokumen Word (.docx), lalu kirim lagi."
        )


def _finished(name: str, exported: bytes, language: str, *, tagged: bool) -> bytes:
    try:
        with pikepdf.open(io.BytesIO(exported)) as pdf:
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
