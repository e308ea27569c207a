"""The summary and the recap lie in people's folders while forms are filled in and verified."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.procedure import Verb
from pipeline.ledger.tables import Collection
from pipeline.office import Office
from pipeline.sop.collection.summary import ask_for_summary, summarise
from tests.tasks.quarters import Quarters, quarters

RECAP = "data-kinerja/4-pengisian/REKAP TW III 2026.txt"
SUMMARY = "data-kinerja/5-verifikasi/_RINGKASAN.pdf"
TEMPLATES = Path(__file__).parents[2] / "templates" / "data-kinerja"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Quarters]:
    with quarters(tmp_path) as found:
        shutil.copy(TEMPLATES / "ringkasan.docx", tmp_path / "templates" / "data-kinerja")
        found.filling(6)
        yield found
        found.office.converter.close()


def refresh(office: Office) -> None:
    with office.ledger.write() as tx:
        collection = tx.session.query(Collection).one()
        ask_for_summary(tx, collection.id)
        key = f"{collection.id}:{collection.summary_seq}"
    summarise(office, key)
    office.outbox.lay_out()


def test_both_are_laid_out_and_taken_away(made: Quarters) -> None:
    office = made.office
    refresh(office)
    text = (office.inbox / RECAP).read_bytes()
    assert text.startswith(b"\xef\xbb\xbfData Kinerja TW III 2026")
    assert text.count(b"\r\n") == text.count(b"\n") == 3
    assert b"Tidak menyampaikan 1: Kabid Pengolahan dan Pemasaran." in text
    assert (office.inbox / SUMMARY).read_bytes().startswith(b"%PDF")

    refresh(office)  # nothing piles up
    assert [p.name for p in (office.inbox / RECAP).parent.iterdir()] == ["REKAP TW III 2026.txt"]

    with office.ledger.write() as tx:
        tx.session.query(Collection).one().stage = Verb.ENTER
    refresh(office)
    assert not (office.inbox / RECAP).exists()
    assert (office.inbox / SUMMARY).exists()  # how the verification ended

    with office.ledger.write() as tx:
        tx.session.query(Collection).one().stage = Verb.INITIAL
    refresh(office)
    assert not (office.inbox / SUMMARY).exists()


def test_an_overtaken_request_writes_nothing(made: Quarters) -> None:
    office = made.office
    with office.ledger.write() as tx:
        collection = tx.session.query(Collection).one()
        ask_for_summary(tx, collection.id)
        ask_for_summary(tx, collection.id)
    summarise(office, f"{collection.id}:1")
    office.outbox.lay_out()
    assert not (office.inbox / RECAP).exists()
