import pytest

from pipeline.domain.collection import FILED, STAGES, WITHDRAWN, Return, counted_as
from pipeline.domain.document import State
from pipeline.domain.procedure import Verb

AFTER = (Verb.ENTER, Verb.INITIAL, Verb.SIGN, FILED)


@pytest.mark.parametrize("state", [State.ISSUED, State.WAITING])
def test_while_forms_are_filled_in_a_return_is_in_time(state: State) -> None:
    assert counted_as(Verb.FILL, state, late=False) is Return.IN_TIME


@pytest.mark.parametrize("stage", AFTER)
def test_after_the_closing_it_is_late_until_it_is_verified(stage: str) -> None:
    assert counted_as(stage, State.ABSENT, late=False) is Return.LATE
    assert counted_as(stage, State.ABSENT, late=True) is Return.LATE
    assert counted_as(stage, State.WAITING, late=True) is Return.LATE
    for state in (State.DECIDED, State.APPROVED, State.VERIFIED, State.FILED):
        assert counted_as(stage, state, late=True) is Return.SETTLED


@pytest.mark.parametrize("stage", [Verb.FILL, *AFTER])
def test_what_is_decided_on_is_settled(stage: str) -> None:
    for state in (State.DECIDED, State.APPROVED, State.VERIFIED):
        assert counted_as(stage, state, late=False) is Return.SETTLED


def test_of_a_withdrawn_collection_nothing_counts() -> None:
    for state in State:
        for late in (False, True):
            assert counted_as(WITHDRAWN, state, late=late) is Return.WITHDRAWN


def test_every_stage_and_state_has_an_answer() -> None:
    answers = {counted_as(stage, state, late=False) for stage in STAGES for state in State}
    assert answers == set(Return)
