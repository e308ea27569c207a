"""SOP 3: Staf sends the roster; each official gets one form of their own.

1. Find the collection that waits for a roster.
2. Check the roster against the statements; every fault goes back on one slip.
3. Enter one form per official (`receive`).
4. Render each form and lay it into its official's folder (`issue`).
"""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Finding, errors
from pipeline.domain.form import FilledRow
from pipeline.domain.naming import post_folder
from pipeline.domain.period import Period
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.domain.roster import Roster, Statements
from pipeline.files import make_folder
from pipeline.forms.contexts.form import form_context
from pipeline.forms.render import RenderError, render
from pipeline.forms.workbooks.roster import read_roster
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, MasterFile, Publication
from pipeline.office import Office
from pipeline.sop.case import Case, Delivery, blob_of, case_of, move_to
from pipeline.sop.publish import BOOK_SUFFIXES, MAIN, clear_notices, new_document, publish
from pipeline.sop.slips import Answer, client_folder, close_arrival, give_back

ISSUE = "issue"
RECEIVED = "diterima"
SAMPLE_CODE = "CONTOH2345"


def receive(delivery: Delivery) -> None:
    """Take a roster."""
    office = delivery.office
    # (1)
    with office.ledger.read() as session:
        case = _waiting_case(session, delivery)
        statements = case.statements(session) if case else None
    if case is None or statements is None:
        give_back(delivery, _not_yet(delivery))
        return
    # (2)
    roster, findings = read_roster(delivery.data, statements)
    written, _ = read_roster(delivery.data, None)
    if written is not None and written.period not in {None, case.period}:
        findings.append(_other_period(written, case.period))
    if roster is not None and not errors(findings):
        findings += _unprintable(case, roster, statements)
    if roster is None or errors(findings):
        answer = _faulty(delivery, findings)
        give_back(delivery, answer, period=case.period, collection=case.collection)
        return
    # (3)
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, case.collection.id)
        first = case.collection.stage == Verb.DISTRIBUTE
        if first and close_arrival(tx, delivery, RECEIVED):
            _enter(tx, case, delivery, roster)
    if not first:  # another roster came first, while this one was read
        give_back(delivery, _not_yet(delivery), period=case.period)


def issue(office: Office, collection_id: str) -> None:
    """(4) Render and lay out every form that has not been issued yet."""
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        pending = [d for d in case.forms(session) if d.blob is None]
    for document in pending:
        issue_form(case, document)


def issue_form(case: Case, document: Document) -> None:
    """Render one official's form and lay it into the official's folder."""
    office, send = case.office, CommandFolder.SEND.value
    make_folder(office.inbox / official_folder(case, document.post) / send)
    with office.ledger.read() as session:
        blob = office.store.put(form_file(session, case, document))
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document.id)
        if form.blob is not None:
            return
        form.blob, form.updated_at = blob, tx.now()
        publish(tx, official_folder(case, form.post), form.name, blob, role=MAIN, document=form)
        tx.record(
            "form.issued",
            chain=case.collection.id,
            actor="kinerja",
            via="layanan",
            document_id=form.id,
            post=form.post,
            sha256=blob,
        )


def form_file(
    session: Session,
    case: Case,
    document: Document,
    filled: Mapping[str, FilledRow] | None = None,
    *,
    revision: str = "",
) -> bytes:
    """An official's form from the approved template, prefilled with ``filled``.

    ``revision`` is that of a form which is laid out for a decision.
    """
    template = case.office.store.read(blob_of(case.require(session, Kind.DRAFT)))
    context = form_context(
        case.office.settings.office,
        case.period,
        case.official(session, document.post),
        case.roster(session).indicators_of(document.post, case.statements(session)),
        code=document.code,
        issued=date.fromisoformat(document.data["issued"]),
        due=date.fromisoformat(document.data["due"]),
        filled=filled,
    )
    period = str(case.period)
    return render(template, context, code=document.code, period=period, revision=revision)


def official_folder(case: Case, post: str) -> str:
    """An official's folder at the filling step, relative to the inbox."""
    return case.folder(Verb.FILL, post_folder(post))


def _unprintable(case: Case, roster: Roster, statements: Statements) -> list[Finding]:
    """The officials for whom the approved format cannot be filled in, before any form is issued."""
    office, today = case.office, case.office.now().date()
    with office.ledger.read() as session:
        template = office.store.read(blob_of(case.require(session, Kind.DRAFT)))
    findings = []
    for official in roster.officials:
        indicators = roster.indicators_of(official.post, statements)
        context = form_context(
            office.settings.office,
            case.period,
            official,
            indicators,
            code=SAMPLE_CODE,
            issued=today,
            due=today,
        )
        try:
            render(template, context)
        except RenderError as unusable:
            mend = "betulkan data pejabat ini, atau minta Kasubag mengganti formatnya"
            findings.append(Finding(official.post, str(unusable).rstrip("."), mend))
    return findings


def _waiting_case(session: Session, delivery: Delivery) -> Case | None:
    """The collection at this step: the one of the period in the name, else the oldest."""
    query = select(Collection).where(
        Collection.office_id == delivery.office.id,
        Collection.procedure == delivery.procedure.key,
        Collection.stage == Verb.DISTRIBUTE,
    )
    waiting = list(session.scalars(query.order_by(Collection.period)))
    period = Period.parse(delivery.stem)
    if period is not None:
        waiting = [c for c in waiting if c.period == str(period)]
    return Case(delivery.office, delivery.procedure, waiting[0]) if waiting else None


def _enter(tx: Transaction, case: Case, delivery: Delivery, roster: Roster) -> None:
    collection, period = case.collection, case.period
    name = f"Daftar Pejabat {period.short}.xlsx"
    listed = new_document(tx, collection, Kind.ROSTER, name=name, state=State.APPROVED)
    listed.blob = listed.original = delivery.arrival.sha256
    tx.session.merge(
        MasterFile(office_id=tx.office_id, kind=Kind.ROSTER.value, sha256=delivery.arrival.sha256)
    )
    dates = _dates(case, tx.now())
    reporting = {a.post for a in roster.assignments}
    for official in roster.officials:
        if official.post in reporting:
            short = post_folder(official.post)
            form_name = f"Format Data Kinerja {period.short} - {short}.docx"
            form = new_document(
                tx, collection, Kind.FORM, name=form_name, post=official.post, state=State.ISSUED
            )
            form.data = dates
    for row in tx.session.scalars(
        select(Publication).where(
            Publication.collection_id == collection.id,
            Publication.role == MAIN,
            Publication.state.in_(("wanted", "placed")),
        )
    ):
        row.state = "unwanted"
    clear_notices(tx.session, delivery.stage_folder, BOOK_SUFFIXES, period)
    move_to(case, Verb.FILL, tx.now())
    tx.record(
        "roster.received",
        chain=collection.id,
        actor=delivery.actor,
        via=delivery.via,
        document_id=listed.id,
        sha256=delivery.arrival.sha256,
        officials=len(reporting),
    )
    tx.enqueue(ISSUE, collection.id, once=delivery.arrival.id)


def _dates(case: Case, now: datetime) -> dict[str, str]:
    due = case.office.deadline(case.procedure.step(Verb.FILL), now)
    return {"issued": now.date().isoformat(), "due": due.date().isoformat()}


def _other_period(roster: Roster, period: Period) -> Finding:
    return Finding(
        "sel Periode",
        f"tertulis {roster.period}, padahal yang menunggu {period}",
        f"betulkan periodenya, atau pakai Daftar Pejabat {period.short} di folder ini",
    )


def _not_yet(delivery: Delivery) -> Answer:
    return Answer(
        title="BELUM WAKTUNYA",
        summary=f"{delivery.name} tidak dapat dipakai: tidak ada format yang sudah disetujui"
        " Kasubag dan masih menunggu penggandaan untuk periode itu.",
        steps=[
            "Bila formatnya belum disetujui, tunggu: Daftar Pejabat periode itu lalu tersedia di"
            " folder ini; kirim berkas itu.",
            "Bila formulirnya sudah terbit, Daftar Pejabat periode itu tidak dapat diganti lagi.",
        ],
    )


def _faulty(delivery: Delivery, findings: list[Finding]) -> Answer:
    folder = client_folder(delivery.office, f"{delivery.procedure.key}/{delivery.place.path}")
    return Answer(
        title="PERLU DIPERBAIKI",
        summary=f"{delivery.name} belum dapat dipakai; {len(errors(findings))} hal perlu"
        " diperbaiki. Belum ada formulir yang diterbitkan.",
        findings=findings,
        steps=[
            f"Perbaiki {delivery.back_name} di folder ini.",
            f"Pindahkan lagi ke {folder}",
        ],
    )
