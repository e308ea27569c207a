"""The same keys in every place that may keep one: in PKCS#12 files, and on a token of SoftHSM2."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509 import Certificate

from tests.small_ca import SmallCa
from tests.softhsm import Entry, SoftHsm, SoftToken

PIN = "rahasia-839201"
OWNER = "Rina Marlina, S.Pi., M.Si."
ALGORITHMS = ("rsa", "ecdsa")
BACKENDS = ("pkcs12", "pkcs11")
FAULTS: Mapping[str, Mapping[str, Any]] = {
    "baik": {},
    "kedaluwarsa": {"first": timedelta(days=-9), "last": timedelta(days=-1)},
    "nanti": {"first": timedelta(days=9)},
    "sandi": {"usage": "key_encipherment"},
    "tanpa-guna": {"usage": None},
    "sangkal": {"usage": "content_commitment"},
}
"""What is the matter with the certificate, by the key's name."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by algorithm and name, in files and on tokens, all from one authority.

    ``token`` holds them all, ``loose`` one to be pulled out, ``twins`` are two of one label.
    """

    now: datetime
    ca: SmallCa
    folder: Path
    hsm: SoftHsm
    token: SoftToken
    loose: SoftToken
    trust: Path
    certificates: Mapping[str, Certificate]

    def location(self, backend: str, algorithm: str, name: str = "baik") -> str:
        """Where such a key is."""
        label = f"{algorithm}-{name}"
        if backend == "pkcs11":
            return self.token.uri(object=label)
        return str(self.folder / f"{label}.p12")


def make_key_ring(folder: Path) -> KeyRing:
    """All of them; the tokens are there before SoftHSM is asked for the first time."""
    now = datetime.now(UTC)
    ca, hsm = SmallCa.made(now), SoftHsm.made(folder / "hsm")
    keys = {
        "rsa": rsa.generate_private_key(public_exponent=65537, key_size=2048),
        "ecdsa": ec.generate_private_key(ec.SECP256R1()),
    }
    entries, certificates = [], {}
    for number, (algorithm, name) in enumerate((a, n) for a in ALGORITHMS for n in FAULTS):
        label, key = f"{algorithm}-{name}", keys[algorithm]
        certificate = ca.issue(OWNER, key.public_key(), **FAULTS[name])
        chain = (ca.certificate,) if name == "baik" and algorithm == "rsa" else ()
        entries.append(Entry(label, bytes([number + 1]), key, certificate, chain))
        certificates[label] = certificate
        data = pkcs12.serialize_key_and_certificates(
            b"x", key, certificate, [ca.certificate], BestAvailableEncryption(PIN.encode())
        )
        (folder / f"{label}.p12").write_bytes(data)
    other = ca.issue("Orang Lain", ec.generate_private_key(ec.SECP256R1()).public_key())
    old = ca.issue(OWNER, keys["rsa"].public_key(), first=-timedelta(99), last=-timedelta(9))
    entries += [
        Entry("tanpa-sertifikat", b"\x41", keys["rsa"], None),
        Entry("tertukar", b"\x42", keys["ecdsa"], other),
        Entry("kembar", b"\x43", keys["rsa"], certificates["rsa-baik"]),
        Entry("kembar", b"\x44", keys["ecdsa"], certificates["ecdsa-baik"]),
        Entry("rsa-baik", b"\x01", None, old),
    ]
    good = Entry("rsa-baik", b"\x01", keys["rsa"], certificates["rsa-baik"])
    token, loose, *_ = (
        hsm.token(label, PIN, inside)
        for label, inside in (
            *(("Kunci Kasubag", entries), ("Cabutan", [good])),
            *(("Kembar", ()), ("Kembar", ())),
        )
    )
    trust = ca.write_trust(folder / "trust")
    return KeyRing(now, ca, folder, hsm, token, loose, trust, certificates)
