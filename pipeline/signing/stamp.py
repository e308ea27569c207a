"""Timestamps in files of their own (RFC 3161), over any bytes."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from hashlib import new, sha256

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from pipeline.errors import SigningError
from pipeline.signing.evidence import Unreadable, attempt
from pipeline.signing.trust import Trust

GRANTED = ("granted", "granted_with_mods")


@dataclass(frozen=True)
class Stamp:
    """What a timestamp says: the time, whether it is over these bytes, and by whom we believe.

    ``ends`` is when the authority's certificate does.
    """

    at: datetime
    intact: bool
    trusted: bool
    ends: datetime


def timestamp(timestamper: TimeStamper, data: bytes) -> bytes:
    """The service's answer (``TimeStampResp``, as ``openssl ts`` reads it) over ``data``.

    Raises:
        SigningError: it does not answer, refuses, or answers something else.
    """
    digest = sha256(data).digest()
    nonce, request = timestamper.request_cms(digest, "sha256")  # type: ignore[no-untyped-call]
    response = attempt(lambda: asyncio.run(timestamper.async_request_tsa_response(request)))
    if isinstance(response, Unreadable):
        raise SigningError(
            f"The time-stamping service gave no timestamp ({response.reason}). Check [signing]"
            " tsa_url and the way to it."
        )
    if attempt(lambda: _answered(response)) != (nonce, digest):
        raise SigningError(
            "The time-stamping service refused, or answered something else than it was asked."
            " Check [signing] tsa_url."
        )
    answer: bytes = response.dump()
    return answer


def _answered(response: tsp.TimeStampResp) -> tuple[int, bytes] | None:
    """The nonce and the digest of what was granted."""
    if response["status"]["status"].native not in GRANTED:
        return None
    info = _info(_token(response))
    return info["nonce"].native, info["message_imprint"]["hashed_message"].native


def read_timestamp(data: bytes, answer: bytes, trust: Trust) -> Stamp:
    """What the timestamp in ``answer`` says of ``data``.

    The authority's certificate is judged as of the stamped time: it ends before the seal does. Its
    revocation counts where the trust folder has its list.

    Raises:
        SigningError: it is no timestamp.
    """
    found = attempt(lambda: _judged(data, answer, trust))
    if isinstance(found, Unreadable):
        raise SigningError(f"The timestamp cannot be read ({found.reason}).")
    return found


def _judged(data: bytes, answer: bytes, trust: Trust) -> Stamp:
    token = _token(tsp.TimeStampResp.load(answer, strict=True))
    at: datetime = _info(token)["gen_time"].native
    context = ValidationContext(
        trust_roots=[anchor.certificate for anchor in trust.anchors],
        other_certs=list(trust.intermediates),
        crls=list(trust.crls),
        allow_fetching=False,
        moment=at,
        revocation_mode="soft-fail",
    )
    found = asyncio.run(
        validate_tst_signed_data(token, context, lambda name: new(name, data).digest())
    )
    sound = bool(found["intact"] and found["valid"])
    ends: datetime = found["signing_cert"].not_valid_after
    return Stamp(at, sound, sound and found["trust_problem_indic"] is None, ends)


def _info(token: cms.SignedData) -> tsp.TSTInfo:
    return token["encap_content_info"]["content"].parsed


def _token(response: tsp.TimeStampResp) -> cms.SignedData:
    return response["time_stamp_token"]["content"]
