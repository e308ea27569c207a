"""Renewals in a dossier that goes on to be worked in: corrections, one more renewal, a backup."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bagit
import pytest

from pipeline.office import open_office
from pipeline.pdf.convert import Converter
from pipeline.sop.dossier import renewed as renewed_module
from pipeline.sop.dossier.renewed import FILE_RENEWED
from pipeline.sop.runner import CHAINS
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.backup.backup import back_up
from pipeline.tasks.get import retrieve
from pipeline.tasks.renew import renew as task
from pipeline.tasks.renew.due import Cause
from pipeline.tasks.renew.renew import Outcome, all_due, renew_all
from pipeline.tasks.restore.restore import Wanted, restore
from tests.signing.tsa import Authority, time_stamping
from tests.tasks.renewing import proofs, relies_on

from .filed import Template, card, file_one, filed, finish, open_amendment, records, refill, the_bag
from .under_way import SECRETARY, UnderWay

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=100)
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=390)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Template:
    """Filed while the office had no time-stamping service."""
    return file_one(tmp_path_factory.mktemp("cap") / "kantor", converter)


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with time_stamping(SOON) as answering:
        yield answering


@pytest.fixture
def at(
    template: Template, converter: Converter, authority: Authority, tmp_path: Path
) -> Iterator[UnderWay]:
    """The filed office, from now on with a service."""
    root = tmp_path / "kantor"
    with filed(template, root, converter):
        relies_on(root, authority)
    moved = Template(root, template.pins, template.now)
    with filed(moved, tmp_path / "lagi", converter) as under_way:
        yield under_way


def renewed(at: UnderWay) -> list[Outcome]:
    results = renew_all(at.office, all_due(at.office))
    assert [r.note for r in results if r.outcome is Outcome.FAILED] == []
    return [result.outcome for result in results]


def levels(at: UnderWay) -> set[str]:
    return {proof.level for proof in proofs(at.office)}


def test_the_level_is_measured_and_told(
    template: Template, converter: Converter, tmp_path: Path
) -> None:
    with filed(template, tmp_path / "kantor", converter) as at:
        told = {e.kind: e.payload for e in at.events() if "level" in e.payload}
        assert {kind: payload["level"] for kind, payload in told.items()} == {
            "printout.initialled": "B-B",
            "printout.signed": "B-B",
        }
        (proof,) = proofs(at.office)
        assert (proof.level, proof.stamped) == ("B-B", False)
        until = datetime.fromisoformat(told["printout.signed"]["holds_until"])
        assert proof.holds_until == until
        assert until > at.office.now() + timedelta(days=300)


@pytest.mark.slow
def test_a_correction_between_renewals(at: UnderWay, authority: Authority, tmp_path: Path) -> None:
    authority.change(SOON)
    assert renewed(at) == [Outcome.RENEWED]
    assert audit(at.office).findings == ()
    open_amendment(at, SECRETARY)
    refill(at, SECRETARY, "6,25")
    finish(at)
    assert levels(at) == {"B-LTA"}, "the correction was stamped when it was signed"
    authority.change(LATER)
    assert {due.cause for due in all_due(at.office)} == {Cause.ENDS_SOON}
    assert renewed(at) == [Outcome.RENEWED, Outcome.RENEWED]
    assert all_due(at.office) == []
    first, second = records(at)
    bag = the_bag(at)
    assert {first.tagmanifest, second.tagmanifest} == {bag.sha256}
    assert bag.generation == 5
    assert bagit.Bag(str(bag.path)).validate()
    names = {item["nama"] for item in card(at)["isi"] if item["jenis"] == "report"}
    assert {name for name in names if name.endswith(".json")} == {
        "verifikasi-tanda-tangan.json",
        "verifikasi-tanda-tangan-pembaruan-1.json",
        "verifikasi-tanda-tangan-pembaruan-2.json",
        "verifikasi-tanda-tangan-2.json",
        "verifikasi-tanda-tangan-2-pembaruan-1.json",
    }
    for record in (first, second):
        got = retrieve(at.office, record.code, tmp_path / "ambil")
        assert got.sha256 == record.printout_sha256
        assert at.office.verify(got.path.read_bytes()).level == "B-LTA"
    assert audit(at.office).findings == ()
    at.desk.work()  # what the queue still holds changes nothing
    assert the_bag(at).sha256 == bag.sha256
    _comes_back(at, tmp_path)


def _comes_back(at: UnderWay, tmp_path: Path) -> None:
    """A backup of a renewed office, restored, is that office."""
    before = [(r.code, r.printout_sha256) for r in records(at)]
    back_up(at.office, tmp_path / "cadangan")
    restore(tmp_path / "cadangan", tmp_path / "pulih", Wanted())
    with open_office(tmp_path / "pulih") as office:
        assert audit(office).findings == ()
        assert all_due(office) == []
        assert sorted(p.level for p in proofs(office)) == ["B-LTA", "B-LTA"]
        for code, digest in before:
            assert retrieve(office, code, tmp_path / "dari cadangan").sha256 == digest


@pytest.mark.slow
def test_one_of_two_is_cut_short_while_the_other_waits(
    at: UnderWay, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both records of a dossier are due; what the bag has got must not keep out the rest."""
    authority.change(LATER)
    authority.status = 503
    open_amendment(at, SECRETARY)
    refill(at, SECRETARY, "6,25")
    finish(at)
    authority.status = 200
    first, second = all_due(at.office)

    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(renewed_module, "enter_generation", cut)
        with pytest.raises(KeyboardInterrupt):
            renew_all(at.office, [second])
    assert {due.cause for due in all_due(at.office)} == {first.cause, Cause.UNFINISHED}
    assert renewed(at) == [Outcome.RENEWED, Outcome.RENEWED]
    assert all_due(at.office) == []
    at.desk.work()
    assert levels(at) == {"B-LTA"}
    assert audit(at.office).findings == ()


@pytest.mark.slow
def test_a_correction_files_a_renewal_that_was_cut_short(
    at: UnderWay, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever makes the next generation brings it in, with its report."""
    authority.change(LATER)
    monkeypatch.setattr(task, "file_renewed", lambda _office, _record: None)
    monkeypatch.setitem(CHAINS, FILE_RENEWED, lambda _office, _record: None)
    task.renew_all(at.office, all_due(at.office))
    assert [due.cause for due in all_due(at.office)] == [Cause.UNFINISHED]
    open_amendment(at, SECRETARY)
    refill(at, SECRETARY, "6,25")
    finish(at)
    assert all_due(at.office) == []
    assert the_bag(at).generation == 2
    names = [item["nama"] for item in card(at)["isi"] if item["jenis"] == "report"]
    assert names.count("verifikasi-tanda-tangan-pembaruan-1.json") == 1
    assert levels(at) == {"B-LTA"}
    assert audit(at.office).findings == ()
