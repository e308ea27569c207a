from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.forms.apart import read_text
from pipeline.ledger.tables import Arrival, Reason
from pipeline.office import Office
from pipeline.sop.case import deliver
from pipeline.sop.reasons import REASON_LIMIT, reason_for

RETURNS = "data-kinerja/5-verifikasi/kembalikan"

words = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=80)


@given(words, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_a_reason_is_read_as_notepad_saves_it(text: str, code: str) -> None:
    expected = text.replace("\ufeff", "").strip()
    assert read_text(text.encode(code), REASON_LIMIT).replace("\ufeff", "").strip() == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_some_text_that_a_database_takes(data: bytes) -> None:
    text = read_text(data, REASON_LIMIT)
    assert "\0" not in text
    text.encode()


@pytest.mark.parametrize("data", [b"", b"  \r\n ", b"\xef\xbb\xbf", b"\xff\xfe", b"\0\0"])
def test_a_reason_without_words_is_empty(data: bytes) -> None:
    assert read_text(data, REASON_LIMIT) == ""


def test_a_long_reason_is_cut() -> None:
    assert len(read_text(b"x" * 10_000, REASON_LIMIT)) == REASON_LIMIT


def an_arrival(office: Office, name: str, at: datetime) -> Arrival:
    return Arrival(
        id=f"{name:x>32}"[:32],
        office_id=office.id,
        folder=RETURNS,
        name=name,
        sha256="0" * 64,
        size=1,
        owner="kasubag",
        arrived_at=at,
    )


@pytest.mark.parametrize(
    ("written", "minutes_before", "found"),
    [
        ("formulir.txt", 1, True),
        ("alasan.txt", 1, True),  # of another name, but the only one
        ("alasan.txt", 90, False),  # meant for something else
    ],
)
def test_a_reason_is_used_for_what_it_was_meant(
    office: Office, written: str, minutes_before: int, found: bool
) -> None:
    now = office.now()
    form = an_arrival(office, "formulir.docx", now)
    text = an_arrival(office, written, now - timedelta(minutes=minutes_before))
    with office.ledger.write() as tx:
        tx.session.add_all([form, text])
        tx.session.flush()
        tx.session.add(
            Reason(arrival_id=text.id, office_id=office.id, folder=RETURNS, text="Kurang rinci")
        )
    with office.ledger.read() as session:
        assert (reason_for(session, deliver(office, form)) is not None) is found
