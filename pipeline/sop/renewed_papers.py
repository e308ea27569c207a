"""Receipt and verification sheet made anew when data dukung comes after its form, or does not.

1. A form is judged with the files beside it that nobody has judged yet; once they are judged, what
   is found about its data dukung is found anew.
2. Where data dukung is required and a file that was counted on is none, the form goes back as it
   would have without that file. Where a later return has bounced meanwhile, what lies there to be
   mended is that one, and stays.
3. Else both papers and the summary tell what is missing.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from pipeline.domain.calendar import short_time
from pipeline.domain.document import State
from pipeline.domain.duty import duties_of
from pipeline.domain.evidence import Piece
from pipeline.domain.finding import Finding, errors
from pipeline.domain.naming import post_folder
from pipeline.domain.procedure import Verb
from pipeline.forms.checks.evidence import check_evidence
from pipeline.forms.contexts.notices import Slip
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Publication
from pipeline.office import Office
from pipeline.sop.bouncing import (
    Bounce,
    lay_bounce,
    lies_to_mend,
    name_to_mend,
    print_bounce,
    slip_name_of,
)
from pipeline.sop.case import Case, case_of
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.official_form import official_folder
from pipeline.sop.papers import Received, papers_of, print_papers
from pipeline.sop.pieces import (
    COUNTED_ON,
    EVIDENCE_KEY,
    RENEW_PAPERS,
    as_piece,
    ask_for_papers,
    cells_of,
    counted_on,
    matched,
    papers_key,
    pieces_of,
    pieces_to_json,
)
from pipeline.sop.publish import COMPANION, MAIN, NOTICE, publish, withdraw
from pipeline.sop.returned import LATE
from pipeline.sop.scanned.copies import mark_of
from pipeline.sop.slips import client_folder, print_slip
from pipeline.sop.values import (
    CHANGED_SINCE,
    EVIDENCE_FINDINGS,
    FINDINGS,
    changes_of,
    findings_of,
    findings_to_json,
    rows_of,
)

RECEIVED, SHEET = "DITERIMA", "LEMBAR VERIFIKASI"
TAKEN_BACK = "TIDAK JADI DIVERIFIKASI"
_NO_EVIDENCE = (
    "berkas yang dikirim bersamanya ternyata bukan data dukungnya, padahal data dukung wajib"
)


@dataclass(frozen=True)
class Judged:
    """A waiting form, judged anew with the pieces that have come."""

    case: Case
    form: Document
    pieces: list[Piece]
    missing: list[Finding]


def renew_papers(office: Office, key: str) -> None:
    """Judge anew what has come beside a form, unless that has gone on meanwhile."""
    with office.ledger.read() as session:
        form = session.get_one(Document, key.partition(":")[0])
        if not _is_due(form, key):
            return
        judged = _judged(session, office, form)
    if form.data.get(COUNTED_ON) and errors(judged.missing):
        _bounce(judged, key)
    else:
        _renew(judged, key)


def _judged(session: Session, office: Office, form: Document) -> Judged:
    """(1) What is found now; what is still on its way counts as before."""
    case = case_of(session, office, form.collection_id)
    duties = duties_of(case.roster(session), form.post, case.statements(session))
    rows, pieces = rows_of(form), pieces_of(form)
    cells, coming = cells_of(rows), map(as_piece, counted_on(session, form))
    counted = matched([*pieces, *coming], cells)
    missing = check_evidence(duties, rows, counted, case.procedure.evidence)
    return Judged(case, form, matched(pieces, cells), missing)


def _bounce(judged: Judged, key: str) -> None:
    """(2) The form back to its official, its papers away from the verifier."""
    case, form = judged.case, judged.form
    with case.office.ledger.read() as session:
        is_later = lies_to_mend(session, case, form)
    told = [*judged.missing, *findings_of(form, [FINDINGS])]
    slip = _print_taken_back(judged) if is_later else ""
    bounce = None if is_later else _print_bounce(judged, told)
    with case.office.ledger.write() as tx:
        form = tx.session.get_one(Document, form.id)
        if not _is_due(form, key):
            return
        if form.returns != judged.form.returns:  # a later return has bounced while this was printed
            ask_for_papers(tx, form)
            return
        form.state = State.ABSENT if form.data[LATE] else State.ISSUED
        withdraw(tx.session, [form], (MAIN, COMPANION), folder=case.folder(Verb.VERIFY))
        _withdraw_receipt(tx, case, form)
        if bounce is None:
            folder, name = official_folder(case, form.post), f"{TAKEN_BACK} - {form.code}.pdf"
            publish(tx, folder, name, slip, role=NOTICE, document=form)
        else:
            form.blob = bounce.form
            lay_bounce(tx, form, bounce)
        tx.record(
            "form.bounced",
            chain=form.collection_id,
            actor=form.post,
            via="kinerja",
            document_id=form.id,
            revision=form.revision,
            sha256=form.original,
            findings=len(told),
        )
        ask_for_summary(tx, case.collection.id)


def _print_bounce(judged: Judged, told: list[Finding]) -> Bounce:
    """The form with what it said, and the slip, where nothing later lies with the official."""
    form = judged.form
    filled = {row.indicator: row for row in rows_of(form)}
    return print_bounce(
        judged.case,
        form,
        filled,
        told,
        mark=mark_of(form),
        summary=f"Formulir {form.code} sudah diterima, tetapi kembali: {_NO_EVIDENCE};"
        f" {len(errors(judged.missing))} hal perlu diperbaiki.",
    )


def _print_taken_back(judged: Judged) -> str:
    """What is said beside the later return that lies there to be mended; its SHA-256."""
    case, form = judged.case, judged.form
    name = name_to_mend(form, form.returns)
    slip = Slip(
        title=TAKEN_BACK,
        summary=f"Formulir {form.code} sudah diterima, tetapi tidak jadi diverifikasi:"
        f" {_NO_EVIDENCE}. Kiriman Saudara sesudahnya juga belum benar dan tetap ada di folder ini"
        f" sebagai {name}.",
        document=form.name,
        recipient=form.post,
        sender="kinerja",
        code=form.code,
        findings=judged.missing,
        steps=[
            f"Lanjutkan {name} menurut {slip_name_of(form, form.returns)}.",
            "Lengkapi data dukung yang disebut di atas.",
            "Pindahkan keduanya ke"
            f" {client_folder(case.office, f'{official_folder(case, form.post)}/kirim')}",
        ],
    )
    return print_slip(case.office, case.procedure, case.period, slip)


def _renew(judged: Judged, key: str) -> None:
    """(3) Both papers anew."""
    case, form, office = judged.case, judged.form, judged.case.office
    received = Received(
        number=form.revision - 1,
        rows=rows_of(form),
        findings=findings_of(form, [FINDINGS]),
        missing=judged.missing,
        sha256=form.original or "",
        via=form.data["via"],
        moment=received_at(case, form),
        pieces=judged.pieces,
        changes=changes_of(form.data, CHANGED_SINCE),
        late=bool(form.data.get(LATE)),
    )
    with office.ledger.read() as session:
        papers = papers_of(session, case, form, received)
    receipt, sheet = print_papers(case, papers)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, form.id)
        if not _is_due(form, key):
            return
        form.data = {
            **form.data,
            EVIDENCE_KEY: pieces_to_json(judged.pieces),
            EVIDENCE_FINDINGS: findings_to_json(judged.missing),
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


def _is_due(form: Document, key: str) -> bool:
    waits = form.state == State.WAITING and papers_key(form) == key
    return waits and form.data.get(RENEW_PAPERS) != key


def received_at(case: Case, form: Document) -> datetime:
    """When the return that stands was taken, in the office's zone."""
    zone = case.office.settings.office.zone
    return datetime.fromisoformat(form.data["received"]).astimezone(zone)


def _lay(tx: Transaction, case: Case, form: Document, receipt: str, sheet: str) -> None:
    """Both in place of the earlier ones; the notices about the files themselves stay."""
    stage, folder = case.folder(Verb.VERIFY), official_folder(case, form.post)
    _withdraw_receipt(tx, case, form)
    _withdraw_where(tx, form, COMPANION, Publication.path.contains(SHEET, autoescape=True))
    name = receipt_name(form, received_at(case, form))
    if pieces_of(form):
        name = f"{name.removesuffix('.pdf')} dengan data dukung.pdf"
    publish(tx, folder, name, receipt, role=NOTICE, document=form)
    publish(tx, stage, sheet_name(form), sheet, role=COMPANION, document=form)


def _withdraw_receipt(tx: Transaction, case: Case, form: Document) -> None:
    begins = f"{official_folder(case, form.post)}/{RECEIVED} "
    _withdraw_where(tx, form, NOTICE, Publication.path.startswith(begins, autoescape=True))


def _withdraw_where(tx: Transaction, form: Document, role: str, where: ColumnElement[bool]) -> None:
    live = Publication.state.in_((WANTED, PLACED))
    own = Publication.document_id == form.id
    for row in tx.session.scalars(
        select(Publication).where(own, live, Publication.role == role, where)
    ):
        row.state = UNWANTED
