import re
import shutil
import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from pipeline.errors import KeyAccessError, SigningError
from pipeline.signing.fields import SignaturePlan, prepare
from pipeline.signing.keys import open_key
from pipeline.signing.practice import Person, make_practice_pki
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from pipeline.signing.verify import Expectation, verify
from tests.small_ca import SmallCa

from .conftest import FACE, HEAD, NOW, PIN, PLAN, Office, Signed
from .tsa import time_stamping


def pdfsig(pdf: bytes, folder: Path) -> str:
    path = folder / "uji.pdf"
    path.write_bytes(pdf)
    done = subprocess.run(
        ["pdfsig", str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_pdfsig_calls_both_valid_and_the_last_total(signed: Signed, tmp_path: Path) -> None:
    told = pdfsig(signed.signed, tmp_path)
    assert told.count("Signature is Valid") == 2
    first, last = re.split(r"Signature #2", told)
    assert "Not total document signed" in first
    assert "Total document signed" in last
    assert told.count("ETSI.CAdES.detached") == 2


def test_each_revision_keeps_the_bytes_before_it(signed: Signed) -> None:
    assert signed.signed.startswith(signed.initialled)
    assert signed.initialled.startswith(signed.prepared)


def test_signing_time_is_the_one_given(signed: Signed, office: Office) -> None:
    for found in verify(signed.signed, office.trust).signatures:
        assert found.signing_time == NOW.replace(microsecond=0)


def test_order_is_held(signed: Signed, office: Office) -> None:
    with pytest.raises(SigningError, match=r"Paraf belum\s+diparaf"):
        office.sealer.sign(signed.prepared, office.head, FACE, at=NOW)


def test_three_initials_in_their_order(base_pdf: bytes, office: Office) -> None:
    pdf = prepare(base_pdf, SignaturePlan(PLAN.signature, PLAN.initials * 3))
    with pytest.raises(SigningError, match="Paraf1 belum"):
        office.sealer.initial(pdf, "Paraf2", office.head, FACE, at=NOW)
    for name, key in (
        ("Paraf1", office.head),
        ("Paraf2", office.secretary),
        ("Paraf3", office.head),
    ):
        pdf = office.sealer.initial(pdf, name, key, FACE, at=NOW)
    pdf = office.sealer.sign(pdf, office.secretary, FACE, at=NOW)
    report = verify(pdf, office.trust)
    assert report.accepted, report.verdict_text()
    assert [s.field for s in report.signatures] == ["Paraf1", "Paraf2", "Paraf3", "TandaTangan"]


def test_signature_without_initials_certifies(base_pdf: bytes, office: Office) -> None:
    pdf = prepare(base_pdf, SignaturePlan(PLAN.signature))
    signed = office.sealer.sign(pdf, office.head, FACE, at=NOW)
    assert b"/DocMDP" in signed
    assert verify(signed, office.trust).accepted


def test_a_signed_field_is_not_signed_again(signed: Signed, office: Office) -> None:
    with pytest.raises(SigningError, match="sudah ditandatangani"):
        office.sealer.initial(signed.initialled, "Paraf", office.head, FACE, at=NOW)
    with pytest.raises(SigningError, match="sudah ditandatangani"):
        office.sealer.sign(signed.signed, office.head, FACE, at=NOW)


def test_fields_that_are_not_there(signed: Signed, office: Office) -> None:
    with pytest.raises(SigningError, match=r"cetakan\.pdf tidak memuat kolom Paraf"):
        office.sealer.initial(
            signed.base, "Paraf", office.head, FACE, at=NOW, document="cetakan.pdf"
        )
    with pytest.raises(SigningError, match="bukan paraf"):
        office.sealer.initial(signed.prepared, "TandaTangan", office.head, FACE, at=NOW)


def test_rubbish_is_refused(office: Office) -> None:
    with pytest.raises(SigningError, match="tidak dapat dibaca sebagai PDF"):
        office.sealer.sign(b"bukan pdf", office.head, FACE, at=NOW)


def test_certificate_that_expires_between_opening_and_signing(
    signed: Signed, office: Office
) -> None:
    with pytest.raises(KeyAccessError, match="kedaluwarsa"):
        office.sealer.initial(
            signed.prepared, "Paraf", office.head, FACE, at=NOW + timedelta(days=4000)
        )


def test_revoked_certificate(signed: Signed, office: Office) -> None:
    key = open_key("pkcs12", str(office.pki.keys["Dicabut"]), PIN, at=NOW)
    with pytest.raises(KeyAccessError, match="dicabut"):
        office.sealer.initial(signed.prepared, "Paraf", key, FACE, at=NOW)


def test_revocation_lists_are_required_where_they_are_kept(
    signed: Signed, office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "trust"
    shutil.copytree(office.pki.trust, folder)
    (folder / "crls" / "latihan-penerbit.crl").unlink()
    with pytest.raises(KeyAccessError, match="tidak dapat dipastikan"):
        Sealer(Trust.load(folder)).initial(signed.prepared, "Paraf", office.head, FACE, at=NOW)


def test_key_from_a_foreign_pki(signed: Signed, office: Office, tmp_path: Path) -> None:
    foreign = make_practice_pki(tmp_path, [Person(HEAD, "Orang Lain")], {HEAD: PIN}, now=NOW)
    key = open_key("pkcs12", str(foreign.keys[HEAD]), PIN, at=NOW)
    with pytest.raises(KeyAccessError, match="tidak dapat dipastikan"):
        office.sealer.initial(signed.prepared, "Paraf", key, FACE, at=NOW)


@pytest.mark.parametrize("kind", ["ecdsa", "rsa-3072"])
def test_other_keys_and_no_trust(signed: Signed, kind: str, tmp_path: Path) -> None:
    made = (
        ec.generate_private_key(ec.SECP256R1())
        if kind == "ecdsa"
        else rsa.generate_private_key(public_exponent=65537, key_size=3072)
    )
    own = SmallCa.made(NOW).issue("Uji", made.public_key(), usage="content_commitment")
    secret = BestAvailableEncryption(PIN.encode())
    location = tmp_path / "k.p12"
    location.write_bytes(pkcs12.serialize_key_and_certificates(b"x", made, own, None, secret))
    key = open_key("pkcs12", str(location), PIN, at=NOW)
    sealer = Sealer()
    pdf = sealer.initial(signed.prepared, "Paraf", key, FACE, at=NOW)
    pdf = sealer.sign(pdf, key, FACE, at=NOW)
    assert pdfsig(pdf, tmp_path).count("Signature is Valid") == 2


def test_one_sealer_for_a_batch(signed: Signed, office: Office) -> None:
    """Later signatures come from the template, and are as good as the first."""
    seals = [
        office.sealer.initial(signed.prepared, "Paraf", office.head, FACE, at=NOW) for _ in range(3)
    ]
    expectation = Expectation({"Paraf": frozenset({office.head.certificate_sha256})})
    assert all(verify(s, office.trust, expectation=expectation).accepted for s in seals)


def test_a_check_is_recalled_for_minutes_only(signed: Signed, office: Office) -> None:
    sealer = Sealer(office.trust)
    sealer.initial(signed.prepared, "Paraf", office.head, FACE, at=NOW)
    first = sealer._checked[office.head.certificate_sha256]
    sealer.initial(signed.prepared, "Paraf", office.head, FACE, at=NOW + timedelta(minutes=2))
    assert sealer._checked[office.head.certificate_sha256].found is first.found
    sealer.initial(signed.prepared, "Paraf", office.head, FACE, at=NOW + timedelta(minutes=6))
    assert sealer._checked[office.head.certificate_sha256].found is not first.found


def test_dead_timestamp_service_is_done_without(signed: Signed, office: Office) -> None:
    sealer = Sealer(office.trust, tsa_url="http://127.0.0.1:9/tsa")
    pdf = sealer.initial(signed.prepared, "Paraf", office.head, FACE, at=NOW)
    assert verify(pdf, office.trust).level == "B-B"
    assert "127.0.0.1" in sealer.stamping.missing


def test_dead_timestamp_service_is_not_asked_for_each_document(
    signed: Signed, office: Office
) -> None:
    with time_stamping() as authority:
        authority.status = 503
        sealer = Sealer(office.trust, tsa_url=authority.url)
        for minutes in (0, 1, 2, 6):
            at = NOW + timedelta(minutes=minutes)
            sealer.initial(signed.prepared, "Paraf", office.head, FACE, at=at)
        assert authority.asked == 2
