from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from pipeline.errors import LedgerError
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Collection, Event

from .samples import OFFICE, a_collection, at_once, clock, faults, queued


class CrashError(Exception):
    """Something goes wrong in the middle."""


def count(ledger: Ledger, table: type) -> int:
    with ledger.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def test_row_event_and_chain_commit_together(ledger: Ledger) -> None:
    with ledger.write() as tx:
        tx.session.add(a_collection())
        tx.record("opened", chain="c", actor="Staf", via="uji")
        tx.enqueue("lay-out", "c", once="1")
    assert count(ledger, Collection) == count(ledger, Event) == 1
    assert queued(ledger) == [f"{OFFICE}:lay-out:1"]


def test_a_failure_leaves_no_trace(ledger: Ledger) -> None:
    def fail() -> None:
        with ledger.write() as tx:
            tx.session.add(a_collection())
            tx.record("opened", chain="c", actor="Staf", via="uji")
            tx.enqueue("lay-out", "c", once="1")
            tx.session.flush()
            raise CrashError

    with pytest.raises(CrashError):
        fail()
    assert count(ledger, Collection) == count(ledger, Event) == 0
    assert queued(ledger) == []


def test_a_refused_row_takes_its_event_and_chain_along(ledger: Ledger) -> None:
    def open_one() -> None:
        with ledger.write() as tx:
            tx.record("opened", chain="c", actor="Staf", via="uji")
            tx.enqueue("lay-out", "c", once="1")
            tx.session.add(a_collection())  # the same period twice

    with ledger.write() as tx:
        tx.session.add(a_collection())
    with pytest.raises(IntegrityError):
        open_one()
    assert count(ledger, Event) == 0
    assert queued(ledger) == []


def test_reading_commits_nothing(ledger: Ledger) -> None:
    with ledger.read() as session:
        session.add(a_collection())
        session.flush()
    assert count(ledger, Collection) == 0


def test_an_occasion_enqueues_once(ledger: Ledger) -> None:
    for _ in range(2):
        with ledger.write() as tx:
            tx.enqueue("lay-out", "c", once="same")
    assert queued(ledger) == [f"{OFFICE}:lay-out:same"]
    assert ledger.failed_work() == []


def test_moments_come_back_as_the_same_moment(ledger: Ledger) -> None:
    moment = datetime(2026, 10, 5, 10, 14, 3, 250000, timezone(timedelta(hours=7)))
    collection = a_collection()
    collection.opened_at = moment
    with ledger.write() as tx:
        tx.session.add(collection)
    with ledger.read() as session:
        read = session.scalars(select(Collection)).one().opened_at
    assert read == moment
    assert read.tzinfo is UTC


def test_writers_at_once_keep_every_chain_contiguous(ledger: Ledger) -> None:
    def write(number: int) -> None:
        for turn in range(5):
            with ledger.write() as tx:
                tx.record("own", chain=f"c{number % 2}", actor="a", via="v", turn=turn)
                tx.record("office", chain=None, actor="a", via="v", writer=number)
                tx.enqueue("lay-out", "c", once=f"{number}-{turn}")

    at_once(write, 8)
    with ledger.read() as session:
        rows = session.execute(select(Event.chain, Event.seq).order_by(Event.chain, Event.seq))
        sequences: dict[str, list[int]] = {}
        for chain, seq in rows:
            sequences.setdefault(chain, []).append(seq)
    assert sequences == {
        "c0": list(range(1, 21)),
        "c1": list(range(1, 21)),
        f"kantor:{OFFICE}": list(range(1, 41)),
    }
    assert faults(ledger) == []
    assert len(queued(ledger)) == 40


def test_a_read_then_written_value_is_never_lost(ledger: Ledger) -> None:
    collection = a_collection()
    with ledger.write() as tx:
        tx.session.add(collection)

    def raise_by_one(_: int) -> None:
        with ledger.write() as tx:
            tx.session.get_one(Collection, collection.id).summary_seq += 1

    at_once(raise_by_one, 8)
    with ledger.read() as session:
        assert session.get_one(Collection, collection.id).summary_seq == 8


def test_readers_do_not_wait_for_a_writer(ledger: Ledger) -> None:
    with ledger.write() as tx:
        tx.session.add(a_collection())
        tx.session.flush()
        assert count(ledger, Collection) == 0


def test_offices_share_a_database_without_sharing_chains(ledger: Ledger) -> None:
    other = Ledger(ledger.url, "lain", clock)
    try:
        for opened in (ledger, other, ledger):
            with opened.write() as tx:
                tx.record("x", chain=None, actor="a", via="v")
                tx.enqueue("prepare", "p", once="1")
        assert queued(other) == ["lain:prepare:1"]
    finally:
        other.close()
    assert faults(ledger) == []
    assert queued(ledger) == [f"{OFFICE}:prepare:1"]


def test_a_ledger_that_answers_passes_its_check(ledger: Ledger) -> None:
    ledger.check()


def test_a_database_without_tables_is_told(empty_url: str) -> None:
    ledger = Ledger(empty_url, OFFICE, clock)
    try:
        with pytest.raises(LedgerError, match="kinerja doctor"):
            ledger.check()
    finally:
        ledger.close()


def test_sqlite_is_durable_and_strict(tmp_path: Path) -> None:
    ledger = Ledger(f"sqlite:///{tmp_path / 'x.db'}", OFFICE, clock)
    with ledger.read() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    ledger.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    broken = tmp_path / "x.db"
    broken.write_bytes(b"bukan basis data" * 100)
    ledger = Ledger(f"sqlite:///{broken}", OFFICE, clock)
    try:
        with pytest.raises(LedgerError):
            ledger.migrate()
        with pytest.raises(LedgerError):
            ledger.check()
    finally:
        ledger.close()


def test_a_server_that_is_away_is_told_without_its_password() -> None:
    ledger = Ledger("postgresql+psycopg://kinerja:rahasia@127.0.0.1:1/x", OFFICE, clock)
    try:
        for act in (ledger.migrate, ledger.check):
            with pytest.raises(LedgerError) as told:
                act()
            assert "127.0.0.1" in str(told.value)
            assert "rahasia" not in str(told.value)
    finally:
        ledger.close()
