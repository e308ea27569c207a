"""Every way of tampering is refused for its own reason; what is honest, outside judges confirm."""

import re
import subprocess
from pathlib import Path

import pytest

from pipeline.signing.findings import FINDINGS
from pipeline.signing.verify import verify

from .conftest import Office, Signed
from .honest import bench
from .tampering import RANGE, TAMPERED, Case, Victim, contents


@pytest.fixture(scope="module")
def victim(base_pdf: bytes, office: Office, tmp_path_factory: pytest.TempPathFactory) -> Victim:
    return Victim.of(base_pdf, bench(office, tmp_path_factory.mktemp("meja")))


def test_there_are_enough() -> None:
    assert len(TAMPERED) >= 25


@pytest.mark.parametrize("name", ["signed", "archived", "other", "other_archived"])
def test_untouched_it_is_accepted(victim: Victim, signed: Signed, name: str) -> None:
    report = verify(getattr(victim, name), victim.at.trust, expectation=signed.expectation)
    assert report.accepted, report.verdict_text()


@pytest.mark.parametrize("case", TAMPERED.values(), ids=TAMPERED)
def test_tampered_with_it_is_refused_for_its_reason(
    victim: Victim, signed: Signed, case: Case
) -> None:
    pdf = case.tamper(victim)
    assert pdf not in {victim.signed, victim.archived}
    report = verify(pdf, victim.at.trust, expectation=signed.expectation)
    assert not report.accepted
    assert case.reason in {finding.code for finding in report.findings}
    for language in ("id", "en"):
        words = getattr(FINDINGS[case.reason], language).partition("{")[0]
        assert words in report.verdict_text(language)


@pytest.mark.parametrize("name", ["signed", "archived"])
def test_pdfsig_and_openssl_agree_on_honest_files(
    victim: Victim, tmp_path: Path, name: str
) -> None:
    pdf: bytes = getattr(victim, name)
    file = tmp_path / "a.pdf"
    file.write_bytes(pdf)
    told = subprocess.run(["pdfsig", "-nocert", file], capture_output=True, text=True, check=False)
    # It knows no document timestamps.
    assert told.stdout.count("Signature is Valid.") == len(("Paraf", "TandaTangan"))
    for number, (start, end, length) in enumerate(RANGE.findall(pdf)[:2]):
        covered = pdf[: int(start)] + pdf[int(end) : int(end) + int(length)]
        (tmp_path / "isi").write_bytes(covered)
        digits = re.sub(rb"(00)*$", b"", contents(pdf, number))
        (tmp_path / "cms").write_bytes(bytes.fromhex(digits.decode()))
        command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-noverify"]
        files = ["-in", tmp_path / "cms", "-content", tmp_path / "isi", "-out", "/dev/null"]
        done = subprocess.run([*command, *files], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
