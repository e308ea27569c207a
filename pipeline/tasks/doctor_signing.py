"""The parts of an examination that are about keys, certificates and trust."""

import stat
from collections.abc import Iterator
from datetime import date, timedelta

from pipeline.office import Office
from pipeline.settings import Signer
from pipeline.tasks.doctor_report import Outcome, gathered

SOON = timedelta(days=60)
OTHERS = stat.S_IRWXG | stat.S_IRWXO


def check_signers(office: Office) -> Outcome:
    """Every signer has a key that only the service may read, and a certificate enrolled today."""
    signers, today = office.settings.signers, office.now().date()
    if not signers:
        return Outcome(
            False,
            "nobody can initial or sign: kinerja.toml has no [[signers]]",
            "Add each signer with key and enrolled certificate; for trying out, run"
            " `kinerja init --practice`.",
        )
    last = min((d for s in signers if (d := enrolled_until(s, today))), default=today)
    return gathered(
        f"{len(signers)} signer(s), certificates enrolled at least until {last}",
        (fault for signer in signers for fault in _signer_faults(office, signer, today)),
    )


def check_trust(office: Office) -> Outcome:
    """The trust folder can be read, and its revocation lists are not out of date."""
    trust, now = office.trust, office.now()
    folder = office.state / office.settings.signing.trust
    ends = [found["tbs_cert_list"]["next_update"].native for found in trust.crls]
    if stale := [end for end in ends if end is not None and end < now]:
        return Outcome(
            False,
            f"{len(stale)} of {len(ends)} revocation lists are out of date, the oldest since"
            f" {min(stale):%Y-%m-%d}",
            f"Fetch fresh lists from their issuers into {folder / 'crls'}.",
        )
    names = ", ".join(anchor.name for anchor in trust.anchors)
    if not trust.checks_revocation:
        return Outcome(
            True,
            f"trusted: {names}; whether a certificate was revoked is not checked",
            f"Put the issuers' revocation lists into {folder / 'crls'}, or set [signing]"
            " allow_fetching.",
        )
    lists = f"{len(ends)} revocation list(s)" if ends else "revocation asked for online"
    return Outcome(True, f"trusted: {names}; {lists}")


def enrolled_until(signer: Signer, today: date) -> date | None:
    """The last day that the signer's enrolments cover from today without a gap; None: not today."""
    until = today - timedelta(days=1)
    for enrolment in sorted(signer.certificates, key=lambda e: e.valid_from):
        if enrolment.valid_from <= until + timedelta(days=1):
            until = max(until, enrolment.valid_to)
    return until if until >= today else None


def _signer_faults(office: Office, signer: Signer, today: date) -> Iterator[Outcome]:
    key = office.state / signer.key
    if not key.is_file():
        mend = f"Put the key there, or correct `key` of signer {signer.alias}."
        yield Outcome(False, f"{signer.alias}: the key file {key} is missing", mend)
    elif key.stat().st_mode & OTHERS:
        mode = stat.S_IMODE(key.stat().st_mode)
        message = f"{signer.alias}: the key file {key} is open to others (mode {mode:04o})"
        yield Outcome(False, message, f"Run `chmod 600 {key}`.")
    until = enrolled_until(signer, today)
    if until is None:
        mend = "Enrol the certificate in use: [[signers]] certificates, with its SHA-256 and days."
        yield Outcome(False, f"{signer.alias}: no certificate is enrolled today", mend)
    elif until - today <= SOON:
        mend = "Have the certificate renewed, and enrol the new one from its first day."
        yield Outcome(True, f"{signer.alias}: the enrolment ends on {until}", mend)
