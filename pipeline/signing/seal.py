"""The act of sealing: a paraf or a signature into a field that was laid down for it (PAdES).

ETSI EN 319 142-1: B-B, with revocation data embedded where there is any; B-T, B-LT and B-LTA
where a time-stamping service is configured and answers. Which level was really reached, ``verify``
measures. Revocation is hard-fail (PP 71/2019 Art. 61-64): a certificate of which it cannot be told
signs nothing. A timestamp that cannot be had is done without, and made up for by ``renewal``.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo
from io import BytesIO
from typing import Any, Self

from asn1crypto import x509
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.general import SigningError as PyHankoSigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import (
    DSSContentSettings,
    PreSignValidationStatus,
    SigDSSPlacementPreference,
)
from pyhanko.sign.timestamps import TimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, RevokedError, ValidationError

from pipeline.errors import KeyAccessError, SigningError
from pipeline.signing.appearance import WIB, SealStyle, SignerFace
from pipeline.signing.fields import (
    SIGNATURE_FIELD,
    filled_fields,
    require_turn,
)
from pipeline.signing.issuer import Issuer, issuer_of
from pipeline.signing.keys.key import SIGNING_USAGES, SigningKey
from pipeline.signing.revision import Revision, open_revision
from pipeline.signing.stamping import (
    DIGEST,
    Proof,
    Stamping,
    archived,
    proven_paths,
    with_validation_data,
)
from pipeline.signing.trust import Trust

# Bytes of a CMS object beside what its certificates bring; timestamp tokens differ by a few.
CMS_OVERHEAD = 900
TOKEN_MARGIN = 1.25
CHECKED_FOR = timedelta(minutes=5)  # how long a key's checked path and revocation data are reused
DSS = DSSContentSettings(
    include_vri=False, placement=SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
)


@dataclass(frozen=True)
class _Check:
    """A key's path and revocation data, as found at a moment; the service's too if ``stamps``."""

    at: datetime
    context: ValidationContext | None
    found: PreSignValidationStatus | None
    stamps: TimeStamper | None


@dataclass(frozen=True)
class _Job:
    """One seal to be made."""

    pdf: bytes
    field_name: str
    key: SigningKey
    face: SignerFace
    at: datetime
    document: str

    @property
    def last(self) -> bool:
        """Whether it ends the document."""
        return self.field_name == SIGNATURE_FIELD


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
    stamping: Stamping = field(init=False, repr=False)
    _checked: dict[str, _Check] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        """Make the client of the time-stamping service, unless one was given."""
        self.stamping = Stamping(self.tsa_url, self.timestamper)

    def __enter__(self) -> Self:
        """Keep one connection to the time-stamping service from now on."""
        self.stamping.__enter__()
        return self

    def __exit__(self, *_: object) -> None:
        """End the connection."""
        self.stamping.__exit__()

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
        return self._seal(_Job(pdf, field_name, key, face, at, document))

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
        return self._seal(_Job(pdf, SIGNATURE_FIELD, key, face, at, document))

    def _seal(self, job: _Job) -> bytes:
        # 1. Is it this field's turn, and may this certificate sign now?
        revision = open_revision(job.pdf, job.document)
        filled = filled_fields(revision.prev)
        require_turn(filled, job.field_name, job.document)
        job.key.require_usable(job.at)
        # 2. Check the certificate's path and revocation, or recall the check just made; 3. sign.
        certify, run = not any(filled.values()), self.stamping.run
        try:
            check = self._recall(job) or run(self._check(job, revision))
            try:
                return run(self._signed(job, revision, check, certify=certify))
            except OSError as failed:  # the service's alone: nothing else here leaves the machine
                self.stamping.fail(job.at, failed)
                without, again = replace(check, stamps=None), open_revision(job.pdf, job.document)
                return run(self._signed(job, again, without, certify=certify))
        except (PyHankoSigningError, PathError, ValidationError) as error:
            raise _explained(error, job.key, job.document) from error

    def _recall(self, job: _Job) -> _Check | None:
        """The check of this key a moment ago, unless it was made with other timestamps."""
        check = self._checked.get(job.key.certificate_sha256)
        if check is None or abs(job.at - check.at) > CHECKED_FOR:
            return None
        service = self.stamping.service(job.at)
        return check if service is None or check.stamps is service else None

    async def _check(self, job: _Job, revision: Revision) -> _Check:
        """Ask for the signer's revocation, and whether the service's timestamps will prove a time.

        Raises:
            PyHankoSigningError: the signer's path does not hold.
            ValidationError: as above.
        """
        context = self.trust.context(job.at) if self.trust else None
        service = self.stamping.service(job.at)
        found = None
        if context:
            try:
                asked = self._metadata(job, context, certify=False, embed=self._embeds)
                signer = PdfSigner(asked, job.key.signer)
                session = signer.init_signing_session(revision, existing_fields_only=True)
                found = await session.perform_presign_validation(revision)
                if service and found:
                    service, found = await self._with_stamps(job.at, service, context, found)
            finally:
                await context.aclose()  # type: ignore[no-untyped-call]
        check = _Check(job.at, context, found, service)
        self._checked[job.key.certificate_sha256] = check
        return check

    async def _with_stamps(
        self,
        at: datetime,
        service: TimeStamper,
        context: ValidationContext,
        found: PreSignValidationStatus,
    ) -> tuple[TimeStamper | None, PreSignValidationStatus]:
        """The service, and what validates its timestamps too; no service where nothing does."""
        paths, why = await proven_paths(service, context)
        if why:
            self.stamping.fail(at, why)
            return None, found
        return service, replace(
            found,
            validation_paths=[*found.validation_paths, *paths],
            ts_validation_paths=paths,
            ocsps_to_embed=context.ocsps,
            crls_to_embed=context.crls,
        )

    def _metadata(
        self, job: _Job, context: ValidationContext | None, *, certify: bool, embed: bool
    ) -> PdfSignatureMetadata:
        return PdfSignatureMetadata(
            field_name=job.field_name,
            md_algorithm=DIGEST,
            certify=certify,
            docmdp_permissions=MDPPerm.NO_CHANGES if job.last else MDPPerm.FILL_FORMS,
            subfilter=SigSeedSubFilter.PADES,
            embed_validation_info=embed,
            validation_context=context,
            signer_key_usage=SIGNING_USAGES & job.key.certificate.key_usage_value.native,
            dss_settings=DSS,
        )

    @property
    def _embeds(self) -> bool:
        return self.trust is not None and self.trust.checks_revocation

    async def _signed(
        self, job: _Job, revision: Revision, check: _Check, *, certify: bool
    ) -> bytes:
        look = SealStyle(
            border_width=0,
            face=job.face,
            when=job.at.astimezone(self.zone),
            initial=not job.last,
            issuer=self._issuer(job.key.signer, check.found),
        )
        # Validation data come after a timestamped signature, else with it: one revision less.
        embed = self._embeds and not check.stamps
        metadata = self._metadata(job, check.context, certify=certify, embed=embed)
        signer = PdfSigner(metadata, job.key.signer, timestamper=check.stamps, stamp_style=look)
        out = BytesIO()
        session = signer.init_signing_session(revision, existing_fields_only=True)
        session.system_time = job.at
        ready = session.prepare_tbs_document(check.found, await _room(job.key.signer, check.stamps))
        prepared, _ = ready.digest_tbs_document(output=out)
        done = await ready.perform_signature(
            prepared.document_digest, PdfCMSSignedAttributes(signing_time=job.at)
        )
        signed = out.getvalue()
        if not check.stamps:
            return signed
        self.stamping.succeed()
        if not (self._embeds and check.context and check.found):
            return signed
        proof = Proof(done.sig_contents, check.context, check.found.validation_paths)
        if job.last:
            try:
                return await archived(signed, check.stamps, proof)
            except OSError as failed:
                self.stamping.fail(job.at, failed)
        return with_validation_data(signed, proof)

    def _issuer(self, signer: Signer, found: PreSignValidationStatus | None) -> Issuer:
        """Who issued the certificate, by the path that was just validated."""
        own: Any = signer.signing_cert  # declared optional; ours always has one
        path = [c for c in found.signer_path if isinstance(c, x509.Certificate)] if found else []
        return issuer_of(own, path, self.trust)


async def _room(signer: Signer, service: TimeStamper | None) -> int:
    """Hexadecimal digits to keep free for the CMS object.

    Reckoned rather than found by a rehearsal signature; kept close, because every later reader
    parses the unused zeros too.
    """
    own: Any = signer.signing_cert  # declared optional; ours always has one
    size: int = sum(len(certificate.dump()) for certificate in (own, *signer.cert_registry))
    size += own.public_key.byte_size + 2 * len(own.issuer.dump()) + CMS_OVERHEAD
    if service:
        token = await service.async_dummy_response(DIGEST)
        size += int(TOKEN_MARGIN * len(token.dump()))
    return 2 * size


def _explained(error: Exception, key: SigningKey, document: str) -> KeyAccessError | SigningError:
    """Say in the signer's words why the seal failed: most often, his certificate."""
    cause = error.__cause__ or error
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
