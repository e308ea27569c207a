"""A returned form of 15 indicators read and checked, beside the floor: parsing the same parts.

As Word leaves it, and as LibreOffice saves it, without our tags. Warm, in this process; what it
costs to read in a process of its own is the confinement's and not counted here.
"""

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from pipeline.domain.duty import Duty
from pipeline.domain.form import Field
from pipeline.domain.indicator import Target
from pipeline.foreign.markup import parse
from pipeline.forms.apart import read_form, read_word
from pipeline.forms.checks.form import check_form
from pipeline.forms.checks.reading import Known
from pipeline.forms.package import open_word
from pipeline.sop.example import EXAMPLE_INDICATOR
from tests.forms.corpus.form import issued
from tests.forms.corpus.programs import WORD, libreoffice, saved_by

INDICATORS = 15
ROUNDS = 40
CODES = [f"IKU-{n:02d}" for n in range(1, INDICATORS + 1)]
PLANNED = replace(
    EXAMPLE_INDICATOR,
    annual_target=Target(Decimal(200_000)),
    quarter_targets=(Target(Decimal(50_000)),) * 4,
)
DUTIES = [Duty(replace(PLANNED, code=code)) for code in CODES]


def run() -> dict[str, dict[str, Any]]:
    """CPU milliseconds a form: medians."""
    texts = {
        (code, f): "52.067,25" if f is Field.ACTUAL else "Baik" for code in CODES for f in Field
    }
    empty, filled = issued(INDICATORS), issued(INDICATORS, texts)
    return {
        "readback/ms": _measured(_through_office(filled), empty),
        "readback/ms_plain": _measured(filled, empty),
    }


def _measured(returned: bytes, empty: bytes) -> dict[str, Any]:
    ours, floor = [], []
    for _ in range(ROUNDS):
        ours.append(_timed(lambda: _read(returned, empty)))
        floor.append(_timed(lambda: _parsed(returned)))
    mine, least = statistics.median(ours), statistics.median(floor)
    return {"ratio": mine / least, "ours": mine, "peer": least, "unit": "ms CPU"}


def _read(returned: bytes, empty: bytes) -> None:
    """What `pipeline.sop.returned.judge` asks: who it is, what it says, whether it is right."""
    read_word(returned)
    fields = read_form(returned, empty).fields
    rows, _ = check_form(DUTIES, fields, Known(3))
    if any(row.actual is None for row in rows):
        raise RuntimeError("a figure was not read")


def _parsed(data: bytes) -> None:
    for name, part in open_word(data).parts.items():
        if name.endswith((".xml", ".rels")):
            parse(part)


def _through_office(data: bytes) -> bytes:
    """The form as LibreOffice saves it."""
    with libreoffice() as office:
        return saved_by(office, data, WORD)


def _timed(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1000
