"""Signatures through the decades: lifted, renewed, and still proven when nobody is left."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from pipeline.errors import KeyAccessError, SigningError
from pipeline.signing.renewal import attainable, renew, standing
from pipeline.signing.report import Verdict, VerificationReport
from pipeline.signing.seal import Sealer
from pipeline.signing.stamping import tsa
from pipeline.signing.verify import verify

from .conftest import FACE, Signed
from .decades import SIGNED_ON, Decades, Told, decades


@pytest.fixture(scope="module", params=["ocsp", "crl"])
def authorities(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Decades]:
    """Authorities whose certificates are told by OCSP, and such as have lists alone."""
    told: Told = request.param
    with decades(Path(tmp_path_factory.mktemp(told)), told) as made:
        yield made


@pytest.fixture
def working(authorities: Decades) -> Iterator[Decades]:
    """The authorities; whoever is made to fail recovers after the test."""
    yield authorities
    authorities.down.clear()


@pytest.fixture(scope="module")
def archival(authorities: Decades, signed: Signed) -> bytes:
    """Paraf and signature of 2026, to the highest level."""
    return sealed(authorities, signed.prepared)


def sealed(at: Decades, prepared: bytes, name: str = "signer") -> bytes:
    with (
        time_machine.travel(SIGNED_ON, tick=False),
        Sealer(at.trust(), at.tsa(SIGNED_ON.year)) as sealer,
    ):
        key = at.key(name)
        initialled = sealer.initial(prepared, "Paraf", key, FACE, at=SIGNED_ON)
        return sealer.sign(initialled, key, FACE, at=SIGNED_ON)


def judged(at: Decades, pdf: bytes, when: datetime) -> VerificationReport:
    """As a verifier judges it who can ask nobody any more."""
    trust = at.trust()
    with time_machine.travel(when, tick=False):
        return verify(pdf, type(trust)(trust.anchors, allow_fetching=True), at=None)


def renewed(at: Decades, pdf: bytes, when: datetime) -> bytes:
    with time_machine.travel(when, tick=False):
        return renew(pdf, at.trust(), tsa(at.tsa(when.year)), at=when, document="Data Kinerja")


def new_year(year: int) -> datetime:
    return datetime(year, 3, 1, tzinfo=UTC)


def test_sealed_to_the_highest_level(working: Decades, archival: bytes) -> None:
    report = judged(working, archival, SIGNED_ON)
    assert report.accepted, report.verdict_text()
    assert report.level == "B-LTA" == attainable(working.trust(), stamps=True)
    assert standing(report).holds_until == datetime(2031, 1, 1, tzinfo=UTC)


def test_two_renewals_outlive_the_first_timestamp(working: Decades, archival: bytes) -> None:
    pdf = archival
    for year in (2029, 2033):
        longer = renewed(working, pdf, new_year(year))
        assert longer.startswith(pdf)
        assert len(longer) - len(pdf) < 24_000
        pdf = longer
    report = judged(working, pdf, new_year(2036))
    assert report.accepted, report.verdict_text()
    assert report.level == "B-LTA"
    assert judged(working, archival, new_year(2036)).verdict is not Verdict.VALID


@pytest.mark.slow
def test_renewed_every_three_years_until_2050(working: Decades, archival: bytes) -> None:
    pdf = archival
    for year in range(2029, 2050, 3):  # certomancer writes its times as UTCTime, which ends in 2049
        pdf = renewed(working, pdf, new_year(year))
        report = judged(working, pdf, new_year(year))
        assert report.accepted, report.verdict_text()
        assert report.level == "B-LTA"
    report = judged(working, pdf, datetime(2050, 12, 31, tzinfo=UTC))
    assert report.accepted, report.verdict_text()
    assert report.level == "B-LTA"


def test_too_late_for_a_renewal(working: Decades, archival: bytes) -> None:
    with pytest.raises(SigningError, match="tidak dapat diperbarui"):
        renewed(working, archival, new_year(2036))


def test_sealed_while_the_service_was_down_and_lifted(working: Decades, signed: Signed) -> None:
    working.down.add("tsa-")
    pdf = sealed(working, signed.prepared)
    working.down.clear()
    report = judged(working, pdf, SIGNED_ON)
    assert report.accepted, report.verdict_text()
    assert report.level == "B-B"
    assert standing(report).holds_until == datetime(2029, 1, 1, tzinfo=UTC)
    lifted = renewed(working, pdf, new_year(2027))
    assert lifted.startswith(pdf)
    report = judged(working, lifted, new_year(2030))
    assert report.accepted, report.verdict_text()
    assert report.level == "B-LTA"
    assert standing(report).stamped


def test_revoked_signer_signs_nothing(working: Decades, signed: Signed) -> None:
    with pytest.raises(KeyAccessError, match="dicabut"):
        sealed(working, signed.prepared, "other")


def test_revocation_that_cannot_be_told_signs_nothing(working: Decades, signed: Signed) -> None:
    working.down.update({"ocsp", "crls"})
    with pytest.raises(KeyAccessError, match="tidak dapat dipastikan"):
        sealed(working, signed.prepared)


def test_revocation_of_the_service_that_cannot_be_told(working: Decades, signed: Signed) -> None:
    """A timestamp that proves nothing would spoil a signature that holds without it."""
    working.down.update({"stamping-ocsp", "crls/stamping"})
    pdf = sealed(working, signed.prepared)
    working.down.clear()
    report = judged(working, pdf, SIGNED_ON)
    assert (report.verdict, report.level) == (Verdict.VALID, "B-B")


def test_renewal_without_the_service(working: Decades, archival: bytes) -> None:
    working.down.add("tsa-")
    with pytest.raises(SigningError, match="Layanan stempel waktu"):
        renewed(working, archival, new_year(2029))


def test_spoilt_file_is_not_renewed(working: Decades, archival: bytes) -> None:
    with pytest.raises(SigningError, match="tidak dapat diperbarui"):
        renewed(working, archival[:-40] + b"\n" * 40, new_year(2029))
