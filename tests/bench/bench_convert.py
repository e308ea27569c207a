"""Word to PDF: our converter with two offices against one `soffice --convert-to` a file."""

import concurrent.futures
import subprocess
import tempfile
import time
from pathlib import Path
from statistics import median

import docx
from docx.shared import Mm

from pipeline.pdf.convert import Converter, find_office

ROUNDS = 5
OURS_PER_ROUND = 12
OFFICES = 2
SENTENCE = "Faktor penghambat: cuaca di perairan timur Jambi pada bulan September. "


def run() -> dict[str, dict[str, float | str]]:
    """Milliseconds of wall time a document, ours and the peer's in turn on one two-page form."""
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as name, Converter(OFFICES) as ours:
        folder = Path(name)
        form = _form(folder / "formulir.docx")
        _peer(folder, form)
        _ours(ours, folder, form)
        pairs = [(_ours(ours, folder, form), _peer(folder, form)) for _ in range(ROUNDS)]
    mine, theirs = (median(times) for times in zip(*pairs, strict=True))
    figures: dict[str, float | str] = {
        "ratio": round(theirs / mine, 1),
        "ours": round(mine, 1),
        "peer": round(theirs, 1),
        "unit": "ms wall",
    }
    return {"convert/soffice": figures}


def _form(path: Path) -> Path:
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    document.add_heading("Format Data Kinerja")
    table = document.add_table(rows=15, cols=6, style="Table Grid")
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            cell.text = f"Indikator {number}: produksi perikanan"
    for _ in range(10):
        document.add_paragraph(SENTENCE * 4)
    document.save(str(path))
    return path


def _ours(converter: Converter, folder: Path, form: Path) -> float:
    started = time.perf_counter()
    with concurrent.futures.ThreadPoolExecutor(OFFICES) as threads:
        targets = [folder / f"{number}.pdf" for number in range(OURS_PER_ROUND)]
        list(threads.map(lambda target: converter.to_pdf(form, target), targets))
    return (time.perf_counter() - started) * 1000 / OURS_PER_ROUND


def _peer(folder: Path, form: Path) -> float:
    started = time.perf_counter()
    subprocess.run(
        [
            find_office().soffice,
            f"-env:UserInstallation={(folder / 'profil').as_uri()}",
            "--headless",
            "--convert-to",
            "pdf",
            "--outdir",
            folder / "peer",
            form,
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    elapsed = (time.perf_counter() - started) * 1000
    (folder / "peer" / form.with_suffix(".pdf").name).unlink()
    return elapsed
