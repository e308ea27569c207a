import json
import os
import pwd
import threading
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from pipeline.intake import claim
from pipeline.intake.claim import CONTENT, NOTE, left_claims
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
    monkeypatch.setattr(claim, "EMPTY_S", 0.0)
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
    monkeypatch.setattr(claim, "EMPTY_S", 0.0)
    path = put(home, kept, folder=f"{SEND}/Paket")
    (home.place() / "Paket" / "kosong").mkdir()
    home.sweep()
    assert path.exists()
    assert (home.place() / "Paket" / "kosong").is_dir()


def unreadable(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """As for a service that is not root: the mode alone would not keep these tests out."""
    monkeypatch.setattr(claim, "is_readable", lambda path: path.name != name)


def warned(logs: Sequence[Mapping[str, Any]]) -> list[str]:
    return [line["event"] for line in logs if line["log_level"] == "warning"]


def test_a_file_that_may_not_be_read_stays_and_is_told_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(home, "a.docx")
    put(home, "b.docx")
    claimer, all_ = home.claimer(), {PROCEDURE.key: PROCEDURE}
    with monkeypatch.context() as patch, capture_logs() as logs:
        unreadable(patch, "a.docx")
        assert claimer.sweep(all_) == claimer.sweep(all_) == 0
    assert path.exists()
    assert [line["path"] for line in logs if line["log_level"] == "warning"] == [str(path)]
    assert home.names() == ["b.docx"]
    claimer.sweep(all_)
    assert home.names() == ["a.docx", "b.docx"]


def test_a_claim_that_cannot_be_entered_waits_and_is_told_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(home, "a.docx")
    claimer, all_ = home.claimer(patience_s=0), {PROCEDURE.key: PROCEDURE}
    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(claim, "is_quiet", lambda _: False)
        unreadable(patch, CONTENT)
        assert claimer.sweep(all_) == claimer.sweep(all_) == 1
    assert warned(logs) == ["taken long ago and still not entered"]
    assert logs[0]["name"] == "a.docx"
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


@pytest.mark.parametrize("data", [word()[:-30], PDF[:-10], b""])
def test_a_cut_file_waits_and_is_let_through_in_the_end(home: House, data: bytes) -> None:
    put(home, "a.docx", data)
    assert home.sweep() == 1
    assert home.sweep() == 1
    assert home.arrivals() == []
    assert home.sweep(patience_s=0) == 0
    assert home.store.read(home.arrivals()[0].sha256) == data


def test_a_waiting_file_holds_nobody_up(home: House) -> None:
    put(home, "terpotong.docx", word()[:-30])
    put(home, "utuh.docx")
    assert home.sweep() == 1
    assert home.names() == ["utuh.docx"]


def crash_at(monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Killed

    target, name = {
        "note": (claim, "write_whole"),
        "rename": (claim.os, "rename"),
        "sync": (claim, "sync_folder"),
        "whole": (claim, "is_whole"),
        "store": (claim.Store, "put_file"),
        "enter": (Ledger, "write"),
        "drop": (claim, "drop_tree"),
    }[point]
    monkeypatch.setattr(target, name, killed)


@pytest.mark.parametrize("point", ["note", "rename", "sync", "whole", "store", "enter", "drop"])
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
    (left,) = home.work.iterdir()
    note = json.loads((left / NOTE).read_bytes())
    assert (left / CONTENT).read_bytes() == word()
    assert (note["name"], note["bundle"]) == ("a.docx", "Paket")


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

    def rename(source: Path, target: Path) -> None:
        if source == stuck:
            raise PermissionError(13, "Permission denied")
        real(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(claim.os, "rename", rename)
        assert home.sweep() == 0
    assert home.names() == ["b.docx"]
    assert stuck.exists()
    home.sweep()
    assert home.names() == ["a.docx", "b.docx"]


def test_a_file_taken_back_in_time_is_no_fault(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(home, "a.docx")
    real = claim.write_whole

    def taken_back(*arguments: object, **named: object) -> None:
        real(*arguments, **named)  # type: ignore[arg-type]
        path.unlink(missing_ok=True)

    monkeypatch.setattr(claim, "write_whole", taken_back)
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
