"""A reader whose functions do what no parser should."""

from collections.abc import Iterator

import pytest

from pipeline.confine.limits import Limits
from pipeline.confine.reader import Reader
from pipeline.errors import ReadError

from . import misdeeds

FUNCTIONS = (
    *(misdeeds.echo, misdeeds.who, misdeeds.refuse, misdeeds.break_down, misdeeds.recurse),
    *(misdeeds.take_memory, misdeeds.compute_for_ever, misdeeds.wait_for_ever, misdeeds.crash),
    *(misdeeds.read_null, misdeeds.say, misdeeds.lie, misdeeds.environment),
    misdeeds.forge,
    *(misdeeds.open_files, misdeeds.attempt),
)
APART = dict.fromkeys(FUNCTIONS, ReadError)
LIMITS = Limits(wall_s=60, cpu_s=20, memory=64 << 20, output=4 << 20, values=1 << 20)


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """One reader for the session."""
    shared = Reader(APART, limits=LIMITS)
    yield shared
    shared.close()
