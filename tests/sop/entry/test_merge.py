"""What staff typed into one edition, carried into the next: nothing lost, nothing overwritten."""

from decimal import Decimal
from types import SimpleNamespace
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.figure import show_figure
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.forms.workbooks.entry_reading import EnteredRow
from pipeline.ledger.tables import Document
from pipeline.sop.entry.carried import carried_rows, carried_to_json
from pipeline.sop.entry.merge import Standing, merge

KEY = ("K7QX2M9PA2", "IK-1")
FINAL, PROVISIONAL, UNAVAILABLE = FigureStatus
Said = tuple[str | None, FigureStatus, str]
figures = st.one_of(
    st.tuples(st.sampled_from(["1", "2", "3"]), st.sampled_from([FINAL, PROVISIONAL])),
    st.just((None, UNAVAILABLE)),
)
said = st.builds(lambda figure, text: (*figure, text), figures, st.sampled_from(["", "a", "b"]))


def filled(figure: str | None, status: FigureStatus, remark: str) -> FilledRow:
    actual = Decimal(figure) if figure else None
    texts = {Field.ACTUAL: show_figure(actual, status), Field.REMARK: remark}
    return FilledRow("IK-1", texts, actual, status)


def entered(one: Said, reason: str = "") -> EnteredRow:
    row = filled(*one)
    return EnteredRow(*KEY, dict(row.texts), row.actual, reason, row.status)


def merged(laid: Said, edited: Said, now: Said, reason: str = "sebab") -> Standing:
    standing = {KEY: Standing(filled(*now))}
    return merge(standing, [entered(laid)], [entered(edited, reason)])[KEY]


def figure_of(one: Said) -> tuple[str | None, FigureStatus]:
    return one[0], one[1]


@given(said, said, said)
def test_each_field_is_carried_kept_or_told(laid: Said, edited: Said, now: Said) -> None:
    result = merged(laid, edited, now)
    clashed = {c.field for c in result.conflicts}
    actual = str(result.row.actual) if result.row.actual is not None else None
    parts = {
        Field.ACTUAL: ((actual, result.row.status), *map(figure_of, (laid, edited, now))),
        Field.REMARK: (result.row.text(Field.REMARK), laid[2], edited[2], now[2]),
    }
    for field, (shown, was, typed, holds) in parts.items():
        if typed in {was, holds}:
            assert shown == holds
            assert field not in clashed
        elif was == holds:
            assert shown == typed
            assert field in result.carried
        else:
            assert shown == holds  # never applied to a changed value
            assert field in clashed  # never lost
    assert (result.reason == "sebab") == bool(result.carried)
    assert bool(result.note) == bool(clashed)


@given(said, said)
def test_an_edit_that_was_carried_is_not_carried_twice(laid: Said, edited: Said) -> None:
    once = merge({KEY: Standing(filled(*laid))}, [entered(laid)], [entered(edited, "sebab")])
    again = merge(once, [entered(laid)], [entered(edited, "sebab")])
    assert again[KEY].row == once[KEY].row
    assert (again[KEY].reason, again[KEY].conflicts) == (once[KEY].reason, ())


def test_a_conflict_says_what_was_typed_and_what_holds() -> None:
    result = merged(("1", FINAL, ""), ("2", FINAL, ""), ("3", FINAL, ""), "rekap baru")
    assert result.note == (
        "PERIKSA: Realisasi TW: Saudara menulis “2” (alasan: rekap baru) ketika tertulis “1”;"
        " sekarang tertulis “3”. Pilih yang benar."
    )


def test_two_workbooks_one_after_the_other() -> None:
    laid, standing = ("1", FINAL, "a"), {KEY: Standing(filled("1", FINAL, "a"))}
    standing = merge(standing, [entered(laid)], [entered(("2", FINAL, "a"), "satu")])
    standing = merge(standing, [entered(laid)], [entered(("1", FINAL, "b"), "dua")])
    row = standing[KEY]
    assert (row.row.actual, row.row.text(Field.REMARK)) == (Decimal(2), "b")
    assert (row.reason, row.conflicts) == ("satu; dua", ())
    standing = merge(standing, [entered(laid)], [entered(("3", FINAL, "a"), "tiga")])
    assert standing[KEY].row.actual == Decimal(2)
    assert [c.edited for c in standing[KEY].conflicts] == ["3"]


def test_rows_of_no_form_here_are_left_alone() -> None:
    other = EnteredRow("LAIN", "IK-1", {}, Decimal(9), "x")
    standing = {KEY: Standing(filled("1", FINAL, ""))}
    assert merge(standing, [other], [other]) == standing
    assert merge(standing, [], [entered(("2", FINAL, ""))]) == standing


@given(said, said, said)
def test_what_was_carried_is_kept_between_editions(laid: Said, edited: Said, now: Said) -> None:
    result = merged(laid, edited, now)
    workbook = SimpleNamespace(data={"carried": carried_to_json({KEY: result})})
    kept = carried_rows(cast(Document, workbook))
    assert kept == ({KEY: result} if result.carried or result.conflicts else {})
