"""A scan that has come and is not confirmed: it is no absence, and nobody typed what it says."""

import pytest

from pipeline.domain.document import State
from pipeline.domain.form import Field
from pipeline.errors import ConflictError, NotFoundError
from pipeline.sop.collection.closing import close_case
from pipeline.sop.lying.unsent import QUIET_S, UnsentForms
from pipeline.sop.scanned.kept import scans_of
from pipeline.sop.values import findings_of, rows_of
from pipeline.tasks.status import DocumentStatus, office_status
from tests.intake.samples import Hands

from .under_way import DECIDER, HEAD, KASUBAG, NOTE, SECRETARY, UnderWay
from .waiting_scan import NAME, Waiting, settled

AWAITED = "pindaian menunggu dikonfirmasi"


def shown_of(at: UnderWay) -> DocumentStatus:
    """The head's form as `kinerja status` shows it."""
    (collection,) = office_status(at.office).collections
    return next(d for d in collection.documents if d.post == HEAD)


# --- the closing ---------------------------------------------------------------------------------


def test_the_filling_is_not_closed_over_a_scan_that_waits(filling: UnderWay) -> None:
    settled(filling, KASUBAG, SECRETARY)
    Waiting(filling).laid()
    form = filling.form(HEAD)
    with pytest.raises(ConflictError) as said:
        close_case(filling.office, filling.collection.id, NOTE, **DECIDER)
    told = str(said.value)
    name = form.data["holder"]["name"]
    assert f"{form.code}  {HEAD} ({name}): {NAME}, PERIKSA ANGKA in K:\\data-kinerja" in told
    assert "nobody has confirmed their figures" in told
    assert f"kinerja close 2026-TW3 --set-aside {form.code}" in told
    assert filling.form(HEAD).state == State.ISSUED


def test_a_scan_is_set_aside_by_name_only(filling: UnderWay) -> None:
    settled(filling, KASUBAG)
    Waiting(filling).laid()
    Waiting(filling, SECRETARY, by_staff=True).laid()
    one, other = filling.form(HEAD).code, filling.form(SECRETARY).code
    collection = filling.collection.id
    with pytest.raises(ConflictError) as said:
        close_case(filling.office, collection, NOTE, set_aside=[one], **DECIDER)
    assert f"{other}  {SECRETARY}" in str(said.value)
    assert f"{one}  {HEAD}" not in str(said.value)
    with pytest.raises(NotFoundError, match="AAAAA22222: no scan of a form"):
        close_case(filling.office, collection, NOTE, set_aside=["AAAAA22222"], **DECIDER)
    close_case(filling.office, collection, NOTE, set_aside=[one.lower(), other], **DECIDER)
    (event,) = [e for e in filling.events() if e.kind == "collection.closed"]
    assert event.payload["set_aside"] == sorted([one, other])
    assert filling.form(HEAD).state == State.ABSENT


@pytest.mark.slow
def test_what_was_set_aside_is_told_and_may_still_be_confirmed(filling: UnderWay) -> None:
    filling.verify(KASUBAG, SECRETARY)
    waiting = Waiting(filling).laid()
    code = filling.form(HEAD).code
    close_case(filling.office, filling.collection.id, NOTE, set_aside=[code], **DECIDER)
    filling.desk.work()
    assert NAME in filling.said(f"{waiting.folder}/PENGISIAN DITUTUP*.pdf")
    shown = shown_of(filling)
    assert shown.where == f"tidak menyampaikan, {AWAITED}"
    waiting.confirm()
    form = filling.form(HEAD)
    assert (form.state, form.data["late"]) == (State.WAITING, True)
    assert scans_of(form) is not None


def test_a_confirmation_that_bounced_is_a_returned_form(filling: UnderWay) -> None:
    settled(filling, KASUBAG, SECRETARY)
    waiting = Waiting(filling).laid()
    waiting.mend("bukan angka")
    waiting.confirm()
    assert (filling.form(HEAD).state, filling.form(HEAD).returns) == (State.ISSUED, 1)
    shown = shown_of(filling)
    assert (shown.where, shown.unconfirmed) == ("4 pengisian", False)
    assert [f.post for f in close_case(filling.office, filling.collection.id, NOTE, **DECIDER)] == [
        HEAD
    ]


@pytest.mark.slow
def test_who_sends_a_word_form_has_decided_against_the_scan(filling: UnderWay) -> None:
    waiting = Waiting(filling).laid()
    form = filling.office.store.read(filling.form(HEAD).blob or "")
    filling.desk.put(f"{waiting.folder}/kirim", "Format.docx", form)
    filling.desk.work()
    assert (filling.form(HEAD).state, filling.form(HEAD).returns) == (State.ISSUED, 1)
    assert waiting.scans is None
    assert not [name for name in filling.with_official(HEAD) if name.startswith("PERIKSA")]


# --- where it stands -----------------------------------------------------------------------------


def test_it_is_shown_where_people_look(filling: UnderWay) -> None:
    Waiting(filling).laid()
    (collection,) = office_status(filling.office).collections
    shown = shown_of(filling)
    assert (shown.where, shown.unconfirmed) == (f"4 pengisian, {AWAITED}", True)
    assert shown.next == HEAD
    assert "Belum 3: Kasubag" in collection.recap
    assert f"; {AWAITED} 1: Kabid Perikanan Tangkap (batas" in collection.recap
    told = filling.said("5-verifikasi/_RINGKASAN.pdf")
    assert f"{filling.form(HEAD).code} {AWAITED}" in told
    assert f"1 {AWAITED} oleh pengirimnya" in told


def test_what_staf_brought_is_for_staf_to_confirm(filling: UnderWay) -> None:
    Waiting(filling, by_staff=True).laid()
    assert shown_of(filling).next == "Staf"


# --- the reminder --------------------------------------------------------------------------------


def reminders(at: UnderWay, folder: str) -> list[str]:
    return [name for name in at.names(folder) if name.startswith("BELUM DIKIRIM")]


def test_who_has_not_confirmed_is_reminded_after_a_working_day_once(filling: UnderWay) -> None:
    at, look = filling, UnsentForms(Hands())
    waiting = Waiting(at).laid()
    at.desk.clock.move(hours=20)  # the next morning
    look(at.office)
    at.desk.work()
    assert reminders(at, waiting.folder) == []
    at.desk.clock.move(hours=14)  # the next evening, the office is closed
    look(at.office)
    look(at.office)
    at.desk.work()
    (name,) = reminders(at, waiting.folder)
    told = at.said(f"{waiting.folder}/{name}")
    assert "PINDAIAN MENUNGGU DIKONFIRMASI" in told
    assert NAME in told
    (at.desk.inbox / waiting.folder / name).unlink()
    UnsentForms(Hands())(at.office)  # after a restart
    at.desk.work()
    assert reminders(at, waiting.folder) == []
    assert at.form(HEAD).state == State.ISSUED


@pytest.mark.slow
def test_a_newer_scan_of_a_form_that_is_in_is_reminded_of_too(filling: UnderWay) -> None:
    at, clock = filling, Hands()
    at.send(HEAD)
    waiting = Waiting(at, by_staff=True).laid()
    waiting.mend("17")
    look = UnsentForms(clock)
    look(at.office)
    clock.move(QUIET_S)
    look(at.office)
    at.desk.work()
    (name,) = reminders(at, waiting.folder)
    assert "Staf" in at.said(f"{waiting.folder}/{name}")
    assert f"menunggu verifikasi; {AWAITED}" in at.said("5-verifikasi/_RINGKASAN.pdf")


# --- confirmed without a word --------------------------------------------------------------------


def test_figures_sent_on_as_they_were_read_are_told_to_the_verifier(filling: UnderWay) -> None:
    Waiting(filling).laid().confirm()
    form = filling.form(HEAD)
    assert form.state == State.WAITING
    (told,) = [f for f in findings_of(form) if f.place == "pindaian"]
    assert "tanpa satu pun diubah" in told.message


@pytest.mark.slow
def test_figures_that_were_mended_are_not(filling: UnderWay) -> None:
    waiting = Waiting(filling).laid()
    code = waiting.mend("17")
    waiting.confirm()
    form = filling.form(HEAD)
    assert form.state == State.WAITING
    assert not [f for f in findings_of(form) if f.place == "pindaian"]
    assert {r.indicator: r.text(Field.ACTUAL) for r in rows_of(form)}[code] == "17"
