"""Keys in PKCS#12 files (``.p12``, ``.pfx``; RFC 7292).

A key of this kind signs "tidak tersertifikasi" in the sense of PP 71/2019 Art. 60(3), since no
certified device holds it.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from asn1crypto import pkcs12 as asn1_pkcs12
from asn1crypto import x509
from cryptography import x509 as pyca_x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs12 import (
    PKCS12KeyAndCertificates,
    load_pkcs12,
)
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from pipeline.errors import KeyAccessError
from pipeline.signing.keys.key import Pin, SigningKey
from pipeline.signing.keys.signer import BytesSigner, SignBytes


def open_pkcs12(location: str, pin: Pin, *, at: datetime) -> SigningKey:
    """Open the PKCS#12 file at ``location`` (a path) for signing at ``at`` (aware).

    Raises:
        KeyAccessError: the file is missing or damaged, the PIN is wrong, or its certificate may
            not sign at that moment.
    """
    path = Path(location)
    store = _decrypt(_read(path), pin, path.name)
    if store.key is None or store.cert is None:
        raise KeyAccessError(
            f"Berkas kunci {path.name} tidak memuat kunci beserta sertifikatnya. "
            "Ekspor ulang dari penerbit dengan menyertakan kunci pribadi."
        )
    if not isinstance(store.key, RSAPrivateKey | EllipticCurvePrivateKey):
        raise KeyAccessError(
            f"Jenis kunci dalam {path.name} tidak didukung. Gunakan kunci RSA atau ECDSA."
        )
    chain = [_as_asn1(entry.certificate) for entry in store.additional_certs]
    signer = BytesSigner(_signing_with(store.key), _as_asn1(store.cert.certificate), chain)
    key = SigningKey(signer=signer, source=path.name)
    key.require_usable(at)
    return key


def _signing_with(key: RSAPrivateKey | EllipticCurvePrivateKey) -> SignBytes:
    def sign(data: bytes, digest: str) -> bytes:
        hashed = get_pyca_cryptography_hash(digest)
        if isinstance(key, RSAPrivateKey):
            return key.sign(data, PKCS1v15(), hashed)
        return key.sign(data, ECDSA(hashed))

    return sign


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyAccessError(
            f"Berkas kunci {path.name} tidak dapat dibuka ({error.strerror}). "
            "Pastikan berkas itu ada di tempat yang tercatat dan boleh dibaca layanan ini."
        ) from error


def _decrypt(data: bytes, pin: Pin, name: str) -> PKCS12KeyAndCertificates:
    secret: Any = pin.encode() if isinstance(pin, str) else pin  # any buffer: it is not copied
    try:
        return load_pkcs12(data, secret)
    except (ValueError, UnsupportedAlgorithm) as error:
        if _is_pfx(data):
            raise KeyAccessError(
                f"PIN untuk kunci {name} salah. Periksa Caps Lock lalu ketik ulang; bila lupa, "
                "mintalah penggantian kepada penerbit sertifikat. Belum ada yang ditandatangani."
            ) from error
        raise KeyAccessError(
            f"Berkas kunci {name} rusak atau bukan PKCS#12 (.p12/.pfx). "
            "Salin ulang berkas aslinya dari penerbit sertifikat."
        ) from error


def _is_pfx(data: bytes) -> bool:
    """Tell a wrong PIN from a damaged file: only the second has a broken outer structure."""
    try:
        content = asn1_pkcs12.Pfx.load(data, strict=True)["auth_safe"]["content"]
        return bool(content.native)
    except (ValueError, TypeError, KeyError):
        return False


def _as_asn1(certificate: pyca_x509.Certificate) -> x509.Certificate:
    return x509.Certificate.load(certificate.public_bytes(Encoding.DER))
