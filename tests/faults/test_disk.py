"""A disk that is really full, and one that is read-only, under the real service."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Arrival, Event, Number, Record
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.demo.hand import fill_controls
from pipeline.tasks.demo.players import Reporter
from pipeline.tasks.health import health
from tests.faults.disk import Disk, mounted
from tests.journeys.office import Journey, running

pytestmark = pytest.mark.slow
SIZE_MB = 200
ONCE = ("roster.received", "entry.received", "printout.made", "collection.filed")


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with mounted(tmp_path / "disk", SIZE_MB) as made:
        yield made


@pytest.fixture
def journey(disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Journey]:
    monkeypatch.setenv("KINERJA_WATCH__LEAST_FREE_MB", "1")
    monkeypatch.setenv("KINERJA_WATCH__RESCAN_S", "0.5")
    # What gave up in the very moment when room came back is begun anew five minutes later.
    monkeypatch.setattr("tests.journeys.office.PATIENCE_S", 400.0)
    outside = tmp_path / "layanan.log"

    def log_outside(root: Path) -> None:
        outside.touch()  # what it says on a full disk is to be read, too
        (root / ".kinerja" / outside.name).symlink_to(outside)

    with running(disk.root, prepare=log_outside) as started:
        yield started


def said(journey: Journey) -> str:
    return journey.service.log.read_text()


def assert_nothing_lost_or_doubled(journey: Journey) -> None:
    journey.settle()
    assert audit(journey.office).findings == ()
    kinds = Counter(event.kind for event in journey.rows(Event))
    assert {kind: kinds[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    assert len(journey.rows(Number)) == len(journey.rows(Record)) == 1
    assert [a.name for a in journey.rows(Arrival) if a.outcome is None] == []
    with journey.office.ledger.read() as session:
        assert list(check_chains(session, journey.office.id)) == []


def test_a_disk_full_to_the_brim_at_several_stages(journey: Journey, disk: Disk) -> None:
    journey.to_filling()
    journey.settle()
    for person in journey.people:
        fill_in_place(journey, person)
    # People's files come by rename: that is all that can still be done on a full disk.
    disk.fill()
    forms = [journey.folders.wait(f"{p.folder}/Format*.docx") for p in journey.people]
    sent = [journey.folders.move(form, CommandFolder.SEND) for form in forms]
    journey.until(lambda: "nothing is taken" in said(journey))
    disk.make_room()
    for file in sent:
        journey.until_taken(file)
    disk.fill()  # while they are judged, and their receipts printed
    journey.until(lambda: said(journey).count("nothing is taken") >= 2)
    disk.make_room()
    journey.settle()
    journey.to_verification()
    for person in journey.people:
        file = journey.folders.wait(journey.at_verification(person))
        journey.until_taken(journey.folders.move(file, CommandFolder.APPROVE))
        told = said(journey).count("nothing is taken")
        disk.fill()
        journey.until(lambda told=told: said(journey).count("nothing is taken") > told)
        disk.make_room()
    journey.settle()
    journey.to_entry()
    journey.staff.send_entry()
    journey.until(lambda: not journey.sent())
    disk.fill()
    journey.until(lambda: said(journey).count("nothing is taken") >= 5)
    disk.make_room()
    journey.settle()
    journey.to_filed()
    assert journey.service.runs
    assert_nothing_lost_or_doubled(journey)


def test_with_little_room_left_nothing_is_taken(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINERJA_WATCH__RESCAN_S", "0.5")
    with running(disk.root, officials=1) as journey:
        journey.to_filling()
        journey.settle()
        disk.fill(leave=90_000_000)
        journey.until(lambda: "nothing is taken" in said(journey))
        assert health(journey.office).full == ("state", "inbox", "archive")
        person = journey.people[0]
        person.fill_and_send(pattern="*.docx")
        journey.until(lambda: journey.service.runs and len(journey.sent()) == 1)
        disk.make_room()
        journey.until(lambda: journey.form(person).state == State.WAITING)
        assert health(journey.office).status == "ok"
        assert said(journey).count("nothing is taken") == 1


def test_an_archive_that_is_read_only_for_a_while(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KINERJA_WATCH__RESCAN_S", "0.5")
    monkeypatch.setenv("KINERJA_WATCH__LEAST_FREE_MB", "1")
    with mounted(tmp_path / "arsip", 50) as disk:

        def link(root: Path) -> None:
            (root / "archive").rmdir()
            (root / "archive").symlink_to(disk.root)

        with running(tmp_path, prepare=link) as journey:
            journey.to_sign()
            disk.mode("ro")
            journey.head.seal("sign")
            journey.until(lambda: "nothing can be filed" in said(journey))
            journey.until(lambda: "belum diarsipkan" in said(journey))
            assert journey.document(Kind.PRINTOUT).state == State.SIGNED
            assert health(journey.office).full == ("archive",)
            disk.mode("rw")
            journey.to_filed()
            assert_nothing_lost_or_doubled(journey)


def fill_in_place(journey: Journey, person: Reporter) -> None:
    """An official fills the form in and saves it where it lies."""
    form = journey.folders.wait(f"{person.folder}/Format*.docx")
    form.write_bytes(fill_controls(form.read_bytes(), person._answers(leave_out=False)))
