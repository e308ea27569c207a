from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from pipeline.domain.indicator import Target
from pipeline.domain.master import Capacity, MasterData, Post, Tenure
from pipeline.domain.official import Official
from pipeline.domain.period import Period

from .masters import CAPTURE, HEAD, MASTER, NIPS, PEOPLE, PORT, figures, target_set

JULY, AUGUST = date(2026, 7, 31), date(2026, 8, 1)


def test_a_tenure_holds_on_its_first_and_last_day() -> None:
    tenure = MASTER.tenures[1]
    assert tenure.covers(date(2022, 3, 1))
    assert tenure.covers(JULY)
    assert not tenure.covers(date(2022, 2, 28))
    assert not tenure.covers(AUGUST)


def test_who_holds_a_post_depends_on_the_day() -> None:
    assert MASTER.official(CAPTURE, JULY) == Official(
        CAPTURE, PEOPLE[1], NIPS[1], "III/d", "Bidang Tangkap"
    )
    acting = MASTER.official(CAPTURE, AUGUST)
    assert acting is not None
    assert (acting.title, acting.nip) == (f"Plt. {CAPTURE}", NIPS[0])
    assert MASTER.official(CAPTURE, date(2027, 1, 1)) is None


def test_a_deputy_acts_before_an_acting_holder_and_before_the_holder() -> None:
    deputy = Tenure(
        *(HEAD, PEOPLE[1], NIPS[1], "III/d", AUGUST, AUGUST, Capacity.DEPUTY, "SP-1"),
    )
    master = replace(MASTER, tenures=(*MASTER.tenures, deputy))
    assert master.holder(HEAD, AUGUST) == deputy
    assert master.holder(HEAD, JULY) == MASTER.tenures[0]
    acting = replace(deputy, capacity=Capacity.ACTING, nip=NIPS[2])
    both = replace(master, tenures=(acting, *master.tenures))
    assert both.holder(HEAD, AUGUST) == deputy


def test_one_person_may_hold_two_posts() -> None:
    assert MASTER.posts_of(NIPS[0], AUGUST) == (HEAD, CAPTURE)
    assert MASTER.posts_of(NIPS[0], JULY) == (HEAD,)
    assert MASTER.posts_of("0" * 18, AUGUST) == ()


def test_a_post_that_nobody_holds_is_left_out() -> None:
    assert [o.post for o in MASTER.officials_on(AUGUST)] == [HEAD, CAPTURE, PORT]
    assert MASTER.officials_on(date(2000, 1, 1)) == ()


def test_a_post_that_is_not_known_is_nobodys() -> None:
    assert MASTER.official("Kepala Gudang", AUGUST) is None
    assert MasterData(posts=(Post(HEAD),)).official(HEAD, AUGUST) is None


@pytest.mark.parametrize(
    ("quarter", "annual", "targets", "basis"),
    [
        (1, "68174", ("15000", "17000", "18087", "18087"), "PK 2026"),
        (2, "68174", ("15000", "17000", "18087", "18087"), "PK 2026"),
        (3, "70000", ("15000", "17000", "19000", "19000"), "DPA Perubahan 2026"),
        (4, "70000", ("15000", "17000", "19000", "19000"), "DPA Perubahan 2026"),
    ],
)
def test_a_change_of_targets_holds_from_its_quarter_on(
    quarter: int, annual: str, targets: tuple[str, ...], basis: str
) -> None:
    found = MASTER.targets_for("IK-1", Period(2026, quarter))
    assert found is not None
    assert found.annual == Target(Decimal(annual))
    assert found.quarters == figures(*targets)
    assert found.basis == basis


def test_earlier_quarters_keep_the_targets_of_their_time() -> None:
    changed = target_set("IK-1", "1", "1", "2", "3", "4", effective=date(2026, 7, 1), basis="B")
    master = replace(MASTER, targets=(MASTER.targets[0], changed))
    found = master.targets_for("IK-1", Period(2026, 4))
    assert found is not None
    assert found.quarters == figures("15000", "17000", "3", "4")


def test_no_targets_before_they_are_in_force_nor_in_another_year() -> None:
    late = replace(MASTER, targets=MASTER.targets[1:])
    assert late.targets_for("IK-1", Period(2026, 2)) is None
    assert MASTER.targets_for("IK-1", Period(2027, 1)) is None
    assert MASTER.targets_for("IK-9", Period(2026, 1)) is None


def test_established_figures_stand_over_opening_balances() -> None:
    established = {("IK-1", 1): Decimal(14000), ("IK-1", 2): Decimal(16000)}
    assert MASTER.figures(2026, {}) == {("IK-1", 1): Decimal("14210.5")}
    assert MASTER.figures(2026, established) == established
    assert MASTER.figures(2025, {}) == {}


def test_the_statements_of_a_quarter() -> None:
    established = {("IK-1", 2): Decimal(16000), ("IK-1", 3): Decimal(1)}
    statements = MASTER.statements(Period(2026, 3), established)
    assert [i.code for i in statements.indicators] == ["IK-1", "IK-2"]
    first = statements.indicators[0]
    assert first.target_of(3) == Target(Decimal(19000))
    assert first.previous_actuals == (Decimal("14210.5"), Decimal(16000), None)
    assert MASTER.statements(Period(2027, 1), {}).indicators == ()
