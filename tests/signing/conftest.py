"""Real parts, made once a session: a PDF/A by LibreOffice, a practice PKI, opened keys."""

import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.practice import Person, PracticePki, make_practice_pki
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from pipeline.signing.verify import Expectation

HEAD = "Kasubag Program, Kepegawaian dan Pelaporan"
SECRETARY = "Sekretaris"
PIN = "839201"
NOW = datetime.now(UTC)
PEOPLE = (
    Person(HEAD, "Rina Marlina, S.Pi., M.Si."),
    Person(SECRETARY, "Ir. Budi Santoso"),
    Person("Kedaluwarsa", "Mantan Pejabat", expired=True),
    Person("Dicabut", "Pejabat Dicabut", revoked=True),
)
FACE = SignerFace(
    jabatan="Kepala Subbagian Program, Kepegawaian dan Pelaporan",
    nama="Rina Marlina, S.Pi., M.Si.",
    nip="198609262015052001",
    pangkat="Penata Tingkat I, III/d",
    qr_text="KNJ-7Q4M2X",
)
INITIAL_BOX = (60.0, 60.0, 170.0, 105.0)
SIGNATURE_BOX = (310.0, 60.0, 550.0, 140.0)
PLAN = SignaturePlan(Place(0, SIGNATURE_BOX, HEAD), (Place(0, INITIAL_BOX, HEAD),))


@dataclass(frozen=True)
class Office:
    """All that a signing needs."""

    pki: PracticePki
    trust: Trust
    head: SigningKey
    secretary: SigningKey
    sealer: Sealer


@dataclass(frozen=True)
class Signed:
    """One document at each stage, and what is expected of the last."""

    base: bytes
    prepared: bytes
    initialled: bytes
    signed: bytes
    expectation: Expectation


@pytest.fixture(scope="session")
def base_pdf(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A PDF/A-2b of one page, by LibreOffice."""
    folder = tmp_path_factory.mktemp("cetakan")
    source = folder / "cetakan.txt"
    source.write_text("PRINT OUT DATA KINERJA\nTriwulan III Tahun 2026\n", encoding="utf-8")
    options = '{"SelectPdfVersion":{"type":"long","value":"2"}}'
    command = [
        "soffice",
        f"-env:UserInstallation={(folder / 'profil').as_uri()}",
        "--headless",
        "--convert-to",
        f"pdf:writer_pdf_Export:{options}",
        "--outdir",
        str(folder),
        str(source),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return source.with_suffix(".pdf").read_bytes()


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> PracticePki:
    """A practice PKI with good, expired and revoked certificates."""
    pins = {person.post: PIN for person in PEOPLE}
    return make_practice_pki(tmp_path_factory.mktemp("pki"), PEOPLE, pins, now=NOW)


@pytest.fixture(scope="session")
def office(pki: PracticePki) -> Office:
    """Trust, opened keys and a sealer."""
    trust = Trust.load(pki.trust)
    head, secretary = (
        open_key("pkcs12", str(pki.keys[post]), PIN, at=NOW) for post in (HEAD, SECRETARY)
    )
    return Office(pki, trust, head, secretary, Sealer(trust))


@pytest.fixture(scope="session")
def signed(base_pdf: bytes, office: Office) -> Signed:
    """A print-out with paraf and signature."""
    prepared = prepare(base_pdf, PLAN)
    initialled = office.sealer.initial(prepared, "Paraf", office.head, FACE, at=NOW)
    allowed = frozenset({office.head.certificate_sha256})
    return Signed(
        base=base_pdf,
        prepared=prepared,
        initialled=initialled,
        signed=office.sealer.sign(initialled, office.head, FACE, at=NOW),
        expectation=Expectation({"Paraf": allowed, "TandaTangan": allowed}),
    )
