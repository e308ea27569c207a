"""What the section head verifies with: a sheet per form and the summary of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pipeline.domain.calendar import long_time
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.finding import Finding
from pipeline.domain.form import Change
from pipeline.domain.numbers import format_number
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.forms.contexts.common import (
    change_fields,
    evaluation_fields,
    finding_fields,
    letterhead,
    official_fields,
)
from pipeline.settings import OfficeSection


@dataclass(frozen=True)
class Sheet:
    """One returned form as its verifier sees it."""

    code: str
    official: Official
    verifier: tuple[str, str]
    revision: int
    sha256: str
    evaluations: Sequence[Evaluation]
    findings: Sequence[Finding]
    changes: Sequence[Change]


@dataclass(frozen=True)
class SummaryRow:
    """One form in the summary."""

    post: str
    name: str
    status: str
    warnings: int
    code: str
    received: str


def sheet_context(
    office: OfficeSection, period: Period, sheet: Sheet, moment: datetime
) -> dict[str, Any]:
    """The verification sheet as printed."""
    rows = [
        {
            **evaluation_fields(number, evaluation, period.quarter),
            "lalu": format_number(_last(evaluation, period)),
        }
        for number, evaluation in enumerate(sheet.evaluations, start=1)
    ]
    post, name = sheet.verifier
    return {
        **letterhead(office, period),
        "pejabat": official_fields(sheet.official),
        "verifikator": {"jabatan": post, "nama": name},
        "kode": sheet.code,
        "kiriman_ke": str(sheet.revision),
        "sha256": sheet.sha256,
        "waktu": long_time(moment),
        "indikator": rows,
        "temuan": finding_fields(list(sheet.findings)),
        "perubahan": change_fields(list(sheet.changes)),
    }


def _last(evaluation: Evaluation, period: Period) -> Decimal | None:
    """The quarter before; what is on file is the whole figure, so a part of one has none."""
    if period.quarter == 1 or evaluation.contribution:
        return None
    return evaluation.indicator.previous_actuals[period.quarter - 2]


def summary_context(
    office: OfficeSection,
    period: Period,
    rows: Sequence[SummaryRow],
    counts: dict[str, int],
    moment: datetime,
) -> dict[str, Any]:
    """_RINGKASAN: those with warnings first; ``counts`` by the template's own names."""
    ordered = sorted(rows, key=lambda r: (-r.warnings, r.post))
    return {
        **letterhead(office, period),
        "waktu": long_time(moment),
        **{name: str(count) for name, count in counts.items()},
        "formulir": [
            {
                "no": str(n),
                "jabatan": r.post,
                "nama": r.name,
                "status": r.status,
                "peringatan": str(r.warnings) if r.warnings else "–",
                "kode": r.code,
                "masuk": r.received,
            }
            for n, r in enumerate(ordered, start=1)
        ],
    }
