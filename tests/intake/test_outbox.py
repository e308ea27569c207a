import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from pipeline.intake import locks, outbox, settle
from pipeline.intake.locks import is_open
from pipeline.intake.outbox import GONE, PLACED, UNWANTED, WANTED, Outbox
from pipeline.ledger.tables import Collection, Document

from .samples import House, clock, make_odd

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may make a device")

AT = "data-kinerja/2-koreksi/Format.docx"


class Killed(BaseException):
    """The process ends here."""


def target(home: House, path: str = AT) -> Path:
    return home.inbox / path


def placed(home: House, data: bytes = b"terbit", document_id: str | None = None) -> int:
    row = home.want(AT, data, document_id=document_id)
    assert home.outbox.lay_out() == 0
    return row


def lying(home: House) -> dict[str, bytes]:
    """Every file that lies in the inbox, by its path."""
    files = (p for p in home.inbox.rglob("*") if p.is_file())
    return {p.relative_to(home.inbox).as_posix(): p.read_bytes() for p in files}


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


def test_what_is_renewed_while_others_are_taken_away_keeps_its_name(home: House) -> None:
    """A chain may commit between the removals and the placings of one laying out."""
    old = placed(home)
    away = home.want("data-kinerja/hasil/a.pdf", b"lama")
    home.outbox.lay_out()
    home.set_state(away, UNWANTED)
    new = list[int]()

    def renew() -> bool:
        if not new:
            home.set_state(old, UNWANTED)
            new.append(home.want(AT, b"baru"))
        return True

    assert home.outbox.lay_out(go_on=renew) == 0
    assert target(home).read_bytes() == b"baru"
    assert [p.name for p in target(home).parent.iterdir() if p.is_file()] == ["Format.docx"]
    assert home.publication(old).state == GONE
    assert home.publication(new[0]).path == AT


def test_two_of_one_name_lie_side_by_side(home: House) -> None:
    home.want(AT, b"satu")
    home.want(AT, b"dua")
    home.outbox.lay_out()
    names = sorted(p.name for p in target(home).parent.iterdir() if p.is_file())
    assert names == ["Format (2).docx", "Format.docx"]


@pytest.mark.parametrize("kind", ["folder", "link", "dangling link", "pipe", "socket"])
def test_a_name_taken_by_what_is_no_file_is_avoided(home: House, kind: str) -> None:
    make_odd(target(home), kind)
    row = placed(home)
    assert home.publication(row).path == "data-kinerja/2-koreksi/Format (2).docx"


@pytest.mark.parametrize("lying", ["FORMAT.DOCX", "format.docx"])
def test_a_name_that_windows_takes_for_the_same_is_avoided(home: House, lying: str) -> None:
    target(home).with_name(lying).write_bytes(b"milik orang")
    row = placed(home)
    assert home.publication(row).path == "data-kinerja/2-koreksi/Format (2).docx"


def test_a_name_composed_otherwise_is_avoided(home: House) -> None:
    at = "data-kinerja/2-koreksi/caf\u00e9.docx"
    target(home, "data-kinerja/2-koreksi/CAFE\u0301.docx").write_bytes(b"milik orang")
    row = home.want(at, b"terbit")
    assert home.outbox.lay_out() == 0
    assert home.publication(row).path == "data-kinerja/2-koreksi/caf\u00e9 (2).docx"


def test_twins_that_differ_only_in_case_lie_side_by_side_on_windows_too(home: House) -> None:
    home.want(AT, b"satu")
    home.want(AT.replace("Format", "FORMAT"), b"dua")
    home.outbox.lay_out()
    names = sorted(p.name for p in target(home).parent.iterdir() if p.is_file())
    assert names == ["FORMAT (2).docx", "Format.docx"]


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


@pytest.mark.parametrize(
    "lock", ["~$Format.docx", "~$ormat.docx", "~$rmat.docx", ".~lock.Format.docx#"]
)
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
    real = outbox.take_away

    def refused(path: Path, *more: object) -> object:
        if path == target(home):
            raise PermissionError(13, "Permission denied")
        return real(path, *more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch, capture_logs() as logs:
        patch.setattr(outbox, "take_away", refused)
        assert home.outbox.lay_out() == home.outbox.lay_out() == 1
    assert [line["path"] for line in logs if line["log_level"] == "error"] == [AT]
    assert home.publication(stuck).state == UNWANTED
    assert home.publication(gone).state == GONE
    assert target(home, "data-kinerja/hasil/b.pdf").exists()
    assert home.outbox.lay_out() == 0
    assert home.publication(stuck).state == GONE


@pytest.mark.parametrize("kind", ["folder", "link", "dangling link", "pipe", "socket"])
def test_what_is_no_file_stays_in_its_place_and_blocks_nothing(home: House, kind: str) -> None:
    row = placed(home)
    target(home).unlink()
    make_odd(target(home), kind)
    before = os.lstat(target(home))
    home.set_state(row, UNWANTED)
    again = home.want(AT, b"terbit")
    assert home.outbox.lay_out() == 0
    assert os.lstat(target(home)).st_ino == before.st_ino
    assert home.publication(row).state == GONE
    assert home.publication(again).path == "data-kinerja/2-koreksi/Format (2).docx"


@needs_root
def test_a_device_is_never_opened(home: House) -> None:
    row = placed(home)
    target(home).unlink()
    make_odd(target(home), "device")
    home.set_state(row, UNWANTED)
    assert home.outbox.lay_out() == 0
    assert stat.S_ISCHR(os.lstat(target(home)).st_mode)


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


def test_a_crash_before_a_page_is_noted_places_each_of_it_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several folders, and in one of them two of the same name and bytes."""
    at = [f"data-kinerja/hasil/{number % 7}/{number}.pdf" for number in range(20)]
    rows = [home.want(path, path.encode()) for path in at]
    twins = [home.want("data-kinerja/hasil/0/kembar.pdf", b"sama") for _ in range(3)]

    def killed(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(outbox.Outbox, "_note", killed)
        with pytest.raises(Killed):
            home.outbox.lay_out()
    before = lying(home)
    assert len(before) == len(rows) + len(twins)
    assert home.outbox.lay_out() == 0
    assert lying(home) == before
    assert [home.publication(row).path for row in rows] == at
    assert {home.publication(row).path for row in twins} == {
        f"data-kinerja/hasil/0/{name}.pdf" for name in ("kembar", "kembar (2)", "kembar (3)")
    }


def test_a_crash_in_the_middle_of_a_page_places_each_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [f"data-kinerja/hasil/{number % 5}/{number}.pdf" for number in range(20)]
    rows = [home.want(path, b"sama") for path in at]
    real, places = outbox.place_new, iter(range(100))

    def some(target: Path, source: Path) -> bool:
        placed = real(target, source)
        if next(places) == 9:
            raise Killed
        return placed

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "place_new", some)
        with pytest.raises(Killed):
            home.outbox.lay_out()
    assert {home.publication(row).state for row in rows} == {WANTED}
    assert home.outbox.lay_out() == 0
    assert {home.publication(row).state for row in rows} == {PLACED}
    assert set(lying(home)) == set(at)


def test_a_page_is_noted_at_one_go(home: House, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [home.want(f"data-kinerja/hasil/{number}/a.pdf", b"x") for number in range(10)]
    noted: list[int] = []
    real = outbox.Outbox._note

    def count(out: Outbox, changes: list[outbox.Change]) -> None:
        noted.append(len(changes))
        real(out, changes)

    monkeypatch.setattr(outbox.Outbox, "_note", count)
    assert home.outbox.lay_out() == 0
    for row in rows:
        home.set_state(row, UNWANTED)
    assert home.outbox.lay_out() == 0
    assert noted == [10, 10]
    assert lying(home) == {}


def test_what_cannot_be_placed_keeps_nothing_of_its_page_waiting(home: House) -> None:
    target(home, "data-kinerja/hasil/3").write_bytes(b"bukan folder")
    rows = [home.want(f"data-kinerja/hasil/{number}/a.pdf", b"x") for number in range(10)]
    with capture_logs() as logs:
        assert home.outbox.lay_out() == home.outbox.lay_out() == 1
    states = [home.publication(row).state for row in rows]
    assert states == [PLACED] * 3 + [WANTED] + [PLACED] * 6
    assert len([line for line in logs if line["log_level"] == "error"]) == 1


def test_what_was_withdrawn_while_it_was_laid_out_is_taken_away_from_where_it_lies(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    target(home).write_bytes(b"milik orang")
    row = home.want(AT, b"terbit")
    real = outbox.place_new

    def withdrawn_meanwhile(place: Path, source: Path) -> bool:
        home.set_state(row, UNWANTED)
        return real(place, source)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "place_new", withdrawn_meanwhile)
        assert home.outbox.lay_out() == 0
    assert home.publication(row).path == "data-kinerja/2-koreksi/Format (2).docx"
    assert home.outbox.lay_out() == 0
    assert home.publication(row).state == GONE
    assert [p.name for p in target(home).parent.iterdir() if p.is_file()] == ["Format.docx"]
    assert target(home).read_bytes() == b"milik orang"


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


def test_a_crash_after_a_second_name_was_taken_places_once(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    target(home).write_bytes(b"milik orang")
    row = home.want(AT, b"terbit")
    with monkeypatch.context() as patch:
        patch.setattr(outbox.Outbox, "_note", lambda *_: (_ for _ in ()).throw(Killed))
        with pytest.raises(Killed):
            home.outbox.lay_out()
    assert home.outbox.lay_out() == 0
    assert home.publication(row).path == "data-kinerja/2-koreksi/Format (2).docx"
    assert len([p for p in target(home).parent.iterdir() if p.is_file()]) == 2


def test_two_of_one_name_and_content_are_two(home: House) -> None:
    home.want(AT, b"sama")
    home.want(AT, b"sama")
    home.outbox.lay_out()
    names = sorted(p.name for p in target(home).parent.iterdir() if p.is_file())
    assert names == ["Format (2).docx", "Format.docx"]


def test_many_are_laid_out_in_pages_and_in_parts(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PAGE", 4)
    rows = [home.want(f"data-kinerja/hasil/{number}.pdf", b"x") for number in range(10)]
    assert home.outbox.lay_out(at_most=4) == 1
    assert [home.publication(row).state for row in rows] == [PLACED] * 4 + [WANTED] * 6
    assert home.outbox.lay_out() == 0
    assert {home.publication(row).state for row in rows} == {PLACED}


def test_laying_out_ends_early_where_the_service_is_stopped(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "PAGE", 4)
    rows = [home.want(f"data-kinerja/hasil/{number}.pdf", b"x") for number in range(10)]
    pages = iter([True, False])
    assert home.outbox.lay_out(go_on=lambda: next(pages)) == 1
    assert [home.publication(row).state for row in rows] == [PLACED] * 8 + [WANTED] * 2


def test_nothing_is_laid_out_through_a_link(home: House, tmp_path: Path) -> None:
    outside = tmp_path / "luar"
    outside.mkdir()
    folder = target(home).parent
    shutil.rmtree(folder)
    folder.symlink_to(outside)
    row = home.want(AT, b"terbit")
    with capture_logs() as logs:
        assert home.outbox.lay_out() == home.outbox.lay_out() == 1
    assert list(outside.iterdir()) == []
    assert home.publication(row).state == WANTED
    assert [line["path"] for line in logs if line["log_level"] == "error"] == [AT]


def test_a_file_saved_over_while_it_is_taken_away_comes_back(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Word saves by renaming a new file over the old one: between the look and the removal."""
    row = placed(home)
    home.set_state(row, UNWANTED)
    real = locks.sha256_held

    def saved_meanwhile(file: settle.Reading) -> str:
        digest = real(file)
        beside = target(home).with_name("~WRD0001.tmp")
        beside.write_bytes(b"disunting")
        beside.rename(target(home))
        return digest

    with monkeypatch.context() as patch:
        patch.setattr(locks, "sha256_held", saved_meanwhile)
        assert home.outbox.lay_out() == 1
    assert target(home).read_bytes() == b"disunting"
    assert home.outbox.lay_out() == 0
    assert target(home).read_bytes() == b"disunting"
    assert home.publication(row).state == GONE


def test_a_file_that_is_opened_while_it_is_taken_away_comes_back(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = placed(home)
    home.set_state(row, UNWANTED)
    writers: list[subprocess.Popen[bytes]] = []
    real = locks.sha256_held

    def opened_meanwhile(file: settle.Reading) -> str:
        code = f"open({str(target(home))!r}, 'ab').write(b' disunting')"
        writers.append(subprocess.Popen(["python3", "-c", code]))
        while not file.is_awaited():
            assert writers[0].poll() is None
        return real(file)

    with monkeypatch.context() as patch:
        patch.setattr(locks, "sha256_held", opened_meanwhile)
        assert home.outbox.lay_out() == 1
    assert writers[0].wait(timeout=60) == 0
    assert target(home).read_bytes() == b"terbit disunting"


@pytest.mark.parametrize("comes", [False, True])
@pytest.mark.parametrize("aside", [b"terbit", b"punya orang"])
def test_a_crash_while_it_was_aside_loses_nothing(home: House, comes: bool, aside: bytes) -> None:
    row = placed(home)
    home.set_state(row, UNWANTED)
    target(home).unlink()
    target(home).with_name(f".kinerja-{row}.aside").write_bytes(aside)  # and here it ended
    if comes:
        target(home).write_bytes(b"berkas lain")
    assert home.outbox.lay_out() == 0
    left = {p.name: p.read_bytes() for p in target(home).parent.iterdir() if p.is_file()}
    wanted = {"Format.docx": b"berkas lain"} if comes else {}
    if aside != b"terbit":  # somebody's work is given back
        wanted["Format (2).docx" if comes else "Format.docx"] = aside
    assert left == wanted


def test_what_could_not_be_deleted_makes_way_for_its_successor(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = placed(home)
    home.set_state(old, UNWANTED)
    new = home.want(AT, b"baru")
    real = Path.unlink

    def refused(path: Path, **more: bool) -> None:
        if path.suffix == ".aside":
            raise OSError(30, "Read-only file system")
        real(path, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", refused)
        assert home.outbox.lay_out() == 1
    assert home.outbox.lay_out() == 0
    left = {p.name: p.read_bytes() for p in target(home).parent.iterdir() if p.is_file()}
    assert left == {"Format.docx": b"baru"}
    assert [home.publication(row).state for row in (old, new)] == [GONE, PLACED]


@pytest.mark.parametrize("changed", [False, True])
def test_a_crash_while_it_was_put_back_doubles_nothing(home: House, changed: bool) -> None:
    row = placed(home)
    home.set_state(row, UNWANTED)
    if changed:
        target(home).write_bytes(b"punya orang")
    target(home).with_name(f".kinerja-{row}.aside").hardlink_to(target(home))  # and here it ended
    assert home.outbox.lay_out() == 0
    left = {p.name: p.read_bytes() for p in target(home).parent.iterdir() if p.is_file()}
    assert left == ({"Format.docx": b"punya orang"} if changed else {})


def test_without_leases_what_was_just_touched_waits(
    home: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = placed(home)
    home.set_state(row, UNWANTED)
    monkeypatch.setattr(settle, "_lease", lambda handle: (False, False))
    out = Outbox(home.inbox, home.store, home.ledger)
    out._stillness._clock = home.clock
    assert out.lay_out() == 1
    home.clock.move(locks.STILL_S - 1)
    os.utime(target(home))
    assert out.lay_out() == 1
    home.clock.move(locks.STILL_S)
    assert out.lay_out() == 0
    assert not target(home).exists()


@pytest.mark.parametrize("wanted", [True, False])
def test_what_a_crash_left_undurable_is_made_durable(
    home: House, monkeypatch: pytest.MonkeyPatch, wanted: bool
) -> None:
    row = home.want(AT, b"terbit") if wanted else placed(home)
    if wanted:
        target(home).write_bytes(b"terbit")
    else:
        home.set_state(row, UNWANTED)
        target(home).unlink()
    synced: list[Path] = []
    for module in (outbox, locks):
        monkeypatch.setattr(module, "sync_folder", synced.append)
    assert home.outbox.lay_out() == 0
    assert synced == [target(home).parent]
