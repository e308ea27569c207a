from dataclasses import replace
from decimal import Decimal

from pipeline.domain.precedent import NO_PRECEDENT, Precedent, precedent_of
from tests.forms.checks.rows import CODE, indicator

FILED = {CODE: Precedent(Decimal(7), Decimal(8))}


def test_the_statements_own_figure_stands_over_what_was_filed() -> None:
    stated = indicator(before=("1", "2", None))
    assert precedent_of(stated, 3, FILED) == Precedent(Decimal(2), Decimal(8))
    assert precedent_of(stated, 4, FILED) == FILED[CODE]


def test_the_first_quarter_has_what_was_filed_alone() -> None:
    assert precedent_of(indicator(before=("1", "2", "3")), 1, FILED) == FILED[CODE]
    assert precedent_of(replace(indicator(), code="IK-9"), 1, FILED) is NO_PRECEDENT
