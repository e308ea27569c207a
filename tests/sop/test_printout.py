from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.evaluation import Evaluation
from pipeline.domain.form import Change, Field, FigureStatus, FilledRow
from pipeline.domain.roster import Roster
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.printout.printout import final_rows
from pipeline.sop.publish import new_document
from pipeline.sop.values import changes_to_json, evaluations_to_json, rows_to_json

from .figures_on_file import (
    KABID,
    NORTH,
    OTHER,
    SHARED,
    SOUTH,
    SUMMED,
    a_verified_form,
    at_entry,
    row,
)

FINAL, PROVISIONAL, UNAVAILABLE = FigureStatus
PARTS = {KABID: row(None), NORTH: row("700.5"), SOUTH: row("450")}


def only_line(case: Case) -> Evaluation:
    with case.office.ledger.read() as session:
        (line,) = final_rows(session, case, case.require(session, Kind.WORKBOOK))
    return line


def given(office: Office, roster: Roster, figures: dict[str, FilledRow]) -> Evaluation:
    return only_line(at_entry(office, roster, figures))


def test_contributions_are_one_line_with_target_and_achievement(office: Office) -> None:
    line = given(office, SUMMED, PARTS)
    assert (line.filled.actual, line.filled.status) == (Decimal("1150.5"), FINAL)
    assert line.achievement == Decimal("95.88")  # of the quarter's 1 200
    assert line.year_to_date == Decimal("3500.5")
    assert (line.post, line.remark) == (KABID, "kata")
    assert [(s.post, s.actual) for s in line.shares] == [
        (NORTH, Decimal("700.5")),
        (SOUTH, Decimal(450)),
    ]
    [told] = evaluations_to_json([line])
    assert told["realisasi"] == "1150.5"
    assert [source["formulir"] for source in told["sumber"]] == [s.code for s in line.shares]


def test_a_part_that_is_not_there_leaves_a_provisional_sum(office: Office) -> None:
    line = given(office, SUMMED, PARTS | {SOUTH: row(None, UNAVAILABLE, "survei")})
    assert (line.filled.actual, line.filled.status) == (Decimal("700.5"), PROVISIONAL)
    assert line.remark == f"kata · jumlah kontribusi, belum termasuk: {SOUTH}"
    assert line.shares[1].reason == "survei"


@pytest.mark.parametrize("how", [{"state": State.ABSENT}, {"data": {"late": True}}])
def test_who_was_absent_at_the_closing_has_no_figure(office: Office, how: dict[str, Any]) -> None:
    case = at_entry(office, SUMMED, PARTS)
    with office.ledger.write() as tx:
        form = case.require(tx.session, Kind.FORM, SOUTH)
        form.state = how.get("state", form.state)
        form.data = {**form.data, **how.get("data", {})}
    line = only_line(case)
    assert (line.filled.actual, line.filled.status) == (Decimal("700.5"), PROVISIONAL)
    assert line.shares[1].code == ""


def test_those_who_share_answer_for_one_figure_together(office: Office) -> None:
    line = given(office, SHARED, {KABID: row("1150"), OTHER: row("1150", remark="lain")})
    assert line.filled.actual == Decimal(1150)
    assert line.post == f"{KABID}; {OTHER}"
    assert line.filled.text(Field.REMARK) == "kata"


def test_an_unavailable_figure_has_no_achievement(office: Office) -> None:
    unavailable = row(None, UNAVAILABLE, "survei November")
    line = given(office, SHARED, {KABID: unavailable, OTHER: unavailable})
    assert (line.filled.actual, line.filled.status) == (None, UNAVAILABLE)
    assert (line.achievement, line.year_to_date, line.rating) == (None, None, None)
    assert line.remark == "survei November"


def test_what_was_entered_holds(office: Office) -> None:
    case = at_entry(office, SUMMED, PARTS)
    with office.ledger.write() as tx:
        code = case.require(tx.session, Kind.FORM, NORTH).code
        entered = {code: rows_to_json([row("800", PROVISIONAL)])}
        case.require(tx.session, Kind.WORKBOOK).data = {"rows": entered}
    line = only_line(case)
    assert (line.filled.actual, line.filled.status) == (Decimal(1250), PROVISIONAL)


def amending(case: Case, reopened: dict[str, FilledRow]) -> Case:
    """A perubahan of the case, for which these forms were asked for again."""
    with case.office.ledger.write() as tx:
        old = tx.session.get_one(Collection, case.collection.id)
        new = Collection(
            id="ubah",
            office_id=old.office_id,
            procedure=old.procedure,
            period=old.period,
            edition=2,
            amends=old.id,
            amendment="perubahan",
            stage="enter",
            opened_at=tx.now(),
            stage_since=tx.now(),
        )
        tx.session.add(new)
        tx.session.flush()
        for post, filled in reopened.items():
            a_verified_form(tx, new, post, filled)
        new_document(tx, new, Kind.WORKBOOK, name="Entri.xlsx", state=State.WAITING)
    return replace(case, collection=new)


def test_an_amendment_keeps_what_the_print_out_before_it_said(office: Office) -> None:
    case = at_entry(office, SUMMED, PARTS)
    with office.ledger.write() as tx:
        north = case.require(tx.session, Kind.FORM, NORTH)
        changed = [Change("IK-1", Field.ACTUAL, "700,5", "800", "salah ketik")]
        case.require(tx.session, Kind.WORKBOOK).data = {
            "rows": {north.code: rows_to_json([row("800")])},
            "changes": {north.code: changes_to_json(changed)},
        }
    line = only_line(amending(case, {SOUTH: row("500")}))
    assert line.filled.actual == Decimal(1300)  # 800 as entered then, 500 as reported now


def test_a_form_that_is_asked_for_again_counts_as_it_is_now(office: Office) -> None:
    case = at_entry(office, SUMMED, PARTS)
    with office.ledger.write() as tx:
        north = case.require(tx.session, Kind.FORM, NORTH)
        kept = {north.code: rows_to_json([row("800")])}
        case.require(tx.session, Kind.WORKBOOK).data = {"rows": kept}
    again = amending(case, {NORTH: row("650")})
    assert only_line(again).filled.actual == Decimal(1100)
    with office.ledger.read() as session:
        assert isinstance(again.document(session, Kind.FORM, NORTH), Document)
