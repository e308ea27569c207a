"""PAdES levels with a time-stamping authority of our own, from B-B to B-LTA."""

from datetime import timedelta
from pathlib import Path

import pytest
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pyhanko.sign.timestamps import DummyTimeStamper

from pipeline.signing.report import Verdict
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from pipeline.signing.verify import verify

from .conftest import FACE, NOW, Office, Signed
from .revising import add_note, changed
from .test_verify import codes
from .tsa import END, START, certificate


@pytest.fixture(scope="module")
def stamped(office: Office, tmp_path_factory: pytest.TempPathFactory) -> Sealer:
    """A sealer with a TSA whose root is trusted and whose CRL lies in the trust folder."""
    folder = Path(tmp_path_factory.mktemp("tsa"))
    root_key, key = (
        rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)
    )
    root = certificate("Uji TSA Akar", "Uji TSA Akar", root_key, root_key, ca=True)
    tsa = certificate("Uji TSA", "Uji TSA Akar", key, root_key, ca=False)
    revoked = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.subject)
        .last_update(START)
        .next_update(END)
        .sign(root_key, hashes.SHA256())
    )
    for path in office.pki.trust.rglob("*"):
        if path.is_file():
            target = folder / path.relative_to(office.pki.trust)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    (folder / "anchors/tsa.pem").write_bytes(root.public_bytes(Encoding.PEM))
    (folder / "crls/tsa.crl").write_bytes(revoked.public_bytes(Encoding.DER))
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    timestamper = DummyTimeStamper(
        asn1_x509.Certificate.load(tsa.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(private),
    )
    return Sealer(Trust.load(folder), timestamper=timestamper)


@pytest.fixture(scope="module")
def archival(signed: Signed, office: Office, stamped: Sealer) -> tuple[bytes, bytes]:
    """A document with paraf, and then with signature, all timestamped."""
    initialled = stamped.initial(signed.prepared, "Paraf", office.head, FACE, at=NOW)
    return initialled, stamped.sign(initialled, office.head, FACE, at=NOW)


def test_reaches_b_lta(archival: tuple[bytes, bytes], signed: Signed, stamped: Sealer) -> None:
    assert stamped.trust
    report = verify(archival[1], stamped.trust, expectation=signed.expectation)
    assert report.accepted, report.verdict_text()
    assert [(s.kind, s.level) for s in report.signatures] == [
        ("signature", "B-LTA"),
        ("signature", "B-LTA"),
        ("timestamp", ""),
    ]
    assert report.level == "B-LTA"
    assert report.signatures[1].after == (f"timestamp {report.signatures[2].field}",)
    assert report.signatures[0].proven_time is not None


def test_initial_alone_is_b_lt(archival: tuple[bytes, bytes], stamped: Sealer) -> None:
    assert stamped.trust
    report = verify(archival[0], stamped.trust)
    assert report.verdict is Verdict.INCOMPLETE
    assert report.level == "B-LT"


def test_b_t_without_revocation_data(signed: Signed, office: Office, stamped: Sealer) -> None:
    plain = Sealer(timestamper=stamped.timestamper)
    pdf = plain.sign(
        plain.initial(signed.prepared, "Paraf", office.head, FACE, at=NOW),
        office.head,
        FACE,
        at=NOW,
    )
    assert stamped.trust
    assert verify(pdf, stamped.trust).level == "B-T"


def test_outlives_the_signer_s_certificate(
    archival: tuple[bytes, bytes], signed: Signed, stamped: Sealer
) -> None:
    """The signer's certificate ends after a year; the TSA's five weeks later."""
    assert stamped.trust
    later = NOW + timedelta(days=380)
    report = verify(archival[1], stamped.trust, expectation=signed.expectation, at=later)
    assert report.accepted, report.verdict_text()
    assert verify(signed.signed, stamped.trust, at=later).verdict is Verdict.INDETERMINATE


def test_changes_after_the_archival_timestamp(
    archival: tuple[bytes, bytes], stamped: Sealer
) -> None:
    assert stamped.trust
    report = verify(changed(archival[1], add_note), stamped.trust)
    assert report.verdict is Verdict.INVALID
    assert "changed_after" in codes(report)


def test_distrusted_timestamp_authority(
    archival: tuple[bytes, bytes], signed: Signed, office: Office
) -> None:
    report = verify(archival[1], office.trust, expectation=signed.expectation)
    assert report.verdict is Verdict.INDETERMINATE
    assert "timestamp_unsure" in codes(report)
