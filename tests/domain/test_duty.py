from dataclasses import replace
from decimal import Decimal

from pipeline.domain.duty import Duty, duties_of, listed
from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Part, Roster, Statements

FIRST = Indicator(
    *("K1", "Sasaran", "Produksi", "", "ton", Polarity.POSITIVE, Aggregation.SUM, "Sumber"),
    annual_target=Target(Decimal(10)),
    quarter_targets=(None,) * 4,
)
SECOND, THIRD = replace(FIRST, code="K2"), replace(FIRST, code="K3")
STATEMENTS = Statements(Period(2026, 3), (FIRST, SECOND, THIRD))
GIVES = Part.CONTRIBUTES
ROSTER = Roster(
    None,
    (),
    (
        Assignment("Kabid A", "K1"),
        Assignment("UPTD 1", "K1", GIVES),
        Assignment("UPTD 2", "K1", GIVES),
        Assignment("Kabid A", "K2"),
        Assignment("Kabid B", "K2"),
        Assignment("Kabid B", "K3"),
        Assignment("Kabid B", "K3", GIVES),
        Assignment("UPTD 1", "K3", GIVES),
    ),
)


def owed(post: str) -> list[Duty]:
    return duties_of(ROSTER, post, STATEMENTS)


def test_the_reporter_of_a_sum_writes_no_figure() -> None:
    summed, shared = owed("Kabid A")
    assert summed == Duty(FIRST, summed_of=("UPTD 1", "UPTD 2"))
    assert summed.hint == ("Realisasi dijumlahkan dari: UPTD 1; UPTD 2; kosongkan kolom realisasi.")
    assert shared == Duty(SECOND, partners=("Kabid B",))
    assert "Dilaporkan bersama Kabid B" in shared.hint


def test_a_contributor_is_asked_for_its_part() -> None:
    first, third = owed("UPTD 1")
    assert (first.contributes, third.contributes) == (True, True)
    assert first.hint == ("Tulis bagian unit Saudara saja; dijumlahkan menjadi realisasi Kabid A.")
    assert third.partners == ("Kabid B",)


def test_a_reporter_that_contributes_too_is_asked_for_its_own_part_once() -> None:
    shared, both = owed("Kabid B")
    assert shared.partners == ("Kabid A",)
    assert both == Duty(THIRD, GIVES, partners=("Kabid B",))


def test_of_many_posts_the_first_are_named_and_the_rest_counted() -> None:
    assert listed(("A", "B")) == "A; B"
    posts = [f"UPTD {n}" for n in range(30)]
    assert listed(posts).startswith("UPTD 0; UPTD 1;")
    assert listed(posts).endswith("UPTD 11; dan 18 lainnya")


def test_an_indicator_that_is_simply_reported_needs_no_words() -> None:
    alone = replace(ROSTER, assignments=(Assignment("Kabid A", "K1"),))
    assert duties_of(alone, "Kabid A", STATEMENTS) == [Duty(FIRST)]
    assert Duty(FIRST).hint == ""
