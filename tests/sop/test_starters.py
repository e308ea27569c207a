from dataclasses import replace
from decimal import Decimal

from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Finding
from pipeline.domain.period import Period
from pipeline.domain.roster import Roster, Statements
from pipeline.forms.package import open_word
from pipeline.forms.properties import CODE, PERIOD, read_properties
from pipeline.forms.workbooks.roster import read_roster, write_roster
from pipeline.forms.workbooks.statements import read_statements, write_statements
from pipeline.ledger.tables import MasterFile
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.example import check_draft
from pipeline.sop.publish import new_document
from pipeline.sop.starters import ready_roster, starter_draft, starter_statements, with_actuals

from .samples import INDICATOR, ROSTER, STATEMENTS, a_collection
from .samples import PERIOD as QUARTER


def keep(office: Office, kind: Kind, data: bytes) -> None:
    with office.ledger.write() as tx:
        sha256 = office.store.put(data)
        tx.session.merge(MasterFile(office_id=office.id, kind=kind.value, sha256=sha256))


def statements_for(office: Office, period: Period) -> Statements:
    with office.ledger.read() as session:
        data = starter_statements(session, office, period)
    statements, _ = read_statements(data)
    assert statements is not None
    return statements


def keep_statements(office: Office, statements: Statements) -> None:
    keep(office, Kind.STATEMENTS, write_statements(statements, office_name="Dinas"))


def test_the_draft_is_named_for_its_period_and_passes_its_check(office: Office) -> None:
    procedure = office.procedures["data-kinerja"]
    draft = starter_draft(office, procedure, QUARTER)
    package = open_word(draft)
    assert read_properties(package) == {CODE: "", PERIOD: "2026-TW3"}
    assert check_draft(office, draft, package, QUARTER) == []


def test_statements_on_file_go_on_within_the_year(office: Office) -> None:
    keep_statements(office, STATEMENTS)
    ready = statements_for(office, Period(2026, 4))
    assert ready.period == Period(2026, 4)
    assert ready.indicators == STATEMENTS.indicators


def test_a_new_year_begins_without_actuals(office: Office) -> None:
    keep_statements(office, STATEMENTS)
    ready = statements_for(office, Period(2027, 1))
    assert [i.code for i in ready.indicators] == ["IK-1"]
    assert ready.indicators[0].previous_actuals == (None, None, None)


def roster_for(office: Office) -> tuple[Roster | None, list[Finding]]:
    with office.ledger.write() as tx:
        collection = a_collection(tx)
        name = "Daftar Pernyataan.xlsx"
        listed = new_document(tx, collection, Kind.STATEMENTS, name=name, state=State.APPROVED)
        listed.blob = office.store.put(write_statements(STATEMENTS, office_name="Dinas"))
    case = Case(office, office.procedures["data-kinerja"], collection)
    with office.ledger.read() as session:
        return read_roster(ready_roster(session, case), STATEMENTS)


def test_the_last_roster_lies_ready_for_this_period(office: Office) -> None:
    last = replace(ROSTER, period=Period(2026, 2))
    keep(office, Kind.ROSTER, write_roster(last, STATEMENTS, office_name="Dinas"))
    assert roster_for(office) == (ROSTER, [])


def test_the_first_roster_is_empty_and_asks_for_officials(office: Office) -> None:
    roster, findings = roster_for(office)
    assert roster is None
    assert findings[0].place == "lembar Pejabat"


def test_a_quarters_figures_are_taken_over_for_the_next() -> None:
    second = replace(INDICATOR, code="IK-2", previous_actuals=(Decimal(1), Decimal(2), Decimal(9)))
    both = Statements(QUARTER, (INDICATOR, second))
    after = with_actuals(both, 3, {"IK-1": Decimal("1175.5")})
    assert after.indicators[0].previous_actuals == (Decimal(1100), Decimal(1250), Decimal("1175.5"))
    assert after.indicators[1] == second


def test_the_last_quarter_has_none_after_it() -> None:
    assert with_actuals(STATEMENTS, 4, {"IK-1": Decimal(1)}) == STATEMENTS
