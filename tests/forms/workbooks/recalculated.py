"""A workbook as LibreOffice Calc recalculates it, in a profile of its own."""

import csv
import subprocess
from pathlib import Path

from pipeline.pdf.program import find_office

_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,true,false,false,false,1"


def recalculated(data: bytes, folder: Path) -> list[list[str]]:
    """The cells of the first sheet, formulas computed; numbers unrounded, with a decimal comma."""
    book = folder / "buku.xlsx"
    book.write_bytes(data)
    profile = f"-env:UserInstallation={(folder / 'profil').as_uri()}"
    command = [find_office().binary, profile, "--headless", "--convert-to", _CSV, "--outdir"]
    for _ in range(2):  # a fresh profile exits once before it does anything
        subprocess.run([*command, folder, book], check=False, capture_output=True, timeout=300)
        found = sorted(folder.glob("buku*.csv"))
        if found:
            break
    with found[0].open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))
