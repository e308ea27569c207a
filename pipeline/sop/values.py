"""Reported values as they lie in the ledger, and what follows from them."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pipeline.domain.evaluation import Evaluation, evaluate
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Change, Field, FilledRow
from pipeline.domain.indicator import Indicator
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case


def rows_to_json(rows: Iterable[FilledRow]) -> list[dict[str, Any]]:
    """Filled rows as JSON; the actual as the text of its decimal."""
    return [
        {
            "indicator": row.indicator,
            "texts": {field.value: text for field, text in row.texts.items()},
            "actual": None if row.actual is None else str(row.actual),
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


def findings_of(document: Document) -> list[Finding]:
    """The findings that travel with a document."""
    return [
        Finding(f["place"], f["message"], f["mend"], Severity(f["severity"]))
        for f in document.data.get("findings", [])
    ]


def changes_to_json(changes: Iterable[Change]) -> list[dict[str, str]]:
    """Changes as JSON."""
    return [
        {
            "indicator": c.indicator,
            "field": c.field.value,
            "old": c.old,
            "new": c.new,
            "reason": c.reason,
        }
        for c in changes
    ]


def changes_of(data: Mapping[str, Any], key: str, *, reason: str = "") -> list[Change]:
    """The changes kept in ``data`` under ``key``; ``reason`` where they carry none."""
    return [
        Change(c["indicator"], Field(c["field"]), c["old"], c["new"], c["reason"] or reason)
        for c in data.get(key, [])
    ]


def evaluate_rows(
    case: Case, post: str, indicators: Iterable[Indicator], rows: Iterable[FilledRow]
) -> list[Evaluation]:
    """One official's rows with achievements and predicates, in the order of ``indicators``."""
    by_code = {row.indicator: row for row in rows}
    rules = case.procedure.achievement
    return [
        evaluate(
            post,
            indicator,
            by_code.get(indicator.code, FilledRow(indicator.code, {})),
            quarter=case.period.quarter,
            policy=rules.policy,
            scale=rules.scale,
        )
        for indicator in indicators
    ]
