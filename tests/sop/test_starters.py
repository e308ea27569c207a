from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pipeline.domain.adoption import adopt_statements
from pipeline.domain.document import Kind, State
from pipeline.domain.finding import Finding
from pipeline.domain.indicator import Target
from pipeline.domain.master import MasterData, TargetSet
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Roster, Statements
from pipeline.forms.package import open_word
from pipeline.forms.properties import CODE, PERIOD, read_properties
from pipeline.forms.workbooks.roster import read_roster, write_roster
from pipeline.forms.workbooks.statements import read_statements, write_statements
from pipeline.ledger.tables import Figure, Record, RosterFile
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.example import check_draft
from pipeline.sop.publish import new_document
from pipeline.sop.starters import ready_roster, starter_draft, starter_statements

from .masters import master_of, put_on_file, tenure
from .samples import HEAD, INDICATOR, ROSTER, STATEMENTS, a_collection
from .samples import PERIOD as QUARTER

PROCEDURE = "data-kinerja"
KNOWN = adopt_statements(MasterData(), STATEMENTS, paper="Daftar Pernyataan TW III 2026")


def statements_for(office: Office, period: Period) -> Statements:
    with office.ledger.read() as session:
        data = starter_statements(session, office, office.procedures[PROCEDURE], period)
    statements, _ = read_statements(data)
    assert statements is not None
    return statements


def file_figure(office: Office, quarter: int, actual: str) -> None:
    """A filed print-out that establishes one figure of 2026."""
    with office.ledger.write() as tx:
        collection = a_collection(tx, Period(2026, quarter))
        record = Record(
            id=f"r{quarter}",
            office_id=office.id,
            collection_id=collection.id,
            code=f"CODE{quarter}",
            year=2026,
            classification="000.8.6.3",
            dossier_number=quarter,
            description="Data Kinerja",
            document_number=str(quarter),
            path=f"2026/{quarter}",
            printout_sha256="0" * 64,
        )
        tx.session.add(record)
        tx.session.flush()
        tx.session.add(
            Figure(
                office_id=office.id,
                procedure=PROCEDURE,
                indicator="IK-1",
                year=2026,
                quarter=quarter,
                actual=actual,
                status="tetap",
                record_id=record.id,
            )
        )


def test_the_draft_is_named_for_its_period_and_passes_its_check(office: Office) -> None:
    procedure = office.procedures[PROCEDURE]
    draft = starter_draft(office, procedure, QUARTER)
    package = open_word(draft)
    assert read_properties(package) == {CODE: "", PERIOD: "2026-TW3"}
    assert check_draft(office, draft, QUARTER) == []


def test_an_office_without_master_data_gets_an_empty_list(office: Office) -> None:
    with office.ledger.read() as session:
        data = starter_statements(session, office, office.procedures[PROCEDURE], QUARTER)
    statements, findings = read_statements(data)
    assert statements is None
    assert [f.place for f in findings] == ["lembar Daftar Pernyataan"]


def test_statements_on_file_go_on_within_the_year(office: Office) -> None:
    put_on_file(office, KNOWN)
    ready = statements_for(office, Period(2026, 4))
    assert ready.period == Period(2026, 4)
    assert ready.indicators == STATEMENTS.indicators


def test_a_filed_figure_stands_before_the_opening_balance(office: Office) -> None:
    put_on_file(office, KNOWN)
    file_figure(office, 2, "1300.5")
    file_figure(office, 3, "1175.25")
    (ready,) = statements_for(office, Period(2026, 4)).indicators
    assert ready.previous_actuals == (Decimal(1100), Decimal("1300.5"), Decimal("1175.25"))
    (earlier,) = statements_for(office, QUARTER).indicators
    assert earlier.previous_actuals == (Decimal(1100), Decimal("1300.5"), None)


def test_a_new_year_begins_without_actuals_from_the_last_targets(office: Office) -> None:
    put_on_file(office, KNOWN)
    ready = statements_for(office, Period(2027, 1))
    assert ready.indicators == (replace(INDICATOR, previous_actuals=(None, None, None)),)


def test_changed_targets_begin_with_their_quarter(office: Office) -> None:
    new = TargetSet(
        *("IK-1", 2026, date(2026, 9, 1), "DPA Perubahan 2026", Target(Decimal(6000))),
        (Target(Decimal(1)), Target(Decimal(2)), Target(Decimal(1800)), Target(Decimal(1900))),
    )
    put_on_file(office, replace(KNOWN, targets=(*KNOWN.targets, new)))
    (ready,) = statements_for(office, QUARTER).indicators
    shown = [target and target.value for target in ready.quarter_targets]
    assert shown == [1200, 1200, 1800, 1900]
    assert ready.annual_target == Target(Decimal(6000))
    (before,) = statements_for(office, Period(2026, 2)).indicators
    assert (before.annual_target, before.quarter_targets) == (
        INDICATOR.annual_target,
        INDICATOR.quarter_targets,
    )


def roster_for(office: Office) -> tuple[Roster | None, list[Finding]]:
    with office.ledger.write() as tx:
        collection = a_collection(tx)
        name = "Daftar Pernyataan.xlsx"
        listed = new_document(tx, collection, Kind.STATEMENTS, name=name, state=State.APPROVED)
        listed.blob = office.store.put(write_statements(STATEMENTS, office_name="Dinas"))
    case = Case(office, office.procedures[PROCEDURE], collection)
    with office.ledger.read() as session:
        return read_roster(ready_roster(session, case), STATEMENTS)


def keep_roster(office: Office, roster: Roster) -> None:
    with office.ledger.write() as tx:
        sha256 = office.store.put(write_roster(roster, STATEMENTS, office_name="Dinas"))
        tx.session.merge(RosterFile(office_id=office.id, procedure=PROCEDURE, sha256=sha256))


def test_the_last_roster_lies_ready_for_this_period(office: Office) -> None:
    keep_roster(office, replace(ROSTER, period=Period(2026, 2)))
    assert roster_for(office) == (ROSTER, [])


def test_the_first_roster_is_empty_and_asks_for_officials(office: Office) -> None:
    roster, findings = roster_for(office)
    assert roster is None
    assert findings[0].place == "lembar Pejabat"


@pytest.mark.parametrize("unit", ["", "Bidang"])
def test_whoever_holds_a_post_today_is_on_the_roster(office: Office, unit: str) -> None:
    keep_roster(office, ROSTER)
    successor = tenure(HEAD.post, "198609262015052001", name="Contoh Dua")
    master = master_of(successor)
    put_on_file(office, replace(master, posts=(replace(master.posts[0], unit=unit),)))
    roster, findings = roster_for(office)
    assert findings == []
    assert roster is not None
    assert roster.officials == (
        Official(HEAD.post, "Contoh Dua", "198609262015052001", "III/d", unit),
    )
    assert roster.assignments == (Assignment(HEAD.post, "IK-1"),)
