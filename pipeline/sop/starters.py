"""What lies ready for Staf: a draft form and the statements, later the roster."""

from dataclasses import replace

from sqlalchemy.orm import Session

from pipeline.domain.period import Period
from pipeline.domain.procedure import Procedure
from pipeline.domain.roster import Roster, Statements
from pipeline.forms.apart import read_roster
from pipeline.forms.properties import CODE, PERIOD, write_properties
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import RosterFile
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.figures import established_figures
from pipeline.sop.master.versions import master_on_file

FORM_TEMPLATE = "formulir"
STATEMENTS_NAME = "Daftar Pernyataan"


def starter_draft(office: Office, procedure: Procedure, period: Period) -> bytes:
    """The office's own form template, named for ``period``."""
    template = office.template(procedure, FORM_TEMPLATE)
    return write_properties(template, {CODE: "", PERIOD: str(period)})


def starter_statements(
    session: Session, office: Office, procedure: Procedure, period: Period
) -> bytes:
    """The statements for ``period`` by the master data; before there are any, an empty list.

    A year without targets of its own starts from those of the last year that has some.
    """
    master = master_on_file(session, office)
    established = established_figures(session, office, procedure.key, period.year)
    known = master.statements(period, established)
    if not known.indicators:
        earlier = [t.year for t in master.targets if t.year < period.year]
        last = Period(max(earlier), 4) if earlier else period
        rows = master.statements(last, {}).indicators
        blank = tuple(replace(i, previous_actuals=(None, None, None)) for i in rows)
        known = Statements(period, blank)
    return write_statements(known, office_name=office.settings.office.name)


def ready_roster(session: Session, case: Case) -> bytes:
    """The last period's roster, or an empty one, with this period's indicators to choose from."""
    roster = roster_today(session, case)
    return write_roster(
        roster, case.statements(session), office_name=case.office.settings.office.name
    )


def roster_today(session: Session, case: Case) -> Roster:
    """The last roster, for this period; an empty one before there is any.

    Its officials are those of today by the master data: whoever holds a post is on it.
    """
    office, day = case.office, case.office.now().date()
    roster = roster_on_file(session, office, case.procedure) or Roster(None, (), ())
    master = master_on_file(session, office)
    officials = master.officials_on(day) if master.posts else roster.officials
    return replace(roster, period=case.period, officials=officials)


def roster_on_file(session: Session, office: Office, procedure: Procedure) -> Roster | None:
    """The last roster of a procedure; ``None`` before there is one."""
    on_file = session.get(RosterFile, (office.id, procedure.key))
    if on_file is None:
        return None
    return office.reader.read(read_roster, office.store.read(on_file.sha256), None)[0]
