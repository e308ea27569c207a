"""What stands behind one signature, in plain values: its form, its chain, what was answered."""

from collections.abc import Iterable
from functools import cached_property

from asn1crypto import crl, x509
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.revinfo.archival import CRLContainer, OCSPContainer

from pipeline.signing.ades import Opinion
from pipeline.signing.chain import Answers, ChainLink, Kept, climb, key_words, links
from pipeline.signing.evidence import FileEvidence
from pipeline.signing.report import PKCS7
from pipeline.signing.trust import Trust

PADES = "ETSI.CAdES.detached"
"""The subfilter of every PAdES signature (ETSI EN 319 142-1 §6.3)."""


class Background:
    """The certificates behind one signature and its timestamp, as validation found them."""

    def __init__(self, evidence: FileEvidence, trust: Trust, opinion: Opinion) -> None:
        self.evidence = evidence
        self.trust = trust
        self.opinion = opinion

    def chain(self, certificate: x509.Certificate) -> tuple[ChainLink, ...]:
        """From the signer's certificate to its root; where validation found no path, what there is.

        What a stranger's root answers about revocation counts for nothing, so it is left out.
        """
        path = list(reversed(self.opinion.path)) or climb(certificate, self._known())
        return self._links(path)

    def time_chain(self) -> tuple[ChainLink, ...]:
        """From the certificate of the authority whose timestamp lies in the signature."""
        return self._links(list(reversed(self.opinion.timestamp_path)))

    def _links(self, path: list[x509.Certificate]) -> tuple[ChainLink, ...]:
        trusted = bool(path and self._anchors.get(path[-1].dump()))
        return links(path, self._anchors, self._answers if trusted else Answers())

    @cached_property
    def _anchors(self) -> dict[bytes, str]:
        return {anchor.certificate.dump(): anchor.name for anchor in self.trust.anchors}

    def _known(self) -> list[x509.Certificate]:
        evidence, trust = self.evidence, self.trust
        anchors = (anchor.certificate for anchor in trust.anchors)
        brought = (*evidence.in_signatures.certificates, *evidence.store.certificates)
        return [*anchors, *trust.intermediates, *brought]

    @cached_property
    def _answers(self) -> Answers:
        """Each answer once: what the document brings along first, what was asked for now last."""
        stores = (self.evidence.store, self.evidence.in_signatures)
        lists: dict[bytes, tuple[Kept, crl.CertificateList]] = {}
        responses: dict[bytes, tuple[Kept, OCSPContainer]] = {}
        for store in stores:
            _keep(lists, responses, "document", store.crls, store.ocsps)
        _keep(lists, responses, "trust", self.trust.crls, ())
        fetched = self.opinion.answers
        crls = [found.crl_data for found in fetched if isinstance(found, CRLContainer)]
        ocsps = [found for found in fetched if isinstance(found, OCSPContainer)]
        _keep(lists, responses, "network", crls, ocsps)
        return Answers(tuple(lists.values()), tuple(responses.values()))


def subfilter(embedded: EmbeddedPdfSignature) -> str:
    """The form of the signature, as its dictionary names it."""
    return str(embedded.sig_object.get("/SubFilter", "")).lstrip("/")


def algorithm_words(embedded: EmbeddedPdfSignature) -> str:
    """Digest and key, such as ``SHA256, RSA 2048``."""
    return f"{str(embedded.md_algorithm).upper()}, {key_words(embedded.signer_cert)}"


def named_level(measured: str, embedded: EmbeddedPdfSignature) -> str:
    """The level measured; what is no PAdES is not called so."""
    is_pades = subfilter(embedded) == PADES
    return measured if is_pades or not measured else f"{PKCS7}-{measured.removeprefix('B-')}"


def _keep(
    lists: dict[bytes, tuple[Kept, crl.CertificateList]],
    responses: dict[bytes, tuple[Kept, OCSPContainer]],
    kept: Kept,
    crls: Iterable[crl.CertificateList],
    ocsps: Iterable[OCSPContainer],
) -> None:
    for listed in crls:
        lists.setdefault(listed.dump(), (kept, listed))
    for response in ocsps:
        responses.setdefault(response.ocsp_response_data.dump(), (kept, response))
