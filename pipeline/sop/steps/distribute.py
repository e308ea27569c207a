"""SOP 3: Staf sends the roster; each official gets one form of their own.

1. Find the collection that waits for a roster.
2. Check the roster against the statements; every fault goes back on one slip.
3. Render each official's form; if one cannot be rendered, none is issued.
4. Enter roster and forms, and lay each form into its official's folder (`receive`); the forms of a
   correction, which has no roster of its own, are rendered and laid out by themselves (`issue`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.adoption import adopt_roster, from_master, roster_conflicts
from pipeline.domain.document import Kind, State
from pipeline.domain.duty import duties_of
from pipeline.domain.finding import Finding, errors, warnings
from pipeline.domain.holders import Holders
from pipeline.domain.naming import post_folder
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.domain.roster import Roster, Statements
from pipeline.forms.apart import read_roster
from pipeline.forms.render import RenderError
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Publication, RosterFile
from pipeline.office import Office
from pipeline.sop.authority import holders_on_file
from pipeline.sop.case import HOLDER, Case, Delivery, blob_of, case_of, move_to
from pipeline.sop.collection.amending import amendment_slip
from pipeline.sop.master.versions import (
    keep,
    put_on_file,
    until_current,
    version_on_file,
)
from pipeline.sop.official_form import (
    Blank,
    approved_template,
    form_dates,
    form_file,
    make_official_folders,
    official_folder,
    render_blanks,
)
from pipeline.sop.publish import (
    BOOK_SUFFIXES,
    MAIN,
    NOTICE,
    SLIP,
    clear_notices,
    new_code,
    new_document,
    publish,
    unentered,
)
from pipeline.sop.slips import Answer, became, client_folder, close_arrival, give_back
from pipeline.sop.values import findings_to_json, rows_of

ISSUE = "issue"
RECEIVED = "diterima"


@dataclass(frozen=True)
class Rendered:
    """An official's form before it is issued, with its code; kept as ``blob``."""

    official: Official
    code: str
    blob: str


def receive(delivery: Delivery) -> None:
    """Take a roster."""
    until_current(lambda: _receive(delivery))


def _receive(delivery: Delivery) -> None:
    office = delivery.office
    # (1)
    with office.ledger.read() as session:
        case = _waiting_case(session, delivery)
        statements = case.statements(session) if case else None
    if case is None or statements is None:
        give_back(delivery, _not_yet(delivery))
        return
    # (2)
    roster, findings = office.reader.read(read_roster, delivery.data, statements)
    holders, base = _holders(office)
    master = holders.master
    today = office.now().date()
    if roster is not None:
        findings += roster_conflicts(master, roster, today, signers=holders.listed)
    # (3)
    forms, dates = list[Rendered](), form_dates(case, office.now())
    if roster is not None and not errors(findings):
        roster = from_master(master, roster, today)
        forms, unprintable = _render_all(case, roster, statements, dates)
        findings += unprintable
    if roster is None or errors(findings):
        answer = _faulty(delivery, findings)
        give_back(delivery, answer, period=case.period, collection=case.collection)
        return
    # (4)
    adopted = keep(office, adopt_roster(master, roster, case.period.first_day))
    make_official_folders(case, [form.official.post for form in forms])
    with office.ledger.write() as tx:
        case = case_of(tx.session, office, case.collection.id)
        first = case.collection.stage == Verb.DISTRIBUTE
        if first and close_arrival(tx, delivery, RECEIVED):
            listed = _enter(tx, case, delivery, forms, dates)
            by = {"actor": delivery.actor, "via": delivery.via}
            put_on_file(tx, adopted, base=base, document=listed, **by)
            listed.data = {"findings": findings_to_json(warnings(findings))}
            became(tx, delivery, listed)
    if not first:  # another roster came first, while this one was read
        give_back(delivery, _not_yet(delivery), period=case.period)


def issue(office: Office, collection_id: str) -> None:
    """(4) Render and lay out every form of a correction that has not been issued yet."""
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        pending = [d for d in case.own_forms(session) if d.blob is None]
    for document in pending:
        issue_form(case, document)


def issue_form(case: Case, document: Document) -> None:
    """Render one official's form and lay it into the official's folder."""
    office = case.office
    make_official_folders(case, [document.post])
    with office.ledger.read() as session:
        filled = {row.indicator: row for row in rows_of(document)}  # a correction begins with some
        blob = office.store.put(form_file(session, case, document, filled))
        why = amendment_slip(session, case, document)
    with office.ledger.write() as tx:
        form = tx.session.get_one(Document, document.id)
        if form.blob is not None or form.state == State.WITHDRAWN:
            return
        form.blob, form.updated_at = blob, tx.now()
        _lay_out(tx, case, [form])
        if why is not None:
            name = f"{SLIP} - {PurePosixPath(form.name).stem}.pdf"
            folder = official_folder(case, form.post)
            publish(tx, folder, name, why, role=NOTICE, document=form)


def _render_all(
    case: Case, roster: Roster, statements: Statements, dates: Mapping[str, str]
) -> tuple[list[Rendered], list[Finding]]:
    """(3) The form of everybody who reports, or for whom the format cannot be filled in."""
    with case.office.ledger.read() as session:
        template = approved_template(session, case)
    blanks = [
        Blank(official, duties, new_code())
        for official in roster.officials
        if (duties := duties_of(roster, official.post, statements))
    ]
    files = render_blanks(case, template, blanks, dates)
    findings = [
        _unprintable(blank.official, file)
        for blank, file in zip(blanks, files, strict=True)
        if isinstance(file, RenderError)
    ]
    if findings:
        return [], findings  # and nothing is kept
    kept = case.office.store.put_many([file for file in files if isinstance(file, bytes)])
    forms = zip(blanks, kept, strict=True)
    return [Rendered(blank.official, blank.code, blob) for blank, blob in forms], []


def _unprintable(official: Official, error: RenderError) -> Finding:
    mend = "betulkan data pejabat ini, atau minta Kasubag mengganti formatnya"
    return Finding(f"lembar Pejabat, {official.post}", str(error).rstrip("."), mend)


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


def _holders(office: Office) -> tuple[Holders, int]:
    """Who holds which post by the master data on file, and the number of their version."""
    with office.ledger.read() as session:
        return holders_on_file(session, office), version_on_file(session, office.id)


def _enter(
    tx: Transaction,
    case: Case,
    delivery: Delivery,
    forms: Sequence[Rendered],
    dates: Mapping[str, str],
) -> Document:
    """(4) The roster and one form per official into the ledger; the roster's document."""
    collection, period = case.collection, case.period
    name = f"Daftar Pejabat {period.short}.xlsx"
    listed = new_document(tx, collection, Kind.ROSTER, name=name, state=State.APPROVED)
    listed.blob = listed.original = delivery.arrival.sha256
    tx.session.merge(
        RosterFile(
            office_id=tx.office_id,
            procedure=case.procedure.key,
            sha256=delivery.arrival.sha256,
        )
    )
    for row in tx.session.scalars(
        select(Publication).where(
            Publication.collection_id == collection.id,
            Publication.role == MAIN,
            Publication.state.in_((WANTED, PLACED)),
        )
    ):
        row.state = UNWANTED
    clear_notices(tx, delivery.stage_folder, BOOK_SUFFIXES, period)
    move_to(tx.session, case, Verb.FILL, tx.now())
    tx.record(
        "roster.received",
        chain=collection.id,
        actor=delivery.actor,
        via=delivery.via,
        document_id=listed.id,
        sha256=delivery.arrival.sha256,
        officials=len(forms),
    )
    documents = [_document(tx, case, form, dates) for form in forms]
    tx.session.add_all(documents)
    tx.session.flush()
    _lay_out(tx, case, documents)
    return listed


def _document(tx: Transaction, case: Case, one: Rendered, dates: Mapping[str, str]) -> Document:
    post = one.official.post
    name = f"Format Data Kinerja {case.period.short} - {post_folder(post)}.docx"
    form = unentered(
        tx, case.collection, Kind.FORM, name=name, post=post, state=State.ISSUED, code=one.code
    )
    form.data = {**dates, HOLDER: asdict(one.official)}
    form.blob = one.blob
    return form


def _lay_out(tx: Transaction, case: Case, forms: Sequence[Document]) -> None:
    """(4) The rendered forms into their officials' folders, and that they are issued."""
    for form in forms:
        sha256 = blob_of(form)
        publish(tx, official_folder(case, form.post), form.name, sha256, role=MAIN, document=form)
    tx.record_each(
        "form.issued",
        ((form.id, {"post": form.post, "sha256": form.blob}) for form in forms),
        chain=case.collection.id,
        actor="kinerja",
        via="layanan",
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
