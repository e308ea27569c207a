"""A certificate before it is enrolled: looked at, and shown as the line that enrols it."""

import json
import re
import shutil
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import Certificate

from pipeline.errors import ExitCode
from pipeline.office import open_office
from pipeline.settings import load_settings
from pipeline.tasks.init import init_office, make_practice_keys
from pipeline.tasks.seal import unlock
from tests.cli.calling import Said, call
from tests.keys_of_all_kinds import PIN, KeyRing
from tests.small_ca import SmallCa

from .small_office import rewrite, with_key_of

UNKNOWN = "0" * 64


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, key_ring: KeyRing) -> Path:
    """An office whose Kasubag has a new key, trusted and not enrolled yet."""
    root = tmp_path_factory.mktemp("kantor") / "kantor"
    make_practice_keys(init_office(root))
    with_key_of(root, key_ring, "pkcs12")
    rewrite(root / "kinerja.toml", digest(key_ring.certificates["rsa-baik"]), UNKNOWN)
    return root


@pytest.fixture
def root(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "kantor"))


def digest(certificate: Certificate) -> str:
    return sha256(certificate.public_bytes(Encoding.DER)).hexdigest()


def written(folder: Path, *certificates: Certificate, der: bool = False) -> str:
    """A certificate as it comes from its issuer."""
    kind = Encoding.DER if der else Encoding.PEM
    path = folder / "sertifikat.crt"
    path.write_bytes(b"".join(c.public_bytes(kind) for c in certificates))
    return str(path)


def paste(root: Path, said: Said) -> None:
    """Do as was said, at the Kasubag's entry."""
    entry = re.search(r"^certificates = \[\n(?: .*\n)+\]\n", said.stdout, re.MULTILINE)
    assert entry, said.stdout
    settings = root / "kinerja.toml"
    text = settings.read_text(encoding="utf-8")
    own = re.search(rf"certificates = \[.*{UNKNOWN}.*\]\n", text)
    assert own
    settings.write_text(text.replace(own[0], entry[0]), encoding="utf-8")


@pytest.mark.parametrize("der", [False, True], ids=["pem", "der"])
def test_what_is_pasted_lets_its_owner_sign(
    root: Path, key_ring: KeyRing, tmp_path: Path, der: bool
) -> None:
    certificate = key_ring.certificates["rsa-baik"]
    chain = () if der else (key_ring.ca.certificate,)
    said = call(
        "enrol", written(tmp_path, certificate, *chain, der=der), "--as", "kasubag", office=root
    )
    assert said.code == ExitCode.OK, said.stderr
    assert "Trusted by" in said.stdout
    assert "not revoked" in said.stdout
    paste(root, said)
    signer = next(s for s in load_settings(root).signers if s.alias == "kasubag")
    assert [c.sha256 for c in signer.certificates] == [UNKNOWN, digest(certificate)]
    with open_office(root) as office:
        assert unlock(office, signer, bytearray(PIN.encode())).certificate_sha256 == digest(
            certificate
        )


def test_the_signers_own_key_file(root: Path, key_ring: KeyRing) -> None:
    said = call("enrol", "--as", "kasubag", "--json", office=root, pin=PIN)
    assert said.code == ExitCode.OK, said.stderr
    told = json.loads(said.stdout)
    own = key_ring.certificates["rsa-baik"]
    assert told["enrolled"]["sha256"] == digest(own)
    assert told["enrolled"]["valid_from"] > str(own.not_valid_before_utc - timedelta(days=2))
    assert told["usages"] == ["digital_signature"]
    assert told["anchor"] == "Common Name: Akar Uji"
    assert PIN not in said.stdout


def test_a_token_needs_no_pin(root: Path, key_ring: KeyRing) -> None:
    """Two certificates bear the key's label; one of them is from before its renewal."""
    with_key_of(root, key_ring, "pkcs11")
    rewrite(root / "kinerja.toml", digest(key_ring.certificates["rsa-baik"]), UNKNOWN)
    said = call("enrol", "--as", "kasubag", "--json", office=root)
    assert said.code == ExitCode.OK, said.stderr
    assert json.loads(said.stdout)["enrolled"]["sha256"] == digest(
        key_ring.certificates["rsa-baik"]
    )


def test_several_on_a_token_are_named(root: Path, key_ring: KeyRing) -> None:
    with_key_of(root, key_ring, "pkcs11")
    rewrite(root / "kinerja.toml", ";object=rsa-baik", "")
    said = call("enrol", "--as", "kasubag", office=root)
    assert said.code == ExitCode.KEY
    assert "sertifikat tanda tangan yang cocok" in said.stderr


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("kedaluwarsa", "sudah kedaluwarsa"),
        ("nanti", "baru berlaku mulai"),
        ("sandi", "tidak diterbitkan untuk tanda tangan"),
        ("tanpa-guna", "tidak diterbitkan untuk tanda tangan"),
    ],
)
def test_what_may_not_sign_is_not_enrolled(
    root: Path, key_ring: KeyRing, tmp_path: Path, name: str, reason: str
) -> None:
    file = written(tmp_path, key_ring.certificates[f"rsa-{name}"])
    said = call("enrol", file, "--as", "kasubag", office=root)
    assert said.code == ExitCode.KEY
    assert reason in said.stderr
    assert not said.stdout


def test_an_issuer_whom_nobody_trusts(root: Path, key_ring: KeyRing, tmp_path: Path) -> None:
    """It bears the name of the one who is."""
    stranger = SmallCa.made(key_ring.now)
    own = key_ring.certificates["rsa-baik"].public_key()
    file = written(tmp_path, stranger.issue("Rina", own))  # type: ignore[arg-type]
    said = call("enrol", file, "--as", "kasubag", office=root)
    assert said.code == ExitCode.KEY
    assert "tidak dapat dipastikan" in said.stderr


def test_a_revoked_one(root: Path, key_ring: KeyRing, tmp_path: Path) -> None:
    certificate = key_ring.certificates["rsa-baik"]
    key_ring.ca.write_trust(root / ".kinerja/trust", certificate)
    said = call("enrol", written(tmp_path, certificate), "--as", "kasubag", office=root)
    assert said.code == ExitCode.KEY
    assert "telah dicabut" in said.stderr


@pytest.mark.parametrize(
    "days",
    [("--from", "2001-01-01"), ("--to", "2999-01-01"), ("--from", "2999-01-01")],
    ids=["before", "after", "never"],
)
def test_days_outside_its_own(
    root: Path, key_ring: KeyRing, tmp_path: Path, days: tuple[str, str]
) -> None:
    file = written(tmp_path, key_ring.certificates["rsa-baik"])
    said = call("enrol", file, "--as", "kasubag", *days, office=root)
    assert said.code == ExitCode.USAGE
    assert "within the certificate's own days" in said.stderr


@pytest.mark.parametrize("alias", ["kasubag", "sekretaris"])
def test_one_that_is_enrolled_already(
    root: Path, key_ring: KeyRing, tmp_path: Path, alias: str
) -> None:
    certificate = key_ring.certificates["rsa-baik"]
    rewrite(root / "kinerja.toml", UNKNOWN, digest(certificate))
    said = call("enrol", written(tmp_path, certificate), "--as", alias, office=root)
    assert said.code == ExitCode.USAGE
    assert "enrolled already, to kasubag" in said.stderr


def test_no_certificate(root: Path, key_ring: KeyRing, tmp_path: Path) -> None:
    own, ca = key_ring.certificates["rsa-baik"], key_ring.ca.certificate
    for data, reason in (
        (b"bukan sertifikat", "bukan sertifikat"),
        (b"", "bukan sertifikat"),
        (own.public_bytes(Encoding.DER)[:-1], "bukan sertifikat"),
        (own.public_bytes(Encoding.PEM) * 2, "memuat 2 sertifikat orang"),
        (ca.public_bytes(Encoding.PEM), "memuat 0 sertifikat orang"),
    ):
        file = tmp_path / "berkas.cer"
        file.write_bytes(data)
        said = call("enrol", str(file), "--as", "kasubag", office=root)
        assert said.code == ExitCode.KEY
        assert reason in said.stderr
    said = call("enrol", str(tmp_path / "tiada.cer"), "--as", "kasubag", office=root)
    assert "tidak dapat dibuka" in said.stderr
