from datetime import UTC, datetime, timedelta

import pytest

from pipeline.domain.document import Kind, State
from pipeline.sop.runner import CHAINS as RUN
from pipeline.web.words import (
    CHAINS,
    FORM_STATES,
    KINDS,
    SHEET_STATES,
    due_words,
    failure,
    span,
)

NOW = datetime(2026, 10, 8, 10, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=5), "kurang dari semenit"),
        (timedelta(minutes=40), "40 menit"),
        (timedelta(hours=23, minutes=59), "23 jam"),
        (timedelta(hours=24), "1 hari"),
        (timedelta(hours=46), "2 hari"),
    ],
)
def test_a_span_is_told_in_its_largest_unit(length: timedelta, words: str) -> None:
    assert span(NOW - length, NOW) == words


def test_a_deadline_is_told_as_left_or_late() -> None:
    assert due_words(NOW + timedelta(hours=2), "", NOW) == "tersisa 2 jam"
    assert due_words(NOW - timedelta(days=3), "35 menit", NOW) == "terlambat 35 menit"
    assert due_words(None, "", NOW) == ""


def test_every_chain_and_kind_has_a_name() -> None:
    assert CHAINS.keys() == RUN.keys()
    assert KINDS.keys() == set(Kind)


def test_every_state_of_a_form_has_a_word() -> None:
    asked = set(State) - {State.RECEIVED, State.RETURNED, State.SIGNED}  # those of working papers
    assert asked == FORM_STATES.keys()
    assert asked | {State.RECEIVED} == SHEET_STATES.keys()


def test_a_failure_shows_its_first_line_without_numbers_of_persons() -> None:
    told = failure("file 1a2b: NIP 198609262015052001 tidak cocok\nTraceback …")
    assert told.work == "Mengarsipkan berkas"
    assert told.reason == "NIP [nomor] tidak cocok"
    assert failure("?: ").reason == ""
