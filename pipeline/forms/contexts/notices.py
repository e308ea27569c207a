"""Slips and receipts: what became of a file, told to the person who sent it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pipeline.domain.calendar import long_time
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.evidence import Piece
from pipeline.domain.finding import Finding, errors, warnings
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.forms.contexts.common import (
    evaluation_fields,
    finding_fields,
    letterhead,
    official_fields,
    piece_fields,
    qr,
)
from pipeline.settings import OfficeSection


@dataclass(frozen=True)
class Slip:
    """One page that says what happened, to which document, and what to do next.

    ``received`` are files as (name, SHA-256); warnings among ``findings`` hinder nothing.
    """

    title: str
    summary: str
    document: str
    recipient: str
    sender: str
    steps: Sequence[str]
    code: str = ""
    reasons: Sequence[str] = ()
    findings: Sequence[Finding] = ()
    received: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True)
class Receipt:
    """What was received, with the figures as they were read."""

    code: str
    official: Official
    document: str
    via: str
    sha256: str
    evaluations: Sequence[Evaluation]
    next_step: str
    warnings: Sequence[Finding] = ()
    pieces: Sequence[Piece] = ()


def slip_context(
    office: OfficeSection, period: Period | None, slip: Slip, moment: datetime
) -> dict[str, Any]:
    """A slip as printed."""
    return {
        **letterhead(office, period),
        "judul": slip.title,
        "ringkas": slip.summary,
        "naskah": slip.document,
        "kode": slip.code or "–",
        "penerima": slip.recipient,
        "dari": slip.sender,
        "waktu": long_time(moment),
        "alasan": list(slip.reasons),
        "berkas": [{"nama": name, "sha256": sha} for name, sha in slip.received],
        "temuan": finding_fields(errors(slip.findings)),
        "peringatan": finding_fields(warnings(slip.findings)),
        "langkah": list(slip.steps),
    }


def receipt_context(
    office: OfficeSection, period: Period, receipt: Receipt, moment: datetime
) -> dict[str, Any]:
    """A receipt as printed."""
    return {
        **letterhead(office, period),
        "kode": receipt.code,
        "qr": qr(receipt.code),
        "pejabat": official_fields(receipt.official),
        "naskah": receipt.document,
        "waktu": long_time(moment),
        "cara": receipt.via,
        "indikator": [
            evaluation_fields(n, e, period.quarter)
            for n, e in enumerate(receipt.evaluations, start=1)
        ],
        "peringatan": finding_fields(list(receipt.warnings)),
        "bukti": piece_fields(receipt.pieces),
        "sha256": receipt.sha256,
        "berikutnya": receipt.next_step,
    }
