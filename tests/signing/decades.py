"""Authorities for a quarter of a century, and a clock to live through it.

Root → issuing authority → signer, whose certificate lasts two years; root → authority of the
time-stamping services, of which a new one begins every three years and lasts five. Revocation is
told by OCSP, or by the lists of the issuers alone. They answer over HTTP from a thread of this
process, so that a clock moved by ``time_machine`` moves theirs.
"""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from aiohttp import web
from certomancer.integrations.aiohttp_animator import build_animator_app
from certomancer.registry.common import CertLabel
from certomancer.registry.config import CertomancerConfig
from certomancer.registry.pki_arch import PKIArchitecture
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pipeline.signing.keys import SigningKey, open_key
from pipeline.signing.trust import Trust

Told = Literal["ocsp", "crl"]
PIN, HOST, LABEL = "839201", "127.0.0.1", "puluhan-tahun"
SIGNED_ON = datetime(2026, 11, 23, 3, tzinfo=UTC)
SERVICES = tuple(range(2026, 2054, 3))
NAMES = ("root", "issuer", "stamping", "responder", "stamping-responder", "signer", "other")
Span = tuple[str, str]
LASTING: Span = ("2025-01-01T00:00:00+0000", "2075-01-01T00:00:00+0000")


@dataclass
class Decades:
    """The authorities at work; those in ``down`` do not answer."""

    folder: Path
    url: str
    made: PKIArchitecture
    down: set[str]

    def tsa(self, year: int) -> str:
        """The address of the time-stamping service that began last by ``year``."""
        began = max(first for first in SERVICES if first <= year)
        return f"{self.url}/{LABEL}/tsa/tsa-{began}"

    def trust(self) -> Trust:
        """The root, and the way to ask for everything else."""
        return Trust.load(self.folder / "trust", allow_fetching=True)

    def key(self, name: str = "signer") -> SigningKey:
        """The key of the signer, or of the ``other`` whose certificate was revoked."""
        path = self.folder / f"{name}.p12"
        if not path.exists():
            packed = self.made.package_pkcs12(CertLabel(name), password=PIN.encode())
            path.write_bytes(packed)
        return open_key("pkcs12", str(path), PIN, at=SIGNED_ON)


@contextmanager
def decades(folder: Path, told: Told) -> Iterator[Decades]:
    """Authorities that answer until the block ends, by the clock of this process."""
    listening = socket.create_server((HOST, 0))
    url = f"http://{HOST}:{listening.getsockname()[1]}"
    for name in (*NAMES, "tsa"):
        key = ec.generate_private_key(ec.SECP256R1())
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / f"{name}.key").write_bytes(pem)
    config = CertomancerConfig(_configuration(told), str(folder), external_url_prefix=url)
    made = config.get_pki_arch(LABEL)
    anchors = folder / "trust" / "anchors"
    anchors.mkdir(parents=True)
    (anchors / "root.cer").write_bytes(made.get_cert(CertLabel("root")).dump())
    down: set[str] = set()
    app = build_animator_app({made.arch_label: made}, with_web_ui=False)
    app.middlewares.append(_refusing(down))
    with _serving(app, listening):
        yield Decades(folder, url, made, down)


def _refusing(down: set[str]) -> Any:
    @web.middleware
    async def refuse(request: web.Request, handler: Callable[[web.Request], Any]) -> Any:
        if any(f"/{name}" in request.path for name in down):
            raise web.HTTPServiceUnavailable
        return await handler(request)

    return refuse


@contextmanager
def _serving(app: web.Application, listening: socket.socket) -> Iterator[None]:
    loop, ready = asyncio.new_event_loop(), threading.Event()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        runner = web.AppRunner(app, access_log=None)
        loop.run_until_complete(runner.setup())
        loop.run_until_complete(web.SockSite(runner, listening).start())
        ready.set()
        loop.run_forever()
        loop.run_until_complete(runner.cleanup())
        loop.close()

    thread = threading.Thread(target=serve)
    thread.start()
    ready.wait()
    try:
        yield
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()


def _configuration(told: Told) -> dict[str, Any]:
    people, stamps = _telling(told, "issuer", ""), _telling(told, "stamping", "stamping-")
    certs: dict[str, Any] = {
        "root": _issued("root", LASTING, _authority({"crl-repo": "root"})),
        "issuer": _issued("root", LASTING, _authority(people)),
        "stamping": _issued("root", LASTING, _authority(stamps)),
        "responder": _issued("issuer", LASTING, {"id": "ocsp-responder"}),
        "stamping-responder": _issued("stamping", LASTING, {"id": "ocsp-responder"}),
        "signer": _issued("issuer", _years(2026, 2029), {"id": "digsig-commitment"}),
        "other": _issued("issuer", _years(2026, 2029), {"id": "digsig-commitment"})
        | {"revocation": {"revoked-since": "2026-06-01T00:00:00+0000"}},
    }
    usage = {"id": "extended_key_usage", "critical": True, "value": ["time_stamping"]}
    for year in SERVICES:
        lasts = {"valid-from": _years(year, year)[0], "valid-to": _years(year, year + 5)[1]}
        certs[f"tsa-{year}"] = {
            "subject": "tsa",
            "subject-key": "tsa",
            "issuer": "stamping",
            "validity": lasts,
            "extensions": [usage],
        }
    return {
        "keysets": {"all": {"keys": {n: {"path": f"{n}.key"} for n in (*NAMES, "tsa")}}},
        "pki-architectures": {
            LABEL: {
                "keyset": "all",
                "entity-defaults": {"country-name": "ID", "organization-name": "LATIHAN"},
                "entities": {n: {"common-name": f"Latihan {n}"} for n in (*NAMES, "tsa")},
                "certs": certs,
                "services": _services(told),
            }
        },
    }


def _services(told: Told) -> dict[str, Any]:
    def lists(issuer: str) -> dict[str, Any]:
        return {"for-issuer": issuer, "issuer-cert": issuer, "simulated-update-schedule": "P30D"}

    def responder(issuer: str, by: str) -> dict[str, Any]:
        return {"for-issuer": issuer, "responder-cert": by, "validity-period": {"days": 1}}

    services: dict[str, Any] = {
        "crl-repo": {"root": lists("root")},
        "time-stamping": {
            f"tsa-{year}": {
                "signing-cert": f"tsa-{year}",
                "signing-key": "tsa",
                "certs-to-embed": ["stamping"],
            }
            for year in SERVICES
        },
    }
    if told == "crl":
        services["crl-repo"] |= {name: lists(name) for name in ("issuer", "stamping")}
    else:
        services["ocsp"] = {
            "ocsp": responder("issuer", "responder"),
            "stamping-ocsp": responder("stamping", "stamping-responder"),
        }
    return services


def _telling(told: Told, issuer: str, prefix: str) -> dict[str, str]:
    return {"crl-repo": issuer} if told == "crl" else {"ocsp-service": f"{prefix}ocsp"}


def _authority(telling: dict[str, str]) -> dict[str, Any]:
    return {"id": "simple-ca", "params": telling}


def _issued(issuer: str, lasting: Span, profile: dict[str, Any]) -> dict[str, Any]:
    validity = {"valid-from": lasting[0], "valid-to": lasting[1]}
    return {"issuer": issuer, "validity": validity, "profiles": [profile]}


def _years(first: int, end: int) -> Span:
    return (f"{first}-01-01T00:00:00+0000", f"{end}-01-01T00:00:00+0000")
