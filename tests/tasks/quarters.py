"""An office in the middle of its quarters: collections at every stage, entered in a real ledger."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pipeline.domain.document import Kind, State, code_from
from pipeline.domain.official import Official
from pipeline.domain.period import Period
from pipeline.domain.procedure import Verb
from pipeline.forms.workbooks.roster import write_roster
from pipeline.forms.workbooks.statements import write_statements
from pipeline.ledger.tables import Collection, Document
from pipeline.office import Office
from pipeline.sop.case import HOLDER
from pipeline.tasks.demo.data import sample_roster, sample_statements
from tests.web.offices import make_office

WIB = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 10, 12, 9, 45, tzinfo=WIB)  # a Monday
PERIOD = Period(2026, 3)
ISSUED = datetime(2026, 10, 5, 10, 14, tzinfo=WIB)
FORM_STATES = (
    (State.ISSUED, 0),
    (State.ISSUED, 2),
    (State.WAITING, 0),
    (State.VERIFIED, 1),
    (State.VERIFIED, 0),
    (State.ABSENT, 0),
)


class Quarters:
    """Enters what an office has under way."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.made = 0

    def collection(self, stage: str, since: datetime, period: Period = PERIOD, **more: Any) -> str:
        """A collection; its id."""
        self.made += 1
        row = Collection(
            id=f"{self.made:032x}",
            office_id=self.office.id,
            procedure="data-kinerja",
            period=str(period),
            stage=stage,
            opened_at=since,
            stage_since=since,
            **more,
        )
        with self.office.ledger.write() as tx:
            tx.session.add(row)
        return row.id

    def document(self, collection: str | None, kind: Kind, state: State, **more: Any) -> Document:
        """A document with a code of its own."""
        self.made += 1
        values = {"name": f"{kind.value}.docx", "updated_at": ISSUED, **more}
        document = Document(
            id=f"{self.made:032x}",
            office_id=self.office.id,
            collection_id=collection,
            code=code_from(self.made.to_bytes(8, "big")),
            kind=kind.value,
            state=state.value,
            **values,
        )
        with self.office.ledger.write() as tx:
            tx.session.add(document)
        return document

    def filling(self, officials: int, *, due: str = "2026-10-08", **more: Any) -> list[Official]:
        """A collection at the filling step since 5 October; its officials in the roster's order."""
        statements = sample_statements(PERIOD, officials)
        roster = sample_roster(PERIOD, statements, officials)
        people = [
            replace(o, capacity="Plt." if n == 2 else "") for n, o in enumerate(roster.officials)
        ]
        at_four = datetime(2026, 10, 8, 16, tzinfo=WIB)
        made = self.collection(Verb.FILL, ISSUED, due=at_four, **more)
        for kind, data in (
            (Kind.STATEMENTS, write_statements(statements, office_name="Dinas")),
            (Kind.ROSTER, write_roster(roster, statements, office_name="Dinas")),
        ):
            self.document(made, kind, State.APPROVED, blob=self.office.store.put(data))
        for official, (state, returns) in zip(people, cycle(FORM_STATES)):
            data = {"issued": "2026-10-05", "due": due, HOLDER: asdict(official)}
            if state is State.WAITING:
                data["received"] = (ISSUED + timedelta(days=2)).isoformat()
            self.document(made, Kind.FORM, state, post=official.post, returns=returns, data=data)
        return people


@contextmanager
def quarters(root: Path, now: datetime = NOW) -> Iterator[Quarters]:
    """A new office whose clock stands still, to be filled."""
    office = make_office(root, now=now)
    try:
        yield Quarters(office)
    finally:
        office.close()
