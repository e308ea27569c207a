import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.cli.app import run
from pipeline.errors import ArchiveError, ExitCode, NotFoundError, UsageError
from pipeline.files import sha256_of
from pipeline.ledger.tables import Collection, Event, Record
from pipeline.office import open_office
from pipeline.tasks.get import retrieve

from .small_office import CODE, COLLECTION, NUMBER, RECORD, SmallOffice, build, copied


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return build(tmp_path_factory.mktemp("get") / "kantor")


@pytest.fixture
def small(made: SmallOffice, tmp_path: Path) -> SmallOffice:
    return copied(made, tmp_path / "kantor")


def retrievals(small: SmallOffice) -> list[Event]:
    with open_office(small.root) as office, office.ledger.read() as session:
        return list(session.scalars(select(Event).where(Event.kind == "record.retrieved")))


@pytest.mark.parametrize("name", [RECORD, CODE, CODE.lower(), NUMBER, "2026-TW3", "TW III 2026"])
def test_a_record_goes_by_each_of_its_names(small: SmallOffice, tmp_path: Path, name: str) -> None:
    with open_office(small.root) as office:
        found = retrieve(office, name, tmp_path / "keluar")
    assert found.record_id == RECORD
    assert found.path.read_bytes() == small.signed
    assert found.sha256 == sha256_of(found.path) == small.sha256
    assert os.listdir(tmp_path / "keluar") == [found.path.name]


def test_each_retrieval_is_logged(small: SmallOffice, tmp_path: Path) -> None:
    with open_office(small.root) as office:
        retrieve(office, CODE, tmp_path)
        retrieve(office, CODE, tmp_path, whole_bag=True)
    first, second = retrievals(small)
    assert first.chain == COLLECTION
    assert first.actor == "Arsiparis"
    assert first.via.startswith("baris perintah, akun ")
    assert (first.payload["record"], first.payload["what"]) == (RECORD, "pdf")
    assert second.payload["what"] == "bag"


def test_nothing_is_ever_overwritten(small: SmallOffice, tmp_path: Path) -> None:
    with open_office(small.root) as office:
        first, second = (retrieve(office, CODE, tmp_path / "k").path for _ in range(2))
        first.write_text("catatan sendiri")
        third = retrieve(office, CODE, tmp_path / "k").path
    assert len({first, second, third}) == 3
    assert first.read_text() == "catatan sendiri"


def test_the_whole_bag_is_a_bag(small: SmallOffice, tmp_path: Path) -> None:
    with open_office(small.root) as office:
        found = retrieve(office, CODE, tmp_path / "k", whole_bag=True)
        again = retrieve(office, CODE, tmp_path / "k", whole_bag=True)
    assert found.path != again.path
    for path in (found.path, again.path):
        judge = [sys.executable, "-m", "bagit", "--validate", "--quiet", str(path)]
        assert subprocess.run(judge, check=False, capture_output=True).returncode == 0


@pytest.mark.parametrize("whole_bag", [False, True])
@pytest.mark.parametrize("damage", ["changed", "gone", "other"])
def test_damage_is_never_handed_out(
    small: SmallOffice, tmp_path: Path, damage: str, whole_bag: bool
) -> None:
    if damage == "gone":
        shutil.rmtree(small.bag)
    elif damage == "changed":
        printout = next((small.bag / "data/dokumen").iterdir())
        printout.chmod(0o644)
        printout.write_bytes(small.signed + b"x")
    else:
        with open_office(small.root) as office, office.ledger.write() as tx:
            record = tx.session.get_one(Record, RECORD)
            record.tagmanifest = record.printout_sha256 = "0" * 64
    with open_office(small.root) as office, pytest.raises(ArchiveError, match="kinerja audit"):
        retrieve(office, CODE, tmp_path / "k", whole_bag=whole_bag)
    assert os.listdir(tmp_path / "k") == []
    assert retrievals(small) == []


def test_an_unknown_name_is_told_what_to_try(small: SmallOffice, tmp_path: Path) -> None:
    with open_office(small.root) as office:
        for name in ("2025-TW1", "XXXXXXXXXX", "dua"):
            with pytest.raises(NotFoundError, match=r"short code.*2026-TW3"):
                retrieve(office, name, tmp_path)


def test_a_dossier_that_is_still_being_filed(small: SmallOffice, tmp_path: Path) -> None:
    with open_office(small.root) as office:
        with office.ledger.write() as tx:
            tx.session.get_one(Record, RECORD).filed_at = None
        with pytest.raises(NotFoundError, match="still being filed"):
            retrieve(office, CODE, tmp_path)


def test_a_period_of_two_procedures_is_ambiguous(small: SmallOffice, tmp_path: Path) -> None:
    with open_office(small.root) as office:
        with office.ledger.write() as tx:
            tx.session.add(
                Collection(
                    id="e" * 32,
                    office_id=office.id,
                    procedure="lain",
                    period="2026-TW3",
                    stage="filed",
                    opened_at=office.now(),
                    stage_since=office.now(),
                )
            )
            tx.session.flush()
            tx.session.add(
                Record(
                    id="b" * 32,
                    office_id=office.id,
                    collection_id="e" * 32,
                    code="2222222222",
                    year=2026,
                    classification="000.8.6.3",
                    dossier_number=2,
                    description="Lain",
                    document_number="x",
                    path="x",
                    printout_sha256="",
                    filed_at=office.now(),
                )
            )
        with pytest.raises(UsageError, match=f"{CODE}, 2222222222"):
            retrieve(office, "2026-TW3", tmp_path)


def test_a_destination_that_is_a_file(small: SmallOffice, tmp_path: Path) -> None:
    (tmp_path / "k").write_text("")
    with open_office(small.root) as office, pytest.raises(UsageError, match="--to"):
        retrieve(office, CODE, tmp_path / "k")


def test_the_command(
    small: SmallOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there = ["--office", str(small.root), "--to", str(tmp_path / "k")]
    assert run(["get", CODE, *there]) == ExitCode.OK
    assert "The retrieval is logged" in capsys.readouterr().out
    assert run(["get", CODE, "--bag", "--json", *there]) == ExitCode.OK
    assert Path(json.loads(capsys.readouterr().out)["path"]).is_dir()
    assert run(["get", "2020-TW1", *there]) == ExitCode.NOT_FOUND
