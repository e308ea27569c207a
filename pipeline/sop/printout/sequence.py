"""Where the archive stands in a unit's sequence of document numbers."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from pipeline.archive.numbers_filed import highest_filed
from pipeline.domain.document import Kind
from pipeline.domain.document_number import Numbering, NumberTemplate
from pipeline.ledger.tables import Number, Record
from pipeline.office import Office
from pipeline.sop.case import case_of


def last_filed(office: Office, collection_id: str, year: int) -> int:
    """The highest place that the archive holds of the sequence from which a print-out is numbered.

    A restored database may be older than the archive; the sequence goes on past both. 0 where
    nothing is to be reserved. Cards are read: not to be called inside a transaction.

    Raises:
        ArchiveError: a dossier that the ledger does not know cannot be read.
    """
    with office.ledger.read() as session:
        case = case_of(session, office, collection_id)
        filing = case.procedure.filing
        printout = case.document(session, Kind.PRINTOUT)
        held = session.get(Number, printout.id) if printout else None
        if held is not None or filing.numbering is not Numbering.AUTOMATIC:
            return 0
        known = known_dossiers(session, office)
    return highest_filed(office.archive, templates_of(office, filing.unit_code), year, known=known)


def templates_of(office: Office, unit: str) -> list[NumberTemplate]:
    """How the procedures of a unit write its numbers."""
    filings = (procedure.filing for procedure in office.procedures.values())
    return [filing.template for filing in filings if filing.unit_code == unit]


def known_dossiers(session: Session, office: Office) -> frozenset[str]:
    """The folders of the dossiers on file, relative to the archive."""
    query = select(Record.path).where(Record.office_id == office.id, Record.filed_at.is_not(None))
    return frozenset(session.scalars(query))
