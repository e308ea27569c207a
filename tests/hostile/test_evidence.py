"""Evidence of every kind and every name: kept as it came, named so that it can do no harm."""

import unicodedata
from pathlib import Path

import pytest

from pipeline.domain.naming import is_safe, safe_file_name

from .conftest import Desk
from .corpus import Hostile, Outcome
from .corpus_evidence import NAMES, OTHERS
from .dropping import assert_harmless, assert_the_next_one_works
from .spread import spread

FAST_NAMES = {"a line feed", "an escape", "a device with a suffix", "turned round", "a shell"}


@pytest.mark.parametrize("hostile", spread(OTHERS))
def test_evidence(at_filling: Desk, hostile: Hostile) -> None:
    assert_harmless(at_filling.at, hostile, at_filling.honest)
    assert at_filling.listener.heard == []


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, id=what, marks=() if what in FAST_NAMES else pytest.mark.slow)
        for what, name in NAMES.items()
    ],
)
def test_a_name(at_filling: Desk, name: str) -> None:
    office = at_filling.at.office
    around, made = _below(office.root.parent), name.encode(errors="surrogateescape")
    hostile = Hostile("evidence", lambda _: b"bukti " + made, Outcome.KEPT, name=name)
    dropped = assert_harmless(at_filling.at, hostile, at_filling.honest)
    assert not _acting(dropped.said.replace("\n", "").replace("\r", ""))
    for path in _below(office.root.parent) - around:
        assert path.is_relative_to(office.root), path
        if path.is_relative_to(office.inbox) and path.is_file():
            assert is_safe(path.name), path


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES.keys())
def test_a_name_made_safe(name: str) -> None:
    safe = safe_file_name(name.encode(errors="surrogateescape").decode(errors="replace"))
    assert is_safe(safe)
    assert not _acting(safe)
    assert Path("/a", safe).parent == Path("/a")


def test_then_honest_evidence_is_taken(at_filling: Desk) -> None:
    assert_the_next_one_works(at_filling.at, "evidence", at_filling.honest)


def _below(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def _acting(text: str) -> list[str]:
    """The controls and the marks that turn or hide in a text; PDFium writes a hyphen as U+0002."""
    return [c for c in text if unicodedata.category(c) in {"Cc", "Cf"} and c not in "\x02\f"]
