"""A correction filed into the dossier of what it amends, whatever happens meanwhile."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import bagit
import pytest

from pipeline.archive.bag import sweep
from pipeline.domain.collection import FILED
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import Verb
from pipeline.errors import ArchiveError, ConflictError
from pipeline.ledger.tables import Collection, Record
from pipeline.pdf.convert import Converter
from pipeline.sop.by_word import decide_by_word
from pipeline.sop.decisions import Verdict
from pipeline.sop.filing import file_collection
from pipeline.sop.printout.sealed import FILE
from pipeline.sop.runner import run
from pipeline.tasks.audit.audit import audit

from .filed import Template, file_one, filed, finish, open_amendment, records, refill, the_bag
from .under_way import DECIDER, SECRETARY, UnderWay

DRIVER = Path(__file__).with_name("filing_kill_driver.py")
ROOM = Path(__file__).parents[2]
# From the row that was reserved, over the swap of the bags, to the commit that marks it filed.
MOMENTS = (
    "into_dossier",
    "file_dossier",
    "put_in_place",
    "discard",
    "enter_generation",
    "hand_out",
    "lay_out",
)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, converter: Converter) -> Template:
    """A filed collection whose ralat is signed, and waits to be filed."""
    folder = tmp_path_factory.mktemp("ralat")
    made = file_one(folder / "diarsipkan", converter)
    with filed(made, folder / "kantor", converter) as at:
        open_amendment(at, SECRETARY)
        refill(at, SECRETARY, "6,25")
        at.to_initial()
        at.seal(Verb.INITIAL)
        at.desk.work()
        at.seal(Verb.SIGN)
        return Template(at.office.root, made.pins, at.desk.clock.at)


@pytest.fixture
def at(template: Template, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    with filed(template, tmp_path / "kantor", converter) as under_way:
        yield under_way


def killed(at: UnderWay, moment: str) -> None:
    command = [sys.executable, str(DRIVER), str(at.office.root), at.collection.id, moment]
    env = {"PYTHONPATH": str(ROOM), "PATH": "/usr/bin:/bin", "HOME": str(at.office.root)}
    done = subprocess.run(command, capture_output=True, timeout=300, env=env, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_any_moment_and_repeated_it_is_filed_once(at: UnderWay, moment: str) -> None:
    before = the_bag(at)
    killed(at, moment)
    between = the_bag(at)
    assert bagit.Bag(str(between.path)).validate()
    assert between.generation - before.generation in {0, 1}
    at.desk.work()
    bag = the_bag(at)
    assert bag.generation == before.generation + 1
    assert bagit.Bag(str(bag.path)).validate()
    assert at.collection.stage == FILED
    first, second = records(at)
    assert (second.edition, second.amends, second.path) == (2, first.id, first.path)
    assert {first.tagmanifest, second.tagmanifest} == {bag.sha256}
    sweep(at.office.archive)
    assert audit(at.office).findings == ()
    run(at.office, FILE, at.collection.id)
    assert the_bag(at).sha256 == bag.sha256


@pytest.mark.slow
def test_what_lies_in_the_archive_is_not_returned_any_more(at: UnderWay) -> None:
    printout = at.document(Kind.PRINTOUT)
    killed(at, "enter_generation")  # the bag has it, the ledger was not told
    with pytest.raises(ConflictError, match=f"{printout.code}.*in the archive already"):
        decide_by_word(at.office, printout.code, Verdict.RETURN, "Angkanya keliru.", **DECIDER)
    at.desk.work()
    assert at.collection.stage == FILED
    assert {r.tagmanifest for r in records(at)} == {the_bag(at).sha256}
    assert audit(at.office).findings == ()


@pytest.mark.slow
def test_what_is_signed_and_not_archived_may_still_go_back(at: UnderWay) -> None:
    code = at.document(Kind.PRINTOUT).code
    killed(at, "into_dossier")
    decide_by_word(at.office, code, Verdict.RETURN, "Angkanya keliru.", **DECIDER)
    at.desk.work()
    assert at.collection.stage == Verb.ENTER
    finish(at)
    assert at.collection.stage == FILED
    assert (the_bag(at).generation, len(records(at))) == (2, 2)
    assert audit(at.office).findings == ()


@pytest.mark.slow
def test_the_dossier_to_be_added_to_must_be_there_and_sound(at: UnderWay) -> None:
    place, away = the_bag(at).path, at.office.root / "di tempat lain"
    place.rename(away)
    with pytest.raises(ArchiveError, match="tidak ada di arsip"):
        file_collection(at.office, at.collection.id)
    assert list(at.office.archive.glob("*/*/*/bagit.txt")) == []
    away.rename(place)
    printout = next((place / "data/dokumen").glob("Data Kinerja*.pdf"))
    whole = printout.read_bytes()
    printout.chmod(0o644)
    printout.write_bytes(whole + b" ")
    with pytest.raises(ArchiveError, match="rusak"):
        file_collection(at.office, at.collection.id)
    printout.write_bytes(whole)
    at.desk.work()
    assert at.collection.stage == FILED


def test_an_archive_that_is_not_there_is_told(at: UnderWay) -> None:
    at.office.archive.rename(at.office.root / "lepas")
    with pytest.raises(ArchiveError, match="terpasang"):
        file_collection(at.office, at.collection.id)
    assert at.document(Kind.PRINTOUT).state == State.SIGNED


def test_a_correction_that_was_reserved_and_withdrawn_leaves_its_place_empty(
    at: UnderWay,
) -> None:
    with at.office.ledger.write() as tx:  # as a filing does that is refused after it reserved
        first = tx.session.query(Record).one()
        amended = tx.session.get_one(Collection, first.collection_id)
        tx.session.add(
            Collection(
                id="f" * 32,
                office_id=at.office.id,
                procedure=amended.procedure,
                period=amended.period,
                edition=9,
                amends=amended.id,
                amendment="ralat",
                stage="withdrawn",
                opened_at=tx.now(),
                stage_since=tx.now(),
            )
        )
        tx.session.flush()
        tx.session.add(
            Record(
                id="f" * 32,
                office_id=at.office.id,
                collection_id="f" * 32,
                code="2222222222",
                year=first.year,
                classification=first.classification,
                dossier_number=first.dossier_number,
                edition=2,
                amends=first.id,
                description=first.description,
                document_number="x",
                path=first.path,
                printout_sha256="0" * 64,
            )
        )
        tx.record("collection.withdrawn", chain="f" * 32, actor="kinerja", via="uji")
    at.desk.work()
    filed_ones = [record for record in records(at) if record.filed_at]
    assert [record.edition for record in filed_ones] == [1, 3]
    assert the_bag(at).generation == 2
    assert audit(at.office).findings == ()
