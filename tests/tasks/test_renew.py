"""Filed print-outs lifted and stamped again: nothing filed changes, and all goes on to hold."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import bagit
import pytest

from pipeline.archive.bag import read_bag
from pipeline.archive.dossier import read_dossier
from pipeline.errors import ExitCode
from pipeline.ledger.tables import Proof, Record
from pipeline.office import Office
from pipeline.signing.renewal import renew, standing
from pipeline.signing.stamping import tsa
from pipeline.tasks.audit.audit import audit
from pipeline.tasks.get import retrieve
from pipeline.tasks.lookup import FoundPrintout, find_by_code
from pipeline.tasks.renew.due import Cause
from pipeline.tasks.renew.renew import Outcome, Result, all_due, renew_all
from pipeline.tasks.status import office_status
from pipeline.tasks.verify import Grounds, verify_file
from tests.cli.calling import call
from tests.signing.tsa import Authority, time_stamping
from tests.sop.desk import DeskOffice

from .renewing import at_work, events, everything, proofs, records, relies_on
from .small_office import CODE, RECORD, SmallOffice, build, copied, rewrite

SOON = datetime.now(UTC).replace(microsecond=0) + timedelta(days=100)
LATER = datetime.now(UTC).replace(microsecond=0) + timedelta(days=390)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    """Signed without any time-stamping service."""
    return build(tmp_path_factory.mktemp("pembaruan") / "kantor")


@pytest.fixture
def small(made: SmallOffice, tmp_path: Path) -> SmallOffice:
    return copied(made, tmp_path / "kantor")


@pytest.fixture
def authority() -> Iterator[Authority]:
    with time_stamping(LATER) as answering:
        yield answering


@pytest.fixture
def office(small: SmallOffice, authority: Authority) -> Iterator[DeskOffice]:
    """The office, from now on with a time-stamping service."""
    relies_on(small.root, authority)
    with at_work(small.root) as opened:
        yield opened


def renewed(office: Office) -> list[Result]:
    return renew_all(office, all_due(office))


def outcomes(office: Office) -> list[Outcome]:
    results = renewed(office)
    assert [r.note for r in results if r.outcome is Outcome.FAILED] == []
    return [result.outcome for result in results]


def filed_pdf(office: Office) -> Path:
    (record,) = records(office)
    return next((office.archive / record.path / "data/dokumen").glob("*.pdf"))


def test_what_was_signed_without_a_timestamp_is_listed(office: DeskOffice) -> None:
    (due,) = all_due(office)
    assert (due.filed.code, due.cause, due.level) == (CODE, Cause.BELOW, "B-B")
    assert due.attainable == "B-LTA"
    assert [one.filed.code for one in office_status(office).to_renew] == [CODE]
    report = audit(office)
    assert report.findings == ()
    assert [note for note in report.notes if CODE in note and "`kinerja renew`" in note]
    assert report.counts["print-outs at B-B"] == 1


def test_it_is_lifted_and_all_goes_on_to_hold(
    office: DeskOffice, small: SmallOffice, tmp_path: Path
) -> None:
    assert outcomes(office) == [Outcome.RENEWED]
    longer = filed_pdf(office).read_bytes()
    assert longer.startswith(small.signed)
    (proof,) = proofs(office)
    assert (proof.level, proof.stamped, proof.renewal) == ("B-LTA", True, None)
    assert proof.holds_until == LATER
    report = office.verify(longer)
    assert report.level == "B-LTA"
    assert all_due(office) == []
    assert renewed(office) == []
    audited = audit(office)
    assert audited.findings == ()
    assert audited.counts["print-outs at B-LTA"] == 1
    assert retrieve(office, CODE, tmp_path / "ambil").path.read_bytes() == longer
    found = find_by_code(office, CODE)
    assert isinstance(found, FoundPrintout)
    assert found.judgement
    assert (found.sha256, found.judgement.verdict) == (report.sha256, "valid")
    assert {seal.level for seal in found.judgement.seals} == {"B-LTA"}
    for pdf in (longer, small.signed):
        (tmp_path / "a.pdf").write_bytes(pdf)
        verified = verify_file(Grounds(office.trust, office), tmp_path / "a.pdf")
        assert verified.accepted
        assert verified.printout
        assert verified.printout.code == CODE


def test_the_dossier_tells_of_it(office: DeskOffice, small: SmallOffice) -> None:
    before = read_bag(small.bag)
    assert outcomes(office) == [Outcome.RENEWED]
    bag = read_bag(small.bag)
    assert bagit.Bag(str(bag.path)).validate()
    assert (bag.generation, bag.info["Previous-Bag-SHA256"]) == (2, before.sha256)
    (record,) = records(office)
    assert (record.tagmanifest, record.printout_sha256) == (
        bag.sha256,
        bag.payload["dokumen/Data Kinerja TW III 2026.pdf"].sha256,
    )
    dossier, told = read_dossier(bag.path)
    (event,) = (e for e in told if e.type == "printout.renewed")
    payload = json.loads(event.detail)
    assert (payload["old"], payload["sha256"]) == (small.sha256, record.printout_sha256)
    assert payload["level"] == "B-LTA"
    assert datetime.fromisoformat(payload["holds_until"]) == LATER
    names = [item.name for item in dossier.items if item.role == "report"]
    assert names == [
        "verifikasi-tanda-tangan-pembaruan-1.json",
        "verifikasi-tanda-tangan-pembaruan-1.txt",
    ]
    report = json.loads((bag.path / "data/laporan" / names[0]).read_text("utf-8"))
    assert (report["sha256"], report["level"]) == (record.printout_sha256, "B-LTA")
    (index,) = office.said.values()
    assert "Cap waktu arsip print out diperbarui" in {e["kejadian"] for e in index["kejadian"]}
    assert {s["tingkat"] for s in index["tanda_tangan"]} == {"B-LTA"}


def test_a_dry_run_lists_and_changes_nothing(office: DeskOffice, small: SmallOffice) -> None:
    before, told = everything(small.root), len(events(office, "printout.renewed"))
    said = call("renew", "--dry-run", "--json", office=small.root)
    assert said.code == ExitCode.OK
    (due,) = json.loads(said.stdout)["due"]
    assert (due["code"], due["cause"], due["level"]) == (CODE, "below", "B-B")
    assert "Could be" in call("renew", "--dry-run", office=small.root).stdout
    assert everything(small.root) == before
    assert len(events(office, "printout.renewed")) == told == 0


def test_two_in_a_row_the_second_in_good_time(
    office: DeskOffice, small: SmallOffice, authority: Authority
) -> None:
    authority.change(SOON)
    assert outcomes(office) == [Outcome.RENEWED]
    first = filed_pdf(office).read_bytes()
    (due,) = all_due(office)
    assert (due.cause, due.holds_until) == (Cause.ENDS_SOON, SOON)
    # The service has no newer certificate yet: one more timestamp would be for nothing.
    asked = everything(small.bag)
    assert outcomes(office) == [Outcome.POSTPONED]
    assert everything(small.bag) == asked
    authority.change(LATER)
    assert outcomes(office) == [Outcome.RENEWED]
    second = filed_pdf(office).read_bytes()
    assert second.startswith(first)
    assert len(second) > len(first) > len(small.signed)
    assert [p.holds_until for p in proofs(office)] == [LATER]
    assert (all_due(office), audit(office).findings) == ([], ())
    bag = read_bag(small.bag)
    assert bag.generation == 3
    assert {n for n in bag.payload if n.startswith("laporan/") and n.endswith(".json")} == {
        f"laporan/verifikasi-tanda-tangan-pembaruan-{n}.json" for n in (1, 2)
    }
    assert events(office, "printout.renewed")[0].payload["old"] == small.sha256


def test_one_that_fails_does_not_stop_the_others(office: DeskOffice) -> None:
    (good,) = all_due(office)
    lost = replace(good, filed=replace(good.filed, sha256="0" * 64))
    failed, done = renew_all(office, [lost, good])
    assert (failed.outcome, done.outcome) == (Outcome.FAILED, Outcome.RENEWED)
    assert "tidak ada lagi di penyimpanan" in failed.note


def test_a_service_that_is_down_changes_nothing(
    office: DeskOffice, small: SmallOffice, authority: Authority
) -> None:
    authority.status = 503
    before = everything(small.root)
    said = call("renew", "--json", office=small.root)
    assert said.code == ExitCode.AT_FAULT
    (result,) = json.loads(said.stdout)["results"]
    assert (result["outcome"], result["level_now"]) == ("failed", "B-B")
    assert result["note"]
    assert everything(small.root) == before
    authority.status = 200
    assert outcomes(office) == [Outcome.RENEWED]


def test_what_was_filed_before_levels_were_measured(office: DeskOffice) -> None:
    with office.ledger.write() as tx:
        tx.session.delete(tx.session.merge(proofs(office)[0]))
    (due,) = all_due(office)
    assert due.cause is Cause.UNMEASURED
    assert outcomes(office) == [Outcome.RENEWED]
    (measured,) = events(office, "printout.measured")
    assert measured.payload["level"] == "B-B"
    assert audit(office).findings == ()


def test_without_a_service_it_is_measured_and_left(small: SmallOffice) -> None:
    with at_work(small.root) as office:
        assert all_due(office) == []
        with office.ledger.write() as tx:
            tx.session.delete(tx.session.merge(proofs(office)[0]))
        assert outcomes(office) == [Outcome.MEASURED]
        assert [p.level for p in proofs(office)] == ["B-B"]
        assert read_bag(small.bag).generation == 1
        assert office.said == {}


def test_without_a_service_nothing_is_stamped(small: SmallOffice) -> None:
    rewrite(small.root / "kinerja.toml", "renew_before_days = 180", "renew_before_days = 3000")
    with at_work(small.root) as office:
        (due,) = all_due(office)
        assert due.cause is Cause.ENDS_SOON
        (result,) = renew_all(office, [due])
        assert result.outcome is Outcome.FAILED
        assert "tsa_url is empty" in result.note


def test_what_has_ended_is_told_and_not_stamped(office: DeskOffice, small: SmallOffice) -> None:
    office.now.move(days=400)  # type: ignore[attr-defined]
    (result,) = renewed(office)
    assert (result.due.cause, result.outcome) == (Cause.TOO_LATE, Outcome.TOO_LATE)
    assert "the ledger and its seals" in result.note
    assert read_bag(small.bag).generation == 1

    told = [note for note in audit(office).notes if CODE in note]
    assert told
    assert "can be reached" not in told[0]
    said = call("renew", "--json", office=small.root)  # by the clock on the wall it is not late
    assert {*json.loads(said.stdout)} == {"dry_run", "results"}
    said = call("renew", "--json", office=small.root)
    assert json.loads(said.stdout) == {"dry_run": False, "results": []}


def test_what_was_never_measured_and_has_ended_is_measured_as_it_was_filed(
    office: DeskOffice,
) -> None:
    """As an office's first records, from before anything was measured."""
    with office.ledger.write() as tx:
        tx.session.query(Proof).delete()
    office.now.move(days=400)  # type: ignore[attr-defined]
    assert [due.cause for due in all_due(office)] == [Cause.UNMEASURED]
    assert outcomes(office) == [Outcome.TOO_LATE]
    (proof,) = proofs(office)
    assert (proof.level, proof.stamped) == ("B-B", False)
    assert [due.cause for due in all_due(office)] == [Cause.TOO_LATE]


def test_a_dossier_that_the_ledger_does_not_know_is_not_stamped(
    office: DeskOffice, small: SmallOffice, authority: Authority, tmp_path: Path
) -> None:
    """The archive is away, or the database was restored from before a renewal."""
    (small.root / "archive").rename(tmp_path / "pergi")
    (result,) = renewed(office)
    assert result.outcome is Outcome.FAILED
    assert proofs(office)[0].renewal is None
    (tmp_path / "pergi").rename(small.root / "archive")
    office.close()
    database = small.root / ".kinerja/kinerja.db"
    before = database.read_bytes()
    with at_work(small.root) as now:
        assert outcomes(now) == [Outcome.RENEWED]
    asked = authority.asked
    for rest in database.parent.glob("kinerja.db*"):
        rest.unlink()
    database.write_bytes(before)
    with at_work(small.root) as restored:
        (result,) = renewed(restored)
        assert result.outcome is Outcome.FAILED
        assert "cadangan lama" in result.note
        assert proofs(restored)[0].renewal is None
        assert not [f for f in audit(restored).findings if "cut short" in f.message]
    assert authority.asked == asked


def test_without_revocation_data_the_timestamps_go_on_when_the_signer_s_certificate_has_ended(
    office: DeskOffice, small: SmallOffice, authority: Authority
) -> None:
    for one in (small.root / ".kinerja/trust/crls").iterdir():
        one.unlink()
    begin, service = office.now(), tsa(authority.url)
    first = renew(small.signed, office.trust, service, at=begin + timedelta(days=100))
    ended = begin + timedelta(days=370)
    assert not office.verify(small.signed, at=ended).accepted
    second = renew(first, office.trust, service, at=ended)
    assert second.startswith(first)
    assert standing(office.verify(second, at=ended)).level == "B-T"


def test_an_account_that_is_not_listed_may_keep_it_provable(
    small: SmallOffice, office: DeskOffice
) -> None:
    """A timer does it, as the service's own account."""
    entries = (small.root / "kinerja.toml").read_text().split("\n[[accounts]]\n")
    (small.root / "kinerja.toml").write_text(entries[0])
    with at_work(small.root) as closed:
        assert outcomes(closed) == [Outcome.RENEWED]


def test_another_run_that_was_quicker_is_told(office: DeskOffice) -> None:
    due = all_due(office)
    assert [r.outcome for r in renew_all(office, due)] == [Outcome.RENEWED]
    (late,) = renew_all(office, due)
    assert late.outcome is Outcome.FAILED
    assert "another run" in late.note
    assert len(events(office, "printout.renewed")) == 1


def test_a_longer_file_that_is_not_ours_is_found(office: DeskOffice, small: SmallOffice) -> None:
    """Somebody wrote an event and a file past the program."""
    other = office.store.put(b"%PDF-1.7 lain")
    with office.ledger.write() as tx:
        tx.record(
            "printout.renewed",
            chain=tx.session.get_one(Record, RECORD).collection_id,
            actor="x",
            via="x",
            document_id=events(office, "printout.signed")[0].document_id,
            old=small.sha256,
            sha256=other,
        )
    (finding,) = (f for f in audit(office).findings if f.kind == "signature")
    assert "does not begin with the bytes that were signed" in finding.message
