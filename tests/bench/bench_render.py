"""Filling in the quarterly form: our render against docxtpl as its guide shows it.

Both open the template anew for each document, and neither draws a QR. Ours also runs in the
sandbox, writes the document's properties and checks every part for well-formedness.
"""

import io
import statistics
import time
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from pipeline.forms.render import render
from tests.templates.samples import context

TEMPLATE = Path("templates/data-kinerja/formulir.docx")
ROUNDS = 25


def run() -> dict[str, dict[str, Any]]:
    """CPU milliseconds a document: medians of alternating rounds."""
    values = {**context("formulir.docx"), "qr": ""}
    template = TEMPLATE.read_bytes()
    ours, peer = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(lambda: render(template, values, code="K", period="2026-TW3")))
        peer.append(_timed(lambda: _naive(values)))
    mine, theirs = statistics.median(ours), statistics.median(peer)
    figures = {"ratio": theirs / mine, "ours": mine, "peer": theirs, "unit": "ms CPU"}
    return {"render/docxtpl": figures}


def _naive(values: dict[str, Any]) -> None:
    document = DocxTemplate(TEMPLATE)
    document.render(values)
    document.save(io.BytesIO())


def _timed(work: Any) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000
