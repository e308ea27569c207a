"""A backup of an office that rests: what it holds, when it is one, and when it is none."""

import errno
import fcntl
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import text

import pipeline.tasks.backup.backup as backup_module
from pipeline.archive import generation
from pipeline.cli.app import run
from pipeline.errors import BackupError, ExitCode, LedgerError, UsageError
from pipeline.office import Office, open_office
from pipeline.sop.publish import MAIN, publish
from pipeline.tasks.backup import database as backup_database
from pipeline.tasks.backup import files as backup_files
from pipeline.tasks.backup.backup import back_up
from pipeline.tasks.backup.database import Snapshot, take_snapshot
from pipeline.tasks.backup.files import DEEPEST
from pipeline.tasks.backup.manifest import Area, Manifest, from_bytes
from pipeline.tasks.backup.pool import Pool
from pipeline.tasks.restore.restore import Wanted, restore
from tests.cli.calling import call

from . import small_office as small

DRIVER = Path(__file__).with_name("backup_kill_driver.py")
ROOM = Path(__file__).parents[2]
NOTE, CONTENT = "klaim.json", "isi"
SLIP, WORK = "data-kinerja/1-draft/catatan saya.docx", "data-kinerja/4-pengisian/Sekretaris"


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> small.SmallOffice:
    """An office with a filed dossier, people's own files, and a claim that is not entered."""
    built = small.build(tmp_path_factory.mktemp("cadangan") / "kantor")
    inbox = built.root / "inbox"
    (inbox / SLIP).write_bytes(b"sedang dikerjakan")
    (inbox / WORK / "kirim").mkdir(parents=True)
    claim = built.root / ".kinerja/work" / ("e" * 32)
    claim.mkdir()
    (claim / NOTE).write_text("{}")
    (claim / CONTENT).write_bytes(b"diambil")
    return built


@pytest.fixture
def office(made: small.SmallOffice, tmp_path: Path) -> Iterator[Office]:
    with open_office(small.copied(made, tmp_path / "kantor").root) as opened:
        yield opened


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "cadangan"


def last(target: Path) -> Manifest:
    return Pool(target).backups()[-1]


def pool_files(target: Path) -> dict[str, tuple[int, int]]:
    """Each file of the pool with what would change if it were written again."""
    found = {p.name: p.stat() for p in (target / "pool").glob("*/*")}
    return {name: (info.st_ino, info.st_mtime_ns) for name, info in found.items()}


def assert_restores(target: Path, place: Path, **wanted: str) -> None:
    report = restore(target, place, Wanted(**wanted))
    assert report.findings == ()


# --- what it holds -------------------------------------------------------------------------------


def test_everything_that_cannot_be_made_again_is_in_it(office: Office, target: Path) -> None:
    report = back_up(office, target)
    assert (report.ok, report.left_out) == (True, ())
    manifest = last(target)
    held = {f"{f.area}:{f.path}" for f in manifest.files}
    keys = {f"state:{p.relative_to(office.state)}" for p in office.state.rglob("*.p12")}
    anchors = {
        f"state:{p.relative_to(office.state)}"
        for p in (office.state / "trust").rglob("*")
        if p.is_file()
    }
    assert len(keys) == 2
    assert anchors
    assert keys | anchors <= held
    assert {"root:kinerja.toml", f"inbox:{SLIP}", "templates:data-kinerja/sop.toml"} <= held
    assert {f"work:{'e' * 32}/{CONTENT}", f"work:{'e' * 32}/{NOTE}"} <= held
    assert {f.sha256 for f in manifest.in_area(Area.STORE)} == {
        p.name for p in office.store.folder.glob("*/*")
    }
    bag = next(office.archive.glob("*/*/*"))
    assert {f.path for f in manifest.in_area(Area.ARCHIVE)} == {
        p.relative_to(office.archive).as_posix() for p in bag.rglob("*") if p.is_file()
    }
    assert not any("kinerja.db" in name or name.endswith(".lock") for name in held)
    assert f"{WORK}/kirim" in {f.path for f in manifest.folders}
    assert (manifest.office, manifest.database.kind) == (office.id, "sqlite")
    assert report.counts["files"] == len(manifest.files)


def test_only_its_owner_may_read_it(office: Office, target: Path) -> None:
    back_up(office, target)
    assert target.stat().st_mode & 0o777 == 0o700
    files = [p for p in target.rglob("*") if p.is_file()]
    assert {p.stat().st_mode & 0o777 for p in files} == {0o600}


def test_a_second_backup_writes_nothing_again(office: Office, target: Path) -> None:
    first = back_up(office, target)
    before = pool_files(target)
    office.store.put(b"baru datang")
    second = back_up(office, target)
    after = pool_files(target)
    assert before.items() <= after.items()
    manifest = last(target)
    assert set(after) - set(before) <= {
        manifest.database.sha256,
        *(f.sha256 for f in manifest.in_area(Area.STORE)),
    }
    assert len(after) - len(before) <= 2
    assert first.name < second.name


def test_links_are_left_out_and_told(office: Office, target: Path) -> None:
    (office.inbox / "data-kinerja/1-draft/tautan").symlink_to("/etc/hostname")
    os.mkfifo(office.inbox / "data-kinerja/1-draft/pipa")
    report = back_up(office, target)
    assert report.ok
    assert sorted(Path(told.split(":")[0]).name for told in report.left_out) == ["pipa", "tautan"]


def test_folders_without_end_are_left_out_and_told(
    office: Office, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handle = os.open(office.inbox / WORK, os.O_RDONLY)
    for number in range(DEEPEST + 50):
        name = "\x1b[2J" if number == 0 else "a"
        os.mkdir(name, dir_fd=handle)
        inner = os.open(name, os.O_RDONLY, dir_fd=handle)
        os.close(handle)
        handle = inner
    os.close(handle)
    assert run(["backup", str(target), "--office", str(office.root)]) == ExitCode.OK
    told = capsys.readouterr().out
    assert f"more than {DEEPEST} folders one in another" in told
    assert "\x1b" not in told


def test_names_of_any_bytes_come_back(office: Office, target: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"berkas \xff lama.docx")
    (office.inbox / "data-kinerja/1-draft" / name).write_bytes(b"isi")
    assert back_up(office, target).ok
    assert_restores(target, tmp_path / "baru")
    assert (tmp_path / "baru/inbox/data-kinerja/1-draft" / name).read_bytes() == b"isi"


# --- while others work ---------------------------------------------------------------------------


def held_folders(office: Office) -> list[Path]:
    """The folders that nobody can file in or take from now."""
    held = []
    for folder in (office.work, office.archive):
        handle = os.open(folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            held.append(folder)
        finally:
            os.close(handle)
    return held


def between(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Let something happen just after the database was copied."""

    @contextmanager
    def taken(of: Office, copy: Path) -> Iterator[Callable[[], Snapshot]]:
        with take_snapshot(of, copy) as examine:
            act()
            yield examine

    monkeypatch.setattr(backup_module, "take_snapshot", taken)


def test_nothing_is_taken_or_filed_while_the_database_is_copied(
    office: Office, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[list[Path]] = []
    between(monkeypatch, lambda: held.append(held_folders(office)))
    back_up(office, target)
    assert held == [[office.work, office.archive]]


@pytest.mark.parametrize("what", ["require_sound", "named_files", "chain_faults", "sha256_of"])
def test_nobody_waits_while_the_copy_is_examined(
    office: Office, target: Path, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    module = backup_module if what == "sha256_of" else backup_database
    real, held = getattr(module, what), []

    def looking(*args: object, **more: object) -> object:
        held.append(held_folders(office))
        return real(*args, **more)

    monkeypatch.setattr(module, what, looking)
    assert back_up(office, target).ok
    assert held == [[]]


def test_a_dossier_that_stands_as_before_is_not_read_again_meanwhile(
    office: Office, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered: list[Path] = []
    real = backup_module.Gatherer._enter

    def entering(self: object, found: object, area: Area, path: Path, *rest: object) -> None:
        if area is Area.ARCHIVE and held_folders(office):
            entered.append(path)
        real(self, found, area, path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(backup_module.Gatherer, "_enter", entering)
    assert back_up(office, target).ok
    (bag,) = office.archive.glob("*/*/*")
    assert entered == [bag.parent.parent, bag.parent]


def test_a_dossier_that_is_replaced_after_the_first_look_is_the_new_one(
    office: Office, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (bag,) = office.archive.glob("*/*/*")
    real = backup_module._held

    def replaced(of: Office) -> AbstractContextManager[None]:
        built = generation.new_workplace(bag)
        shutil.copytree(bag, built, dirs_exist_ok=True)
        (built / "data/metadata/baru.txt").write_bytes(b"terbitan baru")
        (built / "data/metadata/berkas.json").unlink()
        generation.put_in_place(built, bag)
        return real(of)

    monkeypatch.setattr(backup_module, "_held", replaced)
    report = back_up(office, target)
    held = {f.path.rpartition("/")[2]: f.sha256 for f in last(target).in_area(Area.ARCHIVE)}
    assert held["baru.txt"] == sha256(b"terbitan baru").hexdigest()
    assert "berkas.json" not in held
    assert [f for f in report.faults if "berkas.json: gone from its dossier" in f]


def test_what_is_laid_out_after_the_database_was_copied_is_left_out(
    office: Office, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The restored office makes it again; a copy from before would lie beside it as '(2)'."""

    def lay() -> None:
        digest = office.store.put(b"untuk Kasubag")
        with office.ledger.write() as tx:
            publish(tx, "data-kinerja/2-koreksi", "Draf.docx", digest, role=MAIN)
        office.outbox.lay_out()
        (office.inbox / "data-kinerja/2-koreksi/punya orang.docx").write_bytes(b"punya orang")

    between(monkeypatch, lay)
    assert back_up(office, target).ok
    held = {f.path for f in last(target).in_area(Area.INBOX)}
    assert "data-kinerja/2-koreksi/Draf.docx" not in held
    assert "data-kinerja/2-koreksi/punya orang.docx" in held
    assert_restores(target, tmp_path / "baru")


def test_a_file_that_moves_while_one_looks_is_found_where_it_went(
    office: Office, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From a folder that comes late into one that was looked at already."""
    inbox = office.inbox / "data-kinerja"
    late = inbox / "5-verifikasi/naik.docx"
    late.write_bytes(b"naik")
    moved = []
    real = backup_module.Gatherer._enter

    def entering(self: object, found: object, area: Area, path: Path, *rest: object) -> None:
        if held and path == inbox / "4-pengisian" and not moved:
            moved.append(late.rename(inbox / "1-draft/naik.docx"))
        real(self, found, area, path, *rest)  # type: ignore[arg-type]

    held: list[bool] = []
    between(monkeypatch, lambda: held.append(True))
    monkeypatch.setattr(backup_module.Gatherer, "_enter", entering)
    assert back_up(office, target).ok
    paths = [f.path for f in last(target).in_area(Area.INBOX) if f.path.endswith("naik.docx")]
    assert moved
    assert paths == ["data-kinerja/1-draft/naik.docx"]


# --- what is not whole ---------------------------------------------------------------------------


def test_damage_in_the_office_is_told_and_the_earlier_backups_stay(
    office: Office, target: Path
) -> None:
    back_up(office, target)
    digest = sha256(b"petunjuk").hexdigest()
    stored = office.store.path(digest)
    stored.unlink()
    report = back_up(office, target, keep=1)
    assert any(digest in fault for fault in report.faults)
    assert report.pruned == ()
    stored.write_bytes(b"lain")
    other = target.with_name("lain")
    said = call("backup", str(other), office=office.root)
    assert said.code == ExitCode.AT_FAULT
    assert "Not whole:" in said.stdout
    assert "damaged" in said.stdout
    assert "kinerja audit" in said.stdout


def test_a_dossier_that_is_not_what_the_ledger_says_is_told(office: Office, target: Path) -> None:
    bag = next(office.archive.glob("*/*/*"))
    card = bag / "data/metadata/berkas.json"
    card.chmod(0o644)
    card.write_bytes(b"{}")
    assert [f for f in back_up(office, target).faults if "berkas.json: damaged" in f]
    bag.rename(office.root / "hilang")
    faults = back_up(office, target).faults
    assert any("is not there as it was filed" in fault for fault in faults)


def test_a_damaged_database_is_no_backup(office: Office, target: Path) -> None:
    back_up(office, target)
    office.ledger.close()
    database = office.state / "kinerja.db"
    data = bytearray(database.read_bytes())
    for page in range(2, len(data) // 4096, 3):
        data[page * 4096 : page * 4096 + 64] = b"\xee" * 64
    database.write_bytes(data)
    with pytest.raises(LedgerError, match=r"damaged|cannot be copied"):
        back_up(office, target)
    assert len(Pool(target).backups()) == 1


def test_a_broken_event_chain_is_told(office: Office, target: Path) -> None:
    with office.ledger.write() as tx:
        tx.session.execute(text("UPDATE event SET actor = 'orang lain' WHERE seq = 1"))
    assert any("events of chain" in fault for fault in back_up(office, target).faults)


def test_a_damaged_file_in_the_pool_is_copied_again(
    office: Office, target: Path, tmp_path: Path
) -> None:
    back_up(office, target)
    manifest = last(target)
    chosen = Pool(target).path(manifest.in_area(Area.STORE)[0].sha256)
    chosen.write_bytes(b"busuk")
    gone = Pool(target).path(manifest.in_area(Area.ARCHIVE)[0].sha256)
    gone.unlink()
    assert back_up(office, target).ok
    assert_restores(target, tmp_path / "baru", at="1")


def test_a_manifest_that_was_changed_is_known(office: Office, target: Path) -> None:
    back_up(office, target)
    (path,) = (target / "cadangan").glob("*.json")
    told = json.loads(path.read_bytes())
    told["content"]["files"][0]["mode"] = 0o777
    with pytest.raises(BackupError, match="digest does not fit"):
        from_bytes(json.dumps(told).encode(), "x")
    path.write_text(json.dumps(told))
    assert Pool(target).backups() == []
    with pytest.raises(BackupError, match="no backup"):
        restore(target, target.with_name("baru"), Wanted())
    assert back_up(office, target).name.startswith("000002")


# --- giving up old ones --------------------------------------------------------------------------


def test_old_ones_are_given_up_with_what_only_they_needed(
    office: Office, target: Path, tmp_path: Path
) -> None:
    mine = office.inbox / SLIP
    for number in range(3):
        mine.write_bytes(f"naskah {number}".encode())
        back_up(office, target)
    before = pool_files(target)
    mine.write_bytes(b"naskah 3")
    report = back_up(office, target, keep=2)
    assert [name[:6] for name in report.pruned] == ["000001", "000002"]
    kept = Pool(target).backups()
    assert [m.number for m in kept] == [3, 4]
    assert set(pool_files(target)) == {d for m in kept for d in m.digests()}
    assert set(before) - set(pool_files(target))
    assert_restores(target, tmp_path / "tiga", at="3")
    assert (tmp_path / "tiga/inbox" / SLIP).read_bytes() == b"naskah 2"


def test_what_people_hold_back_does_not_keep_old_ones(
    office: Office, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else somebody in the shared folders could have the disk of the backups run full."""
    back_up(office, target)
    real = backup_files.sha256_of

    def refusing(path: Path) -> str:
        if path == office.inbox / SLIP:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(backup_files, "sha256_of", refusing)
    report = back_up(office, target, keep=1)
    assert [SLIP in fault for fault in report.faults] == [True]
    assert [name[:6] for name in report.pruned] == ["000001"]


@pytest.mark.parametrize("damage", ["archive", "store", "database"])
def test_what_a_backup_is_about_keeps_old_ones(office: Office, target: Path, damage: str) -> None:
    back_up(office, target)
    if damage == "archive":
        next(office.archive.glob("*/*/*/data/metadata/berkas.json")).unlink()
    elif damage == "store":
        office.store.path(sha256(b"petunjuk").hexdigest()).unlink()
    else:
        with office.ledger.write() as tx:
            tx.session.execute(text("UPDATE event SET actor = 'orang lain' WHERE seq = 1"))
    report = back_up(office, target, keep=1)
    assert (report.ok, report.pruned) == (False, ())
    assert len(Pool(target).backups()) == 2


def test_one_whose_manifest_was_renamed_is_given_up(office: Office, target: Path) -> None:
    first = back_up(office, target)
    renamed = target / "cadangan/² sebelum pindah.json"
    (target / "cadangan" / f"{first.name}.json").rename(renamed)
    report = back_up(office, target, keep=1)
    assert report.pruned == (first.name,)
    assert not renamed.exists()
    assert len(Pool(target).backups()) == 1


def test_nothing_is_given_up_where_a_manifest_cannot_be_read(office: Office, target: Path) -> None:
    back_up(office, target)
    back_up(office, target)
    broken = min((target / "cadangan").glob("*.json"))
    broken.write_text("{")
    before = pool_files(target)
    with pytest.raises(BackupError, match="nothing was pruned"):
        back_up(office, target, keep=1)
    assert before.items() <= pool_files(target).items()
    assert len(Pool(target).backups()) == 2


# --- where to ------------------------------------------------------------------------------------


def test_a_place_that_cannot_be_one_is_refused(office: Office, tmp_path: Path) -> None:
    file, foreign, others = tmp_path / "berkas", tmp_path / "asing", tmp_path / "lain"
    file.write_text("isi")
    foreign.mkdir()
    (foreign / "surat.txt").write_text("isi")
    others.mkdir()
    mark = {"format": "kinerja/cadangan/1", "office": "kantor-lain"}
    (others / "kinerja-cadangan.json").write_text(json.dumps(mark))
    reasons = {
        office.root / "cadangan": "in one another",
        office.archive / "cadangan": "in one another",
        tmp_path: "in one another",
        file: "is a file",
        foreign: "other things",
        others: "the office 'kantor-lain'",
    }
    for place, reason in reasons.items():
        before = sorted(tmp_path.rglob("*"))
        with pytest.raises(UsageError, match=reason):
            back_up(office, place)
        assert sorted(tmp_path.rglob("*")) == before
    said = call("backup", str(foreign), office=office.root)
    assert said.code == ExitCode.USAGE


def test_an_archive_that_is_not_mounted_is_no_empty_one(office: Office, target: Path) -> None:
    office.archive.rename(office.root / "lepas")
    with pytest.raises(BackupError, match=r"The archive folder .* is not there"):
        back_up(office, target)
    assert not target.exists()


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[Path]:
    place.mkdir()
    call_ = ["mount", "-t", "tmpfs", "-o", ",".join(options), "kinerja-uji", str(place)]
    done = subprocess.run(call_, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {done.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_no_backup(office: Office, tmp_path: Path) -> None:
    with mounted(tmp_path / "penuh", "size=1m") as disk:
        filler = disk / "pengisi"
        target = disk / "cadangan"
        filler.write_bytes(b"x" * 700_000)
        said = call("backup", str(target), office=office.root)
        assert said.code == ExitCode.BACKUP
        assert "the disk is full" in said.stderr
        assert Pool(target).backups() == []
        assert list(target.rglob("*.tmp")) == []
        filler.unlink()
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        assert back_up(office, target).ok
        assert_restores(target, tmp_path / "baru")


def test_a_disk_that_may_not_be_written_is_no_backup(office: Office, tmp_path: Path) -> None:
    with mounted(tmp_path / "tutup", "size=64m") as disk:
        back_up(office, disk / "cadangan")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        said = call("backup", str(disk / "cadangan"), office=office.root)
        assert said.code == ExitCode.BACKUP
        assert "may not be written" in said.stderr
        assert_restores(disk / "cadangan", tmp_path / "baru")


# --- cut short -----------------------------------------------------------------------------------


def killed(what: str, source: Path, target: Path, function: str, nth: int) -> bool:
    """Whether the process was killed before it was done."""
    command = [sys.executable, str(DRIVER), what, str(source), str(target), function, str(nth)]
    env = {"PYTHONPATH": str(ROOM), "PATH": "/usr/bin:/bin", "HOME": str(target.parent)}
    done = subprocess.run(command, capture_output=True, timeout=300, env=env, check=False)
    assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()
    return done.returncode != 0


def assert_not_half(office: Office, target: Path, place: Path, before: int) -> None:
    """What is called a backup is one, and the next one clears what was left behind."""
    standing = Pool(target).backups() if target.exists() else []
    for manifest in standing:
        assert_restores(target, place / str(manifest.number), at=str(manifest.number))
    assert len(standing) in {before, before + 1, 2}
    assert back_up(office, target, keep=2).ok
    assert list(target.rglob("*.tmp")) == []
    assert_restores(target, place / "terakhir")


@pytest.mark.parametrize(("function", "nth"), [("put", 5), ("enter", 1)], ids=str)
def test_killed_it_is_no_backup(
    office: Office, target: Path, tmp_path: Path, function: str, nth: int
) -> None:
    assert killed("backup", office.root, target, function, nth)
    assert Pool(target).backups() == []
    assert_not_half(office, target, tmp_path, 0)


@pytest.mark.slow
@pytest.mark.parametrize("function", ["put", "holds", "sync_folder", "take_snapshot", "damaged"])
def test_killed_at_any_moment_it_is_no_backup_or_a_whole_one(
    office: Office, target: Path, tmp_path: Path, function: str
) -> None:
    back_up(office, target)
    chance = random.Random(function)
    for turn, most in enumerate((3, 12, 40)):
        killed("backup", office.root, target, function, chance.randint(1, most))
        assert_not_half(office, target, tmp_path / str(turn), min(turn + 1, 2))


@pytest.mark.slow
@pytest.mark.parametrize("nth", [1, 3, 5])
def test_killed_while_it_gives_up_old_ones(
    office: Office, target: Path, tmp_path: Path, nth: int
) -> None:
    for number in range(4):
        (office.inbox / SLIP).write_bytes(f"naskah {number}".encode())
        back_up(office, target)
    assert killed("backup", office.root, target, "digests", nth)
    for manifest in Pool(target).backups()[-2:]:
        at = str(manifest.number)
        assert_restores(target, tmp_path / at, at=at)
    assert back_up(office, target, keep=2).ok
    assert len(Pool(target).backups()) == 2
