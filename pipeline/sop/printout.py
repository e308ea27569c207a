"""The print-out made: numbered, rendered, converted, with its signature fields laid down.

1. Reserve its number; a revision keeps the number it has.
2. Gather figures, corrections, source forms and absentees.
3. Render and convert to PDF/A.
4. Lay down all signature fields, before anything is signed.
5. Lay it before the Kasubag.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.archive.numbering import reserve_number
from pipeline.domain.calendar import short_time
from pipeline.domain.document import Kind, State
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.form import Change
from pipeline.domain.official import Official
from pipeline.domain.procedure import Verb
from pipeline.forms.contexts.printout import Printout, SourceForm, printout_context
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.signing.fields import prepare
from pipeline.sop.case import Case, case_of, move_to
from pipeline.sop.places import signature_plan
from pipeline.sop.publish import MAIN, new_document, publish, withdraw
from pipeline.sop.values import changes_of, evaluate_rows, rows_from_json, rows_of

COMPILE = "compile"


def compile_printout(office: Office, collection_id: str) -> None:
    """Make the print-out, or its next revision."""
    # (1)
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        if case.collection.stage != Verb.ENTER:
            return
        workbook = case.require(tx.session, Kind.WORKBOOK)
        if workbook.state != State.RECEIVED:
            return
        printout = _document(tx, case)
        filing = case.procedure.filing
        number = reserve_number(
            tx,
            printout.id,
            template=filing.number_template,
            classification=filing.classification,
            unit=filing.unit_code,
            year=tx.now().year,
        )
    # (2) and (3)
    with office.ledger.read() as session:
        content = _content(session, case, printout, workbook, number)
    scale = case.procedure.achievement.scale
    context = printout_context(office.settings.office, case.period, content, scale)
    pdf = office.pdf_from(case.procedure, "cetak", context)
    # (4)
    plan = signature_plan(pdf, case.procedure)
    prepared = office.store.put(prepare(pdf, plan, document=printout.name))
    # (5)
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        if case.collection.stage != Verb.ENTER:
            return
        _lay_before(tx, case, printout.id, prepared, number)


def signers(case: Case, session: Session) -> tuple[list[Official], Official]:
    """Who initials and who signs, by the procedure: as configured, else as the roster says."""
    initial = case.procedure.post_for(case.procedure.step(Verb.INITIAL))
    signing = case.procedure.post_for(case.procedure.step(Verb.SIGN))
    return [_person(case, session, initial)], _person(case, session, signing)


def final_rows(session: Session, case: Case, workbook: Document) -> list[Evaluation]:
    """Every figure as it stands after entry, with what follows from it, form by form."""
    statements, roster = case.statements(session), case.roster(session)
    entered = workbook.data.get("rows", {})
    return [
        evaluation
        for form in case.forms(session)
        for evaluation in evaluate_rows(
            case,
            form.post,
            roster.indicators_of(form.post, statements),
            rows_from_json(entered[form.code]) if form.code in entered else rows_of(form),
        )
    ]


def _document(tx: Transaction, case: Case) -> Document:
    printout = case.document(tx.session, Kind.PRINTOUT)
    if printout is None:
        name = f"Print Out Data Kinerja {case.period.short}.pdf"
        return new_document(tx, case.collection, Kind.PRINTOUT, name=name, state=State.RETURNED)
    return printout


def _content(
    session: Session, case: Case, printout: Document, workbook: Document, number: str
) -> Printout:
    initials, signer = signers(case, session)
    forms = case.forms(session)
    return Printout(
        code=printout.code,
        number=number,
        revision=printout.returns + 1,
        day=case.office.now().date(),
        objectives=case.statements(session).objectives(),
        evaluations=final_rows(session, case, workbook),
        corrections=[c for f in forms for c in _corrections(f, workbook)],
        sources=[_source(session, case, f) for f in forms if f.pdf],
        absent=[f.post for f in forms if not f.pdf],
        initials=initials,
        signer=signer,
    )


def _corrections(form: Document, workbook: Document) -> Sequence[Change]:
    entered = workbook.data.get("changes", {})
    return [
        *changes_of(form.data, "verifier_changes", reason="koreksi verifikator"),
        *changes_of(entered, form.code),
    ]


def _source(session: Session, case: Case, form: Document) -> SourceForm:
    zone = case.office.settings.office.zone

    def shown(key: str) -> str:
        return short_time(datetime.fromisoformat(form.data[key]).astimezone(zone))

    return SourceForm(
        post=form.post,
        name=case.official(session, form.post).name,
        code=form.code,
        received=shown("received"),
        verified=shown("verified"),
        sha256=form.pdf or "",
    )


def _person(case: Case, session: Session, post: str | None) -> Official:
    for signer in case.office.settings.signers:
        if signer.post == post:
            return Official(signer.post, signer.name, signer.nip, signer.grade, "")
    return case.official(session, post or "")


def _lay_before(tx: Transaction, case: Case, printout_id: str, prepared: str, number: str) -> None:
    printout = tx.session.get_one(Document, printout_id)
    printout.revision += 1
    printout.state, printout.updated_at = State.WAITING, tx.now()
    printout.pdf = printout.blob = prepared
    withdraw(tx.session, [printout])
    move_to(case, Verb.INITIAL, tx.now())
    folder = case.folder(Verb.INITIAL)
    publish(tx, folder, printout.name, prepared, role=MAIN, document=printout)
    tx.record(
        "printout.made",
        chain=case.collection.id,
        actor="kinerja",
        via="layanan",
        document_id=printout.id,
        revision=printout.revision,
        number=number,
        sha256=prepared,
    )
