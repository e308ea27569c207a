"""Tesseract behind its walls: it reads what it gets, and nothing else."""

import base64
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.confine import walls
from pipeline.errors import ConversionError
from pipeline.scans import behind, tesseract
from pipeline.scans.cells import as_tiff
from pipeline.scans.opening import Gray


def strip(text: str) -> Gray:
    drawn = Image.new("L", (420, 60), 255)
    ImageDraw.Draw(drawn).text((10, 10), text, fill=0, font=ImageFont.load_default(size=32))
    return np.asarray(drawn)


def test_each_picture_has_its_words() -> None:
    tiff = base64.b64decode(as_tiff([strip("52.067,25"), strip(""), strip("Cuaca buruk")]))
    read = tesseract.read_strips(tiff, tesseract.BLOCK)
    assert [" ".join(word.text for word in words) for words in read] == [
        "52.067,25",
        "",
        "Cuaca buruk",
    ]
    assert tesseract.read_strips(b"", tesseract.BLOCK) == []


def test_no_pixels_are_an_error_in_words() -> None:
    with pytest.raises(ConversionError, match="Tesseract gagal"):
        tesseract.read_strips(b"bukan gambar", tesseract.LINE)


def test_without_tesseract_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    tesseract.program.cache_clear()
    try:
        with pytest.raises(ConversionError, match="apt install tesseract-ocr"):
            tesseract.read_strips(b"II*", tesseract.LINE)
    finally:
        tesseract.program.cache_clear()


@pytest.mark.skipif(walls.landlock_version() == 0, reason="this kernel has no Landlock")
def test_whatever_runs_there_sees_no_file_of_ours(tmp_path: Path) -> None:
    secret = tmp_path / "rahasia"
    secret.write_text("rahasia")
    program = "/usr/bin/cat"
    command = [sys.executable, "-I", "-S", behind.__file__, walls.__file__, program]
    done = subprocess.run([*command, str(secret)], capture_output=True, text=True, check=False)
    assert done.stdout == ""
    assert "ermission denied" in done.stderr
    echoed = subprocess.run(command, input="halo", capture_output=True, text=True, check=False)
    assert echoed.stdout == "halo"
