"""A signed PDF judged in a process that holds no key: whoever sent it chose every byte of it.

The trust travels with it, for that process can open no file; see `pipeline.confine.reader`.
"""

import base64
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asn1crypto import crl, x509

from pipeline.confine.reader import Reader
from pipeline.errors import KinerjaError, ReadError
from pipeline.signing.added import adds_only_proof, adds_only_seals
from pipeline.signing.report import VerificationReport
from pipeline.signing.trust import Anchor, Trust
from pipeline.signing.verify import Expectation, verify


@dataclass(frozen=True)
class PlainAnchor:
    """An anchor on its way: its certificate in base64 of DER, and its provenance."""

    certificate: str
    file: str
    name: str
    source: str
    obtained: str
    practice: bool
    certified: bool
    psre: str
    pinned: bool


@dataclass(frozen=True)
class PlainTrust:
    """A trust on its way: certificates and revocation lists in base64 of DER."""

    anchors: tuple[PlainAnchor, ...]
    intermediates: tuple[str, ...]
    crls: tuple[str, ...]
    allow_fetching: bool

    @classmethod
    def of(cls, trust: Trust) -> "PlainTrust":
        """The trust as plain values."""
        return cls(
            tuple(
                PlainAnchor(
                    _coded([a.certificate])[0],
                    a.file,
                    a.name,
                    a.source,
                    a.obtained,
                    a.practice,
                    a.certified,
                    a.psre,
                    a.pinned,
                )
                for a in trust.anchors
            ),
            _coded(trust.intermediates),
            _coded(trust.crls),
            trust.allow_fetching,
        )

    def trust(self) -> Trust:
        """The trust again."""
        certificate, revocations = x509.Certificate.load, crl.CertificateList.load
        return Trust(
            tuple(
                Anchor(
                    certificate(base64.b64decode(a.certificate)),
                    a.file,
                    a.name,
                    a.source,
                    a.obtained,
                    a.practice,
                    a.certified,
                    a.psre,
                    a.pinned,
                )
                for a in self.anchors
            ),
            tuple(certificate(base64.b64decode(der)) for der in self.intermediates),
            tuple(revocations(base64.b64decode(der)) for der in self.crls),
            self.allow_fetching,
        )


def judge(
    pdf: bytes, trust: PlainTrust, fields: dict[str, list[str]] | None, at: datetime | None
) -> VerificationReport:
    """Judge ``pdf``: ``fields`` are those of the expectation, where there is one."""
    expectation = None
    if fields is not None:
        expectation = Expectation({name: frozenset(known) for name, known in fields.items()})
    return verify(pdf, trust.trust(), expectation=expectation, at=at)


def verify_apart(
    reader: Reader,
    pdf: bytes,
    trust: Trust,
    *,
    expectation: Expectation | None = None,
    at: datetime | None = None,
) -> VerificationReport:
    """Judge ``pdf`` as `pipeline.signing.verify.verify` does, in a process of its own.

    ``reader`` must leave its jobs the network where the trust allows fetching.

    Raises:
        ReadError: it took too much time or memory, or broke the process.
        ConfigurationError: no process can be started for it.
    """
    expected = expectation.fields if expectation is not None else None
    fields = None if expected is None else {name: sorted(known) for name, known in expected.items()}
    return reader.run(judge, pdf, PlainTrust.of(trust), fields, at)


def _coded(found: Iterable[Any]) -> tuple[str, ...]:
    return tuple(base64.b64encode(item.dump()).decode() for item in found)


APART: dict[Any, type[KinerjaError]] = {
    judge: ReadError,
    adds_only_seals: ReadError,
    adds_only_proof: ReadError,
}
"""What may be called, and which error says that a file took too much."""
