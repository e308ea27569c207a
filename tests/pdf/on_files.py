"""What the PDF room does with bytes, done with files."""

from pathlib import Path

from pipeline.pdf.stamp import Pages, stamped
from pipeline.pdf.text import text_of


def extract_text(path: Path) -> str:
    """The text of all pages, parted by a form feed."""
    return text_of(path.read_bytes(), path.name)


def overlay(base: Path, stamp: Path, target: Path, *, pages: Pages = "first") -> None:
    """Draw the first page of ``stamp`` over the first or over all pages of ``base``."""
    sheets = base.read_bytes(), stamp.read_bytes()
    target.write_bytes(stamped(*sheets, base.name, stamp.name, pages))
