"""What of a trust ends, and when: anchors, helping certificates, revocation lists.

Whoever keeps an office must hear of it before the first signature fails; see `doctor`, `audit`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from asn1crypto import crl, x509

from pipeline.signing.trust import Trust

SOON = timedelta(days=180)
"""For certificates of authorities, which take months to be replaced."""
LAST_PART = 5
"""A revocation list is near its end in the last fifth of the time for which it was issued."""


class Ending(StrEnum):
    """What kind of thing ends."""

    ANCHOR = "anchor"
    INTERMEDIATE = "intermediate"
    CRL = "crl"


@dataclass(frozen=True)
class End:
    """Something of a trust with the moment at which it ends (aware).

    ``soon`` from when on people should hear of it; of a list, ``name`` is its issuer.
    """

    kind: Ending
    name: str
    at: datetime
    soon: datetime

    def is_over(self, now: datetime) -> bool:
        """Whether it has ended."""
        return self.at <= now

    def is_near(self, now: datetime) -> bool:
        """Whether it has not ended, and will before long."""
        return self.soon <= now < self.at


def ends_of(trust: Trust) -> Iterator[End]:
    """Everything of a trust that ends; a list that names no next one has no end of its own."""
    for anchor in trust.anchors:
        yield _of_certificate(Ending.ANCHOR, anchor.name, anchor.certificate)
    for certificate in trust.intermediates:
        name = str(certificate.subject.human_friendly)
        yield _of_certificate(Ending.INTERMEDIATE, name, certificate)
    for found in trust.crls:
        if (end := _of_list(found)) is not None:
            yield end


def _of_certificate(kind: Ending, name: str, certificate: x509.Certificate) -> End:
    at: datetime = certificate.not_valid_after
    return End(kind, name, at, at - SOON)


def _of_list(found: crl.CertificateList) -> End | None:
    told = found["tbs_cert_list"]
    at, since = told["next_update"].native, told["this_update"].native
    if at is None:
        return None
    return End(Ending.CRL, str(found.issuer.human_friendly), at, at - (at - since) / LAST_PART)
