"""The time-stamping service (RFC 3161) during a batch: kept open, and left alone when it fails."""

import asyncio
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Self, TypeVar

from asn1crypto import cms
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import HTTPTimeStamper, TimeStamper, TimestampRequestError
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import PathError, ValidationError
from pyhanko_certvalidator.fetchers.aiohttp_fetchers.util import LazySession
from pyhanko_certvalidator.path import ValidationPath

from pipeline.signing.revision import Revision

Result = TypeVar("Result")
DIGEST = "sha256"
DSS_BEFORE_TIMESTAMP = TimestampDSSContentSettings(include_vri=False, update_before_ts=True)
PATIENCE_S = 10
LEFT_ALONE = timedelta(minutes=5)
"""How long a service that failed is not asked again: a batch must not wait for each document."""


class Service(HTTPTimeStamper):
    """A time-stamping service by HTTP; whatever it answers wrongly is a failure of the request."""

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A timestamp over the digest.

        Raises:
            TimestampRequestError: it does not answer, refuses, or answers something else.
        """
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except OSError as error:
            raise TimestampRequestError(str(error.__cause__ or error)) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise TimestampRequestError(f"no timestamp in its answer: {error}") from error


def tsa(url: str, session: LazySession | None = None) -> TimeStamper:
    """The client of the time-stamping service at ``url``: over ``session``, or one a request."""
    return Service(url, timeout=PATIENCE_S, session=session)


@dataclass
class Stamping:
    """Whom to ask for timestamps while one document after another is sealed.

    As a context it keeps one connection to the service at ``url``. ``missing`` says why the last
    documents got no timestamp; empty where they got theirs, or where none is configured.
    """

    url: str | None = None
    client: TimeStamper | None = None
    missing: str = ""
    _failed_at: datetime | None = None
    _runner: asyncio.Runner | None = field(default=None, repr=False)
    _session: LazySession | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        """Make the client, unless one was given."""
        if self.client is None and self.url:
            self.client = tsa(self.url)

    def __enter__(self) -> Self:
        """Keep one connection from now on."""
        self._runner = asyncio.Runner()
        if self.url:
            self._session = LazySession()  # type: ignore[no-untyped-call]
            self.client = tsa(self.url, self._session)
        return self

    def __exit__(self, *_: object) -> None:
        """End the connection."""
        if self._runner and self._session:
            self._runner.run(self._session.close())  # type: ignore[no-untyped-call]
        if self._runner:
            self._runner.close()
        self._runner = self._session = None

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """The outcome of ``work``, in the loop to which the connection belongs."""
        return self._runner.run(work) if self._runner else asyncio.run(work)

    def service(self, at: datetime) -> TimeStamper | None:
        """The client to ask at ``at``; None where there is none, or where it failed just before."""
        if self._failed_at is not None and abs(at - self._failed_at) < LEFT_ALONE:
            return None
        return self.client

    def fail(self, at: datetime, why: object) -> None:
        """Leave the service alone for a while: it failed at ``at``, or what it says is no proof."""
        self._failed_at, self.missing = at, str(why)

    def succeed(self) -> None:
        """The service has stamped a document."""
        self._failed_at, self.missing = None, ""


@dataclass(frozen=True)
class Proof:
    """What validates a signature: ``paths``, and the revocation data that ``context`` found.

    ``contents`` is the signature's CMS object as it stands in the file, zeros included.
    """

    contents: bytes
    context: ValidationContext
    paths: Sequence[ValidationPath]

    def supply(self, revision: Revision) -> None:
        """Add it to the security store, under the signature's name (VRI).

        Judges such as the EU's DSS take for validation data of a signature what the store was given
        after it; by the name the store changes even where all else stood there for an earlier one.
        """
        DocumentSecurityStore.supply_dss_in_writer(
            revision, self.contents, paths=self.paths, validation_context=self.context
        )


async def proven_paths(
    service: TimeStamper, context: ValidationContext
) -> tuple[list[ValidationPath], str]:
    """The paths of the service's certificates, and why its timestamps would prove nothing.

    A timestamp whose certificate leads to no anchor, or whose revocation cannot be told, would
    spoil a signature that holds without it.
    """
    try:
        found = service.validation_paths(context)  # type: ignore[no-untyped-call]
        return [path async for path in found], ""
    except (PathError, ValidationError, OSError) as error:
        return [], str(error)


async def archived(
    pdf: bytes,
    service: TimeStamper,
    proof: Proof | None = None,
) -> bytes:
    """``pdf`` with an archival timestamp in a revision of its own (EN 319 142-1 §5.5).

    The same revision brings ``proof`` and the service's own validation data, if there is any.

    Raises:
        OSError: the service failed.
        ValidationError: its certificate does not hold.
    """
    out = BytesIO(pdf)
    revision = Revision(out)
    if proof:
        proof.supply(revision)
    await PdfTimeStamper(service).async_timestamp_pdf(
        revision,
        DIGEST,
        proof.context if proof else None,
        validation_paths=list(proof.paths) if proof else [],
        in_place=True,
        dss_settings=DSS_BEFORE_TIMESTAMP,
    )
    return out.getvalue()


def with_validation_data(pdf: bytes, proof: Proof) -> bytes:
    """``pdf`` with the validation data in a revision of their own (B-LT, EN 319 142-1 §5.4)."""
    out = BytesIO(pdf)
    revision = Revision(out)
    proof.supply(revision)
    revision.write_in_place()  # type: ignore[no-untyped-call]
    return out.getvalue()
