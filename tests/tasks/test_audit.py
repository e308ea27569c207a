import json
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

import pipeline.tasks.audit.audit as audit_module
from pipeline.cli.app import run
from pipeline.errors import ExitCode
from pipeline.intake.claim import TAKE
from pipeline.ledger.tables import Decision, Document, Number, Record
from pipeline.office import Office, open_office
from pipeline.signing.report import VerificationReport
from pipeline.signing.verify import Expectation
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.audit.report import AuditFinding, AuditKind, AuditReport

from .small_office import (
    CODE,
    COLLECTION,
    PRINTOUT,
    RECORD,
    SmallOffice,
    a_document,
    a_number,
    an_arrival,
    build,
    copied,
    sealed,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return build(tmp_path_factory.mktemp("audit") / "kantor")


@pytest.fixture
def small(made: SmallOffice, tmp_path: Path) -> SmallOffice:
    return copied(made, tmp_path / "kantor")


@pytest.fixture
def office(small: SmallOffice) -> Iterator[Office]:
    with open_office(small.root) as opened:
        yield opened


def only(report: AuditReport) -> AuditFinding:
    assert len(report.findings) == 1, report.findings
    assert report.findings[0].mend
    return report.findings[0]


def test_an_event_that_makes_no_sense_does_not_end_the_audit(office: Office) -> None:
    with office.ledger.write() as tx:
        tx.record("number.skipped", chain=None, actor="x", via="x")
    finding = only(audit(office))
    assert (finding.kind, finding.place) == (AuditKind.NOT_EXAMINED, "numbers")
    assert "KeyError" in finding.message


def test_no_name_acts_on_the_terminal(
    small: SmallOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    (small.root / "archive" / "\x1b[2Jhapus").write_bytes(b"x")
    assert run(["audit", "--office", str(small.root)]) == ExitCode.AT_FAULT
    assert "\x1b" not in capsys.readouterr().out


def test_a_sound_office_has_no_findings(office: Office) -> None:
    report = audit(office)
    assert report.ok
    assert report.counts["dossiers"] == report.counts["print-outs"] == 1
    assert report.counts["arrivals"] == report.counts["publications"] == 1
    assert report.counts["events"] == 3
    assert report.notes == ("The ledger has not been sealed yet.",)


def test_progress_is_told(office: Office) -> None:
    told: list[tuple[str, int, int]] = []
    audit(office, lambda *step: told.append(step))
    assert {what for what, *_ in told} >= {"events", "archive", "signatures", "store"}
    assert ("store", 1, 2) in told


def test_an_edited_event(office: Office) -> None:
    with office.ledger.write() as tx:
        tx.session.execute(text("UPDATE event SET actor = 'orang lain' WHERE seq = 1"))
    finding = only(audit(office))
    assert finding.kind is AuditKind.EVENTS
    assert COLLECTION in finding.place


def test_what_stands_as_ended_or_decided_was_said_by_an_event(office: Office) -> None:
    with office.ledger.write() as tx:
        tx.session.add(
            Decision(
                id="9" * 32,
                office_id=office.id,
                document_id=PRINTOUT,
                revision=1,
                verdict="setujui",
                actor="x",
                via="uji",
                decided_at=office.now(),
            )
        )
        tx.session.execute(text("DELETE FROM event WHERE kind = 'collection.filed'"))
    assert [(f.kind, f.place, f.message) for f in audit(office).findings] == [
        (
            AuditKind.EVENTS,
            f"chain {COLLECTION}",
            "2026-TW3 stands as filed, but no event says so (collection.filed).",
        ),
        (AuditKind.EVENTS, CODE, "It was decided on (setujui), but no event says so."),
    ]


def test_a_collection_without_a_single_event(office: Office) -> None:
    with office.ledger.write() as tx:
        tx.session.execute(text("DELETE FROM event"))
    messages = [f.message for f in audit(office).findings if f.kind is AuditKind.EVENTS]
    assert "The collection is there, but no event of it." in messages


def test_a_changed_file_in_a_bag(small: SmallOffice, office: Office) -> None:
    path = next((small.bag / "data/dokumen").iterdir())
    path.chmod(0o644)
    path.write_bytes(b"lain")
    finding = only(audit(office))
    assert finding.kind is AuditKind.ARCHIVE
    assert finding.place.endswith(path.name)


def test_a_dossier_whose_folder_is_gone(small: SmallOffice, office: Office) -> None:
    shutil.rmtree(small.bag)
    assert only(audit(office)).kind is AuditKind.ARCHIVE


def test_another_bag_in_its_place(office: Office) -> None:
    with office.ledger.write() as tx:
        tx.session.get_one(Record, RECORD).tagmanifest = "0" * 64
    finding = only(audit(office))
    assert finding.kind is AuditKind.ARCHIVE
    assert "not the one that was filed" in finding.message


def test_a_filing_that_was_entered_meanwhile_is_no_finding(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bag moved in after the ledger was read: it is read again before it is believed."""
    with office.ledger.write() as tx:
        record = tx.session.get_one(Record, RECORD)
        entered, record.tagmanifest = record.tagmanifest, "0" * 64
    real = audit_module.check_archive

    def while_filing(*args):  # type: ignore[no-untyped-def]
        findings = list(real(*args))
        assert len(findings) == 1
        with office.ledger.write() as tx:
            tx.session.get_one(Record, RECORD).tagmanifest = entered
        return iter(findings)

    monkeypatch.setattr(audit_module, "check_archive", while_filing)
    assert audit(office).ok


def test_an_archive_that_is_not_there_does_not_stop_the_audit(
    small: SmallOffice, office: Office
) -> None:
    shutil.rmtree(small.root / "archive")
    report = audit(office)
    assert only(report).kind is AuditKind.NOT_EXAMINED
    assert report.counts["files"] == 2


def test_a_printout_signed_by_another_post(small: SmallOffice, office: Office) -> None:
    *_, foreign = sealed(office, small.pins["sekretaris"], "sekretaris")
    digest = office.store.put(foreign)
    with office.ledger.write() as tx:
        tx.record(
            "printout.signed",
            chain=COLLECTION,
            actor="x",
            via="uji",
            document_id=PRINTOUT,
            sha256=digest,
        )
    finding = only(audit(office))
    assert finding.kind is AuditKind.SIGNATURE
    assert "not enrolled" in finding.message


def test_a_printout_that_nobody_signed(office: Office) -> None:
    with office.ledger.write() as tx:
        tx.session.get_one(Document, PRINTOUT).pdf = office.store.put(b"lain")
    finding = only(audit(office))
    assert finding.kind is AuditKind.SIGNATURE
    assert "no event" in finding.message


def test_signatures_outlive_their_certificates_by_the_ledger(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without an archival timestamp the ledger alone shows when they were made: counted."""
    real = office.verify

    def in_two_years(
        pdf: bytes, *, expectation: Expectation, at: datetime | None = None
    ) -> VerificationReport:
        then = at or office.now() + timedelta(days=730)
        return real(pdf, expectation=expectation, at=then)

    monkeypatch.setattr(office, "verify", in_two_years)
    report = audit(office)
    assert report.ok
    assert report.counts["print-outs proven by the ledger only"] == 1


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ((4, "x/4"), "missing: 2–3"),
        ((3, "x/3"), "missing: 2."),
        ((2, "000.8.6.3/1/dkp/2026"), "2 documents bear"),
    ],
)
def test_numbers_run_without_gap_or_repetition(
    office: Office, number: tuple[int, str], said: str
) -> None:
    with office.ledger.write() as tx:
        tx.session.add(a_document(office, "f" * 32, "3333333333", kind="formulir"))
        tx.session.flush()
        tx.session.add(a_number(office, "f" * 32, *number))
    finding = only(audit(office))
    assert finding.kind is AuditKind.NUMBER
    assert said in finding.message


def test_a_cancelled_number_leaves_no_gap(office: Office) -> None:
    with office.ledger.write() as tx:
        for n in (2, 3):
            tx.session.add(a_document(office, f"{n}" * 32, f"{n}" * 10, kind=f"k{n}"))
            tx.session.flush()
            tx.session.add(a_number(office, f"{n}" * 32, n, f"x/{n}"))
        tx.session.flush()
        tx.session.get_one(Number, "2" * 32).cancelled = "batal"
    assert audit(office).ok


def spoil(path: Path) -> None:
    path.chmod(0o644)
    path.write_bytes(b"lain")


@pytest.mark.parametrize(("damage", "said"), [(Path.unlink, "gone"), (spoil, "changed")])
def test_the_store_holds_what_the_ledger_names(
    office: Office, damage: Callable[[Path], None], said: str
) -> None:
    damage(office.store.path(office.store.put(b"petunjuk")))
    finding = only(audit(office))
    assert finding.kind is AuditKind.STORE
    assert said in finding.message
    assert "and 1 more" in finding.place  # the arrival and the publication


def test_a_spoilt_printout_in_the_store_is_found_twice(small: SmallOffice, office: Office) -> None:
    spoil(small.stored(small.sha256))
    kinds = {finding.kind for finding in audit(office).findings}
    assert kinds == {AuditKind.STORE, AuditKind.SIGNATURE}


def test_an_arrival_is_judged_or_queued(office: Office) -> None:
    digest = office.store.put(b"petunjuk")
    with office.ledger.write() as tx:
        tx.session.add(an_arrival(office, "2" * 32, digest, outcome=None))
        tx.enqueue(TAKE, "2" * 32, once="2" * 32)
    report = audit(office)
    assert report.ok
    assert report.counts["arrivals in the queue"] == 1
    with office.ledger.write() as tx:
        tx.session.add(an_arrival(office, "3" * 32, digest, outcome=None))
    finding = only(audit(office))
    assert finding.kind is AuditKind.ARRIVAL
    assert "3" * 32 in finding.place


def test_what_people_moved_is_only_counted(small: SmallOffice, office: Office) -> None:
    (small.root / "inbox/data-kinerja/BACA SAYA.pdf").unlink()
    report = audit(office)
    assert report.ok
    assert report.counts["publications moved by people"] == 1


def test_the_command(small: SmallOffice, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["audit", "--office", str(small.root)]
    assert run(command) == ExitCode.OK
    assert "Everything holds" in capsys.readouterr().out
    (small.bag / "tersesat.txt").write_text("?")
    assert run(command) == ExitCode.AT_FAULT
    assert "1 finding(s)" in capsys.readouterr().out
    assert run([*command, "--json"]) == ExitCode.AT_FAULT
    told = json.loads(capsys.readouterr().out)
    assert told["findings"][0]["kind"] == "archive"
    assert not told["ok"]


def test_an_inbox_that_is_not_there_is_not_taken_for_emptied(office: Office) -> None:
    office.mark.make()
    office.inbox.rename(office.root / "tidak terpasang")
    report = audit(office)
    finding = only(report)
    assert finding.kind is AuditKind.NOT_EXAMINED
    assert "Mount its storage" in finding.mend
    assert "publications moved by people" not in report.counts
