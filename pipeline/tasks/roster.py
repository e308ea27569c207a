"""A roster put on file from the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.document import Kind
from pipeline.domain.finding import Finding, errors
from pipeline.errors import NotFoundError
from pipeline.forms.workbooks.roster import read_roster
from pipeline.ledger.tables import MasterFile
from pipeline.office import Office
from pipeline.sop.case import parsed_statements
from pipeline.tasks.account import acting_as


@dataclass(frozen=True)
class RosterImport:
    """What became of a roster: all findings, and how many officials are on file now."""

    accepted: bool
    officials: int
    findings: Sequence[Finding]


def import_roster(office: Office, workbook: Path) -> RosterImport:
    """Check ``workbook`` against the statements on file, and put it on file if nothing is wrong.

    Raises:
        NotFoundError: there is no such file.
    """
    try:
        data = workbook.read_bytes()
    except OSError as missing:
        raise NotFoundError(f"{workbook}: no such file can be read.") from missing
    with office.ledger.read() as session:
        on_file = session.get(MasterFile, (office.id, Kind.STATEMENTS.value))
        statements = parsed_statements(office, on_file.sha256) if on_file else None
    roster, findings = read_roster(data, statements)
    if roster is None or errors(findings):
        return RosterImport(False, 0, findings)
    sha256 = office.store.put(data)
    actor, via = acting_as(office)
    with office.ledger.write() as tx:
        row = MasterFile(office_id=office.id, kind=Kind.ROSTER.value, sha256=sha256)
        tx.session.merge(row)
        tx.record("roster.imported", chain=None, actor=actor, via=via, sha256=sha256)
    return RosterImport(True, len(roster.officials), findings)
