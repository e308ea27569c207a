"""Word to PDF/A-2b by LibreOffice: a small pool of offices, each used by one thread at a time."""

from pathlib import Path
from types import TracebackType
from typing import Self

from pipeline.confine.protection import Protection
from pipeline.confine.reader import Reader
from pipeline.errors import ConversionError, ReadError
from pipeline.pdf.finish import finished
from pipeline.pdf.formats import Format
from pipeline.pdf.office import WORD_FILTER, Job, OfficeLost, OfficeRefused, OfficeStuck
from pipeline.pdf.package import safe_copy, safe_package, source_bytes
from pipeline.pdf.pool import OfficePool
from pipeline.pdf.program import OfficeProgram, find_office, missing_fonts

__all__ = ["Converter", "OfficeProgram", "find_office", "missing_fonts"]

ATTEMPTS = 2

TO_PDF = Job(
    options={
        "SelectPdfVersion": 2,  # PDF/A-2b
        "UseTaggedPDF": True,
        "UseLosslessCompression": True,
        "ReduceImageResolution": False,
        "ExportBookmarks": True,
        "ExportBookmarksToPDFDestination": True,
        "ExportFormFields": False,
        "ExportNotes": False,
    }
)


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

    def protection(self) -> Protection:
        """Which walls stand around LibreOffice on this machine.

        Raises:
            ConversionError: LibreOffice is missing or does not start.
            Interrupted: The converter is closed.
        """
        with self._pool.office() as office:
            return office.protection

    def close(self) -> None:
        """Take no more documents, let running ones end, and leave no process behind."""
        self._pool.close()

    def to_pdf(
        self, source: Path, target: Path, *, tagged: bool = True, apart: Reader | None = None
    ) -> None:
        """Convert the .docx at `source` to a PDF/A-2b at `target`.

        The target is written and not synced: who keeps the file makes it durable where it is kept.

        `tagged` adds the structure tree; leave it out for what is drawn over another page.
        Bookmarks of the document become named destinations; LibreOffice spells every character of
        their names other than A-Z, a-z, 0-9 and "-" as its hexadecimal code. Where people had a
        part in the document, `apart` reads it, and what LibreOffice made of it.

        Raises:
            ConversionError: The document is refused, LibreOffice fails on it or takes longer than
                the time limit, or the target cannot be written; the message names the file.
            Interrupted: The converter is closed.
        """
        name, language = source.name, self._language
        if apart is None:
            whole = finished(self._exported(name, safe_copy(source)), name, language, tagged)
        else:
            package = apart.run(safe_package, source_bytes(source), name)
            whole = apart.run(finished, self._exported(name, package), name, language, tagged)
        try:
            target.write_bytes(whole)
        except OSError as error:
            raise ConversionError(
                f"PDF dari {source.name} tidak dapat disimpan sebagai {target.name}: "
                f"{error.strerror}. Periksa folder tujuan dan sisa ruang disk, lalu ulangi."
            ) from error

    def to_word(self, document: bytes, known: Format) -> bytes:
        """A text document of a format other than .docx, which `safe_document` passed, as .docx.

        What comes back is as foreign as what went in.

        Raises:
            ReadError: LibreOffice cannot read it, or not within its limits.
            ConversionError: LibreOffice is missing or does not start.
            Interrupted: The converter is closed.
        """
        job = Job(known.suffix, known.filter, ".docx", WORD_FILTER)
        for _ in range(ATTEMPTS):
            try:
                with self._pool.office() as office:
                    return office.convert(document, job, self._timeout_s)
            except OfficeLost:
                continue
            except (OfficeStuck, OfficeRefused) as error:
                raise _unread(known) from error
        raise _unread(known)

    def _exported(self, name: str, package: bytes) -> bytes:
        for _ in range(ATTEMPTS):
            try:
                with self._pool.office() as office:
                    return office.convert(package, TO_PDF, self._timeout_s)
            except OfficeLost:
                continue
            except OfficeStuck as error:
                raise ConversionError(
                    f"{name} tidak selesai diubah menjadi PDF dalam {self._timeout_s:g} detik "
                    "dan batas memorinya; LibreOffice dihentikan. Ulangi sekali lagi; bila tetap "
                    "demikian, sederhanakan dokumennya (gambar besar, tabel sangat panjang)."
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


def _unread(known: Format) -> ReadError:
    return ReadError(
        f"Berkas {known.name} ini tidak dapat dibaca. Buka dengan program asalnya, simpan sebagai"
        " Dokumen Word (.docx), lalu kirim lagi."
    )
