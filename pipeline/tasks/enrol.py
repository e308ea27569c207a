"""``kinerja enrol``: what must hold before a certificate is enrolled to an official.

The enrolment itself is a line of ``kinerja.toml``, which its administrator writes: a program that
could enrol could make anybody a signer.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn1crypto import x509

from pipeline.errors import KeyAccessError, UsageError
from pipeline.office import Office
from pipeline.settings import Enrolment, Signer
from pipeline.signing.enrolment import read_certificate, require_trusted, signing_usages
from pipeline.signing.keys import open_key
from pipeline.signing.keys.key import SIGNING_USAGES
from pipeline.signing.keys.pkcs11 import certificates_on_token, token_uri

AskPin = Callable[[], bytearray]


@dataclass(frozen=True)
class Candidate:
    """A certificate that may be enrolled, and the enrolments its official then has.

    ``anchor`` is the trusted root behind it; ``revocation_checked`` whether anything was there to
    check it by.
    """

    alias: str
    post: str
    subject: str
    issuer: str
    serial: str
    not_before: datetime
    not_after: datetime
    usages: list[str]
    anchor: str
    practice: bool
    certified: bool
    revocation_checked: bool
    enrolled: Enrolment
    before: tuple[Enrolment, ...]

    @property
    def toml(self) -> str:
        """The ``certificates`` of the official's ``[[signers]]`` entry, with the new one."""
        entries = (*self.before, self.enrolled)
        lines = "".join(
            f'    {{ sha256 = "{e.sha256}", valid_from = {e.valid_from.isoformat()},'
            f" valid_to = {e.valid_to.isoformat()} }},\n"
            for e in entries
        )
        return f"certificates = [\n{lines}]\n"

    def to_dict(self) -> dict[str, Any]:
        """As JSON tells it."""
        enrolled = {
            "enrolled": self.enrolled.model_dump(),
            "before": [e.model_dump() for e in self.before],
        }
        return asdict(self) | enrolled | {"toml": self.toml}


def certificate_of(
    office: Office, signer: Signer, file: Path | None, ask_pin: AskPin
) -> tuple[x509.Certificate, str]:
    """The certificate to enrol, and what holds it: a ``file``, or else the signer's own key.

    A token shows its certificates to anybody; a key file needs its PIN, which is wiped.

    Raises:
        KeyAccessError: it cannot be read, or a token holds several that may sign.
    """
    if file is not None:
        return read_certificate(file), file.name
    if signer.on_token:
        return _on_token(signer, office.now()), token_uri(signer.key).about
    pin = ask_pin()
    try:
        key = open_key(signer.backend, signer.key_location(office.state), pin, at=office.now())
    finally:
        pin[:] = bytes(len(pin))
    return key.certificate, key.source


def consider(
    office: Office,
    signer: Signer,
    certificate: x509.Certificate,
    source: str,
    days: tuple[date | None, date | None] = (None, None),
) -> Candidate:
    """What enrolling ``certificate`` to ``signer`` would mean; ``days`` are its first and last.

    Without them it is enrolled from today, or its own first day, to its own last.

    Raises:
        KeyAccessError: the certificate may not sign, is revoked, or leads to no anchor.
        UsageError: the days lie outside its own, or it is enrolled already.
    """
    now, zone = office.now(), office.settings.office.zone
    anchor = require_trusted(certificate, source, office.trust, now)
    own = tuple(
        moment.astimezone(zone)
        for moment in (certificate.not_valid_before, certificate.not_valid_after)
    )
    enrolled = _enrolment(certificate, own, days, now.astimezone(zone).date())
    _require_free(office, signer, enrolled)
    return Candidate(
        alias=signer.alias,
        post=signer.post,
        subject=certificate.subject.human_friendly,
        issuer=certificate.issuer.human_friendly,
        serial=f"{certificate.serial_number:x}",
        not_before=own[0],
        not_after=own[1],
        usages=signing_usages(certificate),
        anchor=anchor.name,
        practice=anchor.practice,
        certified=anchor.certified,
        revocation_checked=office.trust.checks_revocation,
        enrolled=enrolled,
        before=signer.certificates,
    )


def _on_token(signer: Signer, now: datetime) -> x509.Certificate:
    """The one certificate of a person on the token that signs today."""
    fitting = [
        c
        for c in certificates_on_token(signer.key)
        if not c.ca
        and c.not_valid_before <= now <= c.not_valid_after
        and c.key_usage_value
        and SIGNING_USAGES & c.key_usage_value.native
    ]
    if len(fitting) == 1:
        return fitting[0]
    about = token_uri(signer.key).about
    if not fitting:
        raise KeyAccessError(
            f"Di {about} tidak ada sertifikat tanda tangan yang berlaku hari ini untuk alamat kunci"
            f" {signer.alias}. Periksa object=… atau id=… pada alamat itu di kinerja.toml."
        )
    there = "; ".join(
        f"{c.subject.human_friendly}, s.d. {c.not_valid_after:%d-%m-%Y}" for c in fitting
    )
    raise KeyAccessError(
        f"Di {about} ada {len(fitting)} sertifikat tanda tangan yang cocok: {there}. Sebut salah"
        " satu dengan object=… atau id=… pada alamat kuncinya di kinerja.toml, atau beri berkasnya."
    )


def _enrolment(
    certificate: x509.Certificate,
    own: tuple[datetime, ...],
    days: tuple[date | None, date | None],
    today: date,
) -> Enrolment:
    first, last = days[0] or max(today, own[0].date()), days[1] or own[1].date()
    if not own[0].date() <= first <= last <= own[1].date():
        raise UsageError(
            f"The enrolment must lie within the certificate's own days, {own[0]:%Y-%m-%d} to"
            f" {own[1]:%Y-%m-%d}, and begin before it ends. Asked for: {first} to {last}."
        )
    return Enrolment(sha256=sha256(certificate.dump()).hexdigest(), valid_from=first, valid_to=last)


def _require_free(office: Office, signer: Signer, wanted: Enrolment) -> None:
    """Nobody else may have the certificate, and its official not twice for a day."""
    for other in office.settings.signers:
        if other.alias != signer.alias and other.nip == signer.nip:
            continue  # the same person in another post
        for known in other.certificates:
            apart = known.valid_to < wanted.valid_from or wanted.valid_to < known.valid_from
            if known.sha256 == wanted.sha256 and not apart:
                raise UsageError(
                    f"This certificate is enrolled already, to {other.alias} from"
                    f" {known.valid_from} to {known.valid_to}. Nothing to add; where that is"
                    " wrong, correct the entry in kinerja.toml."
                )
