"""What the queue's library complains about is told, and not ten times a second."""

import logging

import pytest

from pipeline.ledger import queue
from pipeline.ledger.queue import Seldom


def record(text: str) -> logging.LogRecord:
    return logging.LogRecord("dbos", logging.WARNING, __file__, 1, text, None, None)


def test_the_same_complaint_is_told_once_in_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    monkeypatch.setattr(queue.time, "monotonic", lambda: now[0])
    seldom = Seldom()
    lost = "Exception encountered in queue thread for kinerja-dkp-jambi: connection refused"
    assert seldom.filter(record(lost))
    for _ in range(50):
        now[0] += 0.1
        assert not seldom.filter(record(lost))
    assert seldom.filter(record("Workflow x is no longer owned by this execution"))
    now[0] += queue.QUIET_S
    assert seldom.filter(record(lost))


def test_it_stands_before_the_librarys_log() -> None:
    logger = logging.getLogger("dbos")
    assert any(isinstance(known, Seldom) for known in logger.filters)
    assert not logger.isEnabledFor(logging.INFO)
