"""What staff typed into one edition, carried into the next: nothing lost, nothing overwritten."""

import json
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.figure import show_figure
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.forms.workbooks.entry_reading import EnteredRow
from pipeline.ledger.tables import Document
from pipeline.sop.entry.carried import carried_rows, carried_to_json
from pipeline.sop.entry.merge import Key, Standing, merge, said_by

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
    alone = edited == laid  # the reason alone was edited
    assert (result.reason == "sebab") == (bool(result.carried) or alone)
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
    assert kept({KEY: result}, {KEY: filled(*now)}) == {KEY: result}


def kept(standing: Mapping[Key, Standing], starts: Mapping[Key, FilledRow]) -> dict[Key, Standing]:
    """What the workbook keeps between two editions, on the rows as the forms say them now."""
    data = json.loads(json.dumps({"carried": carried_to_json(standing)}))
    return carried_rows(cast(Document, SimpleNamespace(data=data)), starts)


def laid_out(row: Standing) -> EnteredRow:
    """A row of the edition that is laid out from it."""
    texts = {field: row.row.text(field) for field in Field}
    return EnteredRow(*KEY, texts, row.row.actual, row.reason, row.row.status, row.note)


def one(figure: str, reason: str = "", remark: str = "") -> EnteredRow:
    return entered((figure, FINAL, remark), reason)


def chain(start: str, *workbooks: tuple[EnteredRow, EnteredRow]) -> Standing:
    """One workbook after another, each as it was laid out and as it came."""
    standing = {KEY: Standing(filled(start, FINAL, ""))}
    for laid, came in workbooks:
        standing = merge(standing, [laid], [came])
    return standing[KEY]


def test_a_reason_is_a_field_of_its_own() -> None:
    carried = (one("5"), one("9", "salah ketik"))
    assert chain("5", (one("5"), one("9")), (one("9"), one("9", "koreksi"))).reason == "koreksi"
    reworded = (one("9", "salah ketik"), one("9", "sesuai BA No. 12"))
    assert chain("5", carried, reworded).reason == "sesuai BA No. 12"
    both = chain("5", carried, (one("9", "salah ketik"), one("10", "sesuai BA")))
    assert (both.row.actual, both.reason) == (Decimal(10), "sesuai BA")
    emptied = chain("5", carried, (one("9", "salah ketik"), one("9", "")))
    assert (emptied.row.actual, emptied.reason) == (Decimal(9), "")
    assert chain("5", (one("5"), one("5", "cek"))).reason == "cek"


def test_of_two_reasons_the_reworded_one_is_replaced_and_the_other_stays() -> None:
    first = (one("5"), one("9", "satu"))
    second = (one("5"), one("5", "dua", "b"))
    reworded = (one("9", "satu"), one("9", "satu, lengkap"))
    assert chain("5", first, second, reworded).reason == "dua; satu, lengkap"


@pytest.mark.parametrize("reason", ["", "salah ketik"])
def test_a_value_put_back_is_no_change_and_leaves_no_reason(reason: str) -> None:
    row = chain(
        "5", (one("5"), one("9", "salah ketik")), (one("9", "salah ketik"), one("5", reason))
    )
    assert (row.row, row.reason, row.carried) == (filled("5", FINAL, ""), "", ())


def test_a_number_beside_belum_tersedia_is_an_edit_like_any_other() -> None:
    none = one("", remark="menunggu BPS")
    laid = replace(none, actual=None, status=UNAVAILABLE)
    number = replace(laid, actual=Decimal(5), reason="data masuk")
    standing = {KEY: Standing(filled(None, UNAVAILABLE, "menunggu BPS"))}
    row = merge(standing, [laid], [number])[KEY]
    assert (row.row.actual, row.row.status, row.reason) == (Decimal(5), UNAVAILABLE, "data masuk")
    assert row.carried == (Field.ACTUAL,)
    assert kept({KEY: row}, {KEY: row.before})[KEY] == row
    clashed = merge({KEY: Standing(filled("7", FINAL, ""))}, [laid], [number])[KEY]
    assert "menulis “5 (belum tersedia)” (alasan: data masuk)" in clashed.note


def test_a_value_changed_twice_is_one_change() -> None:
    row = chain("5", (one("5"), one("9", "satu")), (one("9", "satu"), one("10", "dua")))
    assert row.carried == (Field.ACTUAL,)


@pytest.mark.parametrize(("choice", "held"), [("9", "9"), ("7", "7")])
def test_a_conflict_that_was_decided_does_not_come_back(choice: str, held: str) -> None:
    old = (one("4"), one("9", "x"))
    clashed = chain("5", old)
    assert clashed.note.startswith("PERIKSA: Realisasi TW: Saudara menulis “9” (alasan: x)")
    came = replace(laid_out(clashed), actual=Decimal(choice), reason="benar")
    decided = merge({KEY: clashed}, [laid_out(clashed)], [came])
    assert (decided[KEY].row.actual, decided[KEY].note) == (Decimal(held), "")
    again = merge(kept(decided, {KEY: clashed.before}), *([row] for row in old))
    assert (again[KEY].row, again[KEY].reason, again[KEY].note) == (decided[KEY].row, "benar", "")


def test_an_edition_that_did_not_show_a_conflict_does_not_decide_it() -> None:
    row = chain("5", (one("4"), one("9", "x")), (one("5"), one("7", "y")))
    assert (row.row.actual, [c.edited for c in row.to_decide]) == (Decimal(7), ["9"])
    assert "sekarang tertulis “7”" in row.note


def test_a_form_that_changes_under_an_edit_is_shown_and_nothing_is_lost() -> None:
    carried = chain("5", (one("5"), one("9", "x", "a")))
    newest = {KEY: filled("6", FINAL, "")}
    row = kept({KEY: carried}, newest)[KEY]
    assert (row.row.actual, row.row.text(Field.REMARK), row.reason) == (Decimal(6), "a", "x")
    assert [(c.laid, c.edited, c.now) for c in row.to_decide] == [("5", "9", "6")]
    assert row.carried == (Field.REMARK,)


FIGURE = st.tuples(st.sampled_from("123"), st.just(FINAL), st.sampled_from(["", "a"]))
EDIT = st.tuples(st.just("edit"), st.integers(0, 3), FIGURE, st.sampled_from(["", "x", "y", None]))
STEPS = st.lists(
    st.one_of(EDIT, EDIT, st.tuples(st.just("form"), FIGURE), st.just(("lay",))), max_size=10
)


class Editions:
    """A row through its editions, with late forms between; each step is looked at."""

    def __init__(self, form: Said) -> None:
        self.form = filled(*form)
        self.row = Standing(self.form)
        self.laid = [laid_out(self.row)]
        self.settled: set[object] = set()
        self.edited: set[Field] = set()

    def take(self, step: tuple[Any, ...]) -> None:
        before = self.row
        if step[0] == "lay":
            self.laid.append(laid_out(self.row))
        elif step[0] == "form":
            self.form = filled(*step[1])
            self.row = kept({KEY: self.row}, {KEY: self.form})[KEY]
            self._nothing_lost(before, touched=set())
            self.settled -= edits_of(before)  # decided and carried: the form may clash anew
        else:
            self._edit(*step[1:])
        self._sound()

    def _edit(self, edition: int, values: Said, reason: str | None) -> None:
        laid, before = self.laid[edition % len(self.laid)], self.row
        came = entered(values, laid.reason if reason is None else reason)
        self.row = merge({KEY: before}, [laid], [came])[KEY]
        assert merge({KEY: self.row}, [laid], [came])[KEY] == self.row  # a copy says nothing new
        old, new, now = (said_by(filled_as(row)) for row in (laid, came, self.row))
        touched = {field for field in Field if old[field] != new[field]}
        told = {c.edit for c in self.row.conflicts}
        assert all(now[f] == new[f] or (f, old[f], new[f]) in told for f in touched)
        self._nothing_lost(before, touched)
        self.edited |= touched
        if came.reason not in {"", laid.reason} and (set(self.row.carried) & touched):
            carried = any(said_by(before.row)[f] != new[f] == now[f] for f in touched)
            assert not carried or came.reason in self.row.reason.split("; ")
        if not touched and came.reason != laid.reason == before.reason:
            assert self.row.reason == came.reason

    def _nothing_lost(self, before: Standing, touched: set[Field]) -> None:
        was, now = said_by(before.row), said_by(self.row.row)
        open_now = {c.edit[::2] for c in self.row.to_decide}
        for field in set(before.carried) - touched:
            assert now[field] == was[field] or (field, was[field]) in open_now
        for conflict in before.to_decide:
            decided = conflict.field in touched or now[conflict.field] == conflict.edited
            assert decided or conflict.edit[::2] in open_now

    def _sound(self) -> None:
        now, form = said_by(self.row.row), said_by(self.form)
        assert all(now[field] == form[field] for field in set(Field) - self.edited)
        assert len(set(self.row.carried)) == len(self.row.carried)
        edits = {c.edit for c in self.row.to_decide}
        assert not edits & self.settled
        self.settled |= {c.edit for c in self.row.conflicts} - edits
        assert all(c.now == now[c.field] != c.edited for c in self.row.to_decide)
        assert kept({KEY: self.row}, {KEY: self.form})[KEY] == self.row


def edits_of(row: Standing) -> set[object]:
    """What was carried, as a conflict would name it."""
    was, now = said_by(row.before), said_by(row.row)
    return {(field, was[field], now[field]) for field in row.carried}


def filled_as(row: EnteredRow | Standing) -> FilledRow:
    if isinstance(row, Standing):
        return row.row
    return FilledRow(row.indicator_code, row.texts, row.actual, row.status)


@given(FIGURE, STEPS)
def test_over_many_editions_nothing_is_lost_and_nothing_comes_back(
    form: Said, steps: list[tuple[Any, ...]]
) -> None:
    editions = Editions(form)
    for step in steps:
        editions.take(step)


@given(
    said, st.tuples(said, said), st.tuples(st.sampled_from(["", "x"]), st.sampled_from(["", "y"]))
)
def test_workbooks_edited_in_different_rows_may_come_in_any_order(
    form: Said, values: tuple[Said, Said], reasons: tuple[str, str]
) -> None:
    keys = (KEY, (KEY[0], "IK-2"))
    standing = {(f, code): Standing(replace(filled(*form), indicator=code)) for f, code in keys}
    laid = [replace(entered(form), indicator_code=code) for _, code in keys]
    books = [
        [replace(entered(values[n], reasons[n]), indicator_code=keys[n][1]), laid[1 - n]]
        for n in (0, 1)
    ]
    one_way = merge(merge(standing, laid, books[0]), laid, books[1])
    assert one_way == merge(merge(standing, laid, books[1]), laid, books[0])
