"""A time-stamping authority on the loopback: certomancer's, answering over HTTP (RFC 3161 §3.4)."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from certomancer.services import TimeStamper
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NOW = datetime.now(UTC)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
START, END = NOW - timedelta(days=1), NOW + timedelta(days=400)


@dataclass
class Authority:
    """Where it answers, its root and the root's revocation list (DER).

    What it says may be spoilt, or be an error; ``change`` gives the service a new key, and a
    certificate that ends when it is told.
    """

    url: str
    root_pem: bytes
    revoked: bytes
    change: Callable[[datetime], None]
    asked: int = 0
    status: int = 200
    answers: list[bytes] = field(default_factory=list)


@contextmanager
def time_stamping(ends: datetime | None = None) -> Iterator[Authority]:
    """An authority that answers until the block ends; ``ends`` is when its certificate does."""
    root_key = ec.generate_private_key(ec.SECP256R1())
    root = certificate("Uji TSA Akar", "Uji TSA Akar", root_key, root_key, ca=True)
    stampers: list[TimeStamper] = []

    def change(until: datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        own = certificate("Uji TSA", "Uji TSA Akar", key, root_key, ca=False, end=until)
        private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
        stampers[:] = [
            TimeStamper(
                asn1_x509.Certificate.load(own.public_bytes(Encoding.DER)),
                asn1_keys.PrivateKeyInfo.load(private),
            )
        ]

    change(ends or END)
    revoked = _revoked(root, root_key).public_bytes(Encoding.DER)
    authority = Authority("", root.public_bytes(Encoding.PEM), revoked, change)

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            authority.asked += 1
            answer = (
                authority.answers.pop()
                if authority.answers
                else stampers[0].request_tsa_response(tsp.TimeStampReq.load(asked)).dump()
            )
            self.send_response(authority.status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    authority.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield authority
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def named(common: str) -> x509.Name:
    """A distinguished name that is a common name alone."""
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(
    subject: str,
    issuer: str,
    key: PrivateKey,
    signing_key: PrivateKey,
    *,
    ca: bool,
    end: datetime = END,
) -> x509.Certificate:
    """Of an authority (``ca``), or of a time-stamping service under it."""
    builder = (
        x509.CertificateBuilder()
        .subject_name(named(subject))
        .issuer_name(named(issuer))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(START)
        .not_valid_after(end)
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if not ca:
        usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        builder = builder.add_extension(usage, critical=True)
    return builder.sign(signing_key, hashes.SHA256())


def _revoked(root: x509.Certificate, key: PrivateKey) -> x509.CertificateRevocationList:
    """The list of an authority that has revoked nothing."""
    builder = x509.CertificateRevocationListBuilder().issuer_name(root.subject)
    return builder.last_update(START).next_update(END).sign(key, hashes.SHA256())
