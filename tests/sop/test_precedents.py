"""What filed print-outs say of the quarter before and of a year ago."""

from decimal import Decimal

import pytest

from pipeline.domain.period import Period
from pipeline.domain.precedent import Precedent
from pipeline.office import Office
from pipeline.sop.figures import precedents_on_file

from .test_starters import PROCEDURE, file_figure


@pytest.mark.parametrize(
    ("period", "precedent"),
    [
        (Period(2026, 3), Precedent(Decimal(20), None)),
        (Period(2026, 2), Precedent(Decimal(10), None)),
        (Period(2026, 4), Precedent(None, None)),
        (Period(2027, 1), Precedent(Decimal(40), Decimal(10))),
        (Period(2027, 2), Precedent(None, Decimal(20))),
    ],
)
def test_the_quarter_before_and_a_year_ago(
    office: Office, period: Period, precedent: Precedent
) -> None:
    for quarter, actual in ((1, "10"), (2, "20"), (4, "40")):
        file_figure(office, quarter, actual)
    with office.ledger.read() as session:
        assert precedents_on_file(session, office, PROCEDURE, period) == {"IK-1": precedent}
        assert precedents_on_file(session, office, "lain", period) == {}
        assert precedents_on_file(session, office, PROCEDURE, Period(2029, 1)) == {}
