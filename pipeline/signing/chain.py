"""The certificates behind a signature, up to the root, and what was answered about revocation.

Told for people and for the record; the judgement itself is made by validation. Still nothing counts
here by its name alone: each certificate and each answer is verified with its issuer's key.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import new as new_hash
from hashlib import sha256
from itertools import zip_longest
from typing import Literal

from asn1crypto import algos, crl, ocsp, x509
from asn1crypto.keys import PublicKeyInfo
from pyhanko_certvalidator.revinfo.archival import OCSPContainer
from pyhanko_certvalidator.sig_validate import DefaultSignatureValidator

from pipeline.signing.evidence import Unreadable, attempt

LONGEST_CHAIN = 10
MOST_ATTEMPTS = 16
"""Certificates of one name, or answers about one certificate, whose signatures are verified."""
Kept = Literal["document", "trust", "network"]
Told = tuple[datetime, datetime | None, datetime | None]
"""When it was said, when the next word is due, and when the certificate was revoked."""


@dataclass(frozen=True)
class RevocationAnswer:
    """What an issuer said of one certificate: a CRL (RFC 5280) or an OCSP response (RFC 6960).

    ``kept`` is where the answer was: in the document, in the trust folder, or asked for now.
    ``issued`` is when it was given, ``next_issue`` when a newer one is due; ``revoked_at`` is None
    where the certificate was not revoked.
    """

    source: Literal["crl", "ocsp"]
    kept: Kept
    issued: datetime
    next_issue: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True)
class ChainLink:
    """One certificate of a chain; ``anchor`` is its name in the trust folder, where it is one.

    ``unrevocable`` marks one that its issuer exempts from revocation (id-pkix-ocsp-nocheck).
    """

    name: str
    issuer: str
    serial: str
    sha256: str
    begins: datetime
    ends: datetime
    anchor: str = ""
    unrevocable: bool = False
    revocation: RevocationAnswer | None = None


@dataclass(frozen=True)
class Answers:
    """Every answer about revocation at hand, and where it was kept."""

    crls: tuple[tuple[Kept, crl.CertificateList], ...] = ()
    ocsps: tuple[tuple[Kept, OCSPContainer], ...] = ()


def climb(
    certificate: x509.Certificate, known: Iterable[x509.Certificate]
) -> list[x509.Certificate]:
    """``certificate`` and its issuers among ``known``, as far as they go; the root is last."""
    named: dict[bytes, list[x509.Certificate]] = {}
    for other in known:
        named.setdefault(other.subject.dump(), []).append(other)
    found = [certificate]
    while len(found) < LONGEST_CHAIN and found[-1].subject.dump() != found[-1].issuer.dump():
        candidates = named.get(found[-1].issuer.dump(), [])[:MOST_ATTEMPTS]
        issuer = next((c for c in candidates if _certified(found[-1], c)), None)
        if issuer is None or issuer.dump() in {lower.dump() for lower in found}:
            break
        found.append(issuer)
    return found


def links(
    chain: Sequence[x509.Certificate], anchors: dict[bytes, str], answers: Answers
) -> tuple[ChainLink, ...]:
    """A chain, the signer first, in plain values; ``anchors`` maps the DER of each to its name."""
    return tuple(
        _link(certificate, issuer, anchors.get(certificate.dump(), ""), answers)
        for certificate, issuer in zip_longest(chain, chain[1:])
    )


def key_words(certificate: x509.Certificate) -> str:
    """The kind of key and its size, such as ``RSA 2048``; empty where it cannot be told."""
    key = certificate.public_key
    told = attempt(lambda: f"{str(key.algorithm).upper()} {key.bit_size}")
    return "" if isinstance(told, Unreadable) else told


def common_name(name: x509.Name) -> str:
    """The common name, else the whole name as people read it."""
    told = name.native.get("common_name")
    return str(told) if told else str(name.human_friendly)


def _link(
    certificate: x509.Certificate, issuer: x509.Certificate | None, anchor: str, answers: Answers
) -> ChainLink:
    answer = None if issuer is None or anchor else _best(certificate, issuer, answers)
    return ChainLink(
        name=common_name(certificate.subject),
        issuer=common_name(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        sha256=sha256(certificate.dump()).hexdigest(),
        begins=certificate.not_valid_before,
        ends=certificate.not_valid_after,
        anchor=anchor,
        unrevocable=certificate.ocsp_no_check_value is not None,
        revocation=answer,
    )


def _best(
    certificate: x509.Certificate, issuer: x509.Certificate, answers: Answers
) -> RevocationAnswer | None:
    """Of the answers about it: a revocation, else the newest that was given while it was valid.

    An issuer may drop an ended certificate from its list, so what it says later says little.
    """
    found: list[RevocationAnswer] = []
    for kept, response in answers.ocsps:
        if len(found) < MOST_ATTEMPTS and (read := _by_ocsp(certificate, issuer, response)):
            found.append(RevocationAnswer("ocsp", kept, *read))
    for kept, listed in answers.crls:
        if len(found) < MOST_ATTEMPTS and (told := _by_crl(certificate, issuer, listed)):
            found.append(RevocationAnswer("crl", kept, *told))
    revoked = [answer for answer in found if answer.revoked_at]
    timely = [answer for answer in found if answer.issued <= certificate.not_valid_after]
    return max(revoked or timely or found, key=lambda answer: answer.issued, default=None)


def _by_crl(
    certificate: x509.Certificate, issuer: x509.Certificate, listed: crl.CertificateList
) -> Told | None:
    told = attempt(lambda: _read_crl(certificate, issuer, listed))
    return None if isinstance(told, Unreadable) else told


def _read_crl(
    certificate: x509.Certificate, issuer: x509.Certificate, listed: crl.CertificateList
) -> Told | None:
    body = listed["tbs_cert_list"]
    if body["issuer"].dump() != issuer.subject.dump():
        return None
    if not _signed_by(listed["signature"].native, body, issuer, listed["signature_algorithm"]):
        return None
    entries = body["revoked_certificates"]
    # Lists run to many thousand entries; most need no reading.
    entered = certificate["tbs_certificate"]["serial_number"].dump() in entries.dump()
    revoked = [
        entry["revocation_date"].native
        for entry in (entries if entered else ())
        if entry["user_certificate"].native == certificate.serial_number
    ]
    return body["this_update"].native, body["next_update"].native, min(revoked, default=None)


def _by_ocsp(
    certificate: x509.Certificate, issuer: x509.Certificate, response: OCSPContainer
) -> Told | None:
    told = attempt(lambda: _read_ocsp(certificate, issuer, response))
    return None if isinstance(told, Unreadable) else told


def _read_ocsp(
    certificate: x509.Certificate, issuer: x509.Certificate, response: OCSPContainer
) -> Told | None:
    single, basic = response.extract_single_response(), response.extract_basic_ocsp_response()
    if single is None or basic is None or not _is_about(single["cert_id"], certificate, issuer):
        return None
    status = single["cert_status"]
    if status.name == "unknown" or not _vouched(basic, issuer):
        return None
    revoked_at = status.chosen["revocation_time"].native if status.name == "revoked" else None
    return single["this_update"].native, single["next_update"].native, revoked_at


def _is_about(
    identity: ocsp.CertId, certificate: x509.Certificate, issuer: x509.Certificate
) -> bool:
    if identity["serial_number"].native != certificate.serial_number:
        return False
    name = identity["hash_algorithm"]["algorithm"].native
    key = bytes(issuer.public_key["public_key"])
    return bool(
        identity["issuer_name_hash"].native == new_hash(name, issuer.subject.dump()).digest()
        and identity["issuer_key_hash"].native == new_hash(name, key).digest()
    )


def _vouched(basic: ocsp.BasicOCSPResponse, issuer: x509.Certificate) -> bool:
    """Whether the issuer signed the response, or one whom it named for that (RFC 6960 §4.2.2.2)."""
    body, algorithm = basic["tbs_response_data"], basic["signature_algorithm"]
    named = [c for c in list(basic["certs"] or ())[:MOST_ATTEMPTS] if _answers_for(c, issuer)]
    value = basic["signature"].native
    return any(_signed_by(value, body, signer, algorithm) for signer in (issuer, *named))


def _answers_for(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    usage = certificate.extended_key_usage_value
    return bool(usage and "ocsp_signing" in usage.native and _certified(certificate, issuer))


def _certified(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    body, algorithm = certificate["tbs_certificate"], certificate["signature_algorithm"]
    return _signed_by(certificate.signature, body, issuer, algorithm)


def _signed_by(
    value: bytes,
    body: x509.TbsCertificate | crl.TbsCertList | ocsp.ResponseData,
    signer: x509.Certificate,
    algorithm: algos.SignedDigestAlgorithm,
) -> bool:
    key: PublicKeyInfo = signer.public_key
    check = DefaultSignatureValidator().validate_signature
    return not isinstance(attempt(lambda: check(value, body.dump(), key, algorithm)), Unreadable)
