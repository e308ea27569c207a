"""Whatever is done to the ledger, to its seals or to both: ``audit`` finds it and says where."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.cli.app import run
from pipeline.errors import ExitCode
from pipeline.ledger.seal import read_seal
from pipeline.office import Office
from pipeline.signing.sealing_key import load_sealing_key, make_sealing_key
from pipeline.tasks.account import current_account
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.audit.report import AuditKind
from pipeline.tasks.sealing.events import RESTORED
from pipeline.tasks.sealing.folder import Entry, copy_folder, entries, put_seal, seal_folder
from pipeline.tasks.sealing.ledger import key_path, seal_ledger, seal_when_due, sealing, tend_seals
from tests.ledger.postgres import cluster
from tests.ledger.tampering import cut, rewrite
from tests.signing.tsa import time_stamping

from .sealing import (
    Clock,
    beside,
    fill,
    found,
    happen,
    keep_database,
    lying,
    new_office,
    opened,
    restore_database,
    settle,
    spoil,
    told,
)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seals, of 5, 10 and 15 events; a copy of them on another disk."""
    folder = tmp_path_factory.mktemp("segel")
    root, clock = new_office(folder / "kantor"), Clock()
    with opened(root, clock) as office:
        fill(office, clock)
    return root


@pytest.fixture
def root(filled: Path, tmp_path: Path) -> Path:
    root = tmp_path / "kantor"
    shutil.copytree(filled, root)
    return root


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.pass_by(days=3)
    return clock


@pytest.fixture
def office(root: Path, clock: Clock) -> Iterator[Office]:
    with opened(root, clock) as office:
        yield office


@pytest.fixture
def copied(root: Path, clock: Clock, tmp_path: Path) -> Iterator[Office]:
    """The office with its copies."""
    (tmp_path / "disk").mkdir()
    settle(root, "seals", f'copy_to = "{tmp_path / "disk"}"')
    with opened(root, clock) as office:
        tend_seals(office)
        yield office


def test_sound_seals_have_no_findings(copied: Office) -> None:
    report = audit(copied)
    assert (report.findings, report.notes) == ((), ())
    assert (report.counts["seals"], report.counts["copies of seals"]) == (3, 3)


@pytest.mark.parametrize("number", [1, 2, 3])
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b'"events": ', b'"events": 9', "changed since it was sealed"),
        (b'"number"', b'"nomor"', "no seal any more"),
        (b"}\n", b"}", "changed since it was sealed"),
    ],
)
def test_an_edited_seal(office: Office, number: int, old: bytes, new: bytes, said: str) -> None:
    entry = lying(office)[number - 1]
    spoil(entry.path, old, new)
    (finding,) = found(office)
    assert (finding.kind, finding.place) == (AuditKind.SEAL, entry.path.name)
    assert said in finding.message


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_deleted_seal(office: Office, number: int) -> None:
    lying(office)[number - 1].path.unlink()
    (finding,) = found(office)
    assert finding.place == f"seal {number}"
    assert f"made 2026-11-{21 + number}T10:15" in finding.message


def test_all_seals_deleted(office: Office) -> None:
    shutil.rmtree(seal_folder(office))
    (finding,) = found(office)
    assert finding.place == "seals 1–3"


def test_a_loss_that_only_the_database_says_was_accepted_silences_no_seal(office: Office) -> None:
    with office.ledger.write() as tx:
        rewrite(tx.session, f"kantor:{office.id}", 1)
    with office.ledger.write() as tx:
        about = {"through": 3, "reason": "pemeliharaan"}
        tx.record("ledger.loss-accepted", chain=None, actor="x", via="x", **about)
    findings = found(office)
    assert any("no seal bears that out" in finding.message for finding in findings)
    assert any("Not what was sealed" in finding.message for finding in findings)


def test_a_number_far_away_does_not_keep_the_audit_for_ever(office: Office) -> None:
    with office.ledger.write() as tx:
        about = {"number": 10**15, "sha256": "0" * 64, "through": 0}
        tx.record("ledger.sealed", chain=None, actor="x", via="x", **about)
    (finding,) = found(office)
    assert finding.place == f"seals 4–{10**15}"


def test_a_deleted_seal_with_its_event(office: Office) -> None:
    lying(office)[1].path.unlink()
    with office.ledger.write() as tx:
        tx.session.execute(
            text("DELETE FROM event WHERE kind = 'ledger.sealed' AND payload LIKE :said"),
            {"said": '%"number": 2%'},
        )
    findings = {(f.kind, f.place) for f in found(office)}
    assert (AuditKind.SEAL, "seal 2") in findings
    assert any(kind is AuditKind.EVENTS and "kantor:" in place for kind, place in findings)


def test_swapped_seals(office: Office) -> None:
    one, two, _ = lying(office)
    for path, data in ((one.path, two.data), (two.path, one.data)):
        path.chmod(0o644)
        path.write_bytes(data)
    for path, signature in ((beside(one), two.signature), (beside(two), one.signature)):
        path.chmod(0o644)
        path.write_bytes(signature or b"")
    assert [(f.place, f.message) for f in found(office)] == [
        (one.path.name, "It is seal 2 under another name."),
        (two.path.name, "It is seal 1 under another name."),
    ]


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda entry: beside(entry).unlink(), "signature is gone"),
        (lambda entry: spoil(beside(entry), entry.signature[-9:], bytes(9)), "changed since"),
    ],
)
def test_a_damaged_signature(office: Office, damage: Callable[..., None], said: str) -> None:
    damage(lying(office)[1])
    (finding,) = found(office)
    assert said in finding.message


def test_a_seal_by_a_stranger(office: Office, tmp_path: Path) -> None:
    entry = lying(office)[1]
    stranger = make_sealing_key(tmp_path / "asing.pem", office.id, office.now())
    beside(entry).chmod(0o644)
    beside(entry).write_bytes(stranger.sign(entry.data))
    (finding,) = found(office)
    assert "a key that the ledger does not know" in finding.message
    assert stranger.fingerprint in finding.message


def test_a_forged_seal_with_the_machine_s_own_key(office: Office) -> None:
    """Only who has the account can do that; the ledger knows another seal."""
    entry, key = lying(office)[1], load_sealing_key(key_path(office))
    assert entry.file
    assert key
    forged = entry.file.seal.model_copy(update={"root": "0" * 64})
    put_seal(seal_folder(office), forged, key)
    messages = {f.place: f.message for f in found(office)}
    assert "not the seal that the ledger says" in messages[entry.path.name]


def test_what_does_not_belong_there(office: Office) -> None:
    (seal_folder(office) / "catatan.docx").write_bytes(b"?")
    (finding,) = found(office)
    assert (finding.place, finding.mend) == ("catatan.docx", "Move it elsewhere.")


def test_a_cut_chain_is_told_with_the_mend(office: Office) -> None:
    with office.ledger.write() as tx:
        cut(tx.session, "a", 4)
    (finding,) = [f for f in found(office) if f.place == "chain a, events 5–6"]
    assert "seal 3 (2026-11-24 10:15) recorded 6 events, now there are 4" in finding.message
    assert "newest backup" in finding.mend


def test_a_rewritten_tail_is_located_between_seals(office: Office) -> None:
    with office.ledger.write() as tx:
        rewrite(tx.session, "a", 3)
    messages = {f.place: f.message for f in found(office)}
    assert "seal 1 (2026-11-22 10:15) and" in messages["chain a, events 3–4"]
    assert "seal 2 (2026-11-23 10:15)" in messages


def test_an_older_database_is_named_and_its_loss_may_be_accepted(
    root: Path, clock: Clock, tmp_path: Path
) -> None:
    kept = tmp_path / "lama.db"
    with opened(root, clock) as office:
        keep_database(office, kept)
        fill(office, clock, 2)
        restore_database(office, kept)
        findings = found(office)
        older = next(f for f in findings if "older than its seal" in f.message)
        assert older.place.startswith("seal 5 ")
        assert "--accept-loss" in older.mend
        assert {"chain a, events 7–10", "chain b, events 4–5"} <= {f.place for f in findings}
        happen(office, "a")  # work went on
        seal_ledger(office)
        assert lying(office)[-1].number == 6
        assert not audit(office).ok
    account = f'\n[[accounts]]\nname = "{current_account()}"\nroles = ["administrator"]\n'
    (root / "kinerja.toml").write_text((root / "kinerja.toml").read_text() + account)
    command = ["audit", "--office", str(root)]
    assert run([*command, "--accept-loss", "Cadangan terbaru rusak."]) == ExitCode.OK
    with opened(root, clock) as office, office.ledger.write() as tx:
        rewrite(tx.session, "a", 2)  # what is left is held by the new seal
    assert run(command) == ExitCode.AT_FAULT


def test_a_restore_is_named_and_numbers_go_on_past_the_copies(
    root: Path, clock: Clock, tmp_path: Path
) -> None:
    """Database and archive come from the backup; the later seals are on the other disk only."""
    kept, archive, disk = tmp_path / "lama.db", tmp_path / "arsip", tmp_path / "disk"
    disk.mkdir()
    settle(root, "seals", f'copy_to = "{disk}"')
    with opened(root, clock) as office:
        keep_database(office, kept)
        shutil.copytree(office.archive, archive)
        fill(office, clock, 2)
        tend_seals(office)
        restore_database(office, kept)
        shutil.rmtree(office.archive)
        shutil.copytree(archive, office.archive)
        with office.ledger.write() as tx:
            tx.record(RESTORED, chain=None, actor="akun x", via="uji", made_at="2026-11-24")
        report = audit(office)
        assert any("from the backup of 2026-11-24" in note for note in report.notes)
        assert any("older than its seal" in message for _, message in told(report))
        assert any(place.startswith("copy 000005") for place, _ in told(report))
        seal_ledger(office)
        assert [entry.number for entry in lying(office)] == [1, 2, 3, 6]


def test_nobody_waits_while_the_copies_are_read_after_a_restore(
    root: Path, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their disk may be another machine's, and may not answer."""
    disk, busy = tmp_path / "disk", []
    disk.mkdir()
    settle(root, "seals", f'copy_to = "{disk}"')

    def reading(folder: Path) -> list[Entry]:
        if folder.is_relative_to(disk):
            with sealing(office):
                busy.append(False)
        return entries(folder)

    monkeypatch.setattr("pipeline.tasks.sealing.ledger.entries", reading)
    with opened(root, clock) as office:
        with office.ledger.write() as tx:
            tx.record(RESTORED, chain=None, actor="akun x", via="uji", made_at="2026-11-24")
        seal_ledger(office)
        assert busy == [False]
        seal_ledger(office)
    assert busy == [False]


def test_copies_differ_or_are_all_that_is_left(copied: Office) -> None:
    copies = entries(copy_folder(copied) or Path())
    spoil(copies[0].path, b'"office"', b'"kantor"')
    lying(copied)[1].path.unlink()
    assert [(f.place, f.message) for f in found(copied)] == [
        ("seal 2", "Missing from the folder of the seals (made 2026-11-23T10:15)."),
        (f"copy {copies[0].path.name}", "It differs from the seal itself."),
        (f"copy {copies[1].path.name}", "The seal itself is gone."),
    ]


def test_whoever_has_database_archive_and_key_is_found_by_the_copy(
    copied: Office, clock: Clock
) -> None:
    """All is written anew: events, seals, signatures. What left the machine shows it, and where."""
    key = load_sealing_key(key_path(copied))
    assert key
    old = lying(copied)
    shutil.rmtree(seal_folder(copied))
    with copied.ledger.write() as tx:
        tx.session.execute(text("DELETE FROM event WHERE kind LIKE 'ledger.%'"))
        tx.session.execute(
            text("UPDATE event SET seq = (SELECT count(*) FROM event AS e"
                 " WHERE e.chain = event.chain AND e.id <= event.id)")
        )  # fmt: skip
        for chain in ("a", "b", f"kantor:{copied.id}"):
            rewrite(tx.session, chain, 1)
    clock.pass_by(days=-3)
    for _ in old:
        seal_ledger(copied)
        clock.pass_by(days=1)
    report = audit(copied)
    copies = [place for place, _ in told(report) if place.startswith("copy")]
    assert len(copies) == 3
    assert "chain a, events 1–2" in {place for place, _ in told(report)}


def test_a_timestamp_is_missed_and_checked(root: Path, clock: Clock) -> None:
    with time_stamping() as authority:
        anchors = root / ".kinerja/trust/anchors"
        anchors.mkdir(parents=True, exist_ok=True)
        (anchors / "tsa.pem").write_bytes(authority.root_pem)
        settle(root, "signing", f'tsa_url = "{authority.url}"')
        with opened(root, clock) as office:
            seal_when_due(office)
    with opened(root, clock) as office:
        one, two, three = lying(office)
        for entry in (two, three):
            entry.stamp_path.chmod(0o644)
        one.stamp_path.unlink()
        two.stamp_path.write_bytes(three.stamp or b"")
        three.stamp_path.write_bytes(b"bukan")
        messages = {f.place: f.message for f in found(office)}
    assert messages[one.path.name] == "Its timestamp is gone."
    assert messages[two.stamp_path.name] == "It is not a timestamp of this seal."
    assert "cannot be read" in messages[three.stamp_path.name]


def test_an_authority_that_nobody_vouches_for(root: Path, clock: Clock) -> None:
    with time_stamping() as authority, time_stamping() as other:
        settle(root, "signing", f'tsa_url = "{authority.url}"')
        with opened(root, clock) as office:
            seal_when_due(office)
            findings = found(office)
            assert {f.kind for f in findings} == {AuditKind.NOT_EXAMINED}
        anchors = root / ".kinerja/trust/anchors"
        anchors.mkdir(parents=True, exist_ok=True)
        (anchors / "tsa.pem").write_bytes(other.root_pem)
        with opened(root, clock) as office:
            assert "vouches for" in found(office)[0].message


def test_the_command_seals_and_shows_notes(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with opened(root) as office:
        happen(office, "a")
    command = ["audit", "--office", str(root)]
    assert run([*command, "--json"]) == ExitCode.OK
    said = json.loads(capsys.readouterr().out)
    assert said["notes"] == ["What happened since the last seal is not sealed yet."]
    assert run(command) == ExitCode.OK
    assert "is not sealed yet" in capsys.readouterr().out
    assert run([*command, "--seal", "--json"]) == ExitCode.OK
    said = json.loads(capsys.readouterr().out)
    assert (said["notes"], said["counts"]["seals"]) == ([], 4)


def test_work_that_goes_on_is_no_finding(office: Office) -> None:
    """A seal holds what was, not what comes."""
    happen(office, "a", "c", "b", None)
    assert audit(office).ok


def test_every_seal_can_be_read_alone(office: Office) -> None:
    for entry in lying(office):
        assert read_seal(entry.data).seal.number == entry.number


@pytest.mark.slow
def test_on_postgresql_too(tmp_path: Path) -> None:
    """Sealed, sound, tampered with, found."""
    with cluster() as server:
        root, clock = new_office(tmp_path / "kantor"), Clock()
        settle(root, "database", f'url = "{server.database()}"')
        with opened(root, clock) as office:
            office.ledger.migrate()
            fill(office, clock)
            assert audit(office).ok
            with office.ledger.write() as tx:
                rewrite(tx.session, "a", 3)
                cut(tx.session, "b", 2)
            places = {f.place for f in found(office)}
        assert {"chain a, events 3–4", "chain b, event 3"} <= places
