"""More time for one official."""

from datetime import date, timedelta

import pytest

from pipeline.domain.document import State
from pipeline.errors import ConflictError, KinerjaError, NotFoundError, ReadError
from pipeline.foreign.package import MAIN_PART
from pipeline.forms.package import open_word
from pipeline.sop.collection.extension import extend_form, tell_extended

from .under_way import DECIDER, HEAD, KASUBAG, SECRETARY, UnderWay, close

DUE = date(2026, 10, 8)
LATER = date(2026, 10, 13)
NOTE = "Sedang dinas luar."


def extend(at: UnderWay, post: str = HEAD, until: date = LATER, note: str = NOTE) -> None:
    extend_form(at.office, at.form(post).code, until, note, **DECIDER)
    at.desk.work()


def test_one_form_is_due_later_and_its_official_is_told(filling: UnderWay) -> None:
    before = filling.collection.due
    assert filling.form(HEAD).data["due"] == DUE.isoformat()
    extend(filling)
    form = filling.form(HEAD)
    assert (form.data["due"], form.state) == (LATER.isoformat(), State.ISSUED)
    assert filling.form(SECRETARY).data["due"] == DUE.isoformat()
    assert filling.collection.due == before
    event = filling.events()[-1]
    assert (event.kind, event.document_id) == ("form.extended", form.id)
    assert event.payload == {"was": DUE.isoformat(), "until": LATER.isoformat(), "note": NOTE}
    said = filling.said(f"4-pengisian/{HEAD}/BATAS WAKTU DIPERPANJANG*.pdf")
    assert "sampai 13 Oktober 2026; semula 8 Oktober 2026" in said
    assert NOTE in said
    assert not any("DIPERPANJANG" in name for name in filling.with_official(SECRETARY))


def test_a_second_extension_replaces_the_slip_of_the_first(filling: UnderWay) -> None:
    extend(filling)
    extend(filling, until=date(2026, 10, 15))
    slips = [n for n in filling.with_official(HEAD) if "DIPERPANJANG" in n]
    assert [n.partition(" sampai ")[2][:15] for n in slips] == ["15 Oktober 2026"]


def test_of_two_at_once_the_last_is_told(filling: UnderWay) -> None:
    code = filling.form(HEAD).code
    for until in (LATER, date(2026, 10, 15)):
        extend_form(filling.office, code, until, "", **DECIDER)
    filling.desk.pick = lambda count: count - 1
    filling.desk.work()
    assert len([n for n in filling.with_official(HEAD) if "DIPERPANJANG" in n]) == 1
    tell_extended(filling.office, f"{filling.form(HEAD).id}:{LATER}")
    tell_extended(filling.office, f"{filling.form(HEAD).id}:2026-10-15")
    filling.desk.work()
    assert len([n for n in filling.with_official(HEAD) if "DIPERPANJANG" in n]) == 1


def test_a_form_that_bounces_carries_the_new_date(filling: UnderWay) -> None:
    extend(filling)
    filling.send(HEAD, leave_out=True)
    again = filling.folders.wait(f"4-pengisian/{HEAD}/PERBAIKI 1*.docx")
    body = open_word(again.read_bytes()).xml(MAIN_PART)
    assert "13 Oktober 2026" in " ".join(body.itertext())


@pytest.mark.parametrize(
    ("until", "why"),
    [
        (date(2026, 10, 2), "in the past"),
        (DUE, "due on 2026-10-08 already"),
        (date(2026, 10, 7), "due on 2026-10-08 already"),
        (date(2026, 10, 10), "Give 2026-10-12, the next one"),
        (date(2026, 12, 25), "no working day"),
    ],
)
def test_a_date_that_helps_nobody_is_refused(filling: UnderWay, until: date, why: str) -> None:
    before = len(filling.events())
    with pytest.raises(ReadError, match=why):
        extend(filling, until=until)
    assert filling.form(HEAD).data["due"] == DUE.isoformat()
    assert len(filling.events()) == before


def test_after_the_date_itself_more_time_may_still_be_given(filling: UnderWay) -> None:
    filling.desk.clock.move(days=5)
    assert filling.desk.clock.at.date() > DUE + timedelta(days=1)
    extend(filling)
    assert filling.form(HEAD).data["due"] == LATER.isoformat()


def refused(at: UnderWay, code: str, kind: type[KinerjaError]) -> str:
    with pytest.raises(kind) as said:
        extend_form(at.office, code, LATER, "", **DECIDER)
    return str(said.value)


def test_only_what_lies_with_its_official_is_extended(filling: UnderWay) -> None:
    assert "no document has this code" in refused(filling, "TIDAK23456", NotFoundError)
    filling.send(SECRETARY)
    told = refused(filling, filling.form(SECRETARY).code, ConflictError)
    assert "not with its official; it is menunggu" in told
    filling.verify(KASUBAG)
    filling.approve(SECRETARY)
    assert close(filling) == [HEAD]
    workbook = next(d for d in filling.papers() if d.kind == "entri")
    assert "no official's form" in refused(filling, workbook.code, ConflictError)
    assert "susulan" in refused(filling, filling.form(HEAD).code, ConflictError)
