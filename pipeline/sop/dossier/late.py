"""A form that came after the closing (susulan), filed into the dossier of its collection.

Where the collection is not filed yet, there is nothing to do: what is verified by then is filed
with it, and what is verified later comes here.
"""

from pipeline.archive.dossier import FiledDossier
from pipeline.domain.collection import FILED
from pipeline.domain.document import State
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Document, Record
from pipeline.office import Office
from pipeline.sop.case import RECEIPT, Case, case_of
from pipeline.sop.collection.succession import record_of, successors
from pipeline.sop.dossier.filing import Addition, enter_generation, filing_alone, into_dossier
from pipeline.sop.dossier.items import late_items
from pipeline.sop.publish import ANSWER, NOTICE, withdraw
from pipeline.sop.results import hand_out_form, late_values_of

FILE_LATE = "file-late"


def file_late(office: Office, form_id: str) -> None:
    """Add the form with its returns, evidence and receipts to the filed dossier.

    Raises:
        ArchiveError: the dossier is gone or damaged, or the archive refuses.
    """
    with filing_alone(office):
        with office.ledger.read() as session:
            form = session.get_one(Document, form_id)
            case = case_of(session, office, form.collection_id)
            if form.state != State.VERIFIED or case.collection.stage != FILED:
                return
            items = tuple(late_items(session, case, form))
            first = record_of(session, case.collection)
            record = [first, *successors(session, first)][-1] if first else None
        if record is None:
            return
        values = {f"nilai-susulan-{form.code}.json": late_values_of(case, form)}
        filed = into_dossier(case, record, Addition(items, values))
        with office.ledger.write() as tx:
            enter_generation(tx, record, filed)
            form = tx.session.get_one(Document, form_id)
            if form.state == State.VERIFIED:
                _mark_filed(tx, case, form, record, filed)


def _mark_filed(
    tx: Transaction, case: Case, form: Document, record: Record, filed: FiledDossier
) -> None:
    form.state, form.updated_at = State.FILED, tx.now()
    withdraw(tx.session, [form], (NOTICE, RECEIPT, ANSWER))
    hand_out_form(tx, case, form)
    tx.record(
        "form.filed-late",
        chain=case.collection.id,
        actor="kinerja",
        via="layanan",
        document_id=form.id,
        record=record.id,
        sha256=form.pdf,
        bag=filed.bag_sha256,
    )
