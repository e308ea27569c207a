"""Hostile PDFs given to what opens PDFs: read, or refused in our own error; nothing else."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import ReadError
from pipeline.pdf.facts import gather
from pipeline.pdf.images import page_png
from pipeline.pdf.pdfa import problems
from tests.pdf.on_files import extract_text

from .corpus_evidence import PDFS

CPU_S, MEMORY = 60, 1_500_000_000
FAST = {"JavaScript", "a page tree in a circle", "references in a circle", "a password", "cut off"}
WAYS: dict[str, Callable[[Path], object]] = {
    "facts": gather,
    "text": extract_text,
    "picture": page_png,
    "PDF/A": problems,
}
_ONE = """
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
resource.setrlimit(resource.RLIMIT_AS, ({size}, {size}))
from tests.hostile.test_pdf import look
look(sys.argv[1])
"""


def look(path: str) -> None:
    """Say what each way of looking says of a PDF: that it was read, or why it was refused."""
    for name, way in WAYS.items():
        try:
            way(Path(path))
        except ReadError as refused:
            print(f"{name}: refused: {refused}")  # noqa: T201
        else:
            print(f"{name}: read")  # noqa: T201


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(make, id=name, marks=() if name in FAST else pytest.mark.slow)
        for name, make in PDFS.items()
    ],
)
def test_a_pdf_is_read_or_refused_within_bounds(make: Callable[[], bytes], tmp_path: Path) -> None:
    path = tmp_path / "jahat.pdf"
    path.write_bytes(make())
    code = _ONE.format(seconds=CPU_S, size=MEMORY)
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, (done.returncode, done.stdout, done.stderr[-1500:])
    assert len(done.stdout.splitlines()) == len(WAYS)
    assert "jahat.pdf" in done.stdout or "refused" not in done.stdout
