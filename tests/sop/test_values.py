import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.duty import Duty
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Change, Field, FigureStatus, FilledRow
from pipeline.domain.roster import Part
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.sop.case import Case
from pipeline.sop.values import (
    changes_of,
    changes_to_json,
    evaluate_rows,
    findings_of,
    findings_to_json,
    rows_from_json,
    rows_of,
    rows_to_json,
)

from .samples import INDICATOR

texts = st.text(max_size=30)
fields = st.sampled_from(Field)
rows = st.lists(
    st.builds(
        FilledRow,
        texts,
        st.dictionaries(fields, texts),
        st.none() | st.decimals(allow_nan=False, allow_infinity=False),
        st.sampled_from(FigureStatus),
    )
)
findings = st.lists(st.builds(Finding, texts, texts, texts, st.sampled_from(Severity)))
changes = st.lists(st.builds(Change, texts, fields, texts, texts, texts.filter(bool)))


def through_json(value: Any) -> Any:
    return json.loads(json.dumps(value))


def document(**data: Any) -> Document:
    return Document(
        id="d",
        office_id="uji",
        collection_id="k",
        code="A",
        kind="formulir",
        name="x",
        state="menunggu",
        data=data,
        updated_at=datetime.now(UTC),
    )


@given(rows)
def test_rows_come_back_with_every_digit(reported: list[FilledRow]) -> None:
    back = rows_from_json(through_json(rows_to_json(reported)))
    assert back == reported
    assert [str(row.actual) for row in back] == [str(row.actual) for row in reported]


@given(findings)
def test_findings_come_back(told: list[Finding]) -> None:
    assert findings_of(document(findings=through_json(findings_to_json(told)))) == told


@given(changes)
def test_changes_come_back(made: list[Change]) -> None:
    assert changes_of({"k": through_json(changes_to_json(made))}, "k") == made


def test_a_change_without_a_reason_takes_the_one_given() -> None:
    kept = changes_to_json(
        [Change("A", Field.ACTUAL, "1", "2"), Change("A", Field.REMARK, "", "x", "salah ketik")]
    )
    reasons = [c.reason for c in changes_of({"k": kept}, "k", reason="koreksi verifikator")]
    assert reasons == ["koreksi verifikator", "salah ketik"]
    assert changes_of({}, "k") == []


def test_changes_from_before_they_said_who_are_still_read() -> None:
    old = {"indicator": "A", "field": "realisasi", "old": "1", "new": "2", "reason": "salah ketik"}
    [change] = changes_of({"k": [old]}, "k")
    assert change == Change("A", Field.ACTUAL, "1", "2", "salah ketik")
    assert (change.by, change.via, change.at) == ("", "", None)


def test_a_document_without_values_has_none() -> None:
    assert rows_of(document()) == []
    assert findings_of(document()) == []


def test_rows_are_evaluated_in_the_order_of_the_indicators(office: Office) -> None:
    procedure = office.procedures["data-kinerja"]
    now = datetime.now(UTC)
    collection = Collection(
        id="k",
        office_id=office.id,
        procedure=procedure.key,
        period="2026-TW3",
        stage="fill",
        opened_at=now,
        stage_since=now,
    )
    reported = [FilledRow("IK-9", {}, Decimal(1)), FilledRow("IK-1", {}, Decimal(1150))]
    case = Case(office, procedure, collection)
    (only,) = evaluate_rows(case, "Kepala Bidang", [Duty(INDICATOR)], reported)
    assert (only.post, only.achievement) == ("Kepala Bidang", Decimal("95.83"))
    assert only.year_to_date == Decimal(3500)
    assert only.rating is not None
    assert only.rating.name == "Sangat Tinggi"
    (missing,) = evaluate_rows(case, "Kepala Bidang", [Duty(INDICATOR)], [])
    assert missing.achievement is None
    summed = Duty(INDICATOR, summed_of=("UPTD",))
    part = Duty(INDICATOR, Part.CONTRIBUTES)
    ours, theirs = evaluate_rows(case, "Kepala Bidang", [summed, part], reported)
    assert (ours.summed, ours.contribution) == (True, False)
    assert (theirs.summed, theirs.contribution, theirs.achievement) == (False, True, None)
