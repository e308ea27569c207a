"""What is printed when a form is received: the verifier's sheet and the official's receipt."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pipeline.domain.finding import Finding, warnings
from pipeline.domain.form import FilledRow, changes_between
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.notices import Receipt
from pipeline.forms.contexts.verification import Sheet
from pipeline.ledger.tables import Document
from pipeline.sop.case import Case
from pipeline.sop.values import evaluate_rows, rows_of


@dataclass(frozen=True)
class Received:
    """A form's values as they were read from the file with this SHA-256, and what is doubtful."""

    rows: Sequence[FilledRow]
    findings: Sequence[Finding]
    sha256: str
    via: str


def sheet(session: Session, case: Case, document: Document, received: Received) -> Sheet:
    """The sheet beside a form that waits for its verifier."""
    indicators = case.roster(session).indicators_of(document.post, case.statements(session))
    verifier = case.procedure.post_for(case.procedure.step(Verb.VERIFY), party=document.post)
    holder = case.roster(session).official(verifier) if verifier else None
    return Sheet(
        code=document.code,
        official=case.official(session, document.post),
        verifier=(verifier or "", holder.name if holder else ""),
        revision=document.revision,
        sha256=received.sha256,
        evaluations=evaluate_rows(case, document.post, indicators, received.rows),
        findings=warnings(received.findings),
        changes=changes_between(rows_of(document), list(received.rows)),
    )


def receipt(session: Session, case: Case, document: Document, received: Received) -> Receipt:
    """The receipt of a form that was accepted."""
    indicators = case.roster(session).indicators_of(document.post, case.statements(session))
    return Receipt(
        code=document.code,
        official=case.official(session, document.post),
        document=document.name,
        via=received.via,
        sha256=received.sha256,
        evaluations=evaluate_rows(case, document.post, indicators, received.rows),
        warnings=warnings(received.findings),
        evidence=[(e["name"], e["size"], e["sha256"]) for e in document.data.get("evidence", [])],
        next_step="Formulir menunggu verifikasi. Selama belum diverifikasi, kiriman baru"
        " menggantikan yang lama.",
    )
