"""What a reporter says its contributors come to, against what they reported."""

from decimal import Decimal

import pytest

from pipeline.domain.check_rules import CheckRules
from pipeline.domain.consolidation import Reported
from pipeline.domain.duty import duties_of
from pipeline.domain.finding import Finding, Severity
from pipeline.domain.form import Field, FilledRow
from pipeline.sop.totals import total_doubts

from .figures_on_file import KABID, NORTH, SOUTH, SUMMED
from .samples import STATEMENTS

UNIT = STATEMENTS.by_code()["IK-1"].unit


def said(post: str, actual: str | None, remark: str = "") -> Reported:
    row = FilledRow("IK-1", {Field.REMARK: remark}, Decimal(actual) if actual else None)
    return Reported(post, f"KODE-{post}", {"IK-1": row})


def doubts(form: Reported, *others: Reported) -> list[Finding]:
    duties = duties_of(SUMMED, form.post, STATEMENTS)
    return total_doubts(SUMMED, duties, form, others, CheckRules())


@pytest.mark.parametrize(
    ("remark", "doubted"),
    [
        (f"Total 57 {UNIT}", True),
        (f"jumlah seluruhnya 57 {UNIT}, dari 2 UPTD", True),
        ("12 + 45 = 57", True),
        (f"Total 50 {UNIT}", False),
        ("12 + 38 = 50", False),
        ("Jumlah 2 UPTD", False),
        ("10 + 20 + 30 = 60 hari", False),  # of three terms: something else
        ("", False),
    ],
)
def test_a_stated_total(remark: str, doubted: bool) -> None:
    told = doubts(said(KABID, None, remark), said(NORTH, "12"), said(SOUTH, "38"))
    assert [f.severity for f in told] == [Severity.WARNING] * doubted
    assert all("berjumlah 50" in f.message and KABID in f.message for f in told)


def test_whichever_comes_last_is_told() -> None:
    claim = said(KABID, None, f"Total 57 {UNIT}")
    assert len(doubts(said(SOUTH, "38"), claim, said(NORTH, "12"))) == 1


def test_while_a_part_is_missing_nothing_is_compared() -> None:
    claim = said(KABID, None, f"Total 57 {UNIT}")
    assert doubts(claim, said(NORTH, "12")) == []
    assert doubts(claim, said(NORTH, "12"), said(SOUTH, None)) == []
    assert doubts(claim) == []
