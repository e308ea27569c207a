"""A restored ledger that is older than the archive: what was filed is not filed a second time."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipeline.archive.bag import validate
from pipeline.domain.collection import FILED, Amendment
from pipeline.domain.procedure import Verb
from pipeline.errors import ArchiveError, ExitCode
from pipeline.ledger.tables import Number
from pipeline.pdf.convert import Converter
from pipeline.sop.filing import file_collection
from pipeline.tasks.amend import Correction, amend
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.backup.backup import back_up
from pipeline.tasks.backup.pool import Pool
from pipeline.tasks.restore.restore import RestoreReport, Wanted, restore
from tests.cli.calling import call
from tests.sop import filed as under_desk
from tests.sop.filed import REASON, Template, finish, open_amendment, records, refill, the_bag
from tests.sop.under_way import HEAD, KASUBAG, SECRETARY, UnderWay, practice_office

pytestmark = pytest.mark.slow
AT_VERIFICATION, SIGNED, DONE, CORRECTED = "1", "2", "3", "4"


@dataclass(frozen=True)
class Past:
    """Backups taken along the way, and the archive as it is in the end."""

    backups: Path
    archive: Path
    template: Template


@pytest.fixture(scope="module")
def converter() -> Iterator[Converter]:
    shared = Converter(offices=1, timeout_s=120)
    yield shared
    shared.close()


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Past:
    """A quarter filed and corrected, backed up at each stage; then the machine is gone."""
    folder = tmp_path_factory.mktemp("dahulu")
    root, backups = folder / "kantor", folder / "cadangan"
    made, now = practice_office(root), under_desk.datetime.now(under_desk.ZoneInfo("Asia/Jakarta"))
    with under_desk._at(root, made.pins, now, converter) as at:
        at.to_filling()
        at.verify(KASUBAG, SECRETARY, HEAD)
        back_up(at.office, backups)
        at.to_initial()
        at.seal(Verb.INITIAL)
        at.desk.work()
        at.seal(Verb.SIGN)
        back_up(at.office, backups)
        at.desk.work()
        back_up(at.office, backups)
        open_amendment(at, SECRETARY)
        refill(at, SECRETARY, "6,25")
        finish(at)
        assert back_up(at.office, backups).ok
        template = Template(root, made.pins, at.desk.clock.at)
    archive = folder / "arsip"
    shutil.move(root / "archive", archive)
    return Past(backups, archive, template)


@pytest.fixture
def restored(
    past: Past, converter: Converter, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[UnderWay, RestoreReport]]:
    root = tmp_path / "kantor"
    report = restore(past.backups, root, Wanted(at=request.param, archive=past.archive))
    with under_desk._at(root, past.template.pins, past.template.now, converter) as at:
        yield at, report


def the_archive(at: UnderWay) -> dict[str, bytes]:
    return {str(p): p.read_bytes() for p in at.office.archive.rglob("*") if p.is_file()}


def test_each_stage_was_backed_up(past: Past) -> None:
    assert [str(m.number) for m in Pool(past.backups).backups()] == ["1", "2", "3", "4"]


@pytest.mark.parametrize("restored", [CORRECTED], indirect=True)
def test_nothing_is_newer(restored: tuple[UnderWay, RestoreReport]) -> None:
    at, report = restored
    assert report.findings == ()
    assert the_bag(at).generation == 2
    opened = amend(at.office, str(at.period), Correction(Amendment.CHANGE, REASON, (HEAD,)))
    assert opened.name == "Perubahan 2"


@pytest.mark.parametrize("restored", [DONE], indirect=True)
def test_what_was_corrected_since_is_not_corrected_again(
    restored: tuple[UnderWay, RestoreReport],
) -> None:
    at, report = restored
    (newer, number) = sorted(report.findings, key=lambda f: f.place)
    assert "newer than the ledger" in newer.message
    assert "correcting and filing are refused" in newer.mend
    assert number.place.endswith("2-2")
    before = the_archive(at)
    correction = Correction(Amendment.ERRATUM, REASON, (SECRETARY,))
    with pytest.raises(ArchiveError, match="newer than this ledger"):
        amend(at.office, str(at.period), correction)
    said = call(
        "amend", str(at.period), SECRETARY, "--as", "ralat", "--note", REASON, office=at.office.root
    )
    assert said.code == ExitCode.ARCHIVE
    assert the_archive(at) == before
    assert len(records(at)) == 1


@pytest.mark.parametrize("restored", [SIGNED], indirect=True)
def test_what_was_filed_and_corrected_since_is_not_filed_again(
    restored: tuple[UnderWay, RestoreReport],
) -> None:
    at, report = restored
    assert report.findings
    before = the_archive(at)
    with pytest.raises(ArchiveError, match="sudah diarsipkan sebagai"):
        file_collection(at.office, at.collection.id)
    assert the_archive(at) == before
    assert at.collection.stage != FILED


def test_what_was_filed_since_gets_its_own_place_back(
    past: Past, converter: Converter, tmp_path: Path
) -> None:
    """Signed when it was backed up, and filed after: the filing goes on where it was."""
    later, root = tmp_path / "kemudian", tmp_path / "kantor"
    assert restore(past.backups, later, Wanted(at=DONE)).findings == ()
    restore(past.backups, root, Wanted(at=SIGNED, archive=later / "archive"))
    with under_desk._at(root, past.template.pins, past.template.now, converter) as at:
        printouts = set((the_bag(at).path / "data/dokumen").iterdir())
        at.desk.work()
        assert at.collection.stage == FILED
        (record,) = records(at)
        assert record.tagmanifest == the_bag(at).sha256
        assert the_bag(at).info["External-Identifier"] == record.id
        assert set((the_bag(at).path / "data/dokumen").iterdir()) == printouts
        assert len(list(at.office.archive.glob("*/*/*/bagit.txt"))) == 1
        assert audit(at.office).findings == ()


@pytest.mark.parametrize("restored", [AT_VERIFICATION], indirect=True)
def test_what_is_done_again_gets_new_numbers_and_is_not_filed_again(
    restored: tuple[UnderWay, RestoreReport],
) -> None:
    at, report = restored
    told = {f.place: f for f in report.findings}
    (unknown,) = (f for place, f in told.items() if place.startswith(str(at.period.year)))
    assert "filed after the backup" in unknown.message
    assert "stands at step enter" in unknown.message
    before = the_archive(at)
    at.to_initial()
    with at.office.ledger.read() as session:
        (number,) = session.query(Number).all()
    assert number.seq == 3
    at.seal(Verb.INITIAL)
    at.desk.work()
    at.seal(Verb.SIGN)
    with pytest.raises(ArchiveError, match=r"sudah diarsipkan sebagai.*kinerja withdraw"):
        file_collection(at.office, at.collection.id)
    assert the_archive(at) == before
    assert validate(the_bag(at).path) == []
    assert {f.kind.value for f in audit(at.office).findings} == {"archive"}


def test_without_the_living_archive_the_backup_s_own_goes_on(
    past: Past, converter: Converter, tmp_path: Path
) -> None:
    """Signed and not yet filed when it was backed up; its filing is ended, once."""
    root = tmp_path / "kantor"
    assert restore(past.backups, root, Wanted(at=SIGNED)).findings == ()
    with under_desk._at(root, past.template.pins, past.template.now, converter) as at:
        at.desk.work()
        assert at.collection.stage == FILED
        (record,) = records(at)
        assert record.tagmanifest == the_bag(at).sha256
        assert [n for n in at.names("hasil/*") if "(2)" in n] == []
        assert audit(at.office).findings == ()
