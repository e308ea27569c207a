"""Forms on paper: what is found, located and read of every kind of scan and photograph."""

import tempfile
from pathlib import Path

from pipeline.domain.form import FilledRow
from pipeline.pdf.convert import Converter
from tests.scans.conftest import MANY, marks
from tests.scans.kinds import KINDS, counted
from tests.scans.paper import form

FORMS = 6


def run() -> dict[str, dict[str, float | str]]:
    """For each kind the share of figures read right (ours), wrongly (peer), and of cells located.

    ``ratio`` is the share of cells located, times the share of pages whose QR is found.
    """
    results: dict[str, dict[str, float | str]] = {}
    with tempfile.TemporaryDirectory() as folder, Converter(offices=1, timeout_s=120) as converter:

        def pdf(word: bytes) -> bytes:
            source, target = Path(folder, "f.docx"), Path(folder, "f.pdf")
            source.write_bytes(word)
            converter.to_pdf(source, target)
            return target.read_bytes()

        rows: dict[str, FilledRow] = {}
        for mark in marks(MANY):
            row = rows.setdefault(mark.indicator, FilledRow(mark.indicator, {}))
            row.texts[mark.field] = mark.text
        trial = pdf(form(MANY, rows))
        for kind in KINDS:
            rates = counted(kind, FORMS, trial, pdf, seed=11)
            results[f"scan/{kind}"] = {
                "ratio": rates.located / rates.cells * rates.found / rates.pages,
                "ours": 100 * rates.right / rates.cells,
                "peer": 100 * rates.wrong / rates.cells,
                "blank": 100 * rates.blank / rates.cells,
                "unit": f"% right, % wrong of {rates.cells} figures",
            }
    return results
