from dataclasses import replace
from decimal import Decimal

from pipeline.domain.indicator import Aggregation, Indicator, Polarity, Target
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.roster import Assignment, Roster, Statements

FIRST = Indicator(
    *("K1", "Sasaran A", "Nama", "", "ton", Polarity.POSITIVE, Aggregation.SUM, "Sumber"),
    annual_target=Target(Decimal(10)),
    quarter_targets=(None,) * 4,
)
SECOND = replace(FIRST, code="K2", strategic_objective="Sasaran B")
THIRD = replace(FIRST, code="K3")
STATEMENTS = Statements(Period(2026, 3), (FIRST, SECOND, THIRD))
HEAD = Official("Kabid", "Nama", "198609262015051001", "III/d", "Bidang")
ROSTER = Roster(
    Period(2026, 3),
    (HEAD,),
    (Assignment("Kabid", "K3"), Assignment("Kabid", "K1"), Assignment("Lain", "K2")),
)


def test_an_official_reports_in_the_order_of_the_statements() -> None:
    assert ROSTER.indicators_of("Kabid", STATEMENTS) == [FIRST, THIRD]
    assert ROSTER.indicators_of("Tidak Ada", STATEMENTS) == []


def test_who_holds_a_post() -> None:
    assert ROSTER.official("Kabid") is HEAD
    assert ROSTER.official("Lain") is None


def test_statements_by_code_and_objective() -> None:
    assert list(STATEMENTS.by_code()) == ["K1", "K2", "K3"]
    assert STATEMENTS.objectives() == ["Sasaran A", "Sasaran B"]
