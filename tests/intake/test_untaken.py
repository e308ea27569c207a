"""What lies in command folders and cannot be taken: left, and written down once."""

import os
import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.intake import moving, untaken
from pipeline.intake.lying import DEPTH, Why, lying_in
from pipeline.ledger.tables import Untaken

from .samples import PROCEDURE, SEND, House, make_odd, word

FOLDER = f"data-kinerja/{SEND}"
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a device")
needs_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")


def rows(home: House) -> list[Untaken]:
    with home.ledger.read() as session:
        return list(session.scalars(select(Untaken).order_by(Untaken.name)))


class Service:
    """One process of the service; its sweeps see what has lain for a while."""

    def __init__(self, home: House) -> None:
        self._home = home
        self._claimer = home.claimer()

    def sweep(self) -> int:
        return self._claimer.sweep({PROCEDURE.key: PROCEDURE})

    def look(self) -> None:
        """Long enough for what cannot be taken to be told."""
        self.sweep()
        self._home.clock.move(untaken.PATIENCE_S)
        self.sweep()


@pytest.mark.parametrize(
    ("kind", "why"),
    [
        ("link", Why.LINK),
        ("dangling link", Why.LINK),
        ("pipe", Why.SPECIAL),
        ("socket", Why.SPECIAL),
        pytest.param("device", Why.SPECIAL, marks=needs_root),
    ],
)
def test_what_is_no_file_stays_and_is_written_down_once(
    home: House, tmp_path: Path, kind: str, why: Why
) -> None:
    odd = home.place() / "aneh.docx"
    made = tmp_path / "aneh.docx"  # a link's own target lies outside the command folder
    make_odd(made, kind)
    made.rename(odd)
    before = os.lstat(odd)
    service = Service(home)
    service.look()
    service.look()
    Service(home).look()  # after a restart
    (row,) = rows(home)
    assert (row.folder, row.name, row.why, row.gone_at) == (FOLDER, "aneh.docx", why.value, None)
    assert os.lstat(odd).st_ino == before.st_ino
    assert home.arrivals() == []
    assert len([flow for flow in home.queued() if ":tell-untaken:" in flow]) == 1


def test_what_is_gone_is_written_down_and_may_come_back(home: House) -> None:
    odd = home.place() / "Paket" / "aneh.docx"
    odd.parent.mkdir()
    odd.symlink_to("tidak-ada")
    service = Service(home)
    service.look()
    odd.unlink()
    Service(home).look()
    (row,) = rows(home)
    assert row.name == "Paket/aneh.docx"
    assert row.gone_at is not None
    odd.symlink_to("lain")
    service = Service(home)
    service.look()
    assert [r.gone_at is None for r in sorted(rows(home), key=lambda r: r.seen_at)] == [False, True]


def test_what_is_mended_is_taken_and_gone_from_the_book(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a service that is not root: the mode alone would not keep these tests out."""
    path = home.place() / "a.docx"
    path.write_bytes(word())
    (home.place() / "b.docx").write_bytes(word())
    service = Service(home)
    with monkeypatch.context() as patch:
        patch.setattr(moving, "_is_readable", lambda name, folder: name != "a.docx")
        service.look()
        assert path.exists()
        assert home.names() == ["b.docx"]
        (row,) = rows(home)
        assert (row.why, row.gone_at) == (Why.UNREADABLE.value, None)
    service.look()
    assert home.names() == ["a.docx", "b.docx"]
    assert rows(home)[0].gone_at is not None


def test_a_file_whose_rights_come_last_is_not_told_of(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.place() / "a.docx").write_bytes(word())
    service = Service(home)
    with monkeypatch.context() as patch:
        patch.setattr(moving, "_is_readable", lambda name, folder: False)
        service.sweep()
        home.clock.move(untaken.PATIENCE_S - 1)
        service.sweep()
    service.sweep()
    assert home.names() == ["a.docx"]
    assert rows(home) == []


@needs_user
def test_what_this_account_may_not_read_or_enter_stays(home: House) -> None:
    unreadable, closed = home.place() / "a.docx", home.place() / "Paket"
    unreadable.write_bytes(word())
    unreadable.chmod(0)
    closed.mkdir(mode=0)
    try:
        Service(home).look()
    finally:
        closed.chmod(0o700)
    assert [(r.name, r.why) for r in rows(home)] == [
        ("Paket", Why.CLOSED.value),
        ("a.docx", Why.UNREADABLE.value),
    ]


def test_what_may_not_be_moved_is_left_without_a_try(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a service that is not root: a heap of such files must not cost a folder each."""
    names = [f"{number}.docx" for number in range(20)]
    for name in names:
        (home.place() / name).write_bytes(word())
    service, real, tried = Service(home), moving._may, []
    monkeypatch.setattr(moving, "make_home", lambda *said: tried.append(said))
    monkeypatch.setattr(
        moving, "_may", lambda what, name, folder: name != "." and real(what, name, folder)
    )
    service.look()
    assert tried == []
    assert {(row.name, row.why) for row in rows(home)} == {
        (name, Why.UNMOVABLE.value) for name in names
    }
    assert sorted(path.name for path in home.place().iterdir()) == sorted(names)


@needs_user
def test_what_lies_in_a_folder_that_may_only_be_read_stays(home: House) -> None:
    (home.place() / "a.docx").write_bytes(word())
    home.place().chmod(0o500)
    try:
        Service(home).look()
        (row,) = rows(home)
        assert (row.name, row.why) == ("a.docx", Why.UNMOVABLE.value)
        assert not home.work.exists() or list(home.work.iterdir()) == []
    finally:
        home.place().chmod(0o700)


def test_a_closed_folder_is_told_of_by_its_own_name(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home.place() / "Paket" / "bukti").mkdir(parents=True)
    real = moving.lying_in.__globals__["opened"]

    def closed(inbox: Path, folder: str) -> object:
        if folder.endswith("bukti"):
            raise PermissionError(13, "Permission denied")
        return real(inbox, folder)

    monkeypatch.setitem(moving.lying_in.__globals__, "opened", closed)
    (found,) = lying_in(home.inbox, FOLDER)
    assert (found.path, found.why) == ("Paket/bukti", Why.CLOSED)


def test_folders_nested_without_end_are_not_followed_down(home: House) -> None:
    deep = home.place()
    for _ in range(DEPTH * 2):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "a.docx").write_bytes(word())
    Service(home).look()
    (row,) = rows(home)
    assert row.why == Why.DEEP.value
    assert home.arrivals() == []


def test_a_command_folder_that_is_a_link_is_told_of(home: House, tmp_path: Path) -> None:
    outside = tmp_path / "luar"
    outside.mkdir()
    (outside / "b.docx").write_bytes(word())
    shutil.rmtree(home.place())
    home.place().symlink_to(outside)
    Service(home).look()
    (row,) = rows(home)
    assert (row.folder, row.name, row.why) == (FOLDER, "", Why.LINK.value)
    assert (outside / "b.docx").exists()


@pytest.mark.parametrize("linked", ["1-draft", "4-pengisian/Kepala UPTD"])
def test_a_folder_above_that_is_a_link_is_not_gone_through(
    home: House, tmp_path: Path, linked: str
) -> None:
    outside = tmp_path / "luar"
    (outside / "kirim").mkdir(parents=True)
    (outside / "kirim" / "b.docx").write_bytes(word())
    folder = home.place(linked)
    if folder.exists():
        shutil.rmtree(folder)
    folder.symlink_to(outside)
    Service(home).look()
    assert home.arrivals() == []
    assert (outside / "kirim" / "b.docx").exists()


def test_what_becomes_a_link_between_look_and_move_goes_back(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = home.place() / "a.docx"
    path.write_bytes(word())
    real = moving.make_home

    def swapped(*arguments: object) -> object:
        path.unlink()
        path.symlink_to("/etc/hostname")
        return real(*arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(moving, "make_home", swapped)
        home.sweep()
    assert path.is_symlink()
    assert home.arrivals() == []
    assert list(home.work.iterdir()) == []
