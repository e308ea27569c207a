from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.consolidation import Line, Reported, Share, consolidate, disagreements
from pipeline.domain.finding import Severity
from pipeline.domain.form import Field, FigureStatus, FilledRow
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.roster import Assignment, Part, Roster

FINAL, PROVISIONAL, UNAVAILABLE = FigureStatus
GIVES = Part.CONTRIBUTES
ONE = Indicator(
    *("K1", "Sasaran", "Produksi", "", "ton", Polarity.POSITIVE, Aggregation.SUM, "Sumber"),
    annual_target=Target(Decimal(10)),
    quarter_targets=(None,) * 4,
)
TWO = replace(ONE, code="K2")
POSTS = ("Kabid A", "Kabid B", "UPTD 1", "UPTD 2", "UPTD 3")


def roster(*assignments: Assignment) -> Roster:
    return Roster(None, (), assignments)


def form(post: str, *rows: FilledRow) -> Reported:
    return Reported(post, f"F {post}", {row.indicator: row for row in rows})


def row(actual: str | None, status: FigureStatus = FINAL, remark: str = "") -> FilledRow:
    return FilledRow("K1", {Field.REMARK: remark}, Decimal(actual) if actual else None, status)


SUM = roster(
    Assignment("Kabid A", "K1"),
    Assignment("UPTD 1", "K1", GIVES),
    Assignment("UPTD 2", "K1", GIVES),
)
SHARED = roster(Assignment("Kabid A", "K1"), Assignment("Kabid B", "K1"))


def line(listed: Roster, *forms: Reported) -> Line:
    (only,) = consolidate([ONE], listed, forms)
    return only


def test_one_post_that_reports_has_its_own_figure() -> None:
    alone = roster(Assignment("Kabid A", "K1"))
    found = line(alone, form("Kabid A", row("5", PROVISIONAL, "kata")))
    assert found.filled == row("5", PROVISIONAL, "kata")
    assert found.shares == (Share("Kabid A", "F Kabid A", Decimal(5), PROVISIONAL),)
    assert (found.reporters, found.summed, found.note) == (("Kabid A",), False, "")


def test_contributions_sum_and_the_words_are_the_reporters() -> None:
    found = line(
        SUM,
        form("UPTD 1", row("10.5", remark="bukan ini")),
        form("Kabid A", row(None, remark="kata Kabid")),
        form("UPTD 2", row("4.25")),
    )
    assert (found.filled.actual, found.filled.status) == (Decimal("14.75"), FINAL)
    assert found.filled.text(Field.REMARK) == "kata Kabid"
    assert [s.code for s in found.shares] == ["F UPTD 1", "F UPTD 2"]
    assert (found.summed, found.missing, found.note) == (True, (), "")


def test_a_sum_without_somebody_is_provisional_and_says_who_is_missing() -> None:
    found = line(SUM, form("Kabid A", row(None)), form("UPTD 1", row("10")))
    assert (found.filled.actual, found.filled.status) == (Decimal(10), PROVISIONAL)
    assert found.note == "jumlah kontribusi, belum termasuk: UPTD 2"
    late = line(SUM, form("UPTD 1", row("10")), form("UPTD 2", row(None, UNAVAILABLE, "survei")))
    assert late.missing == ("UPTD 2",)
    assert late.shares[1].reason == "survei"
    assert late.filled.text(Field.REMARK) == ""


def test_a_provisional_part_makes_a_provisional_sum() -> None:
    found = line(SUM, form("UPTD 1", row("10", PROVISIONAL)), form("UPTD 2", row("1")))
    assert (found.filled.actual, found.filled.status) == (Decimal(11), PROVISIONAL)
    assert found.note == ""


def test_a_sum_of_nothing_is_no_figure() -> None:
    said = line(SUM, form("UPTD 1", row(None, UNAVAILABLE)))
    assert (said.filled.actual, said.filled.status) == (None, UNAVAILABLE)
    assert said.note == "jumlah kontribusi, belum ada angka dari: UPTD 1; UPTD 2"
    silent = line(SUM)
    assert (silent.filled.actual, silent.filled.status) == (None, FINAL)


def test_two_that_share_come_to_one_figure() -> None:
    same = line(SHARED, form("Kabid A", row("5")), form("Kabid B", row("5.0", PROVISIONAL)))
    assert (same.filled.actual, same.filled.status) == (Decimal(5), PROVISIONAL)
    assert same.reporters == ("Kabid A", "Kabid B")
    differing = line(SHARED, form("Kabid A", row("5")), form("Kabid B", row("6")))
    assert differing.filled.actual is None
    alone = line(SHARED, form("Kabid B", row("6", remark="kata B")))
    assert alone.filled == row("6", remark="kata B")


def test_nobody_reported() -> None:
    found = line(SHARED)
    assert found.filled == FilledRow("K1", {})
    assert found.note == "tidak menyampaikan sampai penutupan"


def test_an_indicator_that_nobody_has_has_no_line() -> None:
    assert [f.indicator for f in consolidate([TWO, ONE], SHARED, [])] == [ONE]


def test_a_disagreement_names_both_figures_and_forms() -> None:
    forms = [form("Kabid A", row("5")), form("Kabid B", row("6", PROVISIONAL))]
    (found,) = disagreements(SHARED, forms)
    assert found.severity is Severity.ERROR
    assert found.place == "indikator K1"
    assert found.message == (
        "dua angka untuk satu indikator: Kabid A 5 (formulir F Kabid A);"
        " Kabid B 6 (sementara) (formulir F Kabid B)"
    )
    assert found.mend == "samakan kedua angkanya, dengan alasan"
    (doubt,) = disagreements(SHARED, forms, Severity.WARNING)
    assert "kembalikan formulir yang keliru" in doubt.mend


def test_a_figure_and_none_are_a_disagreement_too() -> None:
    forms = [form("Kabid A", row("5")), form("Kabid B", row(None, UNAVAILABLE))]
    (found,) = disagreements(SHARED, forms)
    assert "Kabid B belum tersedia" in found.message


def test_who_is_absent_disagrees_with_nobody() -> None:
    assert disagreements(SHARED, [form("Kabid A", row("5"))]) == []
    assert disagreements(SHARED, [form("Kabid A", row("5")), form("Kabid B", row("5.00"))]) == []
    assert disagreements(SUM, [form("UPTD 1", row("5")), form("UPTD 2", row("6"))]) == []


filled = st.builds(
    lambda actual, status: FilledRow("K1", {}, actual, UNAVAILABLE if actual is None else status),
    st.none() | st.decimals(-(10**20), 10**20, places=9),
    st.sampled_from((FINAL, PROVISIONAL)),
)
rosters = st.lists(
    st.builds(Assignment, st.sampled_from(POSTS), st.just("K1"), st.sampled_from(Part)),
    min_size=1,
    unique=True,
).map(lambda assignments: roster(*assignments))
reports = st.dictionaries(st.sampled_from(POSTS), filled).map(
    lambda rows: [form(post, row) for post, row in rows.items()]
)


@given(rosters, reports)
def test_a_sum_is_its_parts_and_every_figure_has_its_source(
    listed: Roster, forms: list[Reported]
) -> None:
    found = line(listed, *forms)
    known = {f.code: f.rows["K1"] for f in forms}
    for share in found.shares:
        assert not share.code or known[share.code].actual == share.actual
        assert share.code or share.actual is None
    parts = [s.actual for s in found.shares if s.actual is not None]
    if found.filled.actual is None:
        assert not parts or (not found.summed and len(set(parts)) > 1)
    elif found.summed:
        assert Fraction(found.filled.actual) == sum(map(Fraction, parts))
    else:
        assert set(parts) == {found.filled.actual}
    whole = not found.missing and all(s.status is FINAL for s in found.shares)
    if found.summed and found.filled.actual is not None:
        assert (found.filled.status is FINAL) == whole
    assert set(found.missing) == {s.post for s in found.shares if s.actual is None}


@given(rosters, reports, st.randoms())
def test_the_order_of_the_forms_says_nothing(
    listed: Roster, forms: list[Reported], chance: Random
) -> None:
    shuffled = list(forms)
    chance.shuffle(shuffled)
    assert consolidate([ONE], listed, shuffled) == consolidate([ONE], listed, forms)
    assert disagreements(listed, shuffled) == disagreements(listed, forms)
