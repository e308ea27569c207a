"""A backup of an office at work, restored onto a machine that has nothing of it, and gone on with.

The machine: another folder, another account's home, an environment with nothing in it, and the
office that was backed up is not there any more.
"""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from pipeline.domain.document import Kind
from pipeline.errors import BackupError, KinerjaError
from pipeline.ledger.tables import Event, Number, Record
from pipeline.office import open_office
from pipeline.tasks.backup.backup import back_up
from pipeline.tasks.backup.pool import Pool
from pipeline.tasks.demo.players import Folders
from pipeline.tasks.init import init_office, make_practice_keys
from pipeline.tasks.restore.restore import Wanted, restore
from tests.journeys.filed import assert_filed
from tests.journeys.office import PATIENCE_S, PROCEDURE, Journey, Service, begin
from tests.ledger.postgres import Cluster, cluster

pytestmark = pytest.mark.slow
ROOM = Path(__file__).parents[2]
OFFICIALS = 2
DATABASES = ["sqlite", "postgresql"]


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with cluster() as started:
        yield started


def on_an_empty_machine(
    home: Path, *words: str, code: int = 0
) -> "subprocess.CompletedProcess[str]":
    """``kinerja …`` with nothing in its environment."""
    home.mkdir(exist_ok=True)
    call = ["env", "-i", "PATH=/usr/bin:/bin", f"HOME={home}", f"PYTHONPATH={ROOM}"]
    call += [sys.executable, "-m", "pipeline", *words]
    done = subprocess.run(call, capture_output=True, text=True, cwd=home, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def on(database: str, request: pytest.FixtureRequest) -> str:
    """A database for an office: nothing to name for SQLite."""
    if database == "sqlite":
        return ""
    made: Cluster = request.getfixturevalue("postgres")
    return made.database("template0")


def named(url: str, root: Path) -> None:
    """Write the database into an office's settings."""
    settings = root / "kinerja.toml"
    text = settings.read_text("utf-8")
    assert '[database]\nurl = ""' in text
    if url:
        named = text.replace('[database]\nurl = ""', f'[database]\nurl = "{url}"')
        settings.write_text(named, "utf-8")
        with open_office(root) as office:
            office.ledger.migrate()


@contextmanager
def at_work(root: Path, pins: dict[str, str]) -> Iterator[Journey]:
    """An office whose service runs, until its machine is gone from one moment to the next."""
    service = Service(root)
    with open_office(root) as office:
        service.start()
        try:
            folders = Folders(office.inbox / PROCEDURE, PATIENCE_S)
            yield begin(Journey, root, office, service, pins, folders, OFFICIALS)
        finally:
            service.kill()


def gone(root: Path) -> None:
    """The machine is no more; its LibreOffice may be clearing its own folder away meanwhile."""
    while root.exists():
        shutil.rmtree(root, ignore_errors=True)


def new_office(root: Path, url: str) -> dict[str, str]:
    """An office with practice keys that keeps its ledger in ``url``; their PINs."""
    pins = make_practice_keys(init_office(root))
    named(url, root)
    return pins


def assert_nothing_doubled(journey: Journey) -> None:
    assert [name for name in journey.files() if "(2)" in name] == []
    assert [n for n in journey.files() if n.startswith("ditolak/")] == []
    (record,) = journey.rows(Record)
    (number,) = journey.rows(Number)
    assert (record.document_number, number.seq) == (number.text, 1)
    assert len(journey.rows(Event, Event.kind == "collection.filed")) == 1
    assert len(list(journey.office.archive.glob("*/*/*/bagit.txt"))) == 1


def test_settings_that_still_name_the_old_database_are_told(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    old, new = on("postgresql", request), on("postgresql", request)
    root = init_office(tmp_path / "lama")
    named(old, root)
    settings = root / "kinerja.toml"
    text = settings.read_text("utf-8").replace(f'[database]\nurl = "{old}"', "")
    settings.write_text(f'database.url = "{old}"\n{text}', "utf-8")
    with open_office(root) as office:
        back_up(office, tmp_path / "cadangan")
    report = restore(tmp_path / "cadangan", tmp_path / "baru", Wanted(database=new))
    assert "kinerja.toml" in [finding.place for finding in report.findings]


@pytest.mark.parametrize("database", DATABASES)
def test_an_empty_machine_goes_on_with_it(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    first, second = on(database, request), on(database, request)
    backups, home, root = tmp_path / "cadangan", tmp_path / "rumah", tmp_path / "mesin/kantor"
    pins = new_office(tmp_path / "lama", first)
    with at_work(tmp_path / "lama", pins) as old:
        old.to_verification()
        told = old.command("backup", str(backups), "--json")
        assert told.returncode == 0, told.stdout + told.stderr
        old.kill()
        events = [e.hash for e in old.rows(Event)]
    gone(tmp_path / "lama")
    words = ["--database", second] if second else []
    said = on_an_empty_machine(home, "restore", str(backups), str(root), "--json", *words)
    assert json.loads(said.stdout)["findings"] == []
    on_an_empty_machine(home, "audit", "--office", str(root))
    with at_work(root, pins) as journey:
        restored = {e.hash for e in journey.rows(Event)}
        assert set(events) <= restored
        assert_filed(journey)
        assert_nothing_doubled(journey)
        code = journey.document(Kind.PRINTOUT).code
    out = tmp_path / "keluar"
    on_an_empty_machine(home, "get", code, "--to", str(out), "--office", str(root))
    (pdf,) = out.iterdir()
    on_an_empty_machine(home, "verify", str(pdf), "--office", str(root))
    on_an_empty_machine(home, "audit", "--office", str(root))


@pytest.mark.parametrize("database", DATABASES)
def test_every_backup_of_a_busy_office_is_one(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Backed up through all eight steps; each backup is restored, and some are gone on with."""
    backups, ended = tmp_path / "cadangan", threading.Event()
    failed: list[str] = []

    def hand(journey: Journey) -> None:
        while not ended.is_set():
            with open_office(journey.root) as office:
                report = back_up(office, backups)
            failed.extend(report.faults)

    pins = new_office(tmp_path / "lama", on(database, request))
    with at_work(tmp_path / "lama", pins) as old:
        thread = threading.Thread(target=hand, args=(old,))
        thread.start()
        try:
            old.to_filed()
        finally:
            ended.set()
            thread.join()
    gone(tmp_path / "lama")
    assert failed == []
    made = Pool(backups).backups()
    assert len(made) > 3
    gone_on = {made[len(made) // 3].number, made[2 * len(made) // 3].number}
    for manifest in made:
        root = tmp_path / "pulih" / str(manifest.number)
        wanted = Wanted(at=str(manifest.number), database=on(database, request))
        report = restore(backups, root, wanted)
        assert report.findings == (), manifest.name
        if manifest.number in gone_on:
            with at_work(root, pins) as journey:
                journey.settle()  # somebody's file may have been on its way
                journey.to_filed()
                assert_nothing_doubled(journey)
                assert_filed(journey, _signed(journey))
        gone(root)


def _signed(journey: Journey) -> Path:
    (found,) = journey.folders.inbox.glob(f"hasil/{journey.period}/Data Kinerja*.pdf")
    return found


def test_postgresql_is_refused_where_it_cannot_go_well(
    postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "kantor"
    new_office(root, postgres.database("template0"))
    with open_office(root) as office:
        assert back_up(office, tmp_path / "cadangan").ok
    full = postgres.database("template0")
    with psycopg.connect(full.replace("+psycopg", ""), autocommit=True) as server:
        server.execute("CREATE TABLE milik_orang (id int)")
    for wanted, words in (
        (Wanted(), "Make an empty one"),
        (Wanted(database=full), r"not empty: it holds 1 tables, such as public\.milik_orang"),
        (Wanted(database="sqlite:///x.db"), "URL of a PostgreSQL database"),
    ):
        with pytest.raises(KinerjaError, match=words):
            restore(tmp_path / "cadangan", tmp_path / "baru", wanted)
        assert not (tmp_path / "baru").exists()
    monkeypatch.setattr("pipeline.tasks.backup.postgres.PLACES", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path))
    with (
        open_office(root) as office,
        pytest.raises(BackupError, match=r"needs pg_dump \d+ or newer; found: none.*apt-get"),
    ):
        back_up(office, tmp_path / "cadangan")
    assert len(Pool(tmp_path / "cadangan").backups()) == 1
