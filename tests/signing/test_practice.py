import stat
import subprocess
from pathlib import Path

import pytest
from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509

from pipeline.signing.practice import Person, PracticePki, make_practice_pki, slug
from pipeline.signing.trust import Trust

from .conftest import HEAD, NOW, PIN, Office


def test_subjects_say_that_they_are_for_practice(office: Office) -> None:
    chain = [office.head.certificate, *(a.certificate for a in office.trust.anchors)]
    for certificate in (*chain, *office.trust.intermediates):
        assert certificate.subject.native["organization_name"] == "LATIHAN kinerja"
    assert office.head.certificate.subject.native["organizational_unit_name"] == HEAD


def test_certificates_are_for_signing_only(office: Office) -> None:
    certificate: x509.Certificate = office.head.certificate
    assert certificate.key_usage_value.native == {"digital_signature", "non_repudiation"}
    assert certificate.ca is False or certificate.ca is None
    assert certificate.public_key.bit_size == 2048


def test_keys_are_encrypted_and_private(pki: PracticePki) -> None:
    path = pki.keys[HEAD]
    assert path.name == "kasubag-program-kepegawaian-dan-pelaporan.p12"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    safe = asn1_pkcs12.Pfx.load(path.read_bytes()).authenticated_safe
    algorithms = [
        c["content"]["encrypted_content_info"]
        for c in safe
        if c["content_type"].native == "encrypted_data"
    ]
    assert algorithms
    for found in algorithms:
        assert found["content_encryption_algorithm"].encryption_cipher == "aes"
        assert found["content_encryption_algorithm"].key_length == 32


def test_openssl_accepts_the_chain(pki: PracticePki, tmp_path: Path, office: Office) -> None:
    leaf = tmp_path / "leaf.pem"
    command = ["openssl", "x509", "-inform", "DER", "-out", str(leaf)]
    subprocess.run(command, input=office.head.certificate.dump(), check=True)
    done = subprocess.run(
        [
            "openssl",
            "verify",
            "-x509_strict",
            "-CAfile",
            str(pki.trust / "anchors/latihan-akar.pem"),
            "-untrusted",
            str(pki.trust / "intermediates/latihan-penerbit.pem"),
            str(leaf),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip().endswith("OK")


def test_made_again_it_replaces_the_old(tmp_path: Path) -> None:
    people = [Person("Staf", "A")]
    first = make_practice_pki(tmp_path, people, {"Staf": PIN}, now=NOW)
    second = make_practice_pki(tmp_path, people, {"Staf": PIN}, now=NOW)
    assert first.keys == second.keys
    assert first.certificates != second.certificates
    assert len(Trust.load(second.trust).anchors) == 1
    assert not list(tmp_path.rglob("*.tmp"))


@pytest.mark.parametrize(
    ("post", "name"),
    [("Kabid Perikanan Tangkap", "kabid-perikanan-tangkap"), ("—", "tanpa-nama")],
)
def test_file_names(post: str, name: str) -> None:
    assert slug(post) == name
