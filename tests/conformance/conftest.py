"""The real parts with which tests of signing work."""

from tests.signing.conftest import base_pdf, office, pki

__all__ = ["base_pdf", "office", "pki"]
