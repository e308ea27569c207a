import signal
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.archive.numbering import (
    cancel_number,
    gaps,
    give_number,
    number_of,
    skipped_places,
    used_number,
)
from pipeline.errors import ConflictError
from pipeline.ledger.database import Ledger
from pipeline.ledger.tables import Event, Number

from .numbering import AUTOMATIC, MANUAL, UNNUMBERED, YEAR, a_filing, assert_sound, reserve
from .samples import OFFICE, at_once, clock, documents

ROOM = Path(__file__).parents[2]


def test_numbers_follow_each_other_by_unit_and_year(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two, three, four = documents(tx.session, 4)
        assert reserve(tx, one) == "000.8.6.3/1/DKP/2026"
        assert reserve(tx, two) == "000.8.6.3/2/DKP/2026"
        assert reserve(tx, three, a_filing(unit_code="SEKRE")) == "000.8.6.3/1/SEKRE/2026"
        assert reserve(tx, four, year=2027) == "000.8.6.3/1/DKP/2027"


def test_procedures_of_one_unit_share_its_sequence(ledger: Ledger) -> None:
    other = a_filing(classification="000.7.2.8", number_template="{urut:03}.{kode}-{tahun}")
    with ledger.write() as tx:
        one, two, three = documents(tx.session, 3)
        assert reserve(tx, one) == "000.8.6.3/1/DKP/2026"
        assert reserve(tx, two, other) == "002.000.7.2.8-2026"
        assert reserve(tx, three) == "000.8.6.3/3/DKP/2026"


def test_a_document_keeps_its_number(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (document,) = documents(tx.session, 1)
        first = reserve(tx, document)
    for changed in (a_filing(number_template="{urut}-{tahun}"), MANUAL, UNNUMBERED):
        with ledger.write() as tx:
            assert reserve(tx, document, changed, year=2027, floor=9) == first


def test_it_is_known_since_when_a_number_is_given(ledger: Ledger) -> None:
    before = clock()
    with ledger.write() as tx:
        (document,) = documents(tx.session, 1)
        reserve(tx, document)
    with ledger.read() as session:
        assert before <= session.get_one(Number, document).given_at <= clock()


def test_a_manual_number_is_awaited_and_none_is_none(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two = documents(tx.session, 2)
        assert number_of(tx, one, MANUAL, year=YEAR, floor=0) is None
        assert number_of(tx, two, UNNUMBERED, year=YEAR, floor=0) == ""
        give_number(tx, one, "090/17/DKP/2026", unit="DKP", year=YEAR)
        assert number_of(tx, one, MANUAL, year=YEAR, floor=0) == "090/17/DKP/2026"
    (given,) = assert_sound(ledger)
    assert given.seq is None


@pytest.mark.parametrize("again", ["090/17/DKP/2026", "090/17/dkp/2026", " 090 / 17/DKP/2026"])
def test_a_number_once_borne_is_found_again(ledger: Ledger, again: str) -> None:
    with ledger.write() as tx:
        (one,) = documents(tx.session, 1)
        give_number(tx, one, "090/17/DKP/2026", unit="DKP", year=YEAR)
        cancel_number(tx, one, "ditarik")
        used = used_number(tx.session, OFFICE, again)
        assert used is not None
        assert used.document_id == one
        assert used_number(tx.session, OFFICE, "090/18/DKP/2026") is None
        assert used_number(tx.session, "lain", again) is None


def test_a_cancelled_number_stays_and_is_not_used_again(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two, three = documents(tx.session, 3)
        number = reserve(tx, one)
        assert cancel_number(tx, one, "  salah cetak ") == number
        assert cancel_number(tx, one, "lain") is None
        assert cancel_number(tx, three, "tak bernomor") is None
        assert reserve(tx, two).split("/")[1] == "2"
        with pytest.raises(ConflictError, match="salah cetak"):
            number_of(tx, one, AUTOMATIC, year=YEAR, floor=0)
    assert [n.cancelled for n in assert_sound(ledger)] == ["salah cetak", None]


def test_a_number_is_not_cancelled_without_a_reason(ledger: Ledger) -> None:
    with ledger.write() as tx:
        (one,) = documents(tx.session, 1)
        reserve(tx, one)
        with pytest.raises(ValueError, match="reason"):
            cancel_number(tx, one, " ")


@pytest.mark.parametrize("manual", ["000.8.6.3/4/DKP/2026", "000.8.6.3 / 4 / dkp / 2026"])
def test_the_sequence_goes_on_past_what_was_given_by_hand(ledger: Ledger, manual: str) -> None:
    """The office has changed from its own register to automatic numbers."""
    with ledger.write() as tx:
        one, two, three = documents(tx.session, 3)
        give_number(tx, one, manual, unit="DKP", year=YEAR)
        assert reserve(tx, two) == "000.8.6.3/5/DKP/2026"
        assert reserve(tx, three) == "000.8.6.3/6/DKP/2026"
        assert skipped_places(tx.session, OFFICE) == {("DKP", YEAR): [range(1, 5)]}
    assert_sound(ledger)


def test_the_sequence_goes_on_past_the_archive(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two, three = documents(tx.session, 3)
        reserve(tx, one)
        assert reserve(tx, two, floor=5).split("/")[1] == "6"
        assert reserve(tx, three, floor=6).split("/")[1] == "7"
        (said,) = tx.session.scalars(select(Event).where(Event.kind == "number.skipped"))
        assert said.payload == {"unit": "DKP", "year": YEAR, "first": 2, "last": 5}
        assert gaps(tx.session.scalars(select(Number))) == {("DKP", YEAR): [range(2, 6)]}
    assert_sound(ledger)


def test_eight_writers_at_once_get_numbers_without_a_gap(ledger: Ledger) -> None:
    with ledger.write() as tx:
        waiting = documents(tx.session, 40)

    def number(writer: int) -> None:
        for document in waiting[writer::8]:
            with ledger.write() as tx:
                reserve(tx, document)

    at_once(number, 8)
    rows = assert_sound(ledger)
    assert sorted(row.seq or 0 for row in rows) == list(range(1, 41))
    assert {row.document_id for row in rows} == set(waiting)


def test_a_reservation_that_fails_frees_its_number(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two = documents(tx.session, 2)

    def fail() -> None:
        with ledger.write() as tx:
            reserve(tx, one)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with ledger.write() as tx:
        assert reserve(tx, two).split("/")[1] == "1"


def test_a_process_killed_before_it_commits_leaves_no_gap(ledger: Ledger) -> None:
    with ledger.write() as tx:
        one, two, three = documents(tx.session, 3)
        reserve(tx, one)
    driver = [sys.executable, "-m", "tests.ledger.kill_numbering", ledger.url, two]
    killed = subprocess.run(driver, cwd=ROOM, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert killed.stdout == "000.8.6.3/2/DKP/2026"
    with ledger.write() as tx:
        assert tx.session.get(Number, two) is None
        assert reserve(tx, three) == killed.stdout
        assert reserve(tx, two).split("/")[1] == "3"
    assert len(assert_sound(ledger)) == 3
