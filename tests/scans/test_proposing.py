"""What readings of a cell amount to: the same from two sides, or nothing."""

from collections.abc import Sequence

import pytest

from pipeline.scans.proposing import Doubt, Proposal, figure_of, words_of
from pipeline.scans.tesseract import Word


def said(text: str, surety: float) -> list[Word]:
    return [Word(word, surety) for word in text.split()]


Readings = Sequence[tuple[str, float]]


def figure(*readings: tuple[str, float]) -> Proposal:
    return figure_of([said(*reading) for reading in readings])


@pytest.mark.parametrize(
    ("readings", "proposed"),
    [
        ((("52.067,25", 92), ("52.067,25", 90), ("52.067,25", 70)), "52.067,25"),
        ((("8", 97), ("", 0), ("8", 61)), "8"),
        ((("63,83", 96), ("63.83", 80)), "63,83"),  # the same number, written otherwise
        ((("26,04 (sementara)", 95), ("26,04 (sementara)", 91)), "26,04 (sementara)"),
    ],
)
def test_two_that_agree_are_proposed(readings: Readings, proposed: str) -> None:
    assert figure(*readings) == Proposal(proposed)


@pytest.mark.parametrize(
    "readings",
    [
        (("52.067,25", 92),),
        (("52.067,25", 92), ("52.067,26", 92)),
        (("32,16", 94), ("32,16", 90), ("22,16", 89)),
        (("27", 81), ("27", 70), ("z7", 24)),
        (("7,59 (sementara)", 92), ("7,59", 92)),
        (("belum jelas", 95), ("belum jelas", 95)),
        (("", 0), ("", 0)),
        ((")", 97), (")", 97)),
    ],
    ids=str,
)
def test_else_the_cell_stays_empty(readings: Readings) -> None:
    assert figure(*readings) == Proposal(doubt=Doubt.UNREADABLE)


def test_what_can_be_read_in_two_ways_is_marked() -> None:
    assert figure(("14.833", 96), ("14.833", 95)) == Proposal("14.833", Doubt.SEPARATOR)


def test_the_prompt_of_an_empty_cell_is_no_writing() -> None:
    asked = ("klik untuk mengisi", 90)
    assert figure(asked, asked) == Proposal()
    assert words_of(said(*asked)) == Proposal()
    assert words_of(said("klik untuk mengisi Cuaca buruk", 90)) == Proposal("Cuaca buruk")


def test_faint_words_are_proposed_and_marked() -> None:
    assert words_of(said("Cuaca buruk", 95)) == Proposal("Cuaca buruk")
    assert words_of(said("Cuaca buruk", 60)) == Proposal("Cuaca buruk", Doubt.FAINT)
    assert words_of(said("Cxa bk", 30)) == Proposal(doubt=Doubt.UNREADABLE)
    assert words_of([]) == Proposal(doubt=Doubt.UNREADABLE)
