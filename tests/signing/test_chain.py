"""Chains are climbed, and answers about revocation believed, by signatures only."""

from datetime import datetime, timedelta

import pytest
from asn1crypto import crl as asn1_crl
from asn1crypto import ocsp as asn1_ocsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko_certvalidator.revinfo.archival import OCSPContainer

from pipeline.signing.chain import LONGEST_CHAIN, Answers, RevocationAnswer, climb, links

from .tsa import END, NOW, START, PrivateKey, certificate, named

KEY, OTHER = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
ROOT_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ROOT = certificate("Akar", "Akar", ROOT_KEY, ROOT_KEY, ca=True)
FORGED = certificate("Akar", "Akar", OTHER, OTHER, ca=True)
SIGNER = certificate("Rina", "Akar", KEY, ROOT_KEY, ca=False)
AFTER_END = END + timedelta(days=5)


def plain(made: x509.Certificate) -> asn1_x509.Certificate:
    return asn1_x509.Certificate.load(made.public_bytes(Encoding.DER))


def listed(
    *revoked: x509.Certificate, key: PrivateKey = ROOT_KEY, at: datetime = NOW
) -> asn1_crl.CertificateList:
    """A revocation list in the root's name."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(named("Akar"))
        .last_update(at)
        .next_update(at + timedelta(days=7))
    )
    for one in revoked:
        entry = x509.RevokedCertificateBuilder(one.serial_number, NOW - timedelta(hours=1))
        builder = builder.add_revoked_certificate(entry.build())
    der = builder.sign(key, SHA256()).public_bytes(Encoding.DER)
    return asn1_crl.CertificateList.load(der)


def answered(
    status: ocsp.OCSPCertStatus,
    *,
    responder: x509.Certificate = ROOT,
    key: PrivateKey = ROOT_KEY,
    about: x509.Certificate = SIGNER,
    issuer: x509.Certificate = ROOT,
) -> OCSPContainer:
    """An OCSP response."""
    revoked_at = NOW - timedelta(hours=1) if status is ocsp.OCSPCertStatus.REVOKED else None
    builder = (
        ocsp.OCSPResponseBuilder()
        .add_response(
            cert=about,
            issuer=issuer,
            algorithm=SHA1(),
            cert_status=status,
            this_update=NOW,
            next_update=NOW + timedelta(days=1),
            revocation_time=revoked_at,
            revocation_reason=None,
        )
        .responder_id(ocsp.OCSPResponderEncoding.HASH, responder)
        .certificates([responder])
    )
    der = builder.sign(key, SHA256()).public_bytes(Encoding.DER)
    return OCSPContainer.load_multi(asn1_ocsp.OCSPResponse.load(der))[0]


def told(answers: Answers) -> RevocationAnswer | None:
    """What is told of the signer's certificate."""
    return links([plain(SIGNER), plain(ROOT)], {plain(ROOT).dump(): "Akar"}, answers)[0].revocation


def by_list(*lists: asn1_crl.CertificateList) -> Answers:
    return Answers(crls=tuple(("trust", one) for one in lists))


def by_response(*responses: OCSPContainer) -> Answers:
    return Answers(ocsps=tuple(("document", one) for one in responses))


def climbed(*known: x509.Certificate) -> list[bytes]:
    """The DER of the chain from the first of ``known``, all of them being at hand."""
    return [found.dump() for found in climb(plain(known[0]), map(plain, known))]


def ders(*made: x509.Certificate) -> list[bytes]:
    return [plain(one).dump() for one in made]


def test_only_the_issuer_s_own_key_leads_upwards() -> None:
    assert climbed(SIGNER, ROOT) == ders(SIGNER, ROOT)
    assert climbed(SIGNER, FORGED) == ders(SIGNER)
    assert climbed(SIGNER, FORGED, ROOT) == ders(SIGNER, ROOT)
    assert climbed(ROOT) == ders(ROOT)


def test_a_circle_and_an_endless_chain_end() -> None:
    one = certificate("Satu", "Dua", KEY, OTHER, ca=True)
    two = certificate("Dua", "Satu", OTHER, KEY, ca=True)
    assert climbed(one, two) == ders(one, two)
    endless = [certificate(f"{n}", f"{n + 1}", KEY, KEY, ca=True) for n in range(30)]
    assert len(climbed(*endless)) == LONGEST_CHAIN


def test_a_list_says_revoked_or_not() -> None:
    answer = told(by_list(listed()))
    assert answer is not None
    assert (answer.source, answer.kept, answer.revoked_at) == ("crl", "trust", None)
    assert answer.issued == NOW.replace(microsecond=0)
    revoked = told(by_list(listed(SIGNER)))
    assert revoked is not None
    assert revoked.revoked_at == (NOW - timedelta(hours=1)).replace(microsecond=0)


def test_a_revocation_outweighs_what_is_newer() -> None:
    earlier = listed(SIGNER, at=NOW - timedelta(minutes=30))
    answer = told(by_list(earlier, listed()))
    assert answer is not None
    assert answer.revoked_at is not None


def test_what_is_said_after_the_certificate_s_end_says_little() -> None:
    answer = told(by_list(listed(at=AFTER_END), listed()))
    assert answer is not None
    assert answer.issued < END
    only = told(by_list(listed(at=AFTER_END)))
    assert only is not None
    assert only.issued > END


def test_a_list_by_a_stranger_of_the_same_name_is_no_answer() -> None:
    assert told(by_list(listed(SIGNER, key=OTHER))) is None


@pytest.mark.parametrize("status", [ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED])
def test_a_response_by_the_issuer(status: ocsp.OCSPCertStatus) -> None:
    answer = told(by_response(answered(status)))
    assert answer is not None
    assert (answer.source, answer.kept) == ("ocsp", "document")
    assert bool(answer.revoked_at) == (status is ocsp.OCSPCertStatus.REVOKED)


def test_a_response_by_whom_the_issuer_named() -> None:
    def responder(usage: x509.ObjectIdentifier, key: PrivateKey) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(named("Penjawab"))
            .issuer_name(named("Akar"))
            .public_key(OTHER.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(START)
            .not_valid_after(END)
            .add_extension(x509.ExtendedKeyUsage([usage]), critical=False)
        )
        return builder.sign(key, SHA256())

    good = ocsp.OCSPCertStatus.GOOD
    usage = ExtendedKeyUsageOID.OCSP_SIGNING
    named_one = responder(usage, ROOT_KEY)
    assert told(by_response(answered(good, responder=named_one, key=OTHER))) is not None
    for stranger in (
        responder(ExtendedKeyUsageOID.CODE_SIGNING, ROOT_KEY),
        responder(usage, OTHER),
        FORGED,
    ):
        assert told(by_response(answered(good, responder=stranger, key=OTHER))) is None


def test_a_response_about_another_or_that_does_not_know() -> None:
    good = ocsp.OCSPCertStatus.GOOD
    assert told(by_response(answered(good, about=ROOT))) is None
    assert told(by_response(answered(good, issuer=FORGED))) is None
    assert told(by_response(answered(ocsp.OCSPCertStatus.UNKNOWN))) is None
