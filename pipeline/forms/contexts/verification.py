"""What the section head verifies with: a sheet per form and the summary of all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from textwrap import shorten
from typing import Any

from pipeline.domain.calendar import long_time
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.evidence import Piece, of_indicator
from pipeline.domain.figure import show_figure
from pipeline.domain.finding import Finding
from pipeline.domain.form import Change, Field
from pipeline.domain.numbers import format_number
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.precedent import NO_PRECEDENT, Precedent, precedent_of
from pipeline.forms.contexts.common import (
    change_fields,
    evaluation_fields,
    finding_fields,
    letterhead,
    official_fields,
    piece_fields,
)
from pipeline.settings import OfficeSection

MOST_TOLD, LONGEST_TOLD = 3, 160  # findings of one form in the summary, characters of each


@dataclass(frozen=True)
class Sheet:
    """One returned form as its verifier sees it.

    ``via`` is how it came; ``precedents`` what was filed before of each indicator, by code.
    """

    code: str
    official: Official
    verifier: tuple[str, str]
    revision: int
    sha256: str
    evaluations: Sequence[Evaluation]
    findings: Sequence[Finding]
    changes: Sequence[Change]
    via: str = ""
    pieces: Sequence[Piece] = ()
    precedents: Mapping[str, Precedent] = field(default_factory=dict)


@dataclass(frozen=True)
class SummaryRow:
    """One form in the summary; ``waits`` where it is the verifier's turn.

    ``unconfirmed`` where it has come on paper only, and what was read is not confirmed yet.
    """

    post: str
    name: str
    status: str
    warnings: Sequence[Finding]
    code: str
    received: str
    waits: bool = False
    pieces: int = 0
    unconfirmed: bool = False


def sheet_context(
    office: OfficeSection, period: Period, sheet: Sheet, moment: datetime
) -> dict[str, Any]:
    """The verification sheet as printed."""
    post, name = sheet.verifier
    return {
        **letterhead(office, period),
        "pejabat": official_fields(sheet.official),
        "verifikator": {"jabatan": post, "nama": name},
        "kode": sheet.code,
        "kiriman_ke": str(sheet.revision),
        "sha256": sheet.sha256,
        "waktu": long_time(moment),
        "cara": sheet.via,
        "indikator": [
            _row(sheet, number, evaluation, period.quarter)
            for number, evaluation in enumerate(sheet.evaluations, start=1)
        ],
        "temuan": finding_fields(list(sheet.findings)),
        "perubahan": change_fields(list(sheet.changes)),
        "bukti": piece_fields(sheet.pieces),
    }


def _row(sheet: Sheet, number: int, evaluation: Evaluation, quarter: int) -> dict[str, Any]:
    """An indicator with what was before, what was written otherwise than read, and its files."""
    files = of_indicator(sheet.pieces, evaluation.indicator.code)
    before = NO_PRECEDENT
    if not evaluation.contribution:  # what is on file is the whole figure
        before = precedent_of(evaluation.indicator, quarter, sheet.precedents)
    return {
        **evaluation_fields(number, evaluation, quarter),
        "lalu": format_number(before.last_quarter),
        "tahun_lalu": format_number(before.last_year),
        "tertulis": _written(evaluation),
        "berkas": ", ".join(piece.name for piece in files),
    }


def _written(evaluation: Evaluation) -> str:
    """The figure as written where it is not how it is shown, such as with its unit."""
    filled = evaluation.filled
    written = filled.text(Field.ACTUAL).strip()
    same = written.casefold() == show_figure(filled.actual, filled.status).casefold()
    return "" if same or written in {"", "-", "–"} else written


def summary_context(
    office: OfficeSection,
    period: Period,
    rows: Sequence[SummaryRow],
    counts: dict[str, int],
    moment: datetime,
) -> dict[str, Any]:
    """_RINGKASAN: what waits with warnings, then what waits without, then the rest.

    ``counts`` by the template's own names.
    """
    ordered = sorted(rows, key=lambda r: (not r.waits, -len(r.warnings), r.post))
    waiting = [r for r in rows if r.waits]
    clean = [r for r in waiting if not r.warnings]
    return {
        **letterhead(office, period),
        "waktu": long_time(moment),
        **{name: str(count) for name, count in counts.items()},
        "menunggu": str(len(waiting)),
        "pindaian": str(sum(r.unconfirmed for r in rows)),
        "bersih": str(len(clean)),
        "berperingatan": str(len(waiting) - len(clean)),
        "formulir": [_summary_row(n, r) for n, r in enumerate(ordered, start=1)],
    }


def _summary_row(number: int, row: SummaryRow) -> dict[str, Any]:
    first = row.warnings[:MOST_TOLD]
    told = [
        {"tempat": f.place, "isi": shorten(f.message, LONGEST_TOLD, placeholder=" …")}
        for f in first
    ]
    more = len(row.warnings) - len(told)
    return {
        "no": str(number),
        "jabatan": row.post,
        "nama": row.name,
        "status": row.status,
        "peringatan": str(len(row.warnings)) if row.warnings else "–",
        "temuan": told,
        "lainnya": str(more) if more > 0 else "",
        "menunggu": row.waits,
        "kode": row.code,
        "masuk": row.received,
        "berkas": str(row.pieces) if row.pieces else "",
    }
