"""What a certificate's key may be used for (RFC 5280 §4.2.1.3)."""

from cryptography import x509

_USES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def key_usage(*granted: str) -> x509.KeyUsage:
    """The extension that grants these uses, named as in the RFC, and no other."""
    return x509.KeyUsage(**{use: use in granted for use in _USES})
