"""Tesseract, run as a program behind walls: it reads strips of pixels that we have made ourselves.

It gets a TIFF by its standard input and tells words by its standard output. It may read its own
data and the system's libraries and nothing else, write nothing, reach nobody, and is stopped when
it takes too long (see `pipeline.scans.behind`).
"""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pipeline.confine import walls
from pipeline.errors import ConversionError

PROGRAM = "tesseract"
PACKAGES = "tesseract-ocr tesseract-ocr-ind"
INDONESIAN, ENGLISH = "ind", "eng"
LINE, BLOCK = 7, 6
"""How a strip is laid out: one line of text, or a block of lines (``--psm``)."""
TIMEOUT_S = 120.0
_BEHIND = Path(__file__).with_name("behind.py")
_WORD_LEVEL = "5"  # of a row of its table: a word


@dataclass(frozen=True)
class Word:
    """A word as read, and how sure tesseract is of it, from 0 to 100."""

    text: str
    surety: float


def read_strips(tiff: bytes, layout: int, language: str = INDONESIAN) -> list[list[Word]]:
    """The words of each page of a TIFF, in order.

    Raises:
        ConversionError: tesseract is not installed, or fails.
    """
    if not tiff:
        return []
    command = [sys.executable, "-I", "-S", str(_BEHIND), walls.__file__, program()]
    command += ["stdin", "stdout", "-l", language, "--psm", str(layout), "--dpi", "300", "tsv"]
    try:
        done = subprocess.run(
            command, input=tiff, capture_output=True, timeout=TIMEOUT_S, check=False, env=_around()
        )
    except subprocess.TimeoutExpired as stuck:
        raise ConversionError(
            f"Tesseract tidak selesai membaca pindaian dalam {TIMEOUT_S:g} detik. Kirim sekali lagi"
            " dengan lebih sedikit halaman."
        ) from stuck
    if done.returncode != 0:
        raise ConversionError(
            f"Tesseract gagal membaca pindaian (kode {done.returncode}). Periksa dengan `kinerja"
            f" doctor`; bila perlu pasang ulang: apt install {PACKAGES}."
        )
    return _words(done.stdout.decode(errors="replace"))


def _words(table: str) -> list[list[Word]]:
    """The words in tesseract's table, by page; a page without any is an empty list."""
    pages: list[list[Word]] = []
    for line in table.splitlines()[1:]:
        cells = line.split("\t")
        if len(cells) != 12:
            continue
        while len(pages) < int(cells[1]):
            pages.append([])
        if cells[0] == _WORD_LEVEL and cells[11].strip():
            pages[-1].append(Word(cells[11].strip(), float(cells[10])))
    return pages


@lru_cache(maxsize=1)
def program() -> str:
    """Where tesseract is.

    Raises:
        ConversionError: it is not installed.
    """
    found = shutil.which(PROGRAM)
    if found is None:
        raise ConversionError(
            f"Tesseract belum terpasang, sehingga pindaian tidak dapat dibaca. Pasang: apt install"
            f" {PACKAGES}."
        )
    return found


def languages() -> set[str]:
    """The languages that it can read.

    Raises:
        ConversionError: it is not installed.
    """
    listed = subprocess.run(
        [program(), "--list-langs"],
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
        env=_around(),
    )
    return set(listed.stdout.split("\n")[1:]) - {""}


def _around() -> dict[str, str]:
    """The environment that it needs; with one thread it is quicker than with several."""
    kept = {"PATH": os.defpath, "LANG": "C.UTF-8", "OMP_THREAD_LIMIT": "1"}
    for name in ("TESSDATA_PREFIX", "LD_LIBRARY_PATH"):
        if name in os.environ:
            kept[name] = os.environ[name]
    return kept
