"""The builder on the import path, and the rendered samples shared by the tests."""

import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from . import rendering, samples

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
sys.path.insert(0, str(TEMPLATES))


@cache
def _rendered(name: str, empty: bool) -> bytes:
    return rendering.render(name, samples.context(name, empty=empty))


@pytest.fixture(scope="session")
def rendered() -> Callable[[str, bool], bytes]:
    """A template filled with its sample, full or empty; rendered once."""
    return _rendered
