"""A roster put on file from the command line."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain.adoption import roster_conflicts
from pipeline.domain.authority import Act
from pipeline.domain.finding import Finding, errors
from pipeline.domain.period import Period
from pipeline.errors import NotFoundError
from pipeline.forms.apart import read_roster
from pipeline.ledger.tables import RosterFile
from pipeline.office import Office
from pipeline.sop.authority import holders_on_file
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
        AuthorityError: this account may not put a roster on file.
    """
    try:
        data = workbook.read_bytes()
    except OSError as missing:
        raise NotFoundError(f"{workbook}: no such file can be read.") from missing
    actor, via = acting_as(office, Act.IMPORT_ROSTER)
    procedure, today = next(iter(office.procedures.values())), office.now().date()
    with office.ledger.read() as session:
        holders = holders_on_file(session, office)
    master = holders.master
    statements = master.statements(Period.ended_before(today), {}) if master.indicators else None
    roster, findings = office.reader.read(read_roster, data, statements)
    if roster is not None:
        findings += roster_conflicts(master, roster, today, signers=holders.listed)
    if roster is None or errors(findings):
        return RosterImport(False, 0, findings)
    sha256 = office.store.put(data)
    with office.ledger.write() as tx:
        tx.session.merge(RosterFile(office_id=office.id, procedure=procedure.key, sha256=sha256))
        tx.record("roster.imported", chain=None, actor=actor, via=via, sha256=sha256)
    return RosterImport(True, len(roster.officials), findings)
