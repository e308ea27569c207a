"""The act of sealing: a paraf or a signature into a field that was laid down for it (PAdES).

ETSI EN 319 142-1: B-B, with revocation data embedded where there is any; B-T, B-LT and B-LTA
where a time-stamping service is configured. Which level was really reached, ``verify`` measures.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from io import BytesIO
from typing import Any, Self, TypeVar

from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, PdfTimeStamper, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PreSignValidationStatus,
    SigDSSPlacementPreference,
    TimestampDSSContentSettings,
)
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers.util import LazySession

from pipeline.errors import KeyAccessError, SigningError
from pipeline.signing.appearance import WIB, SealStyle, SignerFace
from pipeline.signing.fields import (
    PLANNED_NAMES,
    SIGNATURE_FIELD,
    filled_fields,
    next_in_plan,
)
from pipeline.signing.keys.key import SIGNING_USAGES, SigningKey
from pipeline.signing.revision import Revision, open_revision
from pipeline.signing.stamp import tsa
from pipeline.signing.trust import Trust

Result = TypeVar("Result")
DIGEST = "sha256"
# Bytes of a CMS object beside what its certificates bring, and of a timestamp token with its own.
CMS_OVERHEAD = 900
TOKEN_ROOM = 9_000
CHECKED_FOR = timedelta(minutes=5)  # how long a key's checked path and revocation data are reused
DSS = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)
DSS_BEFORE_TIMESTAMP = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)


@dataclass(frozen=True)
class _Check:
    """A key's path and revocation data, as found at a moment."""

    at: datetime
    context: ValidationContext
    found: PreSignValidationStatus


@dataclass
class Sealer:
    """Seals one document after another, keeping what they share: fonts, paths, revocation data.

    ``trust`` None seals without checking the certificate; ``tsa_url`` adds a signature timestamp,
    and with revocation data an archival one (B-LTA). As a context it also keeps the connection to
    the time-stamping service, until the block ends. Not for use by two threads at once.
    """

    trust: Trust | None = None
    tsa_url: str | None = None
    zone: tzinfo = WIB
    timestamper: TimeStamper | None = None
    _checked: dict[str, _Check] = field(default_factory=dict, repr=False)
    _runner: asyncio.Runner | None = field(default=None, repr=False)
    _session: LazySession | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Make the client of the time-stamping service, unless one was given."""
        if self.timestamper is None and self.tsa_url:
            self.timestamper = tsa(self.tsa_url)

    def __enter__(self) -> Self:
        """Keep one connection to the time-stamping service from now on."""
        self._runner = asyncio.Runner()
        if self.tsa_url:
            self._session = LazySession()  # type: ignore[no-untyped-call]
            self.timestamper = tsa(self.tsa_url, self._session)
        return self

    def __exit__(self, *_: object) -> None:
        """End the connection."""
        if self._runner:
            if self._session:
                self._runner.run(self._session.close())  # type: ignore[no-untyped-call]
            self._runner.close()
            self._runner = self._session = None

    def initial(
        self,
        pdf: bytes,
        field_name: str,
        key: SigningKey,
        face: SignerFace,
        *,
        at: datetime,
        document: str = "Dokumen ini",
    ) -> bytes:
        """Put a paraf into its field at ``at`` (aware); the first one certifies the document.

        Raises:
            SigningError: no such field, signed already, not its turn, or the seal failed.
            KeyAccessError: the certificate is expired, revoked, or leads to no trust anchor.
        """
        if field_name == SIGNATURE_FIELD:
            raise SigningError(
                f"Kolom {SIGNATURE_FIELD} pada {document} adalah untuk tanda tangan, bukan paraf. "
                "Gunakan perintah tanda tangan."
            )
        return self._seal(pdf, field_name, key=key, face=face, at=at, document=document)

    def sign(
        self,
        pdf: bytes,
        key: SigningKey,
        face: SignerFace,
        *,
        at: datetime,
        document: str = "Dokumen ini",
    ) -> bytes:
        """Put the signature, which ends the document: nothing may change after it.

        Raises:
            SigningError: no such field, signed already, a paraf is missing, or the seal failed.
            KeyAccessError: the certificate is expired, revoked, or leads to no trust anchor.
        """
        return self._seal(pdf, SIGNATURE_FIELD, key=key, face=face, at=at, document=document)

    def _seal(
        self,
        pdf: bytes,
        field_name: str,
        *,
        key: SigningKey,
        face: SignerFace,
        at: datetime,
        document: str,
    ) -> bytes:
        # 1. Is it this field's turn, and may this certificate sign now?
        revision = open_revision(pdf, document)
        filled = filled_fields(revision.prev)
        _require_turn(filled, field_name, document)
        key.require_usable(at)
        # 2. Check the certificate's path and revocation, or recall the check just made.
        last = field_name == SIGNATURE_FIELD
        check = self._recall(key, at)
        context = check.context if check else self._context(at)
        signer = PdfSigner(
            self._metadata(field_name, key, context, certify=not any(filled.values()), last=last),
            key.signer,
            timestamper=self.timestamper,
            stamp_style=SealStyle(
                border_width=0, face=face, when=at.astimezone(self.zone), initial=not last
            ),
        )
        # 3. Sign, and after the last signature add the archival timestamp.
        try:
            signed, found = self._run(self._signed(signer, revision, at, check, archive=last))
        except (PyHankoSigningError, PathError, ValidationError, OSError) as error:
            raise _explained(error, key, document) from error
        if context and found:
            self._checked[key.certificate_sha256] = _Check(
                check.at if check else at, context, found
            )
        return signed

    def _run(self, sealing: Coroutine[Any, Any, Result]) -> Result:
        return self._runner.run(sealing) if self._runner else asyncio.run(sealing)

    def _recall(self, key: SigningKey, at: datetime) -> _Check | None:
        check = self._checked.get(key.certificate_sha256)
        return check if check and abs(at - check.at) <= CHECKED_FOR else None

    def _context(self, at: datetime) -> ValidationContext | None:
        return self.trust.context(at) if self.trust else None

    def _metadata(
        self,
        field_name: str,
        key: SigningKey,
        context: ValidationContext | None,
        *,
        certify: bool,
        last: bool,
    ) -> PdfSignatureMetadata:
        return PdfSignatureMetadata(
            field_name=field_name,
            md_algorithm=DIGEST,
            certify=certify,
            docmdp_permissions=MDPPerm.NO_CHANGES if last else MDPPerm.FILL_FORMS,
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=self._embeds,
            validation_context=context,
            signer_key_usage=SIGNING_USAGES & key.certificate.key_usage_value.native,
            dss_settings=DSS,
        )

    @property
    def _embeds(self) -> bool:
        return self.trust is not None and self.trust.checks_revocation

    async def _signed(
        self,
        signer: PdfSigner,
        revision: Revision,
        at: datetime,
        check: _Check | None,
        *,
        archive: bool,
    ) -> tuple[bytes, PreSignValidationStatus | None]:
        context = signer.signature_meta.validation_context
        out = BytesIO()
        try:
            session = signer.init_signing_session(revision, existing_fields_only=True)
            session.system_time = at
            found = check.found if check else await session.perform_presign_validation(revision)
            ready = session.prepare_tbs_document(found, self._room(signer.signer))
            prepared, _ = ready.digest_tbs_document(output=out)
            await ready.perform_signature(
                prepared.document_digest, PdfCMSSignedAttributes(signing_time=at)
            )
            if archive and self._embeds and self.timestamper and context and found:
                await _archive(out, self.timestamper, context, found)
        finally:
            if context:
                await context.aclose()  # type: ignore[no-untyped-call]
        return out.getvalue(), found

    def _room(self, signer: Signer) -> int:
        """Hexadecimal digits to keep free for the CMS object.

        Reckoned rather than found by a rehearsal signature; kept close, because every later
        reader parses the unused zeros too.
        """
        own: Any = signer.signing_cert  # declared optional; ours always has one
        size: int = sum(len(certificate.dump()) for certificate in (own, *signer.cert_registry))
        size += own.public_key.byte_size + 2 * len(own.issuer.dump()) + CMS_OVERHEAD
        return 2 * (size + (TOKEN_ROOM if self.timestamper else 0))


async def _archive(
    out: BytesIO,
    timestamper: TimeStamper,
    context: ValidationContext,
    found: PreSignValidationStatus,
) -> None:
    """Add an archival timestamp (ETSI EN 319 142-1 §5.5) in a revision of its own."""
    await PdfTimeStamper(timestamper).async_timestamp_pdf(
        Revision(out),
        DIGEST,
        context,
        validation_paths=list(found.validation_paths),
        in_place=True,
        dss_settings=DSS_BEFORE_TIMESTAMP,
    )


def _require_turn(filled: dict[str, bool], field_name: str, document: str) -> None:
    """Hold the order of the plan: parafs first, in their order, then the signature.

    Raises:
        SigningError: the field is missing, signed already, or not yet due.
    """
    if field_name not in filled:
        raise SigningError(
            f"{document} tidak memuat kolom {field_name}. Siapkan dahulu kolom tanda tangannya; "
            "PDF yang dibuat di luar alur ini tidak dapat ditandatangani di sini."
        )
    if filled[field_name]:
        raise SigningError(
            f"Kolom {field_name} pada {document} sudah ditandatangani. Tidak ada yang perlu "
            "dilakukan; periksa dengan kinerja verify."
        )
    due = next_in_plan(filled)
    if field_name in PLANNED_NAMES and due != field_name:
        raise SigningError(
            f"Kolom {field_name} pada {document} belum boleh ditandatangani karena {due} belum "
            "diparaf. Mintalah paraf itu dahulu."
        )


def _explained(error: Exception, key: SigningKey, document: str) -> KeyAccessError | SigningError:
    """Say in the signer's words why the seal failed: most often, his certificate."""
    cause = error.__cause__ or error
    if isinstance(error, TimestampRequestError | OSError):
        return SigningError(
            f"Layanan stempel waktu tidak menjawab, sehingga {document} belum ditandatangani. "
            "Periksa sambungan dan alamat tsa_url, lalu ulangi."
        )
    if isinstance(cause, RevokedError):
        return KeyAccessError(
            f"Sertifikat “{key.common_name}” pada {key.source} telah dicabut oleh penerbitnya. "
            f"Mintalah sertifikat baru; {document} belum ditandatangani."
        )
    if isinstance(cause, PathError | ValidationError):
        return KeyAccessError(
            f"Sertifikat “{key.common_name}” pada {key.source} tidak dapat dipastikan: penerbitnya "
            "tidak ada dalam folder kepercayaan, atau daftar pencabutannya tidak tersedia atau "
            f"sudah usang. Perbarui folder itu; {document} belum ditandatangani."
        )
    return SigningError(
        f"{document} tidak dapat menerima tanda tangan dan belum ditandatangani. Buat ulang "
        "cetakannya, lalu mulai lagi dari paraf pertama."
    )
