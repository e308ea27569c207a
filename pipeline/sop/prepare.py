"""An inbox made ready from the SOP: its folders, BACA SAYA, and the starter draft."""

from hashlib import sha256
from pathlib import PurePosixPath

from sqlalchemy import select

from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.files import make_folder
from pipeline.forms.contexts.guides import inbox_guide_context
from pipeline.intake.outbox import PLACED, UNWANTED, WANTED
from pipeline.intake.places import fixed_folders
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Publication
from pipeline.office import Office
from pipeline.sop.case import find_collection
from pipeline.sop.master.versions import version_on_file
from pipeline.sop.publish import STARTER, publish
from pipeline.sop.renewal import lay_master
from pipeline.sop.starters import STATEMENTS_NAME, starter_draft, starter_statements

PREPARE, LAY_STARTERS = "prepare", "lay-starters"
GUIDE = "guide"
GUIDE_NAME = "BACA SAYA.pdf"


def make_folders(office: Office) -> None:
    """Every stage inbox and command folder of every procedure, and the inbox's mark.

    Where the inbox is not there (its disk is not mounted), nothing is made in its place.
    """
    office.mark.make()
    if not inbox_is_there(office):
        return
    for procedure in office.procedures.values():
        for folder in fixed_folders(procedure):
            make_folder(office.inbox_of(procedure) / folder)


def inbox_is_there(office: Office) -> bool:
    """Whether the office's inbox lies where it should, and is the one that the state belongs to."""
    return office.mark.is_there()


def ask_for_preparation(office: Office) -> None:
    """Have each inbox made ready: once for a procedure as it stands and the quarter now due."""
    for procedure in office.procedures.values():
        period = Period.ended_before(office.now().date())
        edition = sha256(procedure.model_dump_json().encode()).hexdigest()[:16]
        with office.ledger.write() as tx:
            tx.enqueue(PREPARE, procedure.key, once=f"{procedure.key}:{edition}:{period}")


def prepare(office: Office, procedure_key: str) -> None:
    """Print BACA SAYA, and lay a starter draft, its statements and the master data ready."""
    procedure = office.procedures[procedure_key]
    context = inbox_guide_context(office.settings.office, procedure)
    guide = office.store.put(office.pdf_from(procedure, "baca-saya", context))
    with office.ledger.write() as tx:
        _replace(tx, procedure.key, GUIDE)
        publish(tx, procedure.key, GUIDE_NAME, guide, role=GUIDE)
    lay_starters(office, f"{procedure.key}:{Period.ended_before(office.now().date())}")
    lay_master(office, procedure)


def lay_starters(office: Office, key: str) -> None:
    """Lay draft and statements of a period ready, unless its collection has begun.

    ``key`` is ``<procedure>:<period>``.
    """
    name, _, written = key.partition(":")
    procedure, period = office.procedures[name], Period.parse(written)
    if period is None:
        raise ValueError(f"{key} names no period")
    with office.ledger.read() as session:
        base = version_on_file(session, office.id)
        draft = office.store.put(starter_draft(office, procedure, period))
        statements = office.store.put(starter_statements(session, office, procedure, period))
    folder = f"{procedure.key}/{procedure.step(Verb.DRAFT).folder}"
    with office.ledger.write() as tx:
        if find_collection(tx.session, office, procedure, period) is not None:
            return
        current = version_on_file(tx.session, office.id) == base
        if current:
            _replace(tx, folder, STARTER, until=period)
            publish(tx, folder, f"Format Data Kinerja {period.short}.docx", draft, role=STARTER)
            publish(tx, folder, f"{STATEMENTS_NAME} {period.short}.xlsx", statements, role=STARTER)
    if not current:  # the master data changed while the statements were made from them
        lay_starters(office, key)


def _replace(tx: Transaction, folder: str, role: str, *, until: Period | None = None) -> None:
    """Take an earlier edition away, where nobody has changed it; not one for a later period."""
    rows = tx.session.scalars(
        select(Publication).where(
            Publication.office_id == tx.office_id,
            Publication.role == role,
            Publication.path.startswith(f"{folder}/", autoescape=True),
            Publication.state.in_((WANTED, PLACED)),
        )
    )
    for row in rows:
        named = Period.parse(PurePosixPath(row.path).stem)
        if until is None or named is None or named <= until:
            row.state = UNWANTED
