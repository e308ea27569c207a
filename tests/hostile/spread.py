"""Which of the corpus is tried every time, and which only where minutes do not matter."""

from collections.abc import Mapping
from typing import Any

import pytest

from .corpus import Hostile


def spread(files: Mapping[str, Hostile]) -> list[Any]:
    """All of them as parameters; those that are not marked fast are slow."""
    return [
        pytest.param(hostile, id=name, marks=() if hostile.fast else pytest.mark.slow)
        for name, hostile in files.items()
    ]
