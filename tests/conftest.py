"""What all tests share."""

import gc
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import settings

from tests.keys_of_all_kinds import KeyRing, make_key_ring

# A busy machine is no fault of the code: examples have no deadline, the suite as a whole has one.
settings.register_profile("kinerja", deadline=None)
settings.load_profile("kinerja")

# What is collected stays until the end: a third of the time would be spent looking for garbage.
gc.disable()


def pytest_collection_finish() -> None:
    """From here on garbage is looked for, among what the tests make."""
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _logs_of_its_own() -> Iterator[None]:
    """A command called in a test sets logging up; the next test starts without that."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def key_ring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KeyRing]:
    """Keys in files and on tokens; SoftHSM finds its folder by the environment."""
    made = make_key_ring(tmp_path_factory.mktemp("kunci"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOFTHSM2_CONF", str(made.hsm.settings))
        yield made
