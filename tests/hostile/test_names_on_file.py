"""Hostile texts in the papers of Staf: posts, names, indicators. They are texts, from end to end.

A folder, a form, a receipt, the print-out, workbook and CSV of the results: each shows them as they
were written, and none of them acts.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from pipeline.domain.naming import is_safe
from pipeline.domain.procedure import Verb
from pipeline.domain.roster import Roster
from pipeline.pdf.convert import Converter
from tests.journeys.bad_input import assert_says
from tests.sop.under_way import HEAD, KASUBAG, MONDAY, SECRETARY, Copied, UnderWay, at_desk

from .conftest import Listener
from .corpus_word import FORMULA, JINJA, MARKS

pytestmark = pytest.mark.slow

POST = f"../../jahat/..\\CON {FORMULA} {MARKS} <b>&amp; {{{{ 7*7 }}}}"
PERSON = '=HYPERLINK("http://127.0.0.1") {% raw %} A & B <x>'
INDICATOR = f"{FORMULA} {JINJA}"


@pytest.fixture
def spelt(resting: Copied, converter: Converter, tmp_path: Path) -> Iterator[UnderWay]:
    """A collection whose papers hold hostile texts."""
    with at_desk(resting, tmp_path / "kantor", converter) as at:
        indicators = tuple(
            replace(i, name=f"{INDICATOR} {i.code}") for i in at.statements.indicators
        )
        at.statements = replace(at.statements, indicators=indicators)
        at.roster = with_post(at.roster, HEAD, POST)
        yield at


def with_post(roster: Roster, old: str, new: str) -> Roster:
    """A roster in which a post, and so its official, is called otherwise."""
    officials = tuple(
        replace(o, post=new, name=PERSON) if o.post == old else o for o in roster.officials
    )
    tasks = tuple(replace(a, post=new) if a.post == old else a for a in roster.assignments)
    return replace(roster, officials=officials, assignments=tasks)


def test_texts_stay_texts_from_the_roster_to_the_results(
    spelt: UnderWay, listener: Listener
) -> None:
    at = spelt
    at.to_filling()
    post = next(form.post for form in at.papers() if form.post.startswith("../../jahat"))
    assert "\u202e" not in post
    at.roster = with_post(at.roster, POST, post)
    folders = [p for p in (at.desk.inbox / "4-pengisian").iterdir() if p.is_dir()]
    assert len(folders) == 4  # three officials, and _titipan
    assert all(is_safe(folder.name) for folder in folders)
    own = next(folder for folder in folders if "jahat" in folder.name)
    assert any(path.suffix == ".docx" for path in own.iterdir())
    for official in (KASUBAG, SECRETARY, post):
        at.send(official)
        at.approve(official)
    at.to_initial()
    assert_says(at.said("7-paraf/*.pdf"), "{{ 7*7 }}"[:3], "cmd|' /C calc'!A0", "range(10**9)")
    at.desk.clock.at = max(at.desk.clock.at, datetime.now(MONDAY.tzinfo))  # the keys are of today
    at.seal(Verb.INITIAL)
    at.desk.work()
    at.seal(Verb.SIGN)
    at.desk.work()
    results = at.desk.inbox / "hasil"
    [book] = results.rglob("*.xlsx")
    cells = [c for row in load_workbook(book).worksheets[0].iter_rows() for c in row]
    assert not [c.value for c in cells if c.data_type == "f"]
    assert any(str(c.value).startswith(FORMULA) for c in cells)
    [table] = results.rglob("*.csv")
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig")), delimiter=";"))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@"))]
    for path in at.office.root.rglob("*"):
        assert not {"\u202e", "\n", "\x1b"} & set(path.name), path
    assert not (at.office.root.parent / "jahat").exists()
    assert listener.heard == []
