"""What lies ready for Staf: a draft form and the statements, later the roster."""

from dataclasses import replace
from decimal import Decimal

from sqlalchemy.orm import Session

from pipeline.domain.document import Kind
from pipeline.domain.period import Period
from pipeline.domain.procedure import Procedure
from pipeline.domain.roster import Roster, Statements
from pipeline.forms.properties import CODE, PERIOD, write_properties
from pipeline.forms.workbooks.roster import read_roster, write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import MasterFile
from pipeline.office import Office
from pipeline.sop.case import Case, parsed_statements

FORM_TEMPLATE = "formulir"


def starter_draft(office: Office, procedure: Procedure, period: Period) -> bytes:
    """The office's own form template, named for ``period``."""
    template = office.template(procedure, FORM_TEMPLATE)
    return write_properties(template, {CODE: "", PERIOD: str(period)})


def starter_statements(session: Session, office: Office, period: Period) -> bytes:
    """The statements on file, or an empty list, for ``period``."""
    on_file = session.get(MasterFile, (office.id, Kind.STATEMENTS.value))
    known = parsed_statements(office, on_file.sha256) if on_file else Statements(None, ())
    if known.period is not None and known.period.year != period.year:
        known = replace(
            known,
            indicators=tuple(
                replace(i, previous_actuals=(None, None, None)) for i in known.indicators
            ),
        )
    return write_statements(replace(known, period=period), office_name=office.settings.office.name)


def ready_roster(session: Session, case: Case) -> bytes:
    """The last period's roster, or an empty one, with this period's indicators to choose from."""
    statements = case.statements(session)
    on_file = session.get(MasterFile, (case.office.id, Kind.ROSTER.value))
    roster = read_roster(case.office.store.read(on_file.sha256), None)[0] if on_file else None
    roster = replace(roster or Roster(None, (), ()), period=case.period)
    return write_roster(roster, statements, office_name=case.office.settings.office.name)


def with_actuals(statements: Statements, quarter: int, actuals: dict[str, Decimal]) -> Statements:
    """The statements with a quarter's figures taken over, for the quarters after it."""
    if quarter > len(statements.indicators[0].previous_actuals):
        return statements
    indicators = []
    for indicator in statements.indicators:
        first, second, third = (
            actuals.get(indicator.code, kept) if number == quarter else kept
            for number, kept in enumerate(indicator.previous_actuals, start=1)
        )
        indicators.append(replace(indicator, previous_actuals=(first, second, third)))
    return replace(statements, indicators=tuple(indicators))
