"""What lies ready from the master data, made anew when they change and when a day begins.

1. The workbook `Data Induk.xlsx` beside the starters of step 1.
2. The statements that lie ready there.
3. The roster of each collection that waits to be distributed (SOP 3).
4. The forms of each collection that is being filled in (SOP 4): `pipeline.sop.handover`.

What somebody has changed, or has open, is left to that person: it is judged when it is sent.
"""

from datetime import date
from pathlib import PurePosixPath

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.domain.document import Kind, State
from pipeline.domain.period import Period
from pipeline.domain.procedure import Procedure, Verb
from pipeline.files import sha256_of
from pipeline.forms.workbooks.master import write_master
from pipeline.intake.locks import is_open
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document, Publication
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.handover import HAND_OVER
from pipeline.sop.master.versions import MASTER_NAME, RENEW, master_on_file, version_on_file
from pipeline.sop.publish import MAIN, STARTER, publish
from pipeline.sop.starters import STATEMENTS_NAME, ready_roster, starter_statements

READY = "ready-master"
OPEN_STATES = (State.RECEIVED, State.WAITING, State.RETURNED)


def ask_for_renewal(office: Office, day: date) -> None:
    """Have all that follows from the master data looked at once on ``day``: tenures begin and end.

    A day that was asked for already stays as it is.
    """
    with office.ledger.write() as tx:
        tx.enqueue(RENEW, day.isoformat(), once=day.isoformat())


def renew(office: Office, key: str) -> None:
    """Lay out anew what follows from the master data; ``key`` names the version or the day."""
    for procedure in office.procedures.values():
        # (1)
        lay_master(office, procedure)
        # (2)
        _renew_statements(office, procedure)
    # (3)
    for collection in _collections_at(office, Verb.DISTRIBUTE):
        _renew_roster(office, collection)
    # (4)
    filling = _collections_at(office, Verb.FILL)
    with office.ledger.write() as tx:
        for collection in filling:
            tx.enqueue(HAND_OVER, collection.id, once=f"{collection.id}:{key}")


def lay_master(office: Office, procedure: Procedure, *, beside: bool = False) -> None:
    """Have the workbook of the master data lie ready: those on file, or the proposal under way.

    ``beside`` lays it also where somebody works on an earlier one.
    """
    folder = f"{procedure.key}/{procedure.step(Verb.DRAFT).folder}"
    with office.ledger.read() as session:
        source, rows = _source(session, office, procedure), _live(session, office, folder, READY)
        master = master_on_file(session, office)
    version, workbook = source
    if workbook is None:
        name = office.settings.office.name
        workbook = office.store.put(write_master(master, office_name=name, version=version))
    lying = [row for row in rows if _lies(office, row)]
    if any(row.sha256 == workbook for row in lying):
        return
    if any(_is_touched(office, row) for row in lying) and not beside:
        return
    with office.ledger.write() as tx:
        now = _live(tx.session, office, folder, READY)
        current = _source(tx.session, office, procedure) == source and _ids(now) == _ids(rows)
        if current:
            _replace(tx, now, (folder, f"{MASTER_NAME}.xlsx", workbook), role=READY)
    if not current:
        lay_master(office, procedure, beside=beside)


def _source(session: Session, office: Office, procedure: Procedure) -> tuple[int, str | None]:
    """The version on file, and the workbook of the proposal that is to lie ready in its place."""
    proposal = open_proposal(session, office, procedure)
    waits = proposal is not None and proposal.state != State.RETURNED
    version = version_on_file(session, office.id)
    return version, proposal.blob if proposal is not None and waits else None


def open_proposal(session: Session, office: Office, procedure: Procedure) -> Document | None:
    """The proposal that is not decided on yet, or went back to be mended."""
    found = session.scalars(
        select(Document)
        .where(
            Document.office_id == office.id,
            Document.kind == Kind.MASTER,
            Document.state.in_(OPEN_STATES),
        )
        .order_by(Document.updated_at.desc())
    )
    return next((d for d in found if d.data["procedure"] == procedure.key), None)


def _renew_statements(office: Office, procedure: Procedure) -> None:
    folder = f"{procedure.key}/{procedure.step(Verb.DRAFT).folder}"
    with office.ledger.read() as session:
        rows = _live(session, office, folder, STARTER)
    for row in rows:
        name = PurePosixPath(row.path).name
        period = Period.parse(name)
        if period is None or not name.startswith(STATEMENTS_NAME):
            continue
        with office.ledger.read() as session:
            base = version_on_file(session, office.id)
            data = starter_statements(session, office, procedure, period)
        file = (folder, f"{STATEMENTS_NAME} {period.short}.xlsx", office.store.put(data))
        _renew_file(office, row, file, base)


def _renew_roster(office: Office, collection: Collection) -> None:
    case = Case(office, office.procedures[collection.procedure], collection)
    folder = case.folder(Verb.DISTRIBUTE)
    with office.ledger.read() as session:
        base = version_on_file(session, office.id)
        roster = office.store.put(ready_roster(session, case))
        rows = _live(session, office, folder, MAIN)
    for row in rows:
        if row.collection_id == collection.id:
            file = (folder, f"Daftar Pejabat {case.period.short}.xlsx", roster)
            _renew_file(office, row, file, base)


def _collections_at(office: Office, verb: Verb) -> list[Collection]:
    query = select(Collection).where(Collection.office_id == office.id, Collection.stage == verb)
    with office.ledger.read() as session:
        return list(session.scalars(query))


def _live(session: Session, office: Office, folder: str, role: str) -> list[Publication]:
    """What of that role lies in ``folder``, or is about to."""
    query = select(Publication).where(
        Publication.office_id == office.id,
        Publication.role == role,
        Publication.path.startswith(f"{folder}/", autoescape=True),
        Publication.state.in_((WANTED, PLACED)),
    )
    return list(session.scalars(query))


def _ids(rows: list[Publication]) -> set[int]:
    return {row.id for row in rows}


def _lies(office: Office, row: Publication) -> bool:
    """Whether a file lies in its folder; it may have been moved on or thrown away."""
    office.mark.require()
    return row.state == WANTED or (office.inbox / row.path).is_file()


def _is_touched(office: Office, row: Publication) -> bool:
    """Whether somebody has changed the file, has it open, or has just moved it on."""
    if row.state == WANTED:
        return False
    path = office.inbox / row.path
    try:
        return is_open(path) or sha256_of(path) != row.sha256
    except FileNotFoundError:
        return True


def _renew_file(office: Office, row: Publication, file: tuple[str, str, str], base: int) -> None:
    """Have ``file`` lie in place of ``row``, where it is another and nobody has touched that one.

    Not where the row has gone on meanwhile, or the master data have: ``base`` is the version that
    the file was made from, and the next one's own chain makes it anew.
    """
    if row.sha256 == file[2] or _is_touched(office, row):
        return
    with office.ledger.write() as tx:
        now = tx.session.get_one(Publication, row.id)
        if now.state in {WANTED, PLACED} and version_on_file(tx.session, office.id) == base:
            _replace(tx, [now], file, role=now.role)


def _replace(
    tx: Transaction, rows: list[Publication], file: tuple[str, str, str], *, role: str
) -> None:
    """Have ``file`` (folder, name, SHA-256) lie there in place of ``rows``."""
    folder, name, sha256 = file
    owner = rows[0].collection_id if rows else None
    for row in rows:
        row.state = UNWANTED
    collection = tx.session.get_one(Collection, owner) if owner else None
    publish(tx, folder, name, sha256, role=role, collection=collection)
