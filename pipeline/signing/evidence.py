"""Facts about a signed PDF, gathered once; nothing here judges them.

pyHanko reads hostile input with several parsers, and damaged files leave them by many kinds of
exception. :func:`attempt` and its like for coroutines are where any of them becomes an answer.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from typing import TypeVar

from asn1crypto import cms, crl, ocsp, parser, x509
from pyhanko.pdf_utils.generic import DictionaryObject
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.rw_common import PdfHandler
from pyhanko.sign.diff_analysis import DiffResult, ModificationLevel
from pyhanko.sign.fields import MDPPerm, enumerate_sig_fields
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator.revinfo.archival import OCSPContainer

from pipeline.signing.der import in_order, is_der
from pipeline.signing.fields import SIGNATURE_FIELD
from pipeline.signing.metadata import Metadata

Result = TypeVar("Result")
END_OF_FILE = re.compile(rb"%%EOF(\r\n|\r|\n)?\Z")
MOST_REVISIONS = 500
"""Signed, and renewed twice a year for a lifetime, it has fewer; the cost grows with the square."""


@dataclass(frozen=True)
class Unreadable:
    """Why a library could not read something."""

    reason: str


def attempt(read: Callable[[], Result]) -> Result | Unreadable:
    """What ``read`` returns, or the reason why the input defeated it."""
    try:
        return read()
    except Exception as error:  # hostile input: whatever a parser raises is a fact of the file
        return Unreadable(f"{type(error).__name__}: {error}")


async def attempt_async(reading: Awaitable[Result]) -> Result | Unreadable:
    """What ``reading`` comes to, or the reason why the input defeated it."""
    try:
        return await reading
    except Exception as error:  # as above
        return Unreadable(f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class SecurityStore:
    """The document security store: what the file brings along for its own validation."""

    certificates: tuple[x509.Certificate, ...] = ()
    crls: tuple[crl.CertificateList, ...] = ()
    ocsps: tuple[OCSPContainer, ...] = ()

    @property
    def size(self) -> int:
        """How many certificates, revocation lists and OCSP responses it holds."""
        return len(self.certificates) + len(self.crls) + len(self.ocsps)


@dataclass(frozen=True)
class FieldFact:
    """One signature field of the form."""

    name: str
    signed: bool
    visible: bool


@dataclass(frozen=True)
class FileEvidence:
    """A readable PDF with its signatures in the order of their revisions.

    ``store`` is its own store, ``in_signatures`` what other programs put into the signatures
    themselves: companion certificates, and revocation data in Adobe's attribute (ISO 32000-1
    §12.8.3.3.2), which PAdES does without. ``archived`` is as much of
    the store as the last document timestamp covers.
    """

    pdf: bytes
    reader: PdfFileReader
    fields: tuple[FieldFact, ...]
    signatures: tuple[EmbeddedPdfSignature, ...]
    store: SecurityStore
    archived: SecurityStore
    in_signatures: SecurityStore = SecurityStore()

    @property
    def byte_ranges(self) -> int:
        """How many signature dictionaries the raw file seems to hold."""
        return self.pdf.count(b"/ByteRange")

    @property
    def ends_cleanly(self) -> bool:
        """Whether the file ends at an end-of-file mark, and at the last revision's own.

        Where the last revision is a signature's, that signature reaches to the last byte.
        """
        if not END_OF_FILE.search(self.pdf):
            return False
        newest = self.reader.total_revisions - 1
        if not self.signatures or self.signatures[-1].signed_revision < newest:
            return True
        _, _, start, length = self.signatures[-1].byte_range
        return bool(start + length == len(self.pdf))

    def metadata(self, revision: int) -> Metadata:
        """Info and XMP as they were in ``revision``."""
        return metadata_of(self.reader, revision)

    def adds_validation_data(self, revision: int) -> bool:
        """Whether the store holds more than it did in ``revision``."""
        then = _security_store(self.reader.get_historical_resolver(revision))
        return self.store.size > then.size


def metadata_of(reader: PdfFileReader, revision: int) -> Metadata:
    """Info and XMP of ``reader`` as they were in ``revision``, 0 being the first."""
    resolver = reader.get_historical_resolver(revision)
    trailer, root = resolver.trailer_view, resolver.root
    # Subscripts, not ``get``: only they follow an indirect reference.
    described: tuple[tuple[str, str], ...] = ()
    if "/Info" in trailer:
        info = trailer["/Info"]
        described = tuple(sorted((str(key), str(info[key])) for key in info))
    if "/Metadata" not in root:
        return Metadata(described, b"")
    # Not by the resolver: it cannot follow every stream of the revision that a file begins with.
    reference = root.raw_get("/Metadata").reference
    stream = reader.get_object(reference, revision=revision)  # type: ignore[no-untyped-call]
    return Metadata(described, bytes(stream.data))


def revisions(pdf: bytes) -> int:
    """How often the raw file seems to have been saved on top of itself."""
    return pdf.count(b"startxref")


def gather(pdf: bytes) -> "FileEvidence | Unreadable":
    """Read the file's structure, fields, signatures and security store."""
    return attempt(lambda: _gather(pdf))


def is_timestamp(embedded: EmbeddedPdfSignature) -> bool:
    """Whether this is a document timestamp (ISO 32000-2 §12.8.5), not somebody's signature."""
    return bool(embedded.sig_object_type == "/DocTimeStamp")


def locks_signature(embedded: EmbeddedPdfSignature) -> bool:
    """Whether it forbids to fill in the field of the signature that is to follow it."""
    fields = embedded.fieldmdp
    return bool(
        embedded.docmdp_level == MDPPerm.NO_CHANGES
        or (fields is not None and fields.is_locked(SIGNATURE_FIELD))
    )


def modification_level(embedded: EmbeddedPdfSignature) -> ModificationLevel:
    """How far the document was changed after this signature; integrity must be computed before."""
    result = embedded.diff_result
    if isinstance(result, DiffResult):
        level: ModificationLevel = result.modification_level
        return level
    return ModificationLevel.OTHER


def container_is_clean(pdf: bytes, embedded: EmbeddedPdfSignature) -> bool:
    """Whether the gap between the signed ranges holds one DER object and zeros, evenly written.

    No signature covers these bytes. What DER does not use must be zero, and the hexadecimal digits
    of one case, so that not even a letter can be changed unseen.
    """
    _, first, second, _ = embedded.byte_range
    digits = pdf[first:second]
    if digits[:1] != b"<" or digits[-1:] != b">":
        return False
    digits = digits[1:-1]
    if digits not in (digits.lower(), digits.upper()):
        return False
    data = embedded.pkcs7_content
    used = parser.peek(data)
    return digits.lower() == data.hex().encode() and not any(data[used:])


def envelope_fault(embedded: EmbeddedPdfSignature, known: set[bytes] | None) -> str:
    """What is odd in the unsigned parts of the CMS object; empty where all agrees.

    No signature covers them: versions and digest algorithms must follow from the content (RFC 5652
    §5.1, §5.3), the encoding be DER, and each companion certificate ``known`` (its DER), unless
    None.
    """
    signed_data, info = embedded.signed_data, embedded.signer_info
    by_name = info["sid"].name == "issuer_and_serial_number"
    plain = signed_data["encap_content_info"]["content_type"].native == "data"
    digests = [algorithm.dump() for algorithm in signed_data["digest_algorithms"]]
    # All of them: a second copy of the signer's own would go unread.
    companions = {choice.chosen.dump() for choice in signed_data["certificates"]}
    companions.discard(embedded.signer_cert.dump())
    data = embedded.pkcs7_content
    used = parser.peek(data)
    oddities = {
        "versi penanda tangan": info["version"].native != ("v1" if by_name else "v3"),
        "versi": signed_data["version"].native != ("v1" if by_name and plain else "v3"),
        # Names compare without regard to case (RFC 5280 §7.1); here every byte must agree.
        "nama penerbit": by_name
        and info["sid"].chosen["issuer"].dump() != embedded.signer_cert.issuer.dump(),
        "algoritma sidik": digests != [info["digest_algorithm"].dump()],
        "pengodean": not is_der(data[:used]) or not all(map(_in_order, _signed_data(embedded))),
        "sertifikat penyerta": known is not None and bool(companions - known),
    }
    return next((oddity for oddity, found in oddities.items() if found), "")


def _signed_data(embedded: EmbeddedPdfSignature) -> Iterator[cms.SignedData]:
    """The signature's own CMS object, and those of the timestamps over it."""
    yield embedded.signed_data
    yield from extract_tst_data_iter(embedded.signer_info, signed=False)


def _in_order(signed_data: cms.SignedData) -> bool:
    """Whether what is in no signature's reach stands as DER orders it."""
    (info,) = signed_data["signer_infos"]
    sets = (signed_data["certificates"], signed_data["crls"], info["unsigned_attrs"])
    return all(in_order(member.dump() for member in members) for members in sets)


def _gather(pdf: bytes) -> FileEvidence:
    reader = PdfFileReader(BytesIO(pdf), strict=True)
    if reader.encrypted:
        return FileEvidence(pdf, reader, (), (), SecurityStore(), SecurityStore())
    fields = tuple(
        FieldFact(name, value is not None, _is_visible(reference.get_object()))
        for name, value, reference in enumerate_sig_fields(reader)
    )
    signatures = tuple(reader.embedded_signatures)
    stamps = [embedded.signed_revision for embedded in signatures if is_timestamp(embedded)]
    archived = SecurityStore()
    if stamps:
        archived = _security_store(reader.get_historical_resolver(max(stamps)))
    return FileEvidence(
        pdf,
        reader,
        fields,
        signatures,
        _security_store(reader),
        archived,
        _in_signatures(signatures),
    )


def _is_visible(field: DictionaryObject) -> bool:
    kids = [kid.get_object() for kid in field["/Kids"]] if "/Kids" in field else [field]
    boxes = [[float(number) for number in kid["/Rect"]] for kid in kids if "/Rect" in kid]
    return any(left != right and bottom != top for left, bottom, right, top in boxes)


def _in_signatures(signatures: Iterable[EmbeddedPdfSignature]) -> SecurityStore:
    found = [attempt(partial(_in_signature, embedded)) for embedded in signatures]
    stores = [store for store in found if isinstance(store, SecurityStore)]
    return SecurityStore(
        certificates=tuple(c for store in stores for c in store.certificates),
        crls=tuple(c for store in stores for c in store.crls),
        ocsps=tuple(o for store in stores for o in store.ocsps),
    )


def _in_signature(embedded: EmbeddedPdfSignature) -> SecurityStore:
    archived = [
        value
        for attribute in embedded.signer_info["signed_attrs"]
        if attribute["type"].native == "adobe_revocation_info_archival"
        for value in attribute["values"]
    ]
    return SecurityStore(
        certificates=tuple(embedded.other_embedded_certs),
        crls=tuple(listed for value in archived for listed in value["crl"]),
        ocsps=tuple(
            container
            for value in archived
            for response in value["ocsp"]
            for container in OCSPContainer.load_multi(response)
        ),
    )


def _security_store(reader: PdfHandler) -> SecurityStore:
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        return SecurityStore()
    return SecurityStore(
        certificates=tuple(store.load_certs()),
        crls=tuple(crl.CertificateList.load(ref.get_object().data) for ref in store.crls),
        ocsps=tuple(
            container
            for ref in store.ocsps
            for container in OCSPContainer.load_multi(ocsp.OCSPResponse.load(ref.get_object().data))
        ),
    )
