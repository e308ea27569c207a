"""An inbox made ready from the SOP: its folders, BACA SAYA, and the starter draft."""

from hashlib import sha256

from sqlalchemy import select

from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.files import make_folder
from pipeline.forms.contexts.guides import inbox_guide_context
from pipeline.intake.places import fixed_folders
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Publication
from pipeline.office import Office
from pipeline.sop.publish import STARTER, publish
from pipeline.sop.starters import starter_draft, starter_statements

PREPARE, LAY_STARTERS = "prepare", "lay-starters"
GUIDE = "guide"
GUIDE_NAME = "BACA SAYA.pdf"


def make_folders(office: Office) -> None:
    """Every stage inbox and command folder of every procedure."""
    for procedure in office.procedures.values():
        for folder in fixed_folders(procedure):
            make_folder(office.inbox_of(procedure) / folder)


def ask_for_preparation(office: Office) -> None:
    """Have each inbox made ready: once for a procedure as it stands and the quarter now due."""
    for procedure in office.procedures.values():
        period = Period.ended_before(office.now().date())
        edition = sha256(procedure.model_dump_json().encode()).hexdigest()[:16]
        with office.ledger.write() as tx:
            tx.enqueue(PREPARE, procedure.key, once=f"{procedure.key}:{edition}:{period}")


def prepare(office: Office, procedure_key: str) -> None:
    """Print BACA SAYA, and lay a starter draft with its statements ready."""
    procedure = office.procedures[procedure_key]
    context = inbox_guide_context(office.settings.office, procedure)
    guide = office.store.put(office.pdf_from(procedure, "baca-saya", context))
    with office.ledger.write() as tx:
        _replace(tx, procedure.key, GUIDE)
        publish(tx, procedure.key, GUIDE_NAME, guide, role=GUIDE)
    lay_starters(office, f"{procedure.key}:{Period.ended_before(office.now().date())}")


def lay_starters(office: Office, key: str) -> None:
    """Lay draft and statements of a period ready, unless its collection has begun.

    ``key`` is ``<procedure>:<period>``.
    """
    name, _, written = key.partition(":")
    procedure, period = office.procedures[name], Period.parse(written)
    if period is None:
        raise ValueError(f"{key} names no period")
    with office.ledger.read() as session:
        draft = office.store.put(starter_draft(office, procedure, period))
        statements = office.store.put(starter_statements(session, office, period))
    folder = f"{procedure.key}/{procedure.step(Verb.DRAFT).folder}"
    with office.ledger.write() as tx:
        begun = tx.session.scalar(
            select(Collection.id).where(
                Collection.office_id == office.id,
                Collection.procedure == procedure.key,
                Collection.period == str(period),
            )
        )
        if begun is not None:
            return
        _replace(tx, folder, STARTER)
        publish(tx, folder, f"Format Data Kinerja {period.short}.docx", draft, role=STARTER)
        publish(tx, folder, f"Daftar Pernyataan {period.short}.xlsx", statements, role=STARTER)


def _replace(tx: Transaction, folder: str, role: str) -> None:
    """Take an earlier edition away, where nobody has changed it."""
    rows = tx.session.scalars(
        select(Publication).where(
            Publication.office_id == tx.office_id,
            Publication.role == role,
            Publication.path.startswith(f"{folder}/", autoescape=True),
            Publication.state.in_(("wanted", "placed")),
        )
    )
    for row in rows:
        row.state = "unwanted"
