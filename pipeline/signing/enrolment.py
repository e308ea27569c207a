"""Whether a certificate may be enrolled to an official: what it says, and who stands behind it."""

import asyncio
from datetime import datetime
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko_certvalidator import CertificateValidator
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

from pipeline.errors import KeyAccessError
from pipeline.signing.keys.key import SIGNING_USAGES, common_name, require_usable
from pipeline.signing.trust import Anchor, Trust

MOST_BYTES = 1_000_000


def read_certificate(path: Path) -> x509.Certificate:
    """The certificate in a PEM or DER file; of a chain, the one of its owner.

    Raises:
        KeyAccessError: the file cannot be read, or holds no certificate of a person.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES)
        ders = [d for _, _, d in pem.unarmor(data, multiple=True)] if pem.detect(data) else [data]
        found = [x509.Certificate.load(der, strict=True) for der in ders]
        own = [certificate for certificate in found if not certificate.ca]
    except OSError as error:
        raise KeyAccessError(
            f"Berkas sertifikat {path.name} tidak dapat dibuka ({error.strerror})."
        ) from error
    except (ValueError, TypeError) as error:
        raise KeyAccessError(
            f"{path.name} bukan sertifikat (PEM atau DER). Mintalah berkas .pem, .crt atau .cer"
            " kepada pemiliknya; kunci pribadinya tidak diperlukan."
        ) from error
    if len(own) != 1:
        raise KeyAccessError(
            f"{path.name} memuat {len(own)} sertifikat orang; yang diperlukan tepat satu."
        )
    return own[0]


def signing_usages(certificate: x509.Certificate) -> list[str]:
    """For which kinds of signature it was issued (RFC 5280 §4.2.1.3)."""
    usage = certificate.key_usage_value
    return sorted(SIGNING_USAGES & usage.native) if usage else []


def require_trusted(
    certificate: x509.Certificate, source: str, trust: Trust, at: datetime
) -> Anchor:
    """The anchor behind a certificate that may sign at ``at`` (aware) and is not revoked.

    ``source`` names to people what holds the certificate.

    Raises:
        KeyAccessError: it may not sign then, is revoked, leads to no anchor, or its revocation
            cannot be told.
    """
    require_usable(certificate, source, at)
    told = f"Sertifikat “{common_name(certificate)}” pada {source}"
    try:
        root = asyncio.run(_root(certificate, trust, at))
    except RevokedError as error:
        raise KeyAccessError(
            f"{told} telah dicabut oleh penerbitnya. Mintalah sertifikat baru."
        ) from error
    except (PathError, ValidationError, OSError) as error:
        raise KeyAccessError(
            f"{told} tidak dapat dipastikan: penerbitnya ({certificate.issuer.human_friendly})"
            " tidak ada dalam folder kepercayaan, atau daftar pencabutannya tidak tersedia atau"
            " sudah usang. Perbarui folder itu, lalu ulangi."
        ) from error
    return next(anchor for anchor in trust.anchors if anchor.certificate.dump() == root.dump())


async def _root(certificate: x509.Certificate, trust: Trust, at: datetime) -> x509.Certificate:
    context = trust.context(at)
    try:
        validator = CertificateValidator(certificate, [], context)
        path = await validator.async_validate_usage(set())  # type: ignore[no-untyped-call]
    finally:
        await context.aclose()  # type: ignore[no-untyped-call]
    root: x509.Certificate = path.first
    return root
