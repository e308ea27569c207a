"""Of every kind of scan and photograph: what is proposed is right, or nothing is proposed."""

import tempfile
from pathlib import Path

import pytest

from pipeline.pdf.convert import Converter

from .conftest import MANY, Print
from .kinds import KINDS, counted

LEAST_READ = {"photo_1600_poor": 0.2, "photo_1600_fair": 0.8, "photo_3000": 0.85}
"""The share of figures that are read; of scans nearly all. Handwriting is nobody's to read."""


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_wrong_is_proposed(kind: str, printed: Print) -> None:
    with tempfile.TemporaryDirectory() as folder, Converter(offices=1, timeout_s=120) as converter:

        def pdf(word: bytes) -> bytes:
            source, target = Path(folder, "f.docx"), Path(folder, "f.pdf")
            source.write_bytes(word)
            converter.to_pdf(source, target)
            return target.read_bytes()

        rates = counted(kind, 3, printed(MANY, "trial"), pdf)
    assert rates.found == rates.pages
    assert rates.located == rates.cells
    assert rates.wrong == 0
    assert rates.right >= LEAST_READ.get(kind, 0.95) * rates.cells
