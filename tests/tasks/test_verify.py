import json
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from pipeline.cli.app import run
from pipeline.errors import ExitCode
from pipeline.office import Office, open_office
from pipeline.settings import load_settings
from pipeline.signing.report import Verdict
from pipeline.tasks.verify import (
    Grounds,
    VerifiedFile,
    known_printout,
    signed_printouts,
    verify_file,
)

from .small_office import COLLECTION, PRINTOUT, SmallOffice, build, copied, rewrite, sealed


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> SmallOffice:
    return build(tmp_path_factory.mktemp("verify") / "kantor")


@pytest.fixture
def small(made: SmallOffice, tmp_path: Path) -> SmallOffice:
    return copied(made, tmp_path / "kantor")


@pytest.fixture
def pdf(made: SmallOffice, tmp_path: Path) -> Path:
    path = tmp_path / "cetak.pdf"
    path.write_bytes(made.signed)
    return path


def judged(office: Office, path: Path) -> VerifiedFile:
    return verify_file(Grounds(office.trust, office), path)


def enrol(root: Path, first: date, last: date) -> None:
    """Let every enrolment run from one day to the other."""
    path = root / "kinerja.toml"
    span = rf"\1valid_from = {first}, valid_to = {last} }}]\n"
    text, changed = re.subn(r"(?m)^(certificates.*)valid_from.*\n", span, path.read_text("utf-8"))
    assert changed == 2
    path.write_text(text, encoding="utf-8")


@pytest.fixture
def opened(small: SmallOffice) -> Iterator[Office]:
    with open_office(small.root) as office:
        yield office


def test_a_printout_of_the_office_is_recognised_and_valid(opened: Office, pdf: Path) -> None:
    result = judged(opened, pdf)
    assert result.accepted
    assert result.printout is not None
    told = json.loads(json.dumps(result.to_dict()))
    assert told["printout"]["code"] == "7H2KQ9WXYZ"
    assert [s["field"] for s in told["signatures"]] == ["Paraf", "TandaTangan"]


def test_what_only_begins_with_a_printout_is_held_against_it(
    made: SmallOffice, opened: Office, pdf: Path
) -> None:
    pdf.write_bytes(made.signed + b"\n% tambahan")
    result = judged(opened, pdf)
    assert result.printout is not None
    assert result.report is not None
    assert result.report.verdict is Verdict.INVALID


def test_a_printout_that_is_only_initialled_is_incomplete(
    made: SmallOffice, opened: Office, pdf: Path
) -> None:
    pdf.write_bytes(made.initialled)
    result = judged(opened, pdf)
    assert result.report is not None
    assert result.report.verdict is Verdict.INCOMPLETE
    assert not result.accepted


def test_the_enrolment_of_the_day_of_signing_counts(small: SmallOffice, pdf: Path) -> None:
    """Neither today's, nor one that began only later."""
    with open_office(small.root) as office:
        day = office.now().date()
    enrol(small.root, day - timedelta(days=3), day)
    next_month = Office(
        small.root,
        load_settings(small.root),
        lambda: office.now() + timedelta(days=30),
    )
    assert judged(next_month, pdf).accepted
    next_month.close()
    enrol(small.root, day + timedelta(days=1), day + timedelta(days=30))
    with open_office(small.root) as changed:
        result = judged(changed, pdf)
    assert result.report is not None
    assert result.report.verdict is Verdict.INVALID
    assert {f.code for f in result.report.findings} >= {"not_enrolled"}


def test_paraf_and_signature_each_have_their_own_day(small: SmallOffice, pdf: Path) -> None:
    """A certificate that replaced the first one between paraf and signature."""
    signing_day = date(2030, 1, 9)
    with open_office(small.root, lambda: office_time(signing_day)) as office:
        with office.ledger.write() as tx:
            tx.record(
                "printout.signed",
                chain=COLLECTION,
                actor="x",
                via="uji",
                document_id=PRINTOUT,
                sha256=small.sha256,
            )
        first, second = signed_printouts(office)
    assert all(first.expectation.fields.values())
    assert second.expectation.fields["Paraf"]
    assert not second.expectation.fields["TandaTangan"]


def office_time(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Jakarta"))


def test_a_signer_of_another_post_is_not_accepted_on_our_printout(
    small: SmallOffice, tmp_path: Path
) -> None:
    with open_office(small.root) as office:
        *_, foreign = sealed(office, small.pins["sekretaris"], "sekretaris")
        path = tmp_path / "lain.pdf"
        path.write_bytes(foreign)
        assert judged(office, path).accepted  # any PDF, by somebody trusted
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
        result = judged(office, path)
    assert result.report is not None
    assert result.report.verdict is Verdict.INVALID


def test_recognising_needs_no_file_in_the_store(small: SmallOffice, opened: Office) -> None:
    small.stored(small.sha256).unlink()
    assert known_printout(opened, small.signed) is not None
    assert known_printout(opened, small.signed + b"x") is None


def flipped(data: bytes) -> bytes:
    at = data.index(b"/MediaBox")
    return data[:at] + b"/MediaBux" + data[at + 9 :]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda data: data, ExitCode.OK),
        (flipped, ExitCode.AT_FAULT),
        (lambda data: data + b"x", ExitCode.AT_FAULT),
        (lambda data: data[:-900], ExitCode.AT_FAULT),
        (lambda _: b"bukan PDF", ExitCode.AT_FAULT),
    ],
)
def test_the_exit_code(made: SmallOffice, pdf: Path, change, code: ExitCode) -> None:  # type: ignore[no-untyped-def]
    pdf.write_bytes(change(made.signed))
    assert run(["verify", str(pdf), "--office", str(made.root)]) == code


def test_the_verdict_speaks_indonesian_unless_asked_otherwise(
    made: SmallOffice, pdf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["verify", str(pdf), "--office", str(made.root)]
    run(command)
    said = capsys.readouterr().out
    assert "SAH: semua tanda tangan berlaku" in said
    assert "Print-out 7H2KQ9WXYZ of this office" in said
    run([*command, "--lang", "en"])
    assert "VALID: all signatures hold" in capsys.readouterr().out


def test_a_result_for_each_file(
    made: SmallOffice, pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "tidak ada.pdf"
    command = ["verify", str(missing), str(pdf), "--office", str(made.root), "--json"]
    assert run(command) == ExitCode.NOT_FOUND
    first, second = json.loads(capsys.readouterr().out)
    assert "tidak ada.pdf" in first["error"]
    assert not first["accepted"]
    assert second["verdict"] == "valid"


def test_without_an_office_nothing_can_be_determined(
    pdf: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["verify", str(pdf), "--office", str(tmp_path)]) == ExitCode.AT_FAULT
    captured = capsys.readouterr()
    assert "TIDAK DAPAT DIPASTIKAN" in captured.out
    assert "--office" in captured.out
    assert "Traceback" not in captured.err


def test_an_empty_trust_folder_is_named(
    small: SmallOffice, pdf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (small.root / ".kinerja/trust/anchors/latihan-akar.pem").unlink()
    assert run(["verify", str(pdf), "--office", str(small.root)]) == ExitCode.AT_FAULT
    said = " ".join(capsys.readouterr().out.split())
    assert "Nobody is trusted here" in said
    assert "anchors" in said


def test_an_office_without_its_database_says_so(small: SmallOffice, pdf: Path) -> None:
    """Never a weaker verdict in silence: the print-out could not be recognised."""
    (small.root / ".kinerja/kinerja.db").unlink()
    assert run(["verify", str(pdf), "--office", str(small.root)]) == ExitCode.LEDGER


def test_a_procedure_that_the_office_dropped_is_asked_for(small: SmallOffice, pdf: Path) -> None:
    """Its SOP says who had to sign; without it no verdict is given."""
    rewrite(small.root / "kinerja.toml", 'procedures = ["data-kinerja"]', "procedures = []")
    assert run(["verify", str(pdf), "--office", str(small.root)]) == ExitCode.USAGE
