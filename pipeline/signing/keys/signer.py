"""A pyHanko signer over whatever signs bytes: a key in memory, or one that a token keeps.

pyHanko's ``SimpleSigner`` parses and re-validates the RSA key at every signature, which costs
40 ms for RSA-2048; and it builds the same CMS object anew each time, for another 10. Signing by a
key that is open already, with the first CMS object as a template, leaves the signature itself.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, x509
from pyhanko.sign.signers import Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

SignBytes = Callable[[bytes, str], bytes]
"""The signature over bytes, hashed by the named digest: RSA by PKCS#1 v1.5, or ECDSA in DER."""


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


class BytesSigner(Signer):
    """Signs by ``sign``: RSA with PKCS#1 v1.5 (RFC 8017 §8.2) or ECDSA, as the certificate says."""

    def __init__(
        self, sign: SignBytes, certificate: x509.Certificate, chain: list[x509.Certificate]
    ) -> None:
        store = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=certificate, cert_registry=store, embed_roots=True)
        self._sign = sign
        self._same_length = certificate.public_key.algorithm == "rsa"
        self._templates: dict[str, CmsTemplate | None] = {}

    async def async_sign_raw(
        self, data: bytes, digest_algorithm: str, dry_run: bool = False
    ) -> bytes:
        """Sign ``data``, hashed by ``digest_algorithm``; a rehearsal is a signature as well."""
        return self._sign(data, digest_algorithm)

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
        plain = self._same_length and not special
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
