"""What is printed when a form is received: the verifier's sheet and the official's receipt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.domain.duty import duties_of
from pipeline.domain.evidence import Piece
from pipeline.domain.finding import Finding, Severity, warnings
from pipeline.domain.form import Change, FilledRow
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.notices import Receipt, receipt_context
from pipeline.forms.contexts.verification import Sheet, sheet_context
from pipeline.ledger.tables import Document
from pipeline.sop.authority import holders_on_file, who_may_decide
from pipeline.sop.case import Case
from pipeline.sop.figures import precedents_on_file
from pipeline.sop.slips import client_folder
from pipeline.sop.values import evaluate_rows

LATE_NEXT = (
    "Formulir diterima sebagai susulan. Bila diverifikasi selagi entri masih terbuka, angkanya"
    " masuk print out. Sesudah itu formulir diarsipkan bersama berkas pengumpulannya, dan angkanya"
    " hanya dapat masuk melalui perubahan; sampaikan kepada Kasubag."
)
AFTER_CLOSING = Finding(
    "SUSULAN",
    "pengisian sudah ditutup tanpa formulir ini; angkanya masuk print out hanya bila formulir"
    " disetujui selagi entri masih terbuka",
    "bila benar, setujui; sesudah entri dikirim, formulir hanya diarsipkan dan angkanya masuk"
    " melalui perubahan",
    Severity.WARNING,
)


@dataclass(frozen=True)
class Received:
    """A form's values as they were read from the file with this SHA-256, and what is doubtful.

    It is the ``number``-th return. ``missing`` is found about its data dukung; ``changes`` are
    those from the return before; ``late`` where it came after the closing.
    """

    number: int
    rows: Sequence[FilledRow]
    findings: Sequence[Finding]
    missing: Sequence[Finding]
    sha256: str
    via: str
    moment: datetime
    pieces: Sequence[Piece] = ()
    changes: Sequence[Change] = ()
    late: bool = False

    @property
    def warnings(self) -> list[Finding]:
        """What is doubtful."""
        return [*warnings(self.findings), *self.missing]


@dataclass(frozen=True)
class Papers:
    """Receipt and sheet of one return, not printed yet."""

    receipt: Receipt
    sheet: Sheet
    moment: datetime


def papers_of(session: Session, case: Case, document: Document, received: Received) -> Papers:
    """The papers of a form that was accepted."""
    return Papers(
        _receipt(session, case, document, received),
        _sheet(session, case, document, received),
        received.moment,
    )


def print_papers(case: Case, papers: Papers) -> tuple[str, str]:
    """Receipt and sheet as PDF in the store; the SHA-256 of each."""
    office, head = case.office, case.office.settings.office
    receipt = receipt_context(head, case.period, papers.receipt, papers.moment)
    sheet = sheet_context(head, case.period, papers.sheet, papers.moment)
    contexts = (("tanda-terima", receipt), ("lembar-verifikasi", sheet))
    first, second = (
        office.store.put(office.pdf_from(case.procedure, name, context))
        for name, context in contexts
    )
    return first, second


def _sheet(session: Session, case: Case, document: Document, received: Received) -> Sheet:
    duties = duties_of(case.roster(session), document.post, case.statements(session))
    findings = received.warnings
    return Sheet(
        code=document.code,
        official=case.official(session, document.post),
        verifier=_verifier(session, case, document),
        revision=received.number,
        sha256=received.sha256,
        via=received.via,
        evaluations=evaluate_rows(case, document.post, duties, received.rows),
        findings=[AFTER_CLOSING, *findings] if received.late else findings,
        changes=received.changes,
        pieces=received.pieces,
        precedents=precedents_on_file(session, case.office, case.procedure.key, case.period),
    )


def _receipt(session: Session, case: Case, document: Document, received: Received) -> Receipt:
    duties = duties_of(case.roster(session), document.post, case.statements(session))
    in_time = (
        "Formulir menunggu verifikasi. Selama belum diverifikasi, kiriman baru"
        " menggantikan yang lama. Sesudah print out ditandatangani, salinan formulir yang"
        f" terverifikasi tersedia di {client_folder(case.office, case.results)}"
    )
    return Receipt(
        code=document.code,
        official=case.official(session, document.post),
        document=document.name,
        via=received.via,
        sha256=received.sha256,
        evaluations=evaluate_rows(case, document.post, duties, received.rows),
        warnings=received.warnings,
        pieces=received.pieces,
        next_step=LATE_NEXT if received.late else in_time,
    )


def _verifier(session: Session, case: Case, document: Document) -> tuple[str, str]:
    """Title and name of who verifies the form today: never who reports it himself."""
    office, step = case.office, case.procedure.step(Verb.VERIFY)
    posts = who_may_decide(session, office, case.procedure, step, document).posts
    holders, today = holders_on_file(session, office), office.now().date()
    holder = holders.official(posts[0], today) if posts else None
    return (holder.title, holder.name) if holder else ("".join(posts[:1]), "")
