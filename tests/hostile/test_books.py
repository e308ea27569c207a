"""Hostile workbooks: each sent as Daftar Pernyataan of the next quarter."""

import pytest

from .conftest import Desk
from .corpus import Hostile
from .corpus_books import BOOKS
from .dropping import assert_harmless, assert_the_next_one_works
from .spread import spread


@pytest.mark.parametrize("hostile", spread(BOOKS))
def test_a_workbook(at_filling: Desk, hostile: Hostile) -> None:
    assert_harmless(at_filling.at, hostile, at_filling.honest)
    assert at_filling.listener.heard == []


def test_then_the_honest_workbook_is_taken(at_filling: Desk) -> None:
    assert_the_next_one_works(at_filling.at, "statements", at_filling.honest)
