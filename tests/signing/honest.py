"""Honest files of every kind that the office makes, and what is to be said of each."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.signing.fields import Place, SignaturePlan, prepare
from pipeline.signing.keys import SigningKey
from pipeline.signing.renewal import renew
from pipeline.signing.seal import Sealer
from pipeline.signing.trust import Trust
from pipeline.signing.verify import Expectation

from .conftest import FACE, HEAD, NOW, PLAN, SIGNATURE_BOX, Office
from .issuing import authority, classic, elliptic
from .tsa import named

THREE = SignaturePlan(
    Place(0, SIGNATURE_BOX, HEAD),
    tuple(Place(0, (left, 60.0, left + 75.0, 105.0), HEAD) for left in (60.0, 140.0, 220.0)),
)


@dataclass(frozen=True)
class Paper:
    """A signed PDF, what is expected of it, and the level of each of its fields."""

    pdf: bytes
    expectation: Expectation
    levels: Mapping[str, str]


@dataclass(frozen=True)
class Bench:
    """Who signs, with whose timestamps; the folder of those whom it trusts."""

    office: Office
    folder: Path
    sealer: Sealer
    elliptic: SigningKey

    @property
    def trust(self) -> Trust:
        """Everybody who is to be believed."""
        assert self.sealer.trust
        return self.sealer.trust

    def sealed(
        self, prepared: bytes, sealer: Sealer | None = None, key: SigningKey | None = None
    ) -> bytes:
        """All fields signed, in their order, by one person."""
        sealer, key = sealer or self.sealer, key or self.office.head
        fields = [
            field for field in ("Paraf", "Paraf1", "Paraf2", "Paraf3") if _has(prepared, field)
        ]
        for field in fields:
            prepared = sealer.initial(prepared, field, key, FACE, at=NOW)
        return sealer.sign(prepared, key, FACE, at=NOW)


def bench(office: Office, folder: Path) -> Bench:
    """A time-stamping authority and one for elliptic curves, beside the practice PKI."""
    shutil.copytree(office.pki.trust, folder / "trust")
    curves = authority(named("Uji Kurva Akar"), elliptic())
    curves.publish(folder / "trust", "kurva")
    stamping = authority(named("Uji TSA Akar"), classic())
    stamping.publish(folder / "trust", "tsa")
    person = curves.person(folder, named("Rina Marlina, S.Pi., M.Si."), elliptic())
    sealer = Sealer(Trust.load(folder / "trust"), timestamper=stamping.stamper())
    return Bench(office, folder / "trust", sealer, person)


def honest(base: bytes, at: Bench) -> dict[str, Paper]:
    """By name: each level, each count of parafs, each kind of key."""
    paraf, single = prepare(base, PLAN), prepare(base, SignaturePlan(PLAN.signature))
    three = prepare(base, THREE)
    stamper = at.sealer.timestamper
    plain, stamped = Sealer(at.trust), Sealer(timestamper=stamper)
    first = at.sealer.initial(paraf, "Paraf", at.office.head, FACE, at=NOW)
    made = {
        "b-b": (at.sealed(single, plain), at.office.head, "B-B"),
        "b-b without revocation data": (at.sealed(single, Sealer()), at.office.head, "B-B"),
        "b-t": (at.sealed(paraf, stamped), at.office.head, "B-T"),
        "b-lt": (first, at.office.head, "B-LT"),
        "b-lta": (at.sealed(single), at.office.head, "B-LTA"),
        "b-lta with a paraf": (at.sealed(paraf), at.office.head, "B-LTA"),
        "b-b with three parafs": (at.sealed(three, plain), at.office.head, "B-B"),
        "b-lta with three parafs": (at.sealed(three), at.office.head, "B-LTA"),
        "lifted from b-b": (_renewed(at, at.sealed(paraf, plain)), at.office.head, "B-LTA"),
        "b-lta, renewed twice": (
            _renewed(at, _renewed(at, at.sealed(paraf))),
            at.office.head,
            "B-LTA",
        ),
        "b-b by ecdsa": (at.sealed(paraf, plain, at.elliptic), at.elliptic, "B-B"),
        "b-lta by ecdsa": (at.sealed(paraf, key=at.elliptic), at.elliptic, "B-LTA"),
    }
    return {name: _paper(*parts) for name, parts in made.items()}


def _renewed(at: Bench, pdf: bytes) -> bytes:
    assert at.sealer.timestamper
    return renew(pdf, at.trust, at.sealer.timestamper, at=NOW)


def _paper(pdf: bytes, key: SigningKey, level: str) -> Paper:
    named_fields = ("Paraf", "Paraf1", "Paraf2", "Paraf3", "TandaTangan")
    signed = [field for field in named_fields if _has(pdf, field)]
    if level == "B-LT":
        signed.remove("TandaTangan")
    allowed = frozenset({key.certificate_sha256})
    return Paper(pdf, Expectation(dict.fromkeys(signed, allowed)), dict.fromkeys(signed, level))


def _has(pdf: bytes, field: str) -> bool:
    return f"({field})".encode() in pdf
