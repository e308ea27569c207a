"""Reported values as they lie in the ledger, and what follows from them."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from pipeline.domain.consolidation import Line, Reported
from pipeline.domain.document import Kind, State
from pipeline.domain.duty import Duty
from pipeline.domain.evaluation import Evaluation, contribution, evaluate
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Change, Field, FigureStatus, FilledRow
from pipeline.domain.indicator import Indicator
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case

FINDINGS, EVIDENCE_FINDINGS = "findings", "evidence_findings"
CHANGED_SINCE = "changed_since"
"""Where a form's data keep what differs from the return before."""


def rows_to_json(rows: Iterable[FilledRow]) -> list[dict[str, Any]]:
    """Filled rows as JSON; the actual as the text of its decimal."""
    return [
        {
            "indicator": row.indicator,
            "texts": {field.value: text for field, text in row.texts.items()},
            "actual": _text(row.actual),
            "status": row.status.value,
        }
        for row in rows
    ]


def rows_from_json(data: Iterable[Mapping[str, Any]]) -> list[FilledRow]:
    """The rows back."""
    return [
        FilledRow(
            row["indicator"],
            {Field(key): text for key, text in row["texts"].items()},
            None if row["actual"] is None else Decimal(row["actual"]),
            FigureStatus(row["status"]),
        )
        for row in data
    ]


def rows_of(document: Document, key: str = "rows") -> list[FilledRow]:
    """What a document's official (or its editor) reported."""
    return rows_from_json(document.data.get(key, []))


def findings_to_json(findings: Iterable[Finding]) -> list[dict[str, str]]:
    """Findings as JSON."""
    return [
        {"place": f.place, "message": f.message, "mend": f.mend, "severity": f.severity.value}
        for f in findings
    ]


def findings_of(
    document: Document, kinds: Iterable[str] = (FINDINGS, EVIDENCE_FINDINGS)
) -> list[Finding]:
    """The findings that travel with a document: about itself, and about what came beside it."""
    return [
        Finding(f["place"], f["message"], f["mend"], Severity(f["severity"]))
        for kind in kinds
        for f in document.data.get(kind, [])
    ]


def change_to_json(change: Change) -> dict[str, str]:
    """A change as JSON."""
    return {
        "indicator": change.indicator,
        "field": change.field.value,
        "old": change.old,
        "new": change.new,
        "reason": change.reason,
        "by": change.by,
        "via": change.via,
        "at": change.at.isoformat() if change.at else "",
    }


def change_from_json(data: Mapping[str, str]) -> Change:
    """The change back; those on file from before changes said who made them do not."""
    at = data.get("at", "")
    return Change(
        data["indicator"],
        Field(data["field"]),
        data["old"],
        data["new"],
        data["reason"],
        data.get("by", ""),
        data.get("via", ""),
        datetime.fromisoformat(at) if at else None,
    )


def changes_to_json(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Changes as JSON."""
    return [change_to_json(change) for change in changes]


def changes_of(data: Mapping[str, Any], key: str, *, reason: str = "") -> list[Change]:
    """The changes kept in ``data`` under ``key``; ``reason`` where they carry none."""
    found = [change_from_json(kept) for kept in data.get(key, [])]
    return [replace(change, reason=change.reason or reason) for change in found]


def counts(form: Document) -> bool:
    """Whether a form's figures count: not of who was absent at the closing, nor what came after."""
    return form.state != State.ABSENT and not form.data.get("late")


def verified_rows(session: Session, case: Case, form: Document) -> list[FilledRow]:
    """A form's rows before entry: as verified, or as the print-out that is amended gave them."""
    for collection in case.lineage(session)[1:]:
        amended = Case(case.office, case.procedure, collection)
        workbook = amended.document(session, Kind.WORKBOOK)
        kept = workbook.data.get("rows", {}).get(form.code) if workbook else None
        if kept is not None:
            return rows_from_json(kept)
    return rows_of(form)


def entered_rows(
    session: Session, case: Case, workbook: Document, form: Document
) -> list[FilledRow]:
    """A form's rows as they stand after entry; as verified where entry has not happened."""
    kept = workbook.data.get("rows", {}).get(form.code)
    return rows_from_json(kept) if kept is not None else verified_rows(session, case, form)


def reported(session: Session, case: Case, workbook: Document) -> list[Reported]:
    """Every form that counts, with its figures as they stand after entry."""
    return [
        Reported(
            form.post,
            form.code,
            {row.indicator: row for row in entered_rows(session, case, workbook, form)},
        )
        for form in case.forms(session)
        if counts(form)
    ]


def evaluate_rows(
    case: Case, post: str, duties: Iterable[Duty], rows: Iterable[FilledRow]
) -> list[Evaluation]:
    """One official's rows with achievements and predicates, in the order of ``duties``."""
    by_code = {row.indicator: row for row in rows}
    evaluations = []
    for duty in duties:
        row = by_code.get(duty.indicator.code, FilledRow(duty.indicator.code, {}))
        if duty.contributes:
            evaluations.append(contribution(post, duty.indicator, row))
        else:
            evaluation = _evaluated(case, post, duty.indicator, row)
            evaluations.append(replace(evaluation, summed=bool(duty.summed_of)))
    return evaluations


def evaluate_line(case: Case, line: Line) -> Evaluation:
    """A consolidated line with achievement and predicate."""
    evaluation = _evaluated(case, "; ".join(line.reporters), line.indicator, line.filled)
    note = " · ".join(text for text in (line.note, evaluation.note) if text)
    return replace(evaluation, summed=line.summed, shares=line.shares, note=note)


def evaluations_to_json(evaluations: Iterable[Evaluation]) -> list[dict[str, Any]]:
    """Consolidated figures, each with the forms that it comes from."""
    return [
        {
            "indikator": e.indicator.code,
            "penanggung_jawab": e.post,
            "realisasi": _text(e.filled.actual),
            "status": e.filled.status.value,
            "catatan": e.note,
            "sumber": [
                {
                    "jabatan": share.post,
                    "formulir": share.code,
                    "realisasi": _text(share.actual),
                    "status": share.status.value,
                    "alasan": share.reason,
                }
                for share in e.shares
            ],
        }
        for e in evaluations
    ]


def _text(actual: Decimal | None) -> str | None:
    return None if actual is None else str(actual)


def _evaluated(case: Case, post: str, indicator: Indicator, row: FilledRow) -> Evaluation:
    rules = case.procedure.achievement
    return evaluate(
        post,
        indicator,
        row,
        quarter=case.period.quarter,
        policy=rules.policy,
        scale=rules.scale,
    )
