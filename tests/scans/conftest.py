"""Forms printed once by a real LibreOffice, for all who scan and photograph them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.domain.form import Field, FilledRow
from pipeline.pdf.convert import Converter
from pipeline.scans.layout import Mark, marks_for

from .paper import filled, form, indicators

Print = Callable[[int, str], bytes]
FEW, MANY = 3, 9
"""Indicators of a form of one page, and of one of two."""


def marks(count: int) -> list[Mark]:
    return marks_for([one.code for one in indicators(count)])


def _rows(count: int, what: str) -> dict[str, FilledRow] | None:
    rows: dict[str, FilledRow] = {}
    for mark in marks(count):
        rows.setdefault(mark.indicator, FilledRow(mark.indicator, {})).texts[mark.field] = mark.text
    full = "\n".join(["xxx"] * 24)
    spilled = {c: FilledRow(c, {**r.texts, Field.REMARK: full}) for c, r in rows.items()}
    tall = {
        code: FilledRow(code, {**row.texts, Field.REMARK: "\n".join(["Rincian pendataan"] * 11)})
        for code, row in filled(count).items()
    }
    return {"trial": rows, "spilled": spilled, "filled": filled(count), "tall": tall}.get(what)


@pytest.fixture(scope="session")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Print]:
    """A form of so many indicators as PDF: "trial", "spilled", "filled", "tall" or "blank"."""
    folder, made = tmp_path_factory.mktemp("kertas"), dict[tuple[int, str], Path]()
    with Converter(offices=1, timeout_s=120) as converter:

        def pdf(count: int, what: str) -> bytes:
            if (count, what) not in made:
                word = folder / f"{what}-{count}.docx"
                word.write_bytes(form(count, _rows(count, what)))
                made[count, what] = word.with_suffix(".pdf")
                converter.to_pdf(word, made[count, what])
            return made[count, what].read_bytes()

        yield pdf
