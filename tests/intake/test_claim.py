import fcntl
import os
import pwd
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from pipeline.intake import bundles, claim, moving, settle
from pipeline.intake import home as homes
from pipeline.intake.claim import REPLACED
from pipeline.intake.home import left_claims
from pipeline.ledger.database import Ledger

from .samples import PDF, PROCEDURE, SEND, House, word


class Killed(BaseException):
    """The process ends here."""


def put(home: House, name: str, data: bytes | None = None, folder: str = SEND) -> Path:
    path = home.place(folder) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(word() if data is None else data)
    return path


def test_a_file_is_taken_with_all_that_is_known_of_it(home: House) -> None:
    path = put(home, "Format Data Kinerja TW III 2026.docx")
    assert home.sweep() == 0
    assert not path.exists()
    (arrival,) = home.arrivals()
    assert arrival.name == "Format Data Kinerja TW III 2026.docx"
    assert (arrival.folder, arrival.bundle) == (f"data-kinerja/{SEND}", "")
    assert arrival.sha256 == sha256(word()).hexdigest()
    assert arrival.size == len(word())
    assert arrival.owner == pwd.getpwuid(os.getuid()).pw_name
    assert home.store.read(arrival.sha256) == word()
    assert home.queued() == [f"uji:take:{arrival.id}"]
    assert list(home.work.iterdir()) == []


def test_a_second_sweep_takes_nothing_again(home: House) -> None:
    put(home, "a.docx")
    home.sweep()
    home.sweep()
    assert len(home.arrivals()) == len(home.queued()) == 1


def test_the_same_file_twice_is_two_arrivals_of_one_content(home: House) -> None:
    put(home, "a.docx")
    home.sweep()
    put(home, "a.docx")
    home.sweep()
    one, two = home.arrivals()
    assert one.id != two.id
    assert one.sha256 == two.sha256


@pytest.mark.parametrize("name", ["~$a.docx", "a.tmp", ".a.docx", "Thumbs.db", "a.docx.part"])
def test_names_of_programs_stay_where_they_are(home: House, name: str) -> None:
    path = put(home, name)
    assert home.sweep() == 0
    assert path.exists()
    assert home.arrivals() == []


def test_only_command_folders_are_taken_from(home: House) -> None:
    kept = [
        put(home, "a.docx", folder="1-draft"),
        put(home, "b.docx", folder="1-draft/simpanan"),
        put(home, "c.docx", folder="hasil"),
        put(home, "d.docx", folder="ditolak"),
        put(home, "e.docx", folder="4-pengisian/Kepala UPTD"),
        put(home, "f.docx", folder="4-pengisian/Kepala UPTD/setujui"),
    ]
    assert home.sweep() == 0
    assert all(path.exists() for path in kept)
    assert home.arrivals() == []


def test_an_officials_own_folder_is_a_command_folder(home: House) -> None:
    put(home, "a.docx", folder="4-pengisian/Kepala UPTD/kirim")
    home.sweep()
    assert home.arrivals()[0].folder == "data-kinerja/4-pengisian/Kepala UPTD/kirim"


def test_a_folder_inside_is_a_bundle(home: House) -> None:
    put(home, "a.docx", folder=f"{SEND}/Paket Oktober")
    put(home, "foto.jpg", b"\xff\xd8\xff", folder=f"{SEND}/Paket Oktober/bukti")
    put(home, "~$a.docx", folder=f"{SEND}/Paket Oktober")
    home.sweep()
    assert [(a.name, a.bundle) for a in home.arrivals()] == [
        ("a.docx", "Paket Oktober"),
        ("foto.jpg", "Paket Oktober"),
    ]
    assert {a.folder for a in home.arrivals()} == {f"data-kinerja/{SEND}"}


def test_a_bundle_that_was_emptied_goes_away(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    put(home, "a.docx", folder=f"{SEND}/Paket/bukti/foto")
    (home.place() / "Paket" / "kosong").mkdir()
    home.sweep()
    monkeypatch.setattr(bundles, "EMPTY_S", 0.0)
    home.sweep()
    assert list(home.place().iterdir()) == []
    assert len(home.arrivals()) == 1


def test_a_bundle_that_is_being_copied_stays(home: House) -> None:
    folder = home.place() / "Paket"
    folder.mkdir()
    os.utime(folder, (0, 0))  # a copying program may give it the time of its original
    home.sweep()  # woken by the new folder
    (folder / "bukti").mkdir()
    put(home, "a.docx", folder=f"{SEND}/Paket")
    home.sweep()
    put(home, "b.docx", folder=f"{SEND}/Paket/bukti")
    home.sweep()
    assert [(a.name, a.bundle) for a in home.arrivals()] == [
        ("a.docx", "Paket"),
        ("b.docx", "Paket"),
    ]
    assert folder.is_dir()


@pytest.mark.parametrize("kept", ["Thumbs.db", "bukti/~$a.docx"])
def test_a_bundle_that_holds_anything_stays_whole(
    home: House, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    monkeypatch.setattr(bundles, "EMPTY_S", 0.0)
    path = put(home, kept, folder=f"{SEND}/Paket")
    (home.place() / "Paket" / "kosong").mkdir()
    home.sweep()
    assert path.exists()
    assert (home.place() / "Paket" / "kosong").is_dir()


def warned(logs: Sequence[Mapping[str, Any]]) -> list[str]:
    return [line["event"] for line in logs if line["log_level"] == "warning"]


def test_a_claim_that_cannot_be_read_waits_and_is_told_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "a.docx")
    claimer, all_ = home.claimer(), {PROCEDURE.key: PROCEDURE}

    def refused(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(claim, "reading", refused)
        assert claimer.sweep(all_) == claimer.sweep(all_) == 1
    assert warned(logs) == ["taken and still not entered"]
    ((left, content),) = left_claims(home.work, 0)
    assert (left.name, content.read_bytes()) == ("a.docx", word())
    assert left_claims(home.work, 600) == []
    assert claimer.sweep(all_) == 0
    assert left_claims(home.work, 0) == []


def test_a_claim_within_the_patience_is_not_told(home: House) -> None:
    put(home, "a.docx", word()[:-30])
    with capture_logs() as logs:
        assert home.sweep() == 1
    assert warned(logs) == []


def test_what_is_no_regular_file_is_not_taken(home: House, tmp_path: Path) -> None:
    secret = tmp_path / "rahasia.docx"
    secret.write_bytes(word("rahasia"))
    outside = tmp_path / "luar"
    outside.mkdir()
    (outside / "b.docx").write_bytes(word())
    (home.place() / "tautan.docx").symlink_to(secret)
    (home.place() / "folder").symlink_to(outside)
    bundle = home.place() / "Paket"
    bundle.mkdir()
    (bundle / "tautan.docx").symlink_to(secret)
    (bundle / "folder").symlink_to(outside)
    os.mkfifo(home.place() / "pipa.docx")
    os.mkfifo(bundle / "pipa.docx")
    assert home.sweep() == 0
    assert home.arrivals() == []
    assert secret.exists()
    assert (outside / "b.docx").exists()


def test_a_command_folder_that_is_a_link_is_not_swept(home: House, tmp_path: Path) -> None:
    outside = tmp_path / "luar"
    outside.mkdir()
    (outside / "b.docx").write_bytes(word())
    place = home.place()
    place.rmdir()
    place.symlink_to(outside)
    assert home.sweep() == 0
    assert home.arrivals() == []
    assert (outside / "b.docx").exists()


def test_an_open_file_waits_until_it_is_closed(home: House) -> None:
    path = put(home, "a.docx", b"")
    with path.open("wb") as writer:
        writer.write(word()[:50])
        writer.flush()
        assert home.sweep() == 1
        assert home.arrivals() == []
        writer.write(word()[50:])  # a late write reaches the file that was renamed away
    assert home.sweep() == 0
    assert home.store.read(home.arrivals()[0].sha256) == word()


def test_a_writer_who_comes_while_it_is_copied_makes_it_wait(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He opened it by its old name and is let in when the lease ends: nothing of his is lost."""
    put(home, "a.docx")
    writers: list[subprocess.Popen[bytes]] = []
    real = claim.Store.copy_in

    def copy_in(store: claim.Store, handle: int, *_: object) -> str:
        if not writers:
            (place,) = home.work.glob("*/*/a.docx")
            code = f"open({str(place)!r}, 'wb').write(bytes.fromhex({word('akhir').hex()!r}))"
            writers.append(subprocess.Popen(["python3", "-c", code]))
            while fcntl.fcntl(handle, fcntl.F_GETLEASE) == fcntl.F_RDLCK:
                assert writers[0].poll() is None
        return real(store, handle)

    monkeypatch.setattr(claim.Store, "copy_in", copy_in)
    claimer, all_ = home.claimer(), {PROCEDURE.key: PROCEDURE}
    assert claimer.sweep(all_) == 1
    assert home.arrivals() == []
    assert writers[0].wait(timeout=60) == 0
    assert claimer.sweep(all_) == 0
    (arrival,) = home.arrivals()
    assert home.store.read(arrival.sha256) == word("akhir")


def no_lease(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for an account that neither owns the file nor has CAP_LEASE."""
    monkeypatch.setattr(settle, "_lease", lambda handle: (False, False))


def test_without_leases_a_file_must_have_been_left_alone_for_seconds(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    no_lease(monkeypatch)
    claimer, all_ = home.claimer(), {PROCEDURE.key: PROCEDURE}
    path = put(home, "a.docx")
    os.utime(path, (0, 0))
    assert claimer.sweep(all_) == 1
    (place,) = home.work.glob("*/*/a.docx")
    home.clock.move(claim.STILL_S - 1)
    with place.open("ab") as late:
        late.write(b"")
    os.utime(place, (0, 0))  # size and mtime are as before: only the inode's own time tells
    assert claimer.sweep(all_) == 1
    home.clock.move(claim.STILL_S - 1)
    assert claimer.sweep(all_) == 1
    home.clock.move(1)
    assert claimer.sweep(all_) == 0
    assert home.names() == ["a.docx"]


@pytest.mark.parametrize("jump_s", [-1e9, 1e9])
def test_a_clock_that_jumps_neither_hurries_nor_holds(
    home: House, monkeypatch: pytest.MonkeyPatch, jump_s: float
) -> None:
    claimer, all_ = home.claimer(patience_s=600), {PROCEDURE.key: PROCEDURE}
    put(home, "a.docx", word()[:-30])
    assert claimer.sweep(all_) == 1
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + jump_s)
    assert claimer.sweep(all_) == 1
    home.clock.move(600)
    assert claimer.sweep(all_) == 0
    assert home.names() == ["a.docx"]


@pytest.mark.parametrize("data", [word()[:-30], PDF[:-10], b""])
def test_a_cut_file_waits_ten_quiet_minutes_and_is_entered_as_cut(home: House, data: bytes) -> None:
    claimer, all_ = home.claimer(patience_s=600), {PROCEDURE.key: PROCEDURE}
    put(home, "a.docx", data)
    assert claimer.sweep(all_) == 1
    home.clock.move(400)
    (place,) = home.work.glob("*/*/a.docx")
    os.utime(place, (5, 5))  # somebody is still at it
    assert claimer.sweep(all_) == 1
    home.clock.move(400)
    assert claimer.sweep(all_) == 1
    assert home.arrivals() == []
    home.clock.move(200)
    assert claimer.sweep(all_) == 0
    (arrival,) = home.arrivals()
    assert home.store.read(arrival.sha256) == data
    assert home.queued() == [f"uji:take-cut:{arrival.id}"]


def test_an_old_document_with_holes_of_its_own_is_judged_as_any_other(home: House) -> None:
    claimer, all_ = home.claimer(patience_s=600), {PROCEDURE.key: PROCEDURE}
    with put(home, "a.doc", b"").open("wb") as file:
        file.write(settle.OLD_OFFICE)
        file.truncate(1 << 20)
    assert claimer.sweep(all_) == 1
    home.clock.move(600)
    assert claimer.sweep(all_) == 0
    assert home.queued() == [f"uji:take:{home.arrivals()[0].id}"]


def test_a_cut_copy_that_was_sent_again_whole_needs_no_answer(home: House) -> None:
    claimer, all_ = home.claimer(patience_s=600), {PROCEDURE.key: PROCEDURE}
    put(home, "a.docx", word()[:-30], folder=f"{SEND}/Paket")
    put(home, "a.docx", word()[:-20])  # another folder, another file
    assert claimer.sweep(all_) == 2
    put(home, "a.docx", folder=f"{SEND}/Paket")
    assert claimer.sweep(all_) == 1
    whole, cut = sorted(home.arrivals(), key=lambda a: a.outcome or "")
    assert (cut.outcome, whole.outcome) == (REPLACED, None)
    assert cut.arrived_at <= whole.arrived_at
    assert home.store.read(cut.sha256) == word()[:-30]
    assert home.queued() == [f"uji:take:{whole.id}"]
    home.clock.move(600)
    assert claimer.sweep(all_) == 0
    assert len(home.arrivals()) == 3
    assert list(home.work.iterdir()) == []


def test_a_whole_copy_that_was_cut_when_sent_again_is_told(home: House) -> None:
    claimer, all_ = home.claimer(patience_s=600), {PROCEDURE.key: PROCEDURE}
    put(home, "a.docx")
    claimer.sweep(all_)
    put(home, "a.docx", word()[:-30])
    assert claimer.sweep(all_) == 1
    home.clock.move(600)
    assert claimer.sweep(all_) == 0
    assert sorted(name.split(":")[1] for name in home.queued()) == ["take", "take-cut"]


def test_a_waiting_file_holds_nobody_up(home: House) -> None:
    put(home, "terpotong.docx", word()[:-30])
    put(home, "utuh.docx")
    assert home.sweep() == 1
    assert home.names() == ["utuh.docx"]


POINTS = {
    "home": (moving, "make_home"),
    "rename": (moving.os, "rename"),
    "whole": (claim, "is_whole"),
    "copy": (claim.Store, "copy_in"),
    "durable": (claim.Store, "make_durable"),
    "enter": (Ledger, "write"),
    "drop": (claim, "drop_claim"),
    "empty": (homes, "drop_home"),
}


def crash_at(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Killed

    monkeypatch.setattr(*POINTS[point], killed)


@pytest.mark.parametrize("point", POINTS)
def test_a_crash_at_any_point_loses_and_doubles_nothing(
    home: House, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    put(home, "a.docx")
    with monkeypatch.context() as patch:
        crash_at(patch, point)
        with pytest.raises(Killed):
            home.sweep()
    assert home.sweep() == 0
    assert home.names() == ["a.docx"]
    assert home.store.read(home.arrivals()[0].sha256) == word()
    assert len(home.queued()) == 1
    assert list(home.work.iterdir()) == []
    assert list(home.place().iterdir()) == []


def test_a_crash_after_the_rename_keeps_the_place_it_came_from(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "a.docx", folder=f"{SEND}/Paket")
    with monkeypatch.context() as patch:
        crash_at(patch, "enter")
        with pytest.raises(Killed):
            home.sweep()
    ((left, place),) = left_claims(home.work, -1)
    assert place.read_bytes() == word()
    assert left.key == (f"data-kinerja/{SEND}", "Paket", "a.docx")


def test_a_failing_ledger_keeps_the_file_for_the_next_sweep(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "a.docx")
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "write", lambda _: (_ for _ in ()).throw(OSError("disk I/O error")))
        with pytest.raises(OSError, match="disk I/O"):
            home.sweep()
    assert home.sweep() == 0
    assert home.names() == ["a.docx"]


def test_a_file_that_may_not_be_moved_holds_nobody_up(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    stuck = put(home, "a.docx")
    put(home, "b.docx")
    real = os.rename

    def rename(source: str, target: Path, *, src_dir_fd: int | None = None) -> None:
        if source == stuck.name:
            raise PermissionError(13, "Permission denied")
        real(source, target, src_dir_fd=src_dir_fd)

    with monkeypatch.context() as patch:
        patch.setattr(moving.os, "rename", rename)
        assert home.sweep() == 0
    assert home.names() == ["b.docx"]
    assert stuck.exists()
    home.sweep()
    assert home.names() == ["a.docx", "b.docx"]


def test_a_file_taken_back_in_time_is_no_fault(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(home, "a.docx")
    real = moving.make_home

    def taken_back(*arguments: object) -> object:
        path.unlink(missing_ok=True)
        return real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(moving, "make_home", taken_back)
    assert home.sweep() == 0
    assert home.arrivals() == []
    assert list(home.work.iterdir()) == []


def test_sweeps_at_once_take_every_file_once(home: House) -> None:
    for number in range(30):
        put(home, f"{number:02}.docx", word(str(number)))
    failures: list[BaseException] = []

    def sweep() -> None:
        try:
            for _ in range(3):
                home.sweep()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=sweep) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert home.names() == [f"{number:02}.docx" for number in range(30)]
    assert len(home.queued()) == 30
    assert list(home.work.iterdir()) == []


def test_a_name_that_is_no_utf8_is_taken_all_the_same(home: House) -> None:
    path = os.fsencode(home.place()) + b"/caf\xe9.docx"
    with open(path, "wb") as file:
        file.write(word())
    assert home.sweep() == 0
    assert home.names() == ["caf\ufffd.docx"]


def test_what_is_known_to_be_cut_is_not_read_again_and_again(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    claimer, all_ = home.claimer(), {PROCEDURE.key: PROCEDURE}
    put(home, "a.docx", word()[:-30])
    assert claimer.sweep(all_) == 1
    with monkeypatch.context() as patch:
        patch.setattr(claim, "reading", lambda _: pytest.fail("read again"))
        assert claimer.sweep(all_) == 1
    (place,) = home.work.glob("*/*/a.docx")
    place.write_bytes(word())  # its sender was not done yet
    assert claimer.sweep(all_) == 0
    assert home.store.read(home.arrivals()[0].sha256) == word()
