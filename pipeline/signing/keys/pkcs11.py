"""Keys on tokens and in HSMs, which never leave them (PKCS#11 v2.40), named by URI (RFC 7512).

1. Log in to the token; one session serves all its keys in this process.
2. Find the one private key that the URI names.
3. Find its certificate, and on from it the issuers' that the token holds.
4. Sign by the token's raw mechanism where it has one: it hashes slowly, and SoftHSM 2.6 not at all
   for ECDSA. Each signature is verified before it is handed out.
"""

from datetime import datetime
from typing import Any

from asn1crypto import x509
from asn1crypto.algos import SignedDigestAlgorithm
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_der_public_key
from pkcs11 import Attribute, KeyType, Mechanism, ObjectClass, PKCS11Error, PrivateKey, Session
from pkcs11.exceptions import AttributeTypeInvalid
from pyhanko.sign.pkcs11 import select_pkcs11_signing_params
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

from pipeline.errors import KeyAccessError
from pipeline.signing.keys.key import Pin, SigningKey
from pipeline.signing.keys.signer import BytesSigner, SignBytes
from pipeline.signing.keys.token import (
    AT_THE_TOKEN,
    logged_in,
    objects,
    public_session,
    unreachable,
)
from pipeline.token_uri import TokenUri, parse_token_uri

RAW = {KeyType.RSA: Mechanism.RSA_PKCS, KeyType.EC: Mechanism.ECDSA}
NAMES = {KeyType.RSA: "rsa", KeyType.EC: "ecdsa"}
LONGEST_PATH = 8


def open_pkcs11(location: str, pin: Pin, *, at: datetime) -> SigningKey:
    """Open the key that the PKCS#11 URI ``location`` names, for signing at ``at`` (aware).

    Raises:
        KeyAccessError: the module, token, key or certificate is missing or not the only one, the
            PIN is wrong or locked, or the certificate may not sign at that moment.
    """
    uri = token_uri(location)
    session = logged_in(uri, pin)
    try:
        with AT_THE_TOKEN:
            private = _private_key(session, uri)
            known = _certificates(session)
            certificate = _certificate_of(private, known, uri, at)
            sign = _signing_with(private, certificate, uri)
    except PKCS11Error as error:
        raise unreachable(uri, error) from error
    chain = _issuers(certificate, [each for _, each in known])
    key = SigningKey(signer=BytesSigner(sign, certificate, chain), source=uri.about)
    key.require_usable(at)
    return key


def certificates_on_token(location: str) -> list[x509.Certificate]:
    """The certificates that the URI names, as anybody may read them: no PIN is needed.

    Raises:
        KeyAccessError: the module or token is missing or does not answer.
    """
    uri = token_uri(location)
    session = public_session(uri)
    try:
        with AT_THE_TOKEN:
            found = [_parsed(o) for o in objects(session, ObjectClass.CERTIFICATE, uri)]
            session.close()
    except PKCS11Error as error:
        raise unreachable(uri, error) from error
    return [certificate for certificate in found if certificate is not None]


def token_uri(location: str) -> TokenUri:
    """The parts of ``location``.

    Raises:
        KeyAccessError: it is no PKCS#11 URI that is understood here.
    """
    try:
        return parse_token_uri(location)
    except ValueError as wrong:
        raise KeyAccessError(f"Alamat kunci di token: {wrong}.") from wrong


def _private_key(session: Session, uri: TokenUri) -> PrivateKey:
    found = objects(session, ObjectClass.PRIVATE_KEY, uri)
    if len(found) == 1:
        key: PrivateKey = found[0]
        return key
    every = list(session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY}))
    there = "; ".join(_told(key) for key in every) or "tidak ada"
    if found:
        raise KeyAccessError(
            f"Ada {len(found)} kunci di {uri.about} yang cocok. Sebut salah satu dengan object=…"
            f" atau id=… pada alamat kuncinya di kinerja.toml: {there}."
        )
    raise KeyAccessError(
        f"Kunci yang dicari tidak ada di {uri.about}. Perbaiki object=… atau id=… pada alamat"
        f" kuncinya di kinerja.toml. Kunci yang ada di sana: {there}."
    )


def _told(key: Any) -> str:
    return f"object={key.label};id={''.join(f'%{byte:02x}' for byte in _id(key))}"


def _certificates(session: Session) -> list[tuple[bytes, x509.Certificate]]:
    """The certificates on the token, each with its CKA_ID."""
    found: list[Any] = list(session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE}))
    parsed = [(_id(each), _parsed(each)) for each in found]
    return [(id_, certificate) for id_, certificate in parsed if certificate is not None]


def _certificate_of(
    private: PrivateKey,
    known: list[tuple[bytes, x509.Certificate]],
    uri: TokenUri,
    at: datetime,
) -> x509.Certificate:
    """The certificate of the key, by their common CKA_ID; of several, the one that holds at ``at``.

    A token may still hold the one before its renewal.
    """
    wanted = _id(private)
    own = [certificate for id_, certificate in known if wanted and id_ == wanted]
    if not own:
        raise KeyAccessError(
            f"Kunci “{private.label}” di {uri.about} tidak punya sertifikat. Simpan sertifikat dari"
            " penerbitnya ke token itu, dengan id yang sama seperti kuncinya."
        )

    def fitness(certificate: x509.Certificate) -> tuple[bool, datetime]:
        holds = certificate.not_valid_before <= at <= certificate.not_valid_after
        return holds, certificate.not_valid_before

    return max(own, key=fitness)


def _issuers(
    certificate: x509.Certificate, known: list[x509.Certificate]
) -> list[x509.Certificate]:
    """The certificates on the way up from ``certificate``, as far as they are known."""
    chain: list[x509.Certificate] = []
    last = certificate
    while last.issuer != last.subject and len(chain) < LONGEST_PATH:
        above = next((c for c in known if c.subject == last.issuer and c not in chain), None)
        if above is None:
            break
        chain.append(above)
        last = above
    return chain


def _signing_with(key: PrivateKey, certificate: x509.Certificate, uri: TokenUri) -> SignBytes:
    raw = RAW.get(key.key_type)
    public = load_der_public_key(certificate.public_key.dump())
    if raw is None or not isinstance(public, RSAPublicKey | EllipticCurvePublicKey):
        raise KeyAccessError(
            f"Jenis kunci di {uri.about} tidak didukung. Gunakan kunci RSA atau ECDSA."
        )
    if not hasattr(key, "sign") or _asks_each_time(key):
        raise KeyAccessError(
            f"Kunci “{key.label}” di {uri.about} tidak dapat dipakai di sini: bukan untuk tanda"
            " tangan, atau meminta PIN untuk tiap tanda tangan. Mintalah kunci tanda tangan yang"
            " cukup dibuka sekali."
        )
    name, use_raw = NAMES[key.key_type], raw in key.session.token.slot.get_mechanisms()

    def sign(data: bytes, digest: str) -> bytes:
        algorithm = SignedDigestAlgorithm({"algorithm": f"{digest}_{name}"})
        how = select_pkcs11_signing_params(algorithm, digest, use_raw, {})
        try:
            with AT_THE_TOKEN:
                signed = key.sign(
                    how.pre_sign_transform(data) if how.pre_sign_transform else data,
                    **how.sign_kwargs,
                )
        except PKCS11Error as error:
            raise unreachable(uri, error) from error
        signature = how.post_sign_transform(signed) if how.post_sign_transform else signed
        _require_fitting(public, signature, data, digest, uri)
        return bytes(signature)

    return sign


def _require_fitting(
    public: RSAPublicKey | EllipticCurvePublicKey,
    signature: bytes,
    data: bytes,
    digest: str,
    uri: TokenUri,
) -> None:
    """A signature that its certificate does not verify must not come into any document."""
    hashed = get_pyca_cryptography_hash(digest)
    try:
        if isinstance(public, RSAPublicKey):
            public.verify(signature, data, PKCS1v15(), hashed)
        else:
            public.verify(signature, data, ECDSA(hashed))
    except InvalidSignature as wrong:
        raise KeyAccessError(
            f"Sertifikat di {uri.about} bukan milik kuncinya: tanda tangannya tidak cocok. Simpan"
            " sertifikat yang benar ke token itu. Belum ada yang ditandatangani."
        ) from wrong


def _asks_each_time(key: PrivateKey) -> bool:
    try:
        return bool(key[Attribute.ALWAYS_AUTHENTICATE])
    except AttributeTypeInvalid:
        return False


def _id(found: Any) -> bytes:
    """What ties a key to its certificate (CKA_ID); empty where the object has none."""
    try:
        return bytes(found[Attribute.ID] or b"")
    except AttributeTypeInvalid:
        return b""


def _parsed(found: Any) -> x509.Certificate | None:
    """A certificate object of the token; None where it is none of X.509."""
    try:
        certificate = x509.Certificate.load(bytes(found[Attribute.VALUE]), strict=True)
        _ = certificate.native
    except (ValueError, TypeError, AttributeTypeInvalid):
        return None
    return certificate
