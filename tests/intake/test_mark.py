"""An inbox whose disk goes and comes back is never taken for one that people have emptied."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pipeline.errors import ConfigurationError
from pipeline.intake import claim
from pipeline.intake.claim import Claimer
from pipeline.intake.mark import IN_INBOX, IN_STATE, InboxAwayError, InboxMark
from pipeline.intake.outbox import GONE, PLACED, UNWANTED, WANTED, Outbox
from pipeline.intake.places import fixed_folders
from pipeline.ledger.database import Ledger
from pipeline.store import Store

from .disk import Disk, disk
from .samples import PROCEDURE, House, clock, word
from .test_untaken import Service, rows


def test_an_inbox_is_marked_once(tmp_path: Path) -> None:
    mark = InboxMark(tmp_path / "inbox", tmp_path / "state")
    mark.make()
    first = (tmp_path / "inbox" / IN_INBOX).read_text()
    mark.make()
    InboxMark(tmp_path / "inbox", tmp_path / "state").make()
    assert (tmp_path / "inbox" / IN_INBOX).read_text() == first
    assert mark.is_there()


def test_an_inbox_that_was_never_marked_is_there_if_its_folder_is(tmp_path: Path) -> None:
    mark = InboxMark(tmp_path / "inbox", tmp_path / "state")
    assert not mark.is_there()
    (tmp_path / "inbox").mkdir()
    assert mark.is_there()


def test_a_pipe_in_its_place_keeps_nobody_waiting(tmp_path: Path) -> None:
    mark = InboxMark(tmp_path / "inbox", tmp_path / "state")
    mark.make()
    (tmp_path / "inbox" / IN_INBOX).unlink()
    os.mkfifo(tmp_path / "inbox" / IN_INBOX)
    assert not mark.is_there()


def test_a_crash_between_the_two_marks_is_made_good(tmp_path: Path) -> None:
    mark = InboxMark(tmp_path / "inbox", tmp_path / "state")
    mark.make()
    known = (tmp_path / "state" / IN_STATE).read_text()
    (tmp_path / "state" / IN_STATE).unlink()
    mark.make()
    assert (tmp_path / "state" / IN_STATE).read_text() == known


def test_a_missing_mark_is_never_made_anew(tmp_path: Path) -> None:
    mark = InboxMark(tmp_path / "inbox", tmp_path / "state")
    mark.make()
    (tmp_path / "inbox" / IN_INBOX).unlink()
    mark.make()
    assert not (tmp_path / "inbox" / IN_INBOX).exists()
    assert not mark.is_there()
    with pytest.raises(InboxAwayError, match=r"Mount its storage again.*inbox-id"):
        mark.require()


def test_going_and_coming_back_are_logged_once(tmp_path: Path) -> None:
    mark = InboxMark(tmp_path / "inbox", tmp_path / "state")
    mark.make()
    away = tmp_path / "lain"
    with capture_logs() as logs:
        assert mark.is_there()
        (tmp_path / "inbox").rename(away)
        assert [mark.is_there() for _ in range(3)] == [False] * 3
        away.rename(tmp_path / "inbox")
        assert [mark.is_there() for _ in range(3)] == [True] * 3
    assert [line["log_level"] for line in logs] == ["error", "info"]


@pytest.fixture
def mounted(tmp_path: Path, database: Path) -> Iterator[tuple[House, Disk]]:
    """An office whose inbox and work lie on a disk of their own, the state elsewhere."""
    with disk(tmp_path) as own:
        own.mount()
        state = tmp_path / "state"
        state.mkdir()
        ledger = Ledger(f"sqlite:///{shutil.copy(database, state / 'kinerja.db')}", "uji", clock)
        store = Store(tmp_path / "store")
        mark = InboxMark(own.at / "inbox", state)
        home = House(own.at, store, ledger, Outbox(own.at / "inbox", store, ledger, mark))
        mark.make()
        for folder in fixed_folders(PROCEDURE):
            home.place(folder).mkdir(parents=True)
        yield home, own
        ledger.close()


def test_a_disk_that_goes_and_comes_back(mounted: tuple[House, Disk]) -> None:
    home, own = mounted
    service = Service(home)
    lying = home.want("data-kinerja/2-koreksi/Format.docx", b"terbit")
    going = home.want("data-kinerja/2-koreksi/Lama.docx", b"lama")
    assert home.outbox.lay_out() == 0
    (home.place() / "tautan.docx").symlink_to("tidak-ada")
    service.look()
    home.set_state(going, UNWANTED)
    coming = home.want("data-kinerja/hasil/2026-TW3/Hasil.pdf", b"hasil")
    (home.place() / "a.docx").write_bytes(word())

    own.unmount()
    service.look()
    Service(home).look()  # started while it is away
    assert home.outbox.lay_out() == 1
    assert list(own.at.iterdir()) == []  # nothing is made below the mount point
    assert home.arrivals() == []
    assert rows(home)[0].gone_at is None
    states = [home.publication(row).state for row in (lying, going, coming)]
    assert states == [PLACED, UNWANTED, WANTED]

    own.mount()
    service.look()
    assert home.outbox.lay_out() == 0
    assert home.names() == ["a.docx"]
    assert rows(home)[0].gone_at is None
    states = [home.publication(row).state for row in (lying, going, coming)]
    assert states == [PLACED, GONE, PLACED]
    assert (home.inbox / "data-kinerja/hasil/2026-TW3/Hasil.pdf").read_bytes() == b"hasil"
    assert not (home.inbox / "data-kinerja/2-koreksi/Lama.docx").exists()


def test_another_disk_in_its_place_is_left_alone(
    mounted: tuple[House, Disk], tmp_path: Path
) -> None:
    home, own = mounted
    row = home.want("data-kinerja/2-koreksi/Format.docx", b"terbit")
    own.unmount()
    with disk(tmp_path, "lain", at=own.at) as other:
        other.mount()
        strange = InboxMark(own.at / "inbox", tmp_path / "state kantor lain")
        strange.make()
        home.place().mkdir(parents=True)
        (home.place() / "a.docx").write_bytes(word())
        Service(home).look()
        assert home.outbox.lay_out() == 1
        assert (home.place() / "a.docx").exists()
        assert not home.work.exists()
    assert home.arrivals() == []
    assert home.publication(row).state == WANTED


def test_it_goes_between_look_and_removal(
    mounted: tuple[House, Disk], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, own = mounted
    row = home.want("data-kinerja/2-koreksi/Format.docx", b"terbit")
    home.outbox.lay_out()
    home.set_state(row, UNWANTED)
    real = Outbox._refuse_links

    def gone(outbox: Outbox, folder: Path) -> None:
        real(outbox, folder)
        own.unmount()

    monkeypatch.setattr(Outbox, "_refuse_links", gone)
    assert home.outbox.lay_out() == 1
    assert home.publication(row).state == UNWANTED


def test_a_move_on_another_disk_than_the_store_is_durable_before_it_is_entered(
    mounted: tuple[House, Disk], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, _ = mounted
    (home.place() / "a.docx").write_bytes(word())
    synced: list[tuple[str, bool, int]] = []

    def noted(folder: Path) -> None:
        synced.append((folder.name, (folder / "a.docx").exists(), len(home.arrivals())))

    monkeypatch.setattr(claim, "sync_folder", noted)
    home.claimer().sweep({PROCEDURE.key: PROCEDURE})
    assert len(home.arrivals()) == 1
    assert [(name[0], there, entered) for name, there, entered in synced] == [("=", True, 0)]


def test_work_on_another_disk_is_refused(mounted: tuple[House, Disk], tmp_path: Path) -> None:
    home, _ = mounted
    path = home.place() / "a.docx"
    path.write_bytes(word())
    claimer = Claimer(
        home.inbox, tmp_path / "work", home.store, home.ledger, patience_s=1, mark=home.mark
    )
    with pytest.raises(ConfigurationError, match=r"\[folders\] work"):
        claimer.sweep({PROCEDURE.key: PROCEDURE})
    assert path.exists()


def test_a_disk_mounted_inside_a_command_folder_stays_and_is_told(
    home: House, tmp_path: Path
) -> None:
    inside = home.place() / "Kartu"
    with disk(tmp_path, at=inside) as card:
        (card.own / "a.docx").write_bytes(word())
        card.mount()
        Service(home).look()
        assert (inside / "a.docx").exists()
        (row,) = rows(home)
        assert (row.name, row.why) == ("Kartu/a.docx", "perangkat lain")
    assert home.arrivals() == []
