"""Whatever people write, no workbook and no CSV of ours holds it as a formula."""

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from pipeline.domain.indicator import Target
from pipeline.domain.period import Period
from pipeline.forms.workbooks.results import ResultRow, write_results, write_results_csv
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import read_statements, write_statements
from pipeline.tasks.demo.data import sample_roster, sample_statements

PERIOD = Period(2026, 3)
RISKY = [
    "=cmd|' /C calc'!A0",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=cmd|' /C calc'!A0",
    "\r=cmd|' /C calc'!A0",
    "\n=1+1",
    " =1+1",
    "\u200b=1+1",
    "\u202e=1+1",
    "＝cmd|' /C calc'!A0",
    "=HYPERLINK(\"http://127.0.0.1\",\"x\")",
    "=WEBSERVICE(\"http://127.0.0.1\")",
    "aman,=cmd|' /C calc'!A0,aman",
    "aman;=cmd|' /C calc'!A0;aman",
    "aman\";=cmd|' /C calc'!A0;\"",
    "aman\n=cmd|' /C calc'!A0",
    "#N/A",
    "_x003D_1+1",
    "_x000D_=1+1",
    "{{ ''.__class__ }}",
]  # fmt: skip


def row(text: str) -> ResultRow:
    target = Target(Decimal(10))
    return ResultRow(
        objective=text, code="IKU-001", name=text, unit=text, post=text, annual_target=target,
        quarter_target=target, actual=Decimal(-5), year_to_date=Decimal(9), achievement=None,
        annual_achievement=None, rating=None, remark=text,
    )  # fmt: skip


def formulas(data: bytes) -> list[str]:
    book = load_workbook(io.BytesIO(data))
    return [
        str(cell.value)
        for sheet in book.worksheets
        for line in sheet.iter_rows()
        for cell in line
        if cell.data_type not in {"s", "n", "d"}
    ]


def test_the_results_hold_no_formula() -> None:
    rows = [row(text) for text in RISKY]
    for text in RISKY[:2]:
        assert formulas(write_results(rows, period=PERIOD, office_name=text, number=text)) == []


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_csv_begins_no_cell_that_starts_something(delimiter: str) -> None:
    written = write_results_csv([row(text) for text in RISKY], period=PERIOD).decode("utf-8-sig")
    for line in csv.reader(io.StringIO(written, newline=""), delimiter=delimiter):
        for cell in line:
            starts = cell.lstrip().lstrip('"').startswith(("=", "+", "-", "@", "＝"))
            assert not (starts and any(sign in cell for sign in "|(!")), (delimiter, cell)


def test_papers_that_are_sent_out_hold_texts_and_read_them_back() -> None:
    statements = sample_statements(PERIOD, 2)
    first, *others = statements.indicators
    more = [replace(first, code=f"IKU-9{n:02}", name=f"{text} n") for n, text in enumerate(RISKY)]
    statements = replace(statements, indicators=(first, *others, *more))
    data = write_statements(statements, office_name=RISKY[0])
    assert formulas(data) == []
    read, findings = read_statements(data)
    assert read is not None, findings
    roster = sample_roster(PERIOD, statements, 2)
    changed = replace(roster.officials[0], name=f"{RISKY[0]} S.Pi.")
    roster = replace(roster, officials=(changed, *roster.officials[1:]))
    told = formulas(write_roster(roster, read, office_name=RISKY[0]))
    assert [text for text in told if "MATCH(" not in text] == []
