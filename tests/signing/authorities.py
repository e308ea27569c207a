"""A public-key infrastructure over HTTP, in a process of its own: certomancer's.

Root → issuing authority → one signer (RSA-2048); and a time-stamping service under the root. Both
authorities publish revocation lists. ``python -m tests.signing.authorities FOLDER`` writes the
folder, says at which address it answers, and answers until its standard input is closed.
"""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from aiohttp import web
from certomancer.integrations.aiohttp_animator import build_animator_app
from certomancer.registry.common import CertLabel
from certomancer.registry.config import CertomancerConfig
from certomancer.registry.pki_arch import PKIArchitecture
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

ARCHITECTURE, PIN = "latihan", "839201"
KEYS = ("root", "issuer", "tsa", "signer")
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Authorities:
    """Where they answer, and the folder with ``trust``, ``signer.p12`` and certificates."""

    url: str
    folder: Path

    @property
    def tsa(self) -> str:
        """The address of the time-stamping service."""
        return f"{self.url}/{ARCHITECTURE}/tsa/tsa"

    def list_of(self, issuer: str) -> str:
        """The address of an authority's revocation list."""
        return f"{self.url}/{ARCHITECTURE}/crls/{issuer}/latest.crl"

    @property
    def trust(self) -> Path:
        """A trust folder: the root, and the issuing authority to help."""
        return self.folder / "trust"

    @property
    def key(self) -> Path:
        """The signer's key, opened with ``PIN``."""
        return self.folder / "signer.p12"


@contextmanager
def authorities(folder: Path) -> Iterator[Authorities]:
    """Authorities that answer until the block ends."""
    command = [sys.executable, "-m", __name__, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        try:
            yield Authorities(process.stdout.readline().decode().strip(), folder)
        finally:
            process.stdin.close()
            process.wait(20)


def architecture(folder: Path, url: str) -> PKIArchitecture:
    """The infrastructure with new keys, which are kept in ``folder``."""
    for name in KEYS:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(pem)
    config = CertomancerConfig(_configuration(), str(folder), external_url_prefix=url)
    return config.get_pki_arch(ARCHITECTURE)


def _configuration() -> dict[str, Any]:
    def authority(issuer: str, length: int) -> dict[str, Any]:
        limits = {"max-path-len": length, "crl-repo": "root" if length else "issuer"}
        profile = {"id": "simple-ca", "params": limits}
        return {"issuer": issuer, "validity": lasting, "profiles": [profile]}

    def lists(issuer: str) -> dict[str, Any]:
        return {"for-issuer": issuer, "issuer-cert": issuer, "simulated-update-schedule": "P90D"}

    now = datetime.now(UTC)
    lasting = {
        "valid-from": (now - timedelta(days=1)).isoformat(),
        "valid-to": (now + timedelta(days=3650)).isoformat(),
    }
    stamping = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
    signer = {"issuer": "issuer", "validity": lasting, "profiles": ["digsig-commitment"]}
    return {
        "keysets": {"all": {"keys": {name: {"path": f"{name}.key"} for name in KEYS}}},
        "pki-architectures": {
            ARCHITECTURE: {
                "keyset": "all",
                "entity-defaults": {"country-name": "ID", "organization-name": "LATIHAN"},
                "entities": {name: {"common-name": f"Latihan {name}"} for name in KEYS},
                "certs": {
                    "root": authority("root", 1),
                    "issuer": authority("root", 0),
                    "tsa": {"issuer": "root", "validity": lasting, "extensions": [stamping]},
                    "signer": signer,
                },
                "services": {
                    "crl-repo": {"root": lists("root"), "issuer": lists("issuer")},
                    "time-stamping": {"tsa": {"signing-cert": "tsa"}},
                },
            }
        },
    }


def _write(folder: Path, made: PKIArchitecture) -> None:
    for name, kind in (("root", "anchors"), ("issuer", "intermediates")):
        der = made.get_cert(CertLabel(name)).dump()
        path = folder / "trust" / kind / f"{name}.cer"
        path.parent.mkdir(parents=True)
        path.write_bytes(der)
    packed = made.package_pkcs12(CertLabel("signer"), password=PIN.encode())
    (folder / "signer.p12").write_bytes(packed)


def main(folder: Path) -> None:
    """Write the folder, and answer until standard input is closed."""
    listening = socket.create_server((HOST, 0))
    url = f"http://{HOST}:{listening.getsockname()[1]}"
    made = architecture(folder, url)
    _write(folder, made)
    app = build_animator_app({made.arch_label: made}, with_web_ui=False)
    sys.stdout.write(url + "\n")
    sys.stdout.flush()

    def until_closed() -> None:
        sys.stdin.buffer.read()
        listening.close()
        sys.exit()

    server = threading.Thread(
        target=web.run_app,
        args=(app,),
        kwargs={"sock": listening, "print": None, "handle_signals": False, "access_log": None},
        daemon=True,
    )
    server.start()
    until_closed()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
