"""What is logged names no person by number, whoever logs it and however it is printed."""

import io
import logging
import sys
from collections.abc import Iterator

import pytest
import structlog
from dbos._logger import init_logger

from pipeline.cli.app import configure_logging

NIP, PRINTED, NIK = "198609262015051001", "19860926 201505 1 001", "3171234567890001"
SHA256 = "ab198609262015051001ab" + "c" * 42
HIDDEN = (NIP, PRINTED, NIK)


@pytest.fixture
def stderr(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Standard error under a logging that is set up as in a new process."""
    out = io.StringIO()
    names = ("dbos", "uvicorn", "uvicorn.error")
    loggers = logging.getLogger(), *map(logging.getLogger, names)
    kept = [(logger, logger.handlers[:], logger.propagate) for logger in loggers]
    monkeypatch.setattr(sys, "stderr", out)
    for logger in loggers:
        logger.handlers[:] = []
        logger.propagate, logger.disabled = True, False
    logging.disable(logging.NOTSET)
    try:
        configure_logging()
        yield out
    finally:
        structlog.reset_defaults()
        for logger, handlers, propagate in kept:
            logger.handlers[:], logger.propagate = handlers, propagate


def fail() -> None:
    raise ValueError(f"no such person: {NIP}, {PRINTED}, {NIK} in {SHA256}")


def check(text: str) -> None:
    masked = text.replace(SHA256, "")
    assert not [number for number in HIDDEN if number in masked]
    assert SHA256 in text
    assert "*" * 15 + "001" in text


def test_an_event_its_values_and_its_traceback_are_masked(stderr: io.StringIO) -> None:
    log = structlog.get_logger()
    log.warning(f"taken {NIP}", sha256=SHA256, names=[NIP, {"nik": NIK}], shown=PRINTED)
    check(stderr.getvalue())
    try:
        fail()
    except ValueError:
        log.exception("it failed")
    assert "Traceback" in stderr.getvalue()
    check(stderr.getvalue())


@pytest.mark.parametrize("name", ["uvicorn.error", "dbos", "sqlalchemy.pool"])
def test_what_libraries_log_is_masked(stderr: io.StringIO, name: str) -> None:
    init_logger()  # as DBOS does once the service starts
    library = logging.getLogger(name)
    library.error("of %s, %s and %s: %s", NIP, PRINTED, NIK, SHA256)
    check(stderr.getvalue())
    try:
        fail()
    except ValueError:
        library.exception("it failed")
    assert stderr.getvalue().count("ValueError: no such person") == 1
    check(stderr.getvalue())
