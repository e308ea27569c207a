"""Two people decide on one document at the same moment, on either database."""

from collections.abc import Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from pipeline.domain.document import State
from pipeline.errors import ConflictError
from pipeline.ledger.database import Ledger
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Decision, Document, Event
from pipeline.office import Office, open_office
from pipeline.sop.by_word import decide_by_word
from pipeline.sop.decisions import Verdict
from pipeline.tasks.init import init_office
from tests.sop.at_once import at_once
from tests.sop.samples import a_collection, a_form

DOCUMENTS = 25
WHO = {"actor": "Kasubag", "via": "uji"}


@pytest.fixture
def programs(url: str, tmp_path: Path) -> Iterator[list[Office]]:
    """One office, opened by two programs on the same database."""
    root = init_office(tmp_path / "kantor")
    with ExitStack() as stack:
        offices = [stack.enter_context(open_office(root)) for _ in range(2)]
        for office in offices:
            office.__dict__["ledger"] = Ledger(url, office.id, office.now)
        yield offices


def waiting_forms(office: Office) -> list[str]:
    """The codes of forms that wait for their verifier."""
    with office.ledger.write() as tx:
        collection = a_collection(tx)
        forms = [a_form(tx, collection, f"Kepala Unit {n}") for n in range(DOCUMENTS)]
        for form in forms:
            form.state = State.WAITING
        return [form.code for form in forms]


def test_exactly_one_decision_stands_and_the_other_is_told(programs: list[Office]) -> None:
    one, other = programs
    for code in waiting_forms(one):
        given = at_once(
            partial(decide_by_word, one, code, Verdict.APPROVE, "", **WHO),
            partial(decide_by_word, other, code, Verdict.RETURN, "Angka keliru.", **WHO),
        )
        (told,) = [result for result in given if isinstance(result, ConflictError)]
        first = "returned" if told is given[0] else "approved"
        assert str(told) == f"{code}: already {first} by Kasubag."
    with one.ledger.read() as session:
        decided = session.scalars(select(Decision.document_id)).all()
        assert len(decided) == len(set(decided)) == DOCUMENTS
        assert set(session.scalars(select(Document.state))) == {State.DECIDED}
        assert len(session.scalars(select(Event)).all()) == DOCUMENTS
        assert list(check_chains(session, one.id)) == []
    assert len(one.ledger.waiting_work("decide")) == DOCUMENTS
