"""Receipt and verification sheet made anew when data dukung comes after its form."""

from datetime import datetime

from sqlalchemy import select

from pipeline.domain.calendar import short_time
from pipeline.domain.document import State
from pipeline.domain.duty import duties_of
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import Verb
from pipeline.forms.checks.evidence import check_evidence
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.case import Case, case_of
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.official_form import official_folder
from pipeline.sop.papers import Received, papers_of, print_papers
from pipeline.sop.pieces import EVIDENCE_KEY, cells_of, matched, pieces_of, pieces_to_json
from pipeline.sop.publish import COMPANION, NOTICE, publish
from pipeline.sop.returned import LATE
from pipeline.sop.values import (
    CHANGED_SINCE,
    EVIDENCE_FINDINGS,
    FINDINGS,
    changes_of,
    findings_of,
    findings_to_json,
    rows_of,
)

RENEW_PAPERS = "renew-papers"
RECEIVED, SHEET = "DITERIMA", "LEMBAR VERIFIKASI"


def ask_for_papers(tx: Transaction, form: Document) -> None:
    """Have a waiting form's papers made anew; of many requests only the last is carried out."""
    if form.state == State.WAITING:
        key = _key(form)
        tx.enqueue(RENEW_PAPERS, key, once=key)


def renew_papers(office: Office, key: str) -> None:
    """Print both papers with all that has come, unless the form has gone on meanwhile."""
    form_id = key.partition(":")[0]
    with office.ledger.read() as session:
        form = session.get_one(Document, form_id)
        if not _is_due(form, key):
            return
        case = case_of(session, office, form.collection_id)
        duties = duties_of(case.roster(session), form.post, case.statements(session))
        rows = rows_of(form)
        pieces = matched(pieces_of(form), cells_of(rows))
        missing = check_evidence(duties, rows, pieces, case.procedure.evidence)
        received = Received(
            number=form.revision - 1,
            rows=rows,
            findings=findings_of(form, [FINDINGS]),
            missing=missing,
            sha256=form.original or "",
            via=form.data["via"],
            moment=_received(case, form),
            pieces=pieces,
            changes=changes_of(form.data, CHANGED_SINCE),
            late=bool(form.data.get(LATE)),
        )
        papers = papers_of(session, case, form, received)
    receipt, sheet = print_papers(case, papers)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, form_id)
        if not _is_due(form, key):
            return
        form.data = {
            **form.data,
            EVIDENCE_KEY: pieces_to_json(pieces),
            EVIDENCE_FINDINGS: findings_to_json(missing),
            RENEW_PAPERS: key,
        }
        _lay(tx, case, form, receipt, sheet)
        ask_for_summary(tx, case.collection.id)


def receipt_name(form: Document, moment: datetime) -> str:
    """What the receipt of a return is called: when it came, and which form it is."""
    return f"{RECEIVED} {short_time(moment)} - {form.code}.pdf"


def sheet_name(form: Document) -> str:
    """What the verification sheet beside a form is called."""
    return f"{pair_name(form)} {SHEET}.pdf"


def pair_name(form: Document) -> str:
    """What form and sheet in the verifier's folder have in common."""
    short = post_folder(form.post)
    return f"{f'SUSULAN - {short}' if form.data[LATE] else short} - {form.code}"


def _key(form: Document) -> str:
    names = sum(len(piece.paths) for piece in pieces_of(form))
    return f"{form.id}:{form.revision}:{names}"


def _is_due(form: Document, key: str) -> bool:
    waits = form.state == State.WAITING and _key(form) == key
    return waits and form.data.get(RENEW_PAPERS) != key


def _received(case: Case, form: Document) -> datetime:
    zone = case.office.settings.office.zone
    return datetime.fromisoformat(form.data["received"]).astimezone(zone)


def _lay(tx: Transaction, case: Case, form: Document, receipt: str, sheet: str) -> None:
    """Both in place of the earlier ones; the notices about the files themselves stay."""
    folder = official_folder(case, form.post)
    earlier = tx.session.scalars(
        select(Publication).where(
            Publication.document_id == form.id,
            Publication.state.in_((WANTED, PLACED)),
            Publication.role.in_((COMPANION, NOTICE)),
        )
    )
    for row in earlier:
        if SHEET in row.path or row.path.startswith(f"{folder}/{RECEIVED} "):
            row.state = UNWANTED
    name = receipt_name(form, _received(case, form)).removesuffix(".pdf")
    publish(tx, folder, f"{name} dengan data dukung.pdf", receipt, role=NOTICE, document=form)
    stage = case.folder(Verb.VERIFY)
    publish(tx, stage, sheet_name(form), sheet, role=COMPANION, document=form)
