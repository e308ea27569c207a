"""What is printed when a form is received: the verifier's sheet and the official's receipt."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from pipeline.domain.duty import duties_of
from pipeline.domain.finding import Finding, warnings
from pipeline.domain.form import FilledRow, changes_between
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.notices import Receipt
from pipeline.forms.contexts.verification import Sheet
from pipeline.ledger.tables import Document
from pipeline.sop.authority import holders_on_file, who_may_decide
from pipeline.sop.case import Case
from pipeline.sop.slips import client_folder
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
    duties = duties_of(case.roster(session), document.post, case.statements(session))
    return Sheet(
        code=document.code,
        official=case.official(session, document.post),
        verifier=_verifier(session, case, document),
        revision=document.revision,
        sha256=received.sha256,
        evaluations=evaluate_rows(case, document.post, duties, received.rows),
        findings=warnings(received.findings),
        changes=changes_between(rows_of(document), list(received.rows)),
    )


def receipt(session: Session, case: Case, document: Document, received: Received) -> Receipt:
    """The receipt of a form that was accepted."""
    duties = duties_of(case.roster(session), document.post, case.statements(session))
    return Receipt(
        code=document.code,
        official=case.official(session, document.post),
        document=document.name,
        via=received.via,
        sha256=received.sha256,
        evaluations=evaluate_rows(case, document.post, duties, received.rows),
        warnings=warnings(received.findings),
        evidence=[(e["name"], e["size"], e["sha256"]) for e in document.data.get("evidence", [])],
        next_step="Formulir menunggu verifikasi. Selama belum diverifikasi, kiriman baru"
        " menggantikan yang lama. Sesudah print out ditandatangani, salinan formulir yang"
        f" terverifikasi tersedia di {client_folder(case.office, case.results)}",
    )


def _verifier(session: Session, case: Case, document: Document) -> tuple[str, str]:
    """Title and name of who verifies the form today: never who reports it himself."""
    office, step = case.office, case.procedure.step(Verb.VERIFY)
    posts = who_may_decide(session, office, case.procedure, step, document).posts
    holders, today = holders_on_file(session, office), office.now().date()
    holder = holders.official(posts[0], today) if posts else None
    return (holder.title, holder.name) if holder else ("".join(posts[:1]), "")
