from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pipeline.intake import outbox
from pipeline.intake.outbox import GONE, PLACED, UNWANTED, is_open
from pipeline.ledger.tables import Collection, Document

from .samples import House, clock

AT = "data-kinerja/2-koreksi/Format.docx"


class Killed(BaseException):
    """The process ends here."""


def target(home: House, path: str = AT) -> Path:
    return home.inbox / path


def placed(home: House, data: bytes = b"terbit", document_id: str | None = None) -> int:
    row = home.want(AT, data, document_id=document_id)
    assert home.outbox.lay_out() == 0
    return row


def test_what_is_wanted_is_placed_once(home: House) -> None:
    row = placed(home)
    assert target(home).read_bytes() == b"terbit"
    assert home.publication(row).state == PLACED
    target(home).unlink()  # its person took it
    home.outbox.lay_out()
    assert not target(home).exists()


def test_a_folder_that_is_not_there_is_made(home: House) -> None:
    home.want("data-kinerja/hasil/2026-TW3/formulir/a.pdf", b"x")
    home.outbox.lay_out()
    assert target(home, "data-kinerja/hasil/2026-TW3/formulir/a.pdf").read_bytes() == b"x"


def test_a_taken_name_is_never_overwritten(home: House) -> None:
    target(home).write_bytes(b"milik orang")
    row = placed(home)
    assert target(home).read_bytes() == b"milik orang"
    assert home.publication(row).path == "data-kinerja/2-koreksi/Format (2).docx"
    assert target(home, home.publication(row).path).read_bytes() == b"terbit"


def test_two_of_one_name_lie_side_by_side(home: House) -> None:
    home.want(AT, b"satu")
    home.want(AT, b"dua")
    home.outbox.lay_out()
    names = sorted(p.name for p in target(home).parent.iterdir() if p.is_file())
    assert names == ["Format (2).docx", "Format.docx"]


@pytest.mark.parametrize("kind", ["folder", "dangling link"])
def test_a_name_taken_by_what_is_no_file_is_avoided(home: House, kind: str) -> None:
    if kind == "folder":
        target(home).mkdir()
    else:
        target(home).symlink_to("nowhere")
    row = placed(home)
    assert home.publication(row).path == "data-kinerja/2-koreksi/Format (2).docx"


def test_what_is_not_wanted_any_more_goes(home: House) -> None:
    row = placed(home)
    home.set_state(row, UNWANTED)
    assert home.outbox.lay_out() == 0
    assert not target(home).exists()
    assert home.publication(row).state == GONE


def test_a_changed_file_is_never_taken_away(home: House) -> None:
    row = placed(home)
    target(home).write_bytes(b"disunting")
    home.set_state(row, UNWANTED)
    home.outbox.lay_out()
    assert target(home).read_bytes() == b"disunting"
    assert home.publication(row).state == GONE


@pytest.mark.parametrize("lock", ["~$Format.docx", "~$rmat.docx", ".~lock.Format.docx#"])
def test_a_file_open_in_word_waits(home: House, lock: str) -> None:
    row = placed(home)
    (target(home).parent / lock).touch()
    home.set_state(row, UNWANTED)
    assert home.outbox.lay_out() == 1
    assert target(home).exists()
    assert home.publication(row).state == UNWANTED
    (target(home).parent / lock).unlink()
    assert home.outbox.lay_out() == 0
    assert not target(home).exists()


def test_a_file_open_for_writing_waits(home: House) -> None:
    row = placed(home)
    home.set_state(row, UNWANTED)
    with target(home).open("r+b"):
        assert is_open(target(home))
        assert home.outbox.lay_out() == 1
        assert target(home).exists()
    assert home.outbox.lay_out() == 0
    assert not target(home).exists()


def test_a_waiting_removal_holds_nothing_up(home: House) -> None:
    row = placed(home)
    (target(home).parent / "~$Format.docx").touch()
    home.set_state(row, UNWANTED)
    home.want("data-kinerja/hasil/b.pdf", b"b")
    assert home.outbox.lay_out() == 1
    assert target(home, "data-kinerja/hasil/b.pdf").exists()


def test_a_removal_that_fails_holds_nothing_up(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = placed(home)
    gone = home.want("data-kinerja/2-koreksi/lain.docx", b"lain")
    home.outbox.lay_out()
    home.set_state(stuck, UNWANTED)
    home.set_state(gone, UNWANTED)
    home.want("data-kinerja/hasil/b.pdf", b"b")
    real = outbox.remove_if_unchanged

    def refused(path: Path, sha256: str) -> bool:
        if path == target(home):
            raise PermissionError(13, "Permission denied")
        return real(path, sha256)

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(outbox, "remove_if_unchanged", refused)
        assert home.outbox.lay_out() == home.outbox.lay_out() == 1
    assert [line["path"] for line in logs if line["log_level"] == "error"] == [AT]
    assert home.publication(stuck).state == UNWANTED
    assert home.publication(gone).state == GONE
    assert target(home, "data-kinerja/hasil/b.pdf").exists()
    assert home.outbox.lay_out() == 0
    assert home.publication(stuck).state == GONE


def test_a_folder_in_the_place_of_a_file_stays(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = placed(home)
    target(home).unlink()
    target(home).mkdir()
    home.set_state(row, UNWANTED)
    monkeypatch.setattr(outbox, "is_open", lambda _: False)  # as it is after two quiet seconds
    assert home.outbox.lay_out() == 0
    assert target(home).is_dir()
    assert home.publication(row).state == GONE


def test_what_its_person_sent_on_is_gone_already(home: House) -> None:
    row = placed(home)
    target(home).unlink()
    home.set_state(row, UNWANTED)
    assert home.outbox.lay_out() == 0
    assert home.publication(row).state == GONE


def test_the_copy_that_was_sent_in_goes_too(home: House) -> None:
    """An official who saved in place and sent a copy leaves the bytes that were received."""
    sent = home.store.put(b"isian yang diterima")
    with home.ledger.write() as tx:
        times = {"opened_at": clock(), "stage_since": clock()}
        named = {"id": "k", "office_id": "uji", "procedure": "p", "period": "2026-TW3"}
        tx.session.add(Collection(**named, stage="fill", **times))
        tx.session.flush()
        document = {"id": "d", "office_id": "uji", "collection_id": "k", "code": "A", "name": "x"}
        more = {"kind": "formulir", "state": "menunggu", "updated_at": clock()}
        tx.session.add(Document(**document, **more, original=sent))
    row = placed(home, document_id="d")
    target(home).write_bytes(b"isian yang diterima")
    home.set_state(row, UNWANTED)
    home.outbox.lay_out()
    assert not target(home).exists()


def test_a_crash_between_place_and_note_places_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = home.want(AT, b"terbit")

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox.Outbox, "_note", killed)
        with pytest.raises(Killed):
            home.outbox.lay_out()
    assert target(home).read_bytes() == b"terbit"
    assert home.outbox.lay_out() == 0
    assert home.publication(row).path == AT
    assert [p.name for p in target(home).parent.iterdir() if p.is_file()] == ["Format.docx"]


def test_a_crash_between_removal_and_note_removes_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = placed(home)
    home.set_state(row, UNWANTED)

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox.Outbox, "_note", killed)
        with pytest.raises(Killed):
            home.outbox.lay_out()
    target(home).write_bytes(b"berkas baru dengan nama itu")
    home.outbox.lay_out()
    assert target(home).read_bytes() == b"berkas baru dengan nama itu"
    assert home.publication(row).state == GONE


def test_another_offices_files_are_not_ours_to_lay(home: House) -> None:
    row = home.want(AT, b"terbit")
    with home.ledger.write() as tx:
        current = tx.session.get_one(outbox.Publication, row)
        current.office_id = "lain"
    assert home.outbox.lay_out() == 0
    assert not target(home).exists()
