"""Is a PDF what an archive may keep: PDF/A-2b (ISO 19005-2, level B)?"""

import io
import logging
import re
from collections.abc import Iterator
from pathlib import Path

import pikepdf
from pikepdf import pdfa

from pipeline.errors import ReadError
from pipeline.pdf.facts import DAMAGE
from pipeline.pdf.pdfa_form import form_problems, is_interactive, without_form
from pipeline.pdf.pdfium import MAX_PAGES

FLAVOUR = pdfa.Flavour.PDFA_2B
_HEADER = re.compile(rb"%PDF-1\.[0-7](\r\n|\r|\n)%[\x80-\xff]{4}")
_ENDS = frozenset({b"", b"\n", b"\r", b"\r\n"})

# LibreOffice's font subsets carry no dates, of which this logger would tell at every check.
logging.getLogger("fontTools.ttLib.tables._h_e_a_d").setLevel(logging.ERROR)


def problems(data: bytes | Path) -> list[str]:
    """Every reason why the last revision is not PDF/A-2b; empty when it is.

    The judge passes only what it knows: a construct that it does not know counts as a problem too,
    told apart by the words "belum dapat dinilai". Each line gives the rule (clause of ISO 19005-2),
    the place and the fault, in the judge's English.

    Raises:
        ReadError: The file is missing or cannot be read.
    """
    content = _read(data) if isinstance(data, Path) else data
    try:
        with pikepdf.open(io.BytesIO(content), suppress_warnings=True) as pdf:
            if len(pdf.pages) > MAX_PAGES:
                return [f"belum dapat dinilai: lebih dari {MAX_PAGES} halaman"]
            found = [f"melanggar {fault}" for fault in _frame_problems(content)]
            if pdf.is_encrypted or not is_interactive(pdf):
                return found + _judged(content)
            found.extend(f"melanggar {fault}" for fault in form_problems(pdf))
            without_form(pdf)
            still = io.BytesIO()
            pdf.save(still, fix_metadata_version=False)
    except pikepdf.PasswordError:
        return ["melanggar ISO_19005_2:6.1.3-2: berkasnya dikunci dengan kata sandi"]
    except DAMAGE as error:
        return [f"melanggar ISO_19005_2:6.1.1: berkasnya bukan PDF yang utuh ({error})"]
    return found + _judged(still.getvalue())


def _frame_problems(content: bytes) -> Iterator[str]:
    """What the judge takes for granted, since it expects a file that qpdf has just written."""
    if not _HEADER.match(content):
        yield "ISO_19005_2:6.1.2 di awal berkas: kepala %PDF-1.n atau baris biner sesudahnya"
    if content.rpartition(b"%%EOF")[2] not in _ENDS:
        yield "ISO_19005_2:6.1.3-3 di akhir berkas: ada isi sesudah %%EOF"


def _judged(content: bytes) -> list[str]:
    report = pdfa.validate_written(io.BytesIO(content), FLAVOUR)
    return [
        f"{'melanggar' if finding.kind == 'violation' else 'belum dapat dinilai'} "
        f"{finding.rule} di {finding.where}: {finding.message}"
        for finding in report.findings
    ]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ReadError(f"{path.name} tidak dapat dibaca: {error.strerror}.") from error
