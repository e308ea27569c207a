"""The print-out made: numbered, rendered, converted, with its signature fields laid down.

1. Give it its number; a revision keeps the number it has. Where the office's own register gives
   the numbers, the print-out waits for it.
2. Gather figures, corrections, source forms and absentees.
3. Render and convert to PDF/A; mark every page, so that its paper is known again.
4. Lay down all signature fields, before anything is signed.
5. Lay it before whoever initials first; where nobody does, before who signs.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from pipeline.archive.numbering import number_of
from pipeline.domain.calendar import short_time
from pipeline.domain.consolidation import consolidate
from pipeline.domain.document import Kind, State
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.official import Official
from pipeline.domain.procedure import Procedure, Verb
from pipeline.forms.contexts.printout import (
    AmendmentNote,
    Printout,
    printout_context,
)
from pipeline.forms.contexts.provenance import Correction, SourceForm
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.signing.fields import prepare
from pipeline.sop.authority import holders_on_file
from pipeline.sop.case import Case, case_of, move_to
from pipeline.sop.collection.amending import amended_case, amendment_note
from pipeline.sop.collection.succession import with_correction
from pipeline.sop.collection.summary import ask_for_summary
from pipeline.sop.entry.joining import JOINED
from pipeline.sop.printout.changes import LISTED, ListedChange, list_changes, to_json
from pipeline.sop.printout.key_figures import FIGURES, key_figures
from pipeline.sop.printout.key_figures import to_json as figures_json
from pipeline.sop.printout.page_marks import with_page_marks
from pipeline.sop.printout.places import signature_plan
from pipeline.sop.printout.sealed import NAMED
from pipeline.sop.printout.sequence import last_filed
from pipeline.sop.printout.turns import INITIALLED, TURNS, turns_of
from pipeline.sop.printout.turns import to_json as turns_json
from pipeline.sop.publish import MAIN, new_document, publish, withdraw
from pipeline.sop.values import counts, evaluate_line, findings_of, reported

COMPILE, ASK_NUMBER = "compile", "ask-number"


def compile_printout(office: Office, collection_id: str) -> None:
    """Make the print-out, or its next revision."""
    # (1)
    year = office.now().year
    floor = last_filed(office, collection_id, year)
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        if case.collection.stage != Verb.ENTER:
            return
        workbook = case.require(tx.session, Kind.WORKBOOK)
        if workbook.state != State.RECEIVED:
            return
        printout = printout_of(tx, case)
        number = number_of(tx, printout.id, case.procedure.filing, year=year, floor=floor)
        if number is None:
            tx.enqueue(ASK_NUMBER, collection_id, once=f"{workbook.id}:{workbook.revision}")
            return
    # (2) and (3)
    with office.ledger.read() as session:
        listed = list_changes(session, case)
        content = _content(session, case, number, listed)
        warnings = [w for form in case.forms(session) if counts(form) for w in findings_of(form)]
    scale = case.procedure.achievement.scale
    figures = figures_json(key_figures(content, warnings, scale))
    context = printout_context(office.settings.office, case.period, content, scale)
    pdf = office.pdf_from(case.procedure, "cetak", context)
    pdf = with_page_marks(pdf, content.code, content.revision)
    # (4)
    plan = signature_plan(pdf, case.procedure)
    prepared = office.store.put(prepare(pdf, plan, document=printout.name))
    # (5)
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, collection_id)
        entered = case.require(tx.session, Kind.WORKBOOK)
        if entered.state != State.RECEIVED or entered.revision != workbook.revision:
            return  # made by another run meanwhile, perhaps returned since
        if case.collection.stage != Verb.ENTER:
            return
        _lay_before(tx, case, printout.id, prepared, number)
        laid = tx.session.get_one(Document, printout.id)
        laid.data = {
            **laid.data,
            NAMED: _named(case.procedure, content),
            LISTED: to_json(listed),
            FIGURES: figures,
            TURNS: turns_json(turns_of(case.procedure)),
            INITIALLED: 0,
        }


def signers(case: Case, session: Session) -> tuple[list[Official], Official]:
    """Who initials and who signs: who holds the post today, else whom the roster names."""
    *initials, last = (_person(case, session, turn.post) for turn in turns_of(case.procedure))
    return initials, last


def final_rows(session: Session, case: Case, workbook: Document) -> list[Evaluation]:
    """Every indicator's one figure as it stands after entry, with what follows from it."""
    statements, roster = case.statements(session), case.roster(session)
    lines = consolidate(statements.indicators, roster, reported(session, case, workbook))
    return [evaluate_line(case, line) for line in lines]


def printout_of(tx: Transaction, case: Case) -> Document:
    """The collection's print-out; before it is made, the document that it will be."""
    printout = case.document(tx.session, Kind.PRINTOUT)
    if printout is None:
        name = with_correction(tx.session, case, f"Print Out Data Kinerja {case.period.short}")
        return new_document(
            tx, case.collection, Kind.PRINTOUT, name=f"{name}.pdf", state=State.RETURNED
        )
    return printout


def _content(session: Session, case: Case, number: str, listed: Sequence[ListedChange]) -> Printout:
    workbook, printout = (case.require(session, k) for k in (Kind.WORKBOOK, Kind.PRINTOUT))
    initials, signer = signers(case, session)
    forms, evaluations = case.forms(session), final_rows(session, case, workbook)
    return Printout(
        code=printout.code,
        number=number,
        revision=printout.returns + 1,
        day=case.office.now().date(),
        objectives=case.statements(session).objectives(),
        evaluations=evaluations,
        corrections=[_correction(case, one) for one in listed],
        sources=_sources(session, case, [f for f in forms if f.pdf and counts(f)]),
        absent=[f.post for f in forms if not counts(f) and not f.data.get("late")],
        initials=initials,
        signer=signer,
        late=[f.post for f in forms if f.data.get("late")],
        joined=[f.post for f in forms if f.data.get(JOINED)],
        amendment=_amendment(session, case, evaluations),
    )


def _amendment(
    session: Session, case: Case, evaluations: Sequence[Evaluation]
) -> AmendmentNote | None:
    """What a correction changes, compared with the print-out that it amends."""
    filed = amended_case(session, case)
    if filed is None:
        return None
    before = final_rows(session, filed, filed.require(session, Kind.WORKBOOK))
    return amendment_note(session, case, before, evaluations)


def _correction(case: Case, listed: ListedChange) -> Correction:
    """A change as printed, with the step of the SOP that it came from."""
    zone, at = case.office.settings.office.zone, listed.change.at
    step = case.procedure.step(listed.stage)
    return Correction(
        number=listed.number,
        stage=step.folder,
        form=listed.form,
        post=listed.post,
        change=listed.change,
        at_entry=listed.stage is Verb.ENTER,
        earlier=listed.earlier,
        when=short_time(at.astimezone(zone)) if at else "",
    )


def _sources(session: Session, case: Case, forms: Sequence[Document]) -> list[SourceForm]:
    """The forms that the figures come from, each with the rows of its table."""
    statements, roster = case.statements(session), case.roster(session)
    zone = case.office.settings.office.zone

    def shown(form: Document, key: str) -> str:
        return short_time(datetime.fromisoformat(form.data[key]).astimezone(zone))

    officials = {form.id: case.official(session, form.post) for form in forms}
    return [
        SourceForm(
            post=officials[form.id].title,
            name=officials[form.id].name,
            code=form.code,
            received=shown(form, "received"),
            verified=shown(form, "verified"),
            sha256=form.pdf or "",
            original=form.original or "",
            rows=tuple(i.code for i in roster.indicators_of(form.post, statements)),
        )
        for form in forms
    ]


def _named(procedure: Procedure, content: Printout) -> dict[str, list[str]]:
    """Title and NIP of who is named for each paraf and the signature."""
    named = zip(turns_of(procedure), (*content.initials, content.signer), strict=True)
    return {turn.key: [official.title, official.nip] for turn, official in named}


def _person(case: Case, session: Session, post: str) -> Official:
    holders = holders_on_file(session, case.office)
    official = holders.official(post, case.office.now().date())
    return official or case.official(session, post)


def _lay_before(tx: Transaction, case: Case, printout_id: str, prepared: str, number: str) -> None:
    printout = tx.session.get_one(Document, printout_id)
    printout.revision += 1
    printout.state, printout.updated_at, printout.opened_at = State.WAITING, tx.now(), None
    printout.pdf = printout.blob = prepared
    withdraw(tx.session, [printout])
    first = turns_of(case.procedure)[0].stage
    move_to(tx.session, case, first, tx.now())
    folder = case.folder(first)
    publish(tx, folder, printout.name, prepared, role=MAIN, document=printout)
    ask_for_summary(tx, case.collection.id)
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
