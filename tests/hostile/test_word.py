"""Hostile Word files: returned forms and drafts, each judged by the real office."""

import pytest

from .conftest import Desk
from .corpus import Hostile
from .corpus_word import DRAFTS, FORMS
from .dropping import assert_harmless, assert_the_next_one_works
from .spread import spread


@pytest.mark.parametrize("hostile", spread(FORMS))
def test_a_form(at_filling: Desk, hostile: Hostile) -> None:
    assert_harmless(at_filling.at, hostile, at_filling.honest)
    assert at_filling.listener.heard == []


def test_then_the_honest_form_is_taken(at_filling: Desk) -> None:
    assert_the_next_one_works(at_filling.at, "form", at_filling.honest)


@pytest.mark.parametrize("hostile", spread(DRAFTS))
def test_a_draft(at_filling: Desk, hostile: Hostile) -> None:
    assert_harmless(at_filling.at, hostile, at_filling.honest)
    assert at_filling.listener.heard == []


def test_then_the_honest_draft_is_taken(at_filling: Desk) -> None:
    assert_the_next_one_works(at_filling.at, "draft", at_filling.honest)
