"""A collection at entry: who reports, shares and contributes, with verified figures on file."""

from decimal import Decimal

from pipeline.domain.document import Kind, State
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.domain.official import Official
from pipeline.domain.roster import Assignment, Part, Roster
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.database import Transaction
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.publish import new_document
from pipeline.sop.values import rows_to_json

from .samples import PERIOD, STATEMENTS, a_collection

NIP = "197803142003121004"
KABID, OTHER, NORTH, SOUTH = "Kabid", "Kabid Lain", "Kepala UPTD Utara", "Kepala UPTD Selatan"
OFFICIALS = tuple(Official(p, p, NIP, "III/d", "Unit") for p in (KABID, OTHER, NORTH, SOUTH))
SUMMED = Roster(
    PERIOD,
    OFFICIALS,
    (
        Assignment(KABID, "IK-1"),
        Assignment(NORTH, "IK-1", Part.CONTRIBUTES),
        Assignment(SOUTH, "IK-1", Part.CONTRIBUTES),
    ),
)
SHARED = Roster(PERIOD, OFFICIALS, (Assignment(KABID, "IK-1"), Assignment(OTHER, "IK-1")))


def row(
    actual: str | None, status: FigureStatus = FigureStatus.FINAL, remark: str = "kata"
) -> FilledRow:
    written = {Field.ACTUAL: actual or "", Field.REMARK: remark}
    return FilledRow("IK-1", written, Decimal(actual) if actual else None, status)


def at_entry(office: Office, roster: Roster, figures: dict[str, FilledRow]) -> Case:
    """The collection with the forms of those who have figures, and its workbook."""
    with office.ledger.write() as tx:
        collection = a_collection(tx)
        given = {
            Kind.STATEMENTS: write_statements(STATEMENTS, office_name="Dinas"),
            Kind.ROSTER: write_roster(roster, STATEMENTS, office_name="Dinas"),
        }
        for kind, data in given.items():
            document = new_document(tx, collection, kind, name=kind.value, state=State.APPROVED)
            document.blob = office.store.put(data)
        for post, filled in figures.items():
            a_verified_form(tx, collection, post, filled)
        new_document(tx, collection, Kind.WORKBOOK, name="Entri.xlsx", state=State.WAITING)
    return Case(office, office.procedures["data-kinerja"], collection)


def a_verified_form(
    tx: Transaction, collection: Collection, post: str, filled: FilledRow
) -> Document:
    form = new_document(
        tx, collection, Kind.FORM, name="Formulir.docx", post=post, state=State.VERIFIED
    )
    form.data = {"rows": rows_to_json([filled])}
    return form
