"""Mangled forms: each value is read right, or a finding names it, its row or the file.

Never a value that is silently wrong or blank.
"""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.domain.figure import ReadFigure, parse_figure
from pipeline.domain.finding import Severity
from pipeline.domain.form import LABELS, Field
from pipeline.forms.readback.form import FormReading
from pipeline.forms.readback.plain import is_prompt, squeezed

from .corpus.form import SLOTS, Returned, Slot, returned
from .corpus.harmful import HARMFUL
from .corpus.harmless import HARMLESS

Ops = list[Callable[[Returned], None]]
FIGURES = st.sampled_from(
    ["52.067,25", "1.234", "0", "98,5 %", "12", "-3,5", "7", "1.250.000", "52.067,25 (sementara)"]
)
TEXTS = st.one_of(
    st.sampled_from(
        [
            "Baik",
            "petugas mengisi logbook untuk 3 kapal",
            'Rapat “Evaluasi” – "selesai"',
            "A & B <x> 'y'",
            "lihat IKU-02 dan IKU-03",
            "baris satu\nbaris dua",
            "–",
        ]
    ),
    st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), max_size=12),
).filter(lambda text: not is_prompt(text))
VALUES = st.fixed_dictionaries(
    {},
    optional={slot: FIGURES if slot[1] is Field.ACTUAL else TEXTS for slot in SLOTS},
)
SEEDS = st.integers(0, 2**32 - 1)


def mangled(values: dict[Slot, str], ops: Ops, seed: int) -> Returned:
    form = returned(values, Random(seed))
    for op in ops:
        op(form)
    return form


def is_right(reading: FormReading, slot: Slot, truth: str) -> bool:
    """Whether a value is as a reader sees it; a figure by its number."""
    text = reading.fields.get(slot[0], {}).get(slot[1])
    if text is None:
        return False
    if slot[1] is Field.ACTUAL:
        return parse_figure(text) == parse_figure(truth) and bool(text) == bool(truth)
    return squeezed(text) == squeezed(truth)


def is_told(reading: FormReading, slot: Slot) -> bool:
    """Whether a finding names the value, or the indicator's row."""
    text = reading.fields.get(slot[0], {}).get(slot[1])
    if slot[1] is Field.ACTUAL and (text is None or not isinstance(parse_figure(text), ReadFigure)):
        return True  # lost, empty or no number: `check_form` tells
    named = (f"{slot[0]}, kolom ", f"baris {slot[0]}")
    own = [f for f in reading.findings if f.place.startswith(named)]

    return any(
        f.place == f"{slot[0]}, kolom {LABELS[slot[1]]}" or f.place.startswith("baris") for f in own
    )


def check_harmless(values: dict[Slot, str], ops: Ops, seed: int) -> None:
    form = mangled(values, ops, seed)
    reading = form.read()
    wrong = [slot for slot in SLOTS if not is_right(reading, slot, form.truth[slot])]
    assert not wrong, (wrong[0], reading.fields.get(wrong[0][0]), form.truth[wrong[0]])
    assert [f for f in reading.findings if f.severity is Severity.ERROR] == []
    assert reading.likeness == 1


def check_harmful(values: dict[Slot, str], ops: Ops, seed: int) -> None:
    form = mangled(values, ops, seed)
    reading = form.read()
    silent = [
        (slot, reading.fields.get(slot[0], {}).get(slot[1]), form.truth[slot])
        for slot in SLOTS
        if not is_right(reading, slot, form.truth[slot]) and not is_told(reading, slot)
    ]
    assert silent == [], silent[0]


def some(ops: tuple[Callable[[Returned], None], ...], most: int) -> st.SearchStrategy[Ops]:
    return st.lists(st.sampled_from(ops), min_size=1, max_size=most)


def cases(count: int) -> settings:
    return settings(
        max_examples=count,
        derandomize=True,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )


@cases(80)
@given(VALUES, some(HARMLESS, 3), SEEDS)
def test_what_changes_nothing_is_read_right(values: dict[Slot, str], ops: Ops, seed: int) -> None:
    check_harmless(values, ops, seed)


@cases(120)
@given(VALUES, some(HARMLESS, 1), some(HARMFUL, 3), SEEDS)
def test_nothing_is_silently_wrong(
    values: dict[Slot, str], first: Ops, then: Ops, seed: int
) -> None:
    check_harmful(values, [*first, *then], seed)


@pytest.mark.slow
@cases(1000)
@given(VALUES, some(HARMLESS, 5), SEEDS)
def test_what_changes_nothing_is_read_right_at_length(
    values: dict[Slot, str], ops: Ops, seed: int
) -> None:
    check_harmless(values, ops, seed)


@pytest.mark.slow
@cases(2000)
@given(VALUES, some(HARMLESS, 3), some(HARMFUL, 5), SEEDS)
def test_nothing_is_silently_wrong_at_length(
    values: dict[Slot, str], first: Ops, then: Ops, seed: int
) -> None:
    check_harmful(values, [*first, *then], seed)


@pytest.mark.parametrize("op", [*HARMLESS, *HARMFUL], ids=lambda op: op.__name__)
def test_each_way_by_itself(op: Callable[[Returned], None]) -> None:
    values = {s: "52.067" if s[1] is Field.ACTUAL else f"isi {s[0]} {s[1]}" for s in SLOTS}
    check = check_harmless if op in HARMLESS else check_harmful
    check(values, [op], 1)
