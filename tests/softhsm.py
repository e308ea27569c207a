"""Tokens of SoftHSM2, which keeps them in a folder: as real to us as one on a USB port.

They are filled by a process of its own, so that the test's is the only one to log in.
"""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pkcs11
from asn1crypto.keys import ECPrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509 import Certificate
from pkcs11 import Attribute, ObjectClass
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate

PLACES = ("/usr/lib/softhsm", "/usr/lib64", "/usr/lib/pkcs11", "/usr/local/lib/softhsm")
MODULE = next(
    (str(p) for place in PLACES if (p := Path(place, "libsofthsm2.so")).is_file()),
    "/libsofthsm2.so",
)
SO_PIN = "11223344"


@dataclass(frozen=True)
class Entry:
    """A key with its certificate, or either alone; a chain lies beside them under other ids."""

    label: str
    id: bytes
    key: PrivateKeyTypes | None
    certificate: Certificate | None
    chain: Sequence[Certificate] = field(default=())


@dataclass(frozen=True)
class SoftToken:
    """One token: its label, and the folder where its objects lie."""

    label: str
    folder: Path

    def uri(self, **more: str) -> str:
        """The address of one of its keys."""
        parts = {"token": self.label, **more}
        path = ";".join(f"{name}={quote(value, safe='%')}" for name, value in parts.items())
        return f"pkcs11:{path}?module-path={MODULE}"


@dataclass(frozen=True)
class SoftHsm:
    """The folder of all tokens, and the settings that lead to it."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> "SoftHsm":
        hsm = cls(folder)
        hsm.store.mkdir(parents=True)
        hsm.settings.write_text(
            f"directories.tokendir = {hsm.store}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        return hsm

    @property
    def settings(self) -> Path:
        return self.folder / "softhsm2.conf"

    @property
    def store(self) -> Path:
        return self.folder / "tokens"

    def token(self, label: str, pin: str, entries: Sequence[Entry]) -> SoftToken:
        """A new token with these objects."""
        before = set(self.store.iterdir())
        environment = {**os.environ, "SOFTHSM2_CONF": str(self.settings)}
        init = ["softhsm2-util", "--init-token", "--free", "--label", label]
        init += ["--so-pin", SO_PIN, "--pin", pin, "--module", MODULE]
        subprocess.run(init, env=environment, check=True, capture_output=True, timeout=60)
        wanted = json.dumps({"token": label, "pin": pin, "objects": _told(entries)})
        if entries:
            fill = [sys.executable, __file__]
            subprocess.run(fill, env=environment, input=wanted, text=True, check=True, timeout=60)
        (folder,) = set(self.store.iterdir()) - before
        return SoftToken(label, folder)


def _told(entries: Sequence[Entry]) -> list[dict[str, str]]:
    told = []
    for entry in entries:
        if entry.key is not None:
            form = (Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            kind = "rsa" if isinstance(entry.key, RSAPrivateKey) else "ec"
            told.append(_object(entry, kind, entry.key.private_bytes(*form)))
        if entry.certificate is not None:
            told.append(_object(entry, "certificate", entry.certificate.public_bytes(Encoding.DER)))
        told += [
            {**_object(entry, "certificate", c.public_bytes(Encoding.DER)), "id": f"ca{n:02x}"}
            for n, c in enumerate(entry.chain)
        ]
    return told


def _object(entry: Entry, kind: str, der: bytes) -> dict[str, str]:
    return {"kind": kind, "label": entry.label, "id": entry.id.hex(), "der": der.hex()}


def _fill() -> None:
    wanted = json.load(sys.stdin)
    token = pkcs11.lib(MODULE).get_token(token_label=wanted["token"])
    with token.open(rw=True, user_pin=wanted["pin"]) as session:
        for told in wanted["objects"]:
            der = bytes.fromhex(told["der"])
            if told["kind"] == "rsa":
                attributes = decode_rsa_private_key(der)
            elif told["kind"] == "ec":
                key = ECPrivateKey.load(der)
                attributes = {
                    Attribute.CLASS: ObjectClass.PRIVATE_KEY,
                    Attribute.KEY_TYPE: pkcs11.KeyType.EC,
                    Attribute.EC_PARAMS: key["parameters"].chosen.dump(),
                    Attribute.VALUE: key["private_key"].contents,
                }
            else:
                attributes = decode_x509_certificate(der)
            attributes |= {
                Attribute.TOKEN: True,
                Attribute.LABEL: told["label"],
                Attribute.ID: bytes.fromhex(told["id"]),
            }
            if told["kind"] != "certificate":
                attributes |= {Attribute.PRIVATE: True, Attribute.SENSITIVE: True}
                attributes |= {Attribute.SIGN: True, Attribute.EXTRACTABLE: False}
            session.create_object(attributes)


if __name__ == "__main__":
    _fill()
