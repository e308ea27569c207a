"""Filling in the quarterly form: our render against docxtpl as its guide shows it, and the floor.

Ours has compiled the template before; docxtpl opens it anew for each document. Both escape what
they fill in, pack with zlib at level 6, and draw no QR. Ours also runs in the sandbox, takes out
control characters and writes the document's properties. What they write is compared first.

The floor is what no renderer of this document can go below: its body deflated, and a zip file
written around it in which all other parts lie as they were, still packed.
"""

import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

from pipeline.foreign.package import MAIN_PART
from pipeline.forms.render import render
from pipeline.forms.zipped import members_of, packed, zip_file
from tests.forms.documents import parts
from tests.forms.peer import canonical
from tests.templates.samples import context

PATH = Path("templates/data-kinerja/formulir.docx")
TEMPLATE = PATH.read_bytes()
VALUES = {**context("formulir.docx"), "qr": ""}
ROUNDS, AT_ONCE = 40, 10


def run() -> dict[str, dict[str, Any]]:
    """CPU milliseconds a document, ours and docxtpl's: medians of alternating rounds."""
    mine, theirs = _medians((_ours, AT_ONCE), (_peer, 1))
    return {"render/docxtpl": _figures(theirs / mine, mine, theirs)}


def run_floor() -> dict[str, dict[str, Any]]:
    """CPU milliseconds a document, ours and the floor's: medians of alternating rounds."""
    written = _ours()
    members, body = members_of(written), parts(written)[MAIN_PART]

    def floor() -> bytes:
        return zip_file({**members, MAIN_PART: packed(MAIN_PART, body)}.values())

    mine, least = _medians((_ours, AT_ONCE), (floor, AT_ONCE))
    return {"render/floor": _figures(mine / least, mine, least)}


def _ours() -> bytes:
    return render(TEMPLATE, VALUES, code="K", period="2026-TW3")


def _peer() -> bytes:
    document, out = DocxTemplate(PATH), io.BytesIO()
    document.render(VALUES, autoescape=True)
    document.save(out)
    return out.getvalue()


def _medians(
    ours: tuple[Callable[[], bytes], int], other: tuple[Callable[[], bytes], int]
) -> tuple[float, float]:
    """Of two ways to write the document, each with how often it is done in a round."""
    if canonical(ours[0]()) != canonical(other[0]()):
        raise AssertionError("they do not write the same document")
    rounds = [(_timed(*ours), _timed(*other)) for _ in range(ROUNDS)]
    mine, theirs = zip(*rounds, strict=True)
    return statistics.median(mine), statistics.median(theirs)


def _figures(ratio: float, ours: float, peer: float) -> dict[str, Any]:
    return {"ratio": ratio, "ours": ours, "peer": peer, "unit": "ms CPU"}


def _timed(work: Callable[[], object], times: int) -> float:
    start = time.process_time()
    for _ in range(times):
        work()
    return (time.process_time() - start) * 1000 / times
