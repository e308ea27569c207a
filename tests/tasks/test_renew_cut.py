"""A renewal that is cut short anywhere goes on when repeated: once, and nothing half."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

import bagit
import pytest

from pipeline.archive.bag import read_bag, sweep
from pipeline.ledger.tables import Event
from pipeline.sop.dossier.renewed import FILE_RENEWED
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.get import retrieve
from pipeline.tasks.renew.due import Cause
from pipeline.tasks.renew.renew import Outcome, all_due, renew_all
from tests.signing.tsa import Authority, time_stamping
from tests.sop.desk import Desk, DeskOffice

from .renewing import at_work, events, proofs, records, relies_on
from .small_office import CODE, SmallOffice, build, copied

DRIVER, ROOM = Path(__file__).with_name("renew_kill_driver.py"), Path(__file__).parents[2]
BEFORE = ("renew", "_judged", "put", "_enter")
"""Until the commit nothing has happened; whoever repeats it begins anew."""
AFTER = (
    "file_renewed",
    "into_dossier",
    "file_dossier",
    "put_in_place",
    "discard",
    "enter_generation",
)


class Cut(BaseException):
    """The end of a process, as far as a test within it can play it."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return build(tmp_path_factory.mktemp("terputus") / "kantor")


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with time_stamping() as answering:
        yield answering


@pytest.fixture
def small(made: SmallOffice, authority: Authority, tmp_path: Path) -> SmallOffice:
    copy = copied(made, tmp_path / "kantor")
    relies_on(copy.root, authority)
    return copy


def cut_at(office: DeskOffice, function: str) -> None:
    """Renew, and be cut off where a function is called."""

    def stop(frame: FrameType, _event: str, _arg: Any) -> None:
        if frame.f_code.co_name == function and "/pipeline/" in frame.f_code.co_filename:
            sys.settrace(None)
            raise Cut

    due = all_due(office)
    sys.settrace(stop)
    try:
        with pytest.raises(Cut):
            renew_all(office, due)
    finally:
        sys.settrace(None)


def killed_at(root: Path, function: str) -> None:
    env = {"PYTHONPATH": str(ROOM), "PATH": "/usr/bin:/bin", "HOME": str(root)}
    command = [sys.executable, str(DRIVER), str(root), function]
    done = subprocess.run(command, capture_output=True, timeout=300, env=env, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def goes_on(office: DeskOffice, small: SmallOffice) -> None:
    """What stands is sound; the repeated run brings it to its end, once."""
    between = read_bag(small.bag)
    assert bagit.Bag(str(between.path)).validate()
    assert between.generation in {1, 2}
    pending = [proof.renewal for proof in proofs(office) if proof.renewal]
    causes = [due.cause for due in all_due(office)]
    assert causes == [Cause.UNFINISHED if pending else Cause.BELOW]
    assert [r.outcome for r in renew_all(office, all_due(office))] == [Outcome.RENEWED]
    bag = read_bag(small.bag)
    assert bag.generation == 2
    (record,), (proof,) = records(office), proofs(office)
    assert (record.tagmanifest, proof.level, proof.renewal) == (bag.sha256, "B-LTA", None)
    assert [record.printout_sha256] == (pending or [record.printout_sha256])
    for kind in ("printout.renewed", "renewal.filed"):
        assert len(events(office, kind)) == 1
    assert (bag.path / "data/laporan").exists()
    assert len([n for n in bag.payload if n.startswith("laporan/")]) == 2
    assert all_due(office) == []
    sweep(office.archive)
    assert audit(office).findings == ()


@pytest.mark.parametrize("moment", ["_enter", "file_renewed", "enter_generation"])
def test_cut_short_and_repeated_it_is_done_once(small: SmallOffice, moment: str) -> None:
    with at_work(small.root) as office:
        cut_at(office, moment)
        goes_on(office, small)


def test_what_was_cut_short_can_be_retrieved(small: SmallOffice, tmp_path: Path) -> None:
    with at_work(small.root) as office:
        cut_at(office, "enter_generation")
        got = retrieve(office, CODE, tmp_path / "ambil")
        assert got.sha256 == proofs(office)[0].renewal
        assert office.verify(got.path.read_bytes()).level == "B-LTA"


def test_the_service_ends_what_was_cut_short(small: SmallOffice) -> None:
    with at_work(small.root) as office:
        cut_at(office, "enter_generation")
        (finding,) = audit(office).findings
        assert finding.kind == "archive"
        assert "was cut short" in finding.message
        assert "`kinerja renew`" in finding.mend
        desk = Desk(office, office.now)  # type: ignore[arg-type]
        assert [chain for _, chain, _ in desk.waiting()] == [FILE_RENEWED]
        desk.work()
        assert all_due(office) == []
        assert read_bag(small.bag).generation == 2
        assert audit(office).findings == ()
        with office.ledger.read() as session:
            assert session.query(Event).filter_by(kind="renewal.filed").count() == 1


@pytest.mark.slow
@pytest.mark.parametrize("moment", [*BEFORE, *AFTER])
def test_killed_and_repeated_it_is_done_once(small: SmallOffice, moment: str) -> None:
    killed_at(small.root, moment)
    with at_work(small.root) as office:
        assert bool(proofs(office)[0].renewal) is (moment in AFTER)
        goes_on(office, small)
