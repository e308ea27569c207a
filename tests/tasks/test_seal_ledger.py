"""Seals are made in time, outside the database, signed, stamped, copied; in nobody's way."""

import json
import logging
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.errors import AuthorityError, ConflictError, KeyAccessError, UsageError
from pipeline.ledger.chain import GENESIS
from pipeline.office import Office
from pipeline.service.rounds import ROUNDS
from pipeline.service.sealing import seal_and_end, seal_in_background
from pipeline.tasks.accept_loss import accept_loss
from pipeline.tasks.account import current_account
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.sealing.events import OF_SEALS, seal_record
from pipeline.tasks.sealing.folder import NOTE_NAME, copy_folder, seal_folder
from pipeline.tasks.sealing.ledger import (
    FILING,
    TENDING,
    is_due,
    key_path,
    seal_ledger,
    seal_when_due,
    sealing,
    tend_seals,
    unsealed,
)
from pipeline.tasks.sealing.standing import seal_standing
from tests.signing.tsa import Authority, time_stamping

from .sealing import Clock, beside, fill, happen, lying, new_office, opened, settle


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_office(tmp_path_factory.mktemp("segel") / "kantor")


@pytest.fixture
def root(empty: Path, tmp_path: Path) -> Path:
    return Path(subprocess.run(["cp", "-r", empty, tmp_path / "kantor"], check=True).args[-1])


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(root: Path, clock: Clock) -> Iterator[Office]:
    with opened(root, clock) as office:
        yield office


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    with time_stamping() as running:
        yield running


def vouch(root: Path, authority: Authority) -> None:
    """The office believes the authority, and asks it."""
    anchors = root / ".kinerja/trust/anchors"
    anchors.mkdir(parents=True, exist_ok=True)
    (anchors / "tsa.pem").write_bytes(authority.root_pem)
    settle(root, "signing", f'tsa_url = "{authority.url}"')


def test_a_seal_lies_outside_the_database_signed_and_is_an_event(office: Office) -> None:
    happen(office, "a", "a", "b", None)
    made = seal_ledger(office)
    (entry,) = lying(office)
    assert (entry.number, entry.sha256, entry.data) == (1, made.sha256, made.data)
    assert entry.path.name == "000001-2026-11-22T101500.json"
    assert (made.seal.events, made.seal.previous) == (5, GENESIS)  # the key is an event, too
    assert {c: e.events for c, e in made.seal.chains.items()} == {
        "a": 2,
        "b": 1,
        f"kantor:{office.id}": 2,
    }
    with office.ledger.read() as session:
        record = seal_record(session, office.id)
    assert record.sealed[1].payload["sha256"] == made.sha256
    assert audit(office).findings == ()


def test_each_seal_names_the_one_before(office: Office, clock: Clock) -> None:
    fill(office, clock)
    one, two, three = lying(office)
    assert two.file
    assert three.file
    assert (two.file.seal.previous, three.file.seal.previous) == (one.sha256, two.sha256)
    report = audit(office)
    assert report.findings == report.notes == ()
    assert report.counts["seals"] == 3


def test_whoever_has_openssl_can_verify_it_by_the_note(office: Office) -> None:
    happen(office, "a")
    seal_ledger(office)
    folder = seal_folder(office)
    (entry,), (certificate,) = lying(office), folder.glob("sertifikat-*.pem")
    note = (folder / NOTE_NAME).read_text()
    assert "openssl cms -verify -binary -inform DER" in note
    assert "openssl ts -verify" in note
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", beside(entry)]
    command += ["-content", entry.path, "-CAfile", certificate, "-out", "/dev/null"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_seal_names_no_person(office: Office) -> None:
    happen(office, "a", None)
    data = seal_ledger(office).data
    assert b"Kasubag" not in data
    assert set(json.loads(data)) == {
        "accepts", "at", "chains", "events", "format", "number", "office", "previous", "program",
        "root",
    }  # fmt: skip


def test_when_it_is_time(office: Office, clock: Clock) -> None:
    assert not is_due(office)
    happen(office, "a")
    assert is_due(office)  # nothing has ever been sealed
    seal_when_due(office)
    assert not is_due(office)
    clock.pass_by(days=30)
    assert not is_due(office)  # nothing happened
    happen(office, "a")
    assert is_due(office)
    seal_when_due(office)
    happen(office, "a")
    clock.pass_by(hours=23)
    assert not is_due(office)
    clock.pass_by(hours=1)
    assert is_due(office)
    clock.pass_by(hours=-100)  # the clock was set back
    assert is_due(office)
    assert len(lying(office)) == 2


def test_a_filing_is_sealed_at_once(office: Office, clock: Clock) -> None:
    fill(office, clock, 1)
    clock.pass_by(days=-1)
    happen(office, "a")
    assert not is_due(office)
    happen(office, "a", kind=FILING)
    assert is_due(office)


def test_the_interval_is_the_office_s(root: Path, clock: Clock) -> None:
    settle(root, "seals", "every_h = 0.5")
    with opened(root, clock) as office:
        happen(office, "a")
        seal_ledger(office)
        happen(office, "a")
        clock.pass_by(minutes=29)
        assert not is_due(office)
        clock.pass_by(minutes=1)
        assert is_due(office)


def test_sealing_is_no_reason_to_seal(office: Office) -> None:
    happen(office, "a")
    seal_ledger(office)
    assert not unsealed(office).something
    assert unsealed(office).last is not None


def test_a_seal_that_was_written_and_not_entered_is_entered(office: Office, clock: Clock) -> None:
    fill(office, clock, 2)
    with office.ledger.write() as tx:  # as after a crash: the file is there, its event is not
        tx.session.execute(text("DELETE FROM event WHERE id = (SELECT max(id) FROM event)"))
    assert "does not say that this seal was made" in audit(office).findings[0].message
    seal_ledger(office)
    assert audit(office).findings == ()
    assert [entry.number for entry in lying(office)] == [1, 2, 3]


def test_two_do_not_seal_at_once(office: Office) -> None:
    happen(office, "a")
    with sealing(office), pytest.raises(ConflictError, match="sealed just now"):
        seal_ledger(office)
    assert lying(office) == []


def test_a_lost_key_is_replaced_and_that_is_told(office: Office, clock: Clock) -> None:
    fill(office, clock, 2)
    before = seal_standing(office).fingerprint
    key_path(office).unlink()
    fill(office, clock, 1)
    after = seal_standing(office).fingerprint
    assert before != after
    report = audit(office)
    assert report.findings == ()
    (note,) = report.notes
    assert note.startswith("Another sealing key since seal 3 (2026-11-24")
    assert str(after) in note
    assert len(list(seal_folder(office).glob("sertifikat-*.pem"))) == 2


def test_a_damaged_key_is_not_silently_replaced(office: Office) -> None:
    happen(office, "a")
    seal_ledger(office)
    key_path(office).write_bytes(b"rusak")
    with pytest.raises(KeyAccessError):
        seal_ledger(office)
    assert "damaged" in seal_standing(office).key_problem


def test_a_timestamp_is_laid_over_the_signature(
    root: Path, clock: Clock, authority: Authority, tmp_path: Path
) -> None:
    vouch(root, authority)
    with opened(root, clock) as office:
        happen(office, "a")
        seal_when_due(office)
        (entry,) = lying(office)
        report = audit(office)
        assert (report.findings, report.notes) == ((), ())
        assert report.counts["timestamps of seals"] == 1
        assert not is_due(office)
        asked = authority.asked
        tend_seals(office)
        assert authority.asked == asked  # it has one
    (tmp_path / "tsa.pem").write_bytes(authority.root_pem)
    command = ["openssl", "ts", "-verify", "-data", beside(entry), "-in", entry.stamp_path]
    command += ["-CAfile", tmp_path / "tsa.pem"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_without_the_service_it_is_sealed_and_stamped_later(
    root: Path, clock: Clock, authority: Authority
) -> None:
    with time_stamping() as gone:
        vouch(root, gone)
    with opened(root, clock) as office:
        happen(office, "a")
        seal_when_due(office)
        report = audit(office)
        assert (report.findings, report.notes) == ((), ("1 seal(s) wait for their timestamp.",))
        assert seal_standing(office).unstamped == 1
    vouch(root, authority)
    with opened(root, clock) as office:
        seal_when_due(office)
        report = audit(office)
        assert (report.findings, report.notes) == ((), ())
        assert report.counts["timestamps of seals"] == 1
        assert seal_standing(office).unstamped == 0


def test_copies_wait_for_their_disk(
    root: Path, clock: Clock, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    disk = tmp_path / "disk-lain"
    settle(root, "seals", f'copy_to = "{disk}"')
    with opened(root, clock) as office:
        happen(office, "a")
        with caplog.at_level(logging.WARNING):
            seal_when_due(office)
        assert len(lying(office)) == 1
        (finding,) = audit(office).findings
        assert finding.kind.value == "not examined"
        assert "cannot be read" in finding.message
        assert "disk-lain" in seal_standing(office).copies_problem
        disk.mkdir()
        assert seal_standing(office).uncopied == 4  # seal, signature, certificate, note
        assert audit(office).notes == ("4 file(s) of the seals wait to be copied.",)
        seal_when_due(office)
        copies = copy_folder(office)
        assert copies
        names = {path.name for path in seal_folder(office).iterdir()}
        assert {path.name for path in copies.iterdir()} == names
        report = audit(office)
        assert (report.findings, report.notes) == ((), ())
        assert report.counts["copies of seals"] == 1
        assert seal_standing(office).uncopied == 0


def test_a_copy_that_hangs_keeps_nobody_from_sealing(office: Office) -> None:
    happen(office, "a")
    with sealing(office, TENDING):  # as if the disk of the copies did not answer
        seal_when_due(office)
    assert len(lying(office)) == 1


def test_how_it_stands(office: Office, clock: Clock) -> None:
    standing = seal_standing(office)
    assert (standing.last, standing.fingerprint, standing.unsealed) == (None, None, False)
    happen(office, "a")
    seal_ledger(office)
    happen(office, "a")
    standing = seal_standing(office)
    assert (standing.last, standing.last_at) == (1, clock.at)
    assert standing.unsealed
    assert not standing.overdue
    assert not standing.key_open_to_others
    clock.pass_by(hours=49)
    key_path(office).chmod(0o644)
    standing = seal_standing(office)
    assert standing.overdue
    assert standing.key_open_to_others
    assert standing.key_problem == standing.folder_problem == standing.copies_problem == ""


def test_the_service_seals_beside_its_work_and_at_its_end(office: Office) -> None:
    assert ROUNDS["seals of the ledger"].go is seal_in_background
    happen(office, "a")
    seal_and_end(office)
    assert len(lying(office)) == 1
    seal_and_end(office)
    assert len(lying(office)) == 1  # nothing happened since


def test_what_keeps_the_service_from_sealing_is_logged(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    happen(office, "a")
    seal_folder(office).parent.mkdir(exist_ok=True)
    seal_folder(office).write_text("bukan folder")
    seal_and_end(office)
    assert "could not be sealed" in "".join(capsys.readouterr())
    seal_folder(office).unlink()
    seal_and_end(office)
    assert len(lying(office)) == 1


def test_a_loss_is_accepted_by_the_administrator_for_a_reason(root: Path, clock: Clock) -> None:
    with opened(root, clock) as office:
        fill(office, clock)
        with pytest.raises(AuthorityError, match="administrator"):
            accept_loss(office, "cadangan lama")
    accounts = f'\n[[accounts]]\nname = "{current_account()}"\nroles = ["administrator"]\n'
    settings = root / "kinerja.toml"
    settings.write_text(settings.read_text() + accounts)
    with opened(root, clock) as office:
        with pytest.raises(UsageError):
            accept_loss(office, "  ")
        assert accept_loss(office, "Cadangan terakhir rusak.").seal.number == 4
        report = audit(office)
        assert report.findings == ()
        assert "seals up to 3" in report.notes[0]
        assert report.notes[0].endswith("Cadangan terakhir rusak.")
    assert "ledger.loss-accepted" not in OF_SEALS
