"""A print-out that got a further timestamp, put into the dossier in which it is filed."""

from pipeline.ledger.tables import Proof, Record
from pipeline.office import Office
from pipeline.sop.case import case_of
from pipeline.sop.dossier.filing import Addition, enter_generation, filing_alone, into_dossier

FILE_RENEWED = "file-renewed"


def file_renewed(office: Office, record_id: str) -> None:
    """Let the longer file stand in the dossier of the record; where it does, nothing is done.

    Raises:
        ArchiveError: the dossier is gone, damaged or newer than the ledger, or the archive refuses.
    """
    with filing_alone(office):
        with office.ledger.read() as session:
            record, proof = session.get_one(Record, record_id), session.get(Proof, record_id)
            if proof is None or proof.renewal is None:
                return
            case = case_of(session, office, record.collection_id)
        filed = into_dossier(case, record, Addition((), {}))
        with office.ledger.write() as tx:
            enter_generation(tx, record, filed)
