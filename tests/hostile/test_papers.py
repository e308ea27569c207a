"""Hostile rosters, entry workbooks and Data Induk: given back, then the honest one is taken."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipeline.domain.procedure import Verb
from pipeline.pdf.convert import Converter
from tests.sop.under_way import HEAD, KASUBAG, SECRETARY, Copied, at_desk

from .conftest import Desk, Listener
from .corpus import Hostile
from .corpus_papers import of
from .dropping import assert_harmless, assert_the_next_one_works, papers
from .spread import spread


@pytest.fixture(scope="module")
def at_distribution(
    resting: Copied,
    converter: Converter,
    listener: Listener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """An office whose roster is awaited."""
    root = tmp_path_factory.mktemp("penggandaan") / "kantor"
    with at_desk(resting, root, converter) as at:
        at.to_distribution()
        yield Desk(at, papers(at, listener.port), listener)


@pytest.fixture(scope="module")
def at_entry(
    resting_at_filling: Copied,
    converter: Converter,
    listener: Listener,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Desk]:
    """An office whose entry workbook waits for Staf."""
    root = tmp_path_factory.mktemp("entri") / "kantor"
    with at_desk(resting_at_filling, root, converter) as at:
        at.verify(KASUBAG, SECRETARY, HEAD)
        entry = at.folders.wait("6-entri/*.xlsx").read_bytes()
        yield Desk(at, replace(papers(at, listener.port), entry=entry), listener)


@pytest.mark.parametrize("hostile", spread(of("master")))
def test_a_data_induk(at_filling: Desk, hostile: Hostile) -> None:
    assert_harmless(at_filling.at, hostile, at_filling.honest)
    assert at_filling.listener.heard == []


@pytest.mark.slow
def test_then_the_honest_data_induk_is_taken(at_filling: Desk) -> None:
    assert_the_next_one_works(at_filling.at, "master", at_filling.honest)


@pytest.mark.parametrize("hostile", spread(of("roster")))
def test_a_roster(at_distribution: Desk, hostile: Hostile) -> None:
    assert_harmless(at_distribution.at, hostile, at_distribution.honest)
    assert at_distribution.listener.heard == []


@pytest.mark.slow
def test_then_the_honest_roster_is_taken(at_distribution: Desk) -> None:
    assert_the_next_one_works(at_distribution.at, "roster", at_distribution.honest)


@pytest.mark.parametrize("hostile", spread(of("entry")))
def test_an_entry(at_entry: Desk, hostile: Hostile) -> None:
    assert_harmless(at_entry.at, hostile, at_entry.honest)
    assert at_entry.listener.heard == []


@pytest.mark.slow
def test_then_the_honest_entry_is_taken(at_entry: Desk) -> None:
    assert_the_next_one_works(at_entry.at, "entry", at_entry.honest)
    assert at_entry.at.collection.stage == Verb.INITIAL
