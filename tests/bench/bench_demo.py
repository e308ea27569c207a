"""The whole procedure: seconds a form, beside what LibreOffice alone takes for a form's PDFs.

The floor converts, one after the other in one office, the three documents that every form needs:
receipt, verification sheet, verified form.
"""

import tempfile
import time
from pathlib import Path
from typing import Any

from pipeline.forms.render import render
from pipeline.pdf.convert import Converter
from pipeline.tasks.demo.play import play
from tests.templates.samples import context

OFFICIALS = 12
DOCUMENTS = ("tanda-terima", "lembar-verifikasi", "formulir")
TEMPLATES = Path("templates/data-kinerja")


def run() -> dict[str, dict[str, Any]]:
    """Wall seconds a form, people's hands included; the ratio is ours over the floor."""
    with tempfile.TemporaryDirectory() as folder:
        floor = _floor(Path(folder))
        start = time.perf_counter()
        play(Path(folder) / "kantor", OFFICIALS, lambda _key, _what: None)
        ours = (time.perf_counter() - start) / OFFICIALS
    figures = {"ratio": ours / floor, "ours": ours, "peer": floor, "unit": "s wall, peer = floor"}
    return {"demo/seconds_per_form": figures}


def _floor(folder: Path) -> float:
    with Converter(offices=1) as converter:
        sources = []
        for name in DOCUMENTS:
            source = folder / f"{name}.docx"
            template = (TEMPLATES / source.name).read_bytes()
            source.write_bytes(render(template, {**context(source.name), "qr": ""}))
            converter.to_pdf(source, source.with_suffix(".pdf"))  # the office is warm now
            sources.append(source)
        start = time.perf_counter()
        for source in sources:
            converter.to_pdf(source, source.with_suffix(".pdf"))
        return time.perf_counter() - start
