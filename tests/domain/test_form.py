from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.finding import Finding, Severity, errors, warnings
from pipeline.domain.form import LABELS, Change, Field, FilledRow, changes_between, says_why

rows = st.lists(
    st.builds(
        FilledRow,
        st.sampled_from(["A", "B", "C", "D"]),
        st.dictionaries(st.sampled_from(Field), st.text(max_size=5), max_size=4),
    ),
    max_size=4,
    unique_by=lambda row: row.indicator,
)


@given(rows, rows)
def test_every_difference_is_listed_once_with_both_texts(
    old: list[FilledRow], new: list[FilledRow]
) -> None:
    before, after = ({r.indicator: r for r in listed} for listed in (old, new))
    changes = changes_between(old, new)
    assert {(c.indicator, c.field) for c in changes} == {
        (code, field)
        for code in before.keys() & after.keys()
        for field in Field
        if before[code].text(field) != after[code].text(field)
    }
    assert len({(c.indicator, c.field) for c in changes}) == len(changes)
    for change in changes:
        assert change.old == before[change.indicator].text(change.field)
        assert change.new == after[change.indicator].text(change.field)


def test_changes_come_in_the_order_of_the_new_rows() -> None:
    old = [FilledRow("A", {Field.REMARK: "x"}), FilledRow("B", {Field.ACTUAL: "1"})]
    new = [FilledRow("B", {Field.ACTUAL: "2"}), FilledRow("A", {}), FilledRow("C", {})]
    assert changes_between(old, new) == [
        Change("B", Field.ACTUAL, "1", "2"),
        Change("A", Field.REMARK, "x", ""),
    ]
    assert changes_between(old, old) == []


def test_an_actual_is_set_with_its_writing_and_the_rest_stays() -> None:
    row = FilledRow("A", {Field.REMARK: "x"})
    assert row.with_actual(Decimal(2), "2,0") == FilledRow(
        "A", {Field.REMARK: "x", Field.ACTUAL: "2,0"}, Decimal(2)
    )
    assert row.text(Field.ACTUAL) == ""


def test_every_field_has_its_label() -> None:
    assert set(LABELS) == set(Field)


def test_findings_part_into_errors_and_warnings() -> None:
    error = Finding("tempat", "isi", "perbaikan")
    warning = Finding("tempat", "isi", "perbaikan", Severity.WARNING)
    assert errors([error, warning]) == [error]
    assert warnings([error, warning]) == [warning]


def test_a_dash_or_dots_are_no_reason() -> None:
    assert not any(map(says_why, ("", " ", "-", "–", "--", " — ", "...", "\n", "?")))
    assert says_why("rekap belum selesai")
