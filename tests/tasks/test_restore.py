"""A backup brought back: byte for byte, only where nothing stands, and never half."""

import json
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.archive.card import Dossier
from pipeline.archive.dossier import Item, file_dossier, read_dossier
from pipeline.errors import BackupError, ConfigurationError, ExitCode, UsageError
from pipeline.ledger.tables import Event
from pipeline.ledger.versions import newest_revision
from pipeline.office import Office, open_office
from pipeline.settings import load_settings
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.backup.backup import back_up
from pipeline.tasks.backup.manifest import Area, Manifest, named, to_bytes
from pipeline.tasks.backup.pool import Pool
from pipeline.tasks.numbers import register
from pipeline.tasks.restore.needed import require_database
from pipeline.tasks.restore.places import UNFINISHED
from pipeline.tasks.restore.restore import RestoreReport, Wanted, restore
from tests.cli.calling import call

from . import small_office as small
from .test_backup import killed

OWN = "data-kinerja/1-draft/catatan saya.docx"


@dataclass(frozen=True)
class BackedUp:
    """An office with its backups."""

    office: small.SmallOffice
    backups: Path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> BackedUp:
    folder = tmp_path_factory.mktemp("pulih")
    built = small.build(folder / "kantor")
    own = built.root / "inbox" / OWN
    own.write_bytes(b"sedang dikerjakan")
    own.parent.chmod(0o2775)
    with open_office(built.root) as office:
        assert back_up(office, folder / "cadangan").ok
    return BackedUp(built, folder / "cadangan")


@pytest.fixture
def backups(made: BackedUp, tmp_path: Path) -> Path:
    """A copy of the backups, to be broken."""
    return Path(shutil.copytree(made.backups, tmp_path / "cadangan"))


def files(root: Path) -> dict[str, tuple[int, bytes]]:
    """What an office holds, without the database and locks: path → rights and content."""
    return {
        str(p.relative_to(root)): (p.stat().st_mode, p.read_bytes() if p.is_file() else b"")
        for p in root.rglob("*")
        if "kinerja.db" not in p.name and p.suffix != ".lock"
    }


def rewritten(backups: Path, **changes: object) -> Manifest:
    """The last manifest, changed as by somebody who knows its format."""
    (path,) = (backups / "cadangan").glob("*.json")
    manifest = replace(Pool(backups).backups()[-1], **changes)  # type: ignore[arg-type]
    path.write_bytes(to_bytes(manifest))
    return manifest


def newer(archive: Path, number: str, document_number: str, record_id: str, **more: str) -> Path:
    """A dossier that a later ledger filed; its folder."""
    dossier = Dossier(
        record_id=record_id,
        collection_id=more.get("collection_id", "9" * 32),
        classification="000.8.6.3",
        number=number,
        description=more.get("description", "Data Kinerja Triwulan IV 2026"),
        year=2026,
        date_start=date(2026, 10, 1),
        date_end=date(2026, 12, 31),
        creating_unit="Subbagian Program",
        security_class="B",
        retention="aktif 2 tahun",
        document_number=document_number,
        items=(),
    )
    filed = file_dossier(
        archive,
        dossier,
        index_pdf=b"%PDF-1.7 indeks",
        events=(),
        values={"nilai.json": b"{}"},
        texts={},
        organization="Dinas",
        bagged_on=date(2027, 1, 9),
    )
    return filed.path


def extended(archive: Path) -> None:
    """The office's own dossier, with one more paper in it: a generation that only later came."""
    (bag,) = archive.glob("*/*/*")
    dossier, events = read_dossier(bag)
    digest = sha256(b"susulan").hexdigest()
    paper = Item(
        name="susulan.pdf",
        role="evidence",
        title="Susulan",
        date=date(2026, 12, 1),
        source=b"susulan",
        sha256=digest,
    )
    file_dossier(
        archive,
        replace(dossier, items=(*dossier.items, paper)),
        index_pdf=b"%PDF-1.7 indeks 2",
        events=events,
        values={},
        texts={},
        organization="Dinas",
        bagged_on=date(2026, 12, 1),
    )


def restored_event(root: Path) -> Event:
    with open_office(root) as office, office.ledger.read() as session:
        return session.scalars(select(Event).where(Event.kind == "ledger.restored")).one()


# --- whole ---------------------------------------------------------------------------------------


def test_it_comes_back_as_it_was(made: BackedUp, tmp_path: Path) -> None:
    target = tmp_path / "di tempat lain" / "kantor"
    report = restore(made.backups, target, Wanted())
    assert report.findings == ()
    assert files(target) == files(made.office.root)
    event = restored_event(target)
    assert event.payload["backup"] == report.backup
    with open_office(target) as office:
        assert audit(office).findings == ()
        assert office.ledger.versions() == (newest_revision(), newest_revision())
    said = call("get", small.CODE, "--to", str(tmp_path / "keluar"), office=target)
    assert said.code == ExitCode.OK, said.stderr
    (pdf,) = (tmp_path / "keluar").iterdir()
    assert pdf.read_bytes() == made.office.signed
    assert call("verify", str(pdf), office=target).code == ExitCode.OK


def test_the_command_tells_what_it_did(made: BackedUp, tmp_path: Path) -> None:
    said = call("restore", str(made.backups), str(tmp_path / "kantor"), "--json")
    assert said.code == ExitCode.OK, said.stderr
    told = json.loads(said.stdout)
    assert (told["ok"], told["findings"], told["counts"]["archive"]) == (True, [], 11)
    said = call("restore", str(made.backups), str(tmp_path / "kantor"))
    assert said.code == ExitCode.USAGE
    assert "is not empty" in said.stderr


def test_which_one_is_named(made: BackedUp, backups: Path, tmp_path: Path) -> None:
    with open_office(made.office.root) as office:
        back_up(office, backups)
    first, second = Pool(backups).backups()
    reports: list[RestoreReport] = [
        restore(backups, tmp_path / "satu", Wanted(at=first.name[:6])),
        restore(backups, tmp_path / "dua", Wanted(at=second.made_at[:10])),
    ]
    assert [r.backup for r in reports] == [first.name, second.name]
    assert named([first, second], "1") == first
    assert named([first, second], "2") == second
    assert named([replace(first, number=20), second], "2") == second
    said = call("restore", str(backups), str(tmp_path / "x"), "--at", "2019-01-01")
    assert said.code == ExitCode.BACKUP
    assert f"Known: {first.name}, {second.name}" in said.stderr
    assert not (tmp_path / "x").exists()


# --- refused -------------------------------------------------------------------------------------


def test_a_damaged_backup_writes_nothing(backups: Path, tmp_path: Path) -> None:
    (manifest,) = Pool(backups).backups()
    broken = Pool(backups).path(manifest.in_area(Area.ARCHIVE)[-1].sha256)
    broken.write_bytes(b"busuk")
    with pytest.raises(BackupError, match=r"not whole: 1 file.*archive/2026"):
        restore(backups, tmp_path / "baru", Wanted())
    Pool(backups).path(manifest.database.sha256).unlink()
    with pytest.raises(BackupError, match="not whole: 2 file"):
        restore(backups, tmp_path / "baru", Wanted())
    assert not (tmp_path / "baru").exists()


def test_a_backup_of_a_newer_program_writes_nothing(backups: Path, tmp_path: Path) -> None:
    (manifest,) = Pool(backups).backups()
    rewritten(backups, database=replace(manifest.database, revision="9999"), program="9.9")
    with pytest.raises(BackupError, match=r"newer kinerja \(9\.9, tables of version 9999\)"):
        restore(backups, tmp_path / "baru", Wanted())
    assert not (tmp_path / "baru").exists()


@pytest.mark.parametrize("path", ["../../luar", "/etc/kinerja-luar"])
def test_no_path_leads_out_of_the_office(backups: Path, tmp_path: Path, path: str) -> None:
    (manifest,) = Pool(backups).backups()
    first, *others = manifest.in_area(Area.INBOX)
    rest = [f for f in manifest.files if f.area is not Area.INBOX]
    rewritten(backups, files=(replace(first, path=path), *others, *rest))
    with pytest.raises(BackupError, match="leads elsewhere"):
        restore(backups, tmp_path / "baru/kantor", Wanted())
    assert not (tmp_path / "luar").exists()
    assert not (tmp_path / "baru/luar").exists()
    assert not Path("/etc/kinerja-luar").exists()


def test_nothing_comes_back_that_runs_as_its_owner(backups: Path, tmp_path: Path) -> None:
    """Its owner would be root where the account is not known on the new machine."""
    (manifest,) = Pool(backups).backups()
    first, *others = manifest.in_area(Area.INBOX)
    rest = [f for f in manifest.files if f.area is not Area.INBOX]
    changed = replace(first, mode=0o6755, owner="tidak-dikenal", group="tidak-dikenal")
    rewritten(backups, files=(changed, *others, *rest))
    restore(backups, tmp_path / "baru", Wanted())
    assert (tmp_path / "baru" / "inbox" / first.path).stat().st_mode & 0o7777 == 0o755


def test_nothing_that_stands_is_written_over(made: BackedUp, tmp_path: Path) -> None:
    target = tmp_path / "kantor"
    target.mkdir()
    (target / "surat.txt").write_text("milik orang")
    before = files(tmp_path)
    with pytest.raises(UsageError, match="is not empty"):
        restore(made.backups, target, Wanted())
    with pytest.raises(UsageError, match="is a file"):
        restore(made.backups, target / "surat.txt", Wanted())
    with pytest.raises(UsageError, match="no such archive"):
        restore(made.backups, tmp_path / "baru", Wanted(archive=tmp_path / "tidak ada"))
    with pytest.raises(UsageError, match="leave --database out"):
        restore(made.backups, tmp_path / "baru", Wanted(database="postgresql+psycopg://x/y"))
    with pytest.raises(BackupError, match="no folder of backups"):
        restore(made.office.root, tmp_path / "baru", Wanted())
    assert files(tmp_path) == before


# --- cut short -----------------------------------------------------------------------------------


def assert_no_office(made: BackedUp, target: Path) -> None:
    """What a restore left half done is taken for no office, and stands in no later one's way."""
    with pytest.raises(ConfigurationError, match="no office here"):
        load_settings(target)
    with pytest.raises(UsageError, match=r"cut short|is not empty"):
        restore(made.backups, target, Wanted())
    for path in target.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    assert restore(made.backups, target, Wanted()).findings == ()


def test_killed_it_leaves_no_office(made: BackedUp, tmp_path: Path) -> None:
    target = tmp_path / "kantor"
    assert killed("restore", made.backups, target, "write_file", 20)
    assert (target / UNFINISHED).exists()
    assert_no_office(made, target)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "nth"),
    [("make_all", 1), ("_write_bag", 1), ("migrate", 1), ("reconcile", 1), ("audit", 1)]
    + [("write_file", nth) for nth in (1, 7, 26, 33)],
)
def test_killed_at_any_moment_it_leaves_no_office(
    made: BackedUp, tmp_path: Path, function: str, nth: int
) -> None:
    target = tmp_path / "kantor"
    assert killed("restore", made.backups, target, function, nth)
    assert_no_office(made, target)


# --- an archive that outlived the machine --------------------------------------------------------


@pytest.fixture
def living(made: BackedUp, tmp_path: Path) -> Path:
    """The archive as it went on after the backup."""
    return Path(shutil.copytree(made.office.root / "archive", tmp_path / "arsip"))


def test_numbers_go_on_past_those_in_the_bags(made: BackedUp, living: Path, tmp_path: Path) -> None:
    newer(living, "002", "000.8.6.3/5/DKP/2026", "8" * 32)
    target = tmp_path / "kantor"
    report = restore(made.backups, target, Wanted(archive=living))
    found = {f.place: f for f in report.findings}
    assert set(found) == {"DKP 2026: 2-5", "2026/000.8.6.3/002 Data Kinerja Triwulan IV 2026"}
    unknown = found["2026/000.8.6.3/002 Data Kinerja Triwulan IV 2026"]
    assert "filed after the backup" in unknown.message
    assert "000.8.6.3/5/DKP/2026" in unknown.message
    assert "nothing is filed over it" in unknown.mend
    assert restored_event(target).payload["skipped"] == ["DKP 2026: 2-5"]
    with open_office(target) as office:
        gaps = register(office).gaps
        assert [(g.place, g.explained) for g in gaps] == [(5, True)]
        bags = {p.name for p in office.archive.glob("2026/*/*")}
    assert len(bags) == 2


def test_the_newest_sound_dossier_is_taken(made: BackedUp, living: Path, tmp_path: Path) -> None:
    extended(living)
    before = files(living)
    report = restore(made.backups, tmp_path / "baru", Wanted(archive=living))
    (finding,) = report.findings
    assert "newer than the ledger" in finding.message
    assert {k: v[1] for k, v in files(tmp_path / "baru/archive").items()} == {
        k: v[1] for k, v in before.items()
    }
    assert files(living) == before


def test_a_damaged_living_dossier_is_taken_from_the_backup(
    made: BackedUp, living: Path, tmp_path: Path
) -> None:
    (bag,) = living.glob("*/*/*")
    card = bag / "data/metadata/berkas.json"
    card.chmod(0o644)
    card.write_bytes(b"{}")
    report = restore(made.backups, tmp_path / "baru", Wanted(archive=living))
    (finding,) = report.findings
    assert "damaged" in finding.message
    assert "restored instead" in finding.mend
    assert card.read_bytes() == b"{}"
    assert files(tmp_path / "baru/archive") == files(made.office.root / "archive")


def test_a_damaged_living_dossier_that_no_backup_has_is_copied_and_told(
    made: BackedUp, living: Path, tmp_path: Path
) -> None:
    other = newer(living, "002", "000.8.6.3/2/DKP/2026", "8" * 32)
    (other / "data" / "lain.txt").write_bytes(b"x")
    report = restore(made.backups, tmp_path / "baru", Wanted(archive=living))
    place = other.relative_to(living).as_posix()
    assert any(f.place == place and "no such dossier" in f.message for f in report.findings)
    assert files(tmp_path / "baru/archive" / place).keys() == files(other).keys()


def test_an_archive_in_its_place_is_added_to(made: BackedUp, tmp_path: Path) -> None:
    """Its disk was mounted in the new machine before: what it lacks comes from the backup."""
    target = tmp_path / "kantor"
    (target / "archive").mkdir(parents=True)
    other = newer(target / "archive", "002", "000.8.6.3/2/DKP/2026", "8" * 32)
    before = files(other)
    report = restore(made.backups, target, Wanted())
    assert {f.place for f in report.findings} == {
        "DKP 2026: 2-2",
        other.relative_to(target / "archive").as_posix(),
    }
    assert files(other) == before
    assert len(list((target / "archive").glob("2026/*/*"))) == 2
    with open_office(target) as office:
        assert "print-out" not in {f.kind for f in audit(office).findings}


# --- an office without its database --------------------------------------------------------------


@pytest.fixture
def office(made: BackedUp, tmp_path: Path) -> Iterator[Office]:
    with open_office(small.copied(made.office, tmp_path / "kantor").root) as opened:
        yield opened


def tables(database: Path) -> list[str] | None:
    """What is in a database; ``None`` where there is no file."""
    if not database.exists():
        return None
    opened = sqlite3.connect(database)
    try:
        return [row[0] for row in opened.execute("SELECT name FROM sqlite_master")]
    finally:
        opened.close()


@pytest.mark.parametrize("state", ["gone", "empty", "another"])
def test_a_lost_database_is_not_made_anew(office: Office, state: str) -> None:
    database = office.state / "kinerja.db"
    database.unlink()
    if state == "empty":
        database.touch()
    elif state == "another":
        with sqlite3.connect(database) as other:
            other.execute("CREATE TABLE resep (nama TEXT)")
        other.close()
    before = tables(database)
    for words in (["run", "--no-web", "--office", str(office.root)], ["init", str(office.root)]):
        said = call(*words)
        assert said.code == ExitCode.LEDGER, said.stderr
        assert "gone or empty" in said.stderr
        assert "kinerja restore" in said.stderr
        assert tables(database) == before


def test_an_office_that_holds_nothing_may_begin_anew(office: Office) -> None:
    (office.state / "kinerja.db").unlink()
    shutil.rmtree(office.store.folder)
    shutil.rmtree(office.archive)
    require_database(office)


def test_a_damaged_database_stops_the_service(office: Office) -> None:
    database = office.state / "kinerja.db"
    data = bytearray(database.read_bytes())
    data[4096 * 3 : 4096 * 3 + 400] = b"\xee" * 400
    for damage in (bytes(data), b"bukan basis data" * 300):
        database.write_bytes(damage)
        said = call("run", "--no-web", office=office.root)
        assert said.code == ExitCode.LEDGER, said.stderr
        assert "is damaged" in said.stderr
        assert "kinerja restore" in said.stderr
        assert database.read_bytes() == damage
