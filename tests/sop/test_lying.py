"""Files that are not simply taken: cut short, no files at all, filled in and never sent, copied."""

import os
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.domain.document import State
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import CommandFolder
from pipeline.intake import untaken
from pipeline.intake.claim import REPLACED, Claimer
from pipeline.intake.mark import InboxAwayError
from pipeline.ledger.tables import Arrival, Publication
from pipeline.sop.lying.unsent import QUIET_S, UnsentForms
from pipeline.sop.publish import moved_away
from pipeline.sop.slips import OUTCOME_REFUSED, OUTCOME_SUPERSEDED
from pipeline.tasks.demo.hand import fill_controls
from tests.intake.samples import Hands, word

from .under_way import HEAD, UnderWay

DRAFT = "data-kinerja/1-draft"


def claimer(at: UnderWay, clock: Hands) -> Claimer:
    office = at.office
    return Claimer(
        office.inbox,
        office.work,
        office.store,
        office.ledger,
        patience_s=office.settings.watch.quiet_s,
        mark=office.mark,
        clock=clock,
    )


def outcomes(at: UnderWay) -> list[str | None]:
    with at.office.ledger.read() as session:
        return list(session.scalars(select(Arrival.outcome)))


@pytest.mark.parametrize(
    ("name", "data"),
    [("Draf.docx", word()[:-30]), ("Hasil.pdf", b"%PDF-1.7\n" + b"x" * 900), ("Kosong.docx", b"")],
)
def test_a_copy_that_broke_off_is_told_with_its_cause(
    begun: UnderWay, name: str, data: bytes
) -> None:
    at, clock = begun, Hands()
    taking = claimer(at, clock)
    at.desk.put("1-draft/kirim", name, data)
    assert taking.sweep(at.office.procedures) == 1
    at.desk.work()
    assert at.names("1-draft") == []
    clock.move(600)
    assert taking.sweep(at.office.procedures) == 0
    at.desk.work()
    slip = at.said("1-draft/SLIP*.pdf")
    assert "SALINANNYA TERPUTUS" in slip
    assert "Salin sekali lagi ke K:\\data-kinerja\\1-draft\\kirim" in slip
    assert ("0 byte" in slip) == (data == b"")
    (aside,) = at.desk.files(f"ditolak/*{Path(name).suffix}")[:1]
    assert aside.suffix == ".pdf" or aside.read_bytes() == data
    assert outcomes(at) == [OUTCOME_REFUSED]


def test_a_broken_copy_that_is_followed_by_the_whole_file_needs_no_word(begun: UnderWay) -> None:
    at, clock = begun, Hands()
    taking = claimer(at, clock)
    at.desk.put("1-draft/kirim", "Catatan.docx", word()[:-30])
    taking.sweep(at.office.procedures)
    at.desk.put("1-draft/kirim", "Catatan.docx", word())
    assert taking.sweep(at.office.procedures) == 0
    at.desk.work()
    assert REPLACED == OUTCOME_SUPERSEDED
    assert sorted(o or "" for o in outcomes(at)).count(REPLACED) == 1
    assert len(at.desk.files("1-draft/SLIP*.pdf")) == 1  # about the whole one, which is no draft
    assert "TERPUTUS" not in at.said("1-draft/SLIP*.pdf")


def test_what_cannot_be_taken_is_told_until_it_is_gone(begun: UnderWay) -> None:
    at, clock = begun, Hands()
    taking = claimer(at, clock)
    link = at.desk.inbox / "1-draft/kirim/Format Data Kinerja.docx"
    link.symlink_to("/tidak/ada")
    for _ in range(2):
        taking.sweep(at.office.procedures)
        clock.move(untaken.PATIENCE_S)
    at.desk.work()
    at.desk.work()
    slip = at.said("1-draft/SLIP*.pdf")
    assert "TIDAK DAPAT DIAMBIL" in slip
    assert "tautan (pintasan)" in slip
    assert "Format Data Kinerja.docx di K:\\data-kinerja\\1-draft\\kirim tidak dapat" in slip
    assert link.is_symlink()
    restarted = claimer(at, clock)
    for _ in range(2):
        restarted.sweep(at.office.procedures)
        clock.move(untaken.PATIENCE_S)
    at.desk.work()
    assert len(at.desk.files("1-draft/SLIP*.pdf")) == 1
    link.unlink()
    restarted.sweep(at.office.procedures)
    at.desk.work()
    assert at.desk.files("1-draft/SLIP*.pdf") == []


def in_place(at: UnderWay) -> Path:
    """The form as its official has it, filled in where it lies."""
    (form,) = at.desk.files(f"4-pengisian/{post_folder(HEAD)}/Format*.docx")
    form.write_bytes(fill_controls(form.read_bytes(), at.reporter(HEAD)._answers(leave_out=False)))
    return form


def notices(at: UnderWay) -> list[str]:
    return [name for name in at.with_official(HEAD) if name.startswith("BELUM DIKIRIM")]


def test_a_form_that_was_filled_in_and_not_sent_is_noticed_once(filling: UnderWay) -> None:
    at, clock = filling, Hands()
    look = UnsentForms(clock)
    look(at.office)
    clock.move(QUIET_S)
    look(at.office)
    at.desk.work()
    assert notices(at) == []  # nobody has touched it
    form = in_place(at)
    look(at.office)
    clock.move(QUIET_S - 1)
    os.utime(form)  # still at it
    look(at.office)
    clock.move(QUIET_S - 1)
    look(at.office)
    at.desk.work()
    assert notices(at) == []
    clock.move(1)
    lock = form.with_name(f"~${form.name[2:]}")
    lock.touch()
    look(at.office)
    at.desk.work()
    assert notices(at) == []  # open in Word
    lock.unlink()
    look(at.office)
    at.desk.work()
    (name,) = notices(at)
    said = at.said(f"4-pengisian/{post_folder(HEAD)}/{name}")
    assert "belum dikirim" in said
    (at.desk.inbox / "4-pengisian" / post_folder(HEAD) / name).unlink()  # read and thrown away
    again = UnsentForms(clock)  # after a restart
    again(at.office)
    clock.move(QUIET_S)
    again(at.office)
    at.desk.work()
    assert notices(at) == []
    at.folders.move(form, CommandFolder.SEND)
    at.desk.work()
    assert at.form(HEAD).state == State.WAITING


@pytest.mark.slow
def test_a_form_that_is_sent_meanwhile_is_not_noticed(filling: UnderWay) -> None:
    at, clock = filling, Hands()
    look = UnsentForms(clock)
    form = in_place(at)
    look(at.office)
    clock.move(QUIET_S)
    look(at.office)
    at.folders.move(form, CommandFolder.SEND)
    at.desk.work()
    assert at.form(HEAD).state == State.WAITING
    assert notices(at) == []


def test_unchanged_forms_are_read_once(filling: UnderWay, monkeypatch: pytest.MonkeyPatch) -> None:
    look = UnsentForms()
    look(filling.office)
    monkeypatch.setattr(
        "pipeline.sop.lying.unsent.sha256_held", lambda _: pytest.fail("read again")
    )
    look(filling.office)


@pytest.mark.parametrize("way", ["move", "copy"])
def test_a_copy_counts_as_a_move(filling: UnderWay, way: str) -> None:
    """The original of a copy is as it was published, or as it was received: it goes."""
    at = filling
    form = in_place(at)
    send = form.parent / CommandFolder.SEND / form.name
    if way == "copy":
        send.write_bytes(form.read_bytes())
    else:
        form.rename(send)
    at.desk.work()
    assert at.form(HEAD).state == State.WAITING
    assert not form.exists()
    assert not send.exists()


@pytest.mark.slow
def test_a_decision_by_copy_takes_the_original_away(filling: UnderWay) -> None:
    at = filling
    at.send(HEAD)
    (lying,) = at.desk.files(f"5-verifikasi/*{at.form(HEAD).code}.docx")
    (lying.parent / "setujui" / lying.name).write_bytes(lying.read_bytes())
    at.desk.work()
    assert at.form(HEAD).state == State.VERIFIED
    assert not lying.exists()


def test_nothing_is_taken_for_moved_away_while_the_inbox_is_not_there(filling: UnderWay) -> None:
    at, office = filling, filling.office
    folder = f"data-kinerja/4-pengisian/{post_folder(HEAD)}"
    with office.ledger.read() as session:
        query = select(Publication).where(Publication.path.startswith(f"{folder}/Format"))
        row = session.scalars(query).one()
    name = row.path.rpartition("/")[2]
    assert moved_away(office, folder, name, row.sha256) == []
    office.inbox.rename(office.root / "tidak terpasang")
    with pytest.raises(InboxAwayError, match="Mount its storage"):
        moved_away(office, folder, name, row.sha256)
    look = UnsentForms()
    look(office)
    (office.root / "tidak terpasang").rename(office.inbox)
    (office.inbox / row.path).unlink()
    assert moved_away(office, folder, name, row.sha256) == [row.id]
    at.desk.work()
