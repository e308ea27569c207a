"""Offices for the pages, and a print-out with real signatures."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from pipeline.office import Office
from pipeline.signing.appearance import SignerFace
from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.keys import open_key
from pipeline.signing.practice import Person, PracticePki, make_practice_pki
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from tests.web.offices import HEAD, NIP, busy_office, make_office

PIN = "839201"


@dataclass(frozen=True)
class SignedPaper:
    """A print-out with paraf and signature, and what is needed to judge it."""

    pki: PracticePki
    pdf: bytes
    certificate: str


@pytest.fixture
def open_office(tmp_path: Path) -> Iterator[Callable[..., Office]]:
    """Makes offices, and closes them."""
    opened: list[Office] = []

    def make(*, busy: bool = False, **changes: Any) -> Office:
        root = tmp_path / f"kantor-{len(opened)}"
        office = busy_office(root, **changes) if busy else make_office(root, **changes)
        opened.append(office)
        return office

    yield make
    for office in opened:
        office.close()


@pytest.fixture(scope="session")
def signed_paper(tmp_path_factory: pytest.TempPathFactory) -> SignedPaper:
    """A blank page with our field plan, initialled and signed with a practice key."""
    now = datetime.now(UTC)
    folder = tmp_path_factory.mktemp("pki")
    person = Person(HEAD, "Rina Marlina, S.Pi., M.Si.")
    pki = make_practice_pki(folder, [person], {HEAD: PIN}, now=now)
    key = open_key("pkcs12", str(pki.keys[HEAD]), bytearray(PIN.encode()), at=now)
    plan = SignaturePlan(Place(0, (310, 60, 550, 140), HEAD), (Place(0, (60, 60, 170, 105), HEAD),))
    face = SignerFace(HEAD, "Rina Marlina, S.Pi., M.Si.", NIP, "Penata Tingkat I", "P3T8WZ4NHC")
    sealer = Sealer(Trust.load(pki.trust))
    initialled = sealer.initial(prepare(_blank(), plan), "Paraf", key, face, at=now)
    return SignedPaper(pki, sealer.sign(initialled, key, face, at=now), key.certificate_sha256)


def _blank() -> bytes:
    target = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(target)
    return target.getvalue()
