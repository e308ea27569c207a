"""What must hold in an office at rest, whatever was done before."""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from pipeline.domain.authority import post_of
from pipeline.domain.collection import FILED, STAGES
from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import (
    Arrival,
    Collection,
    Decision,
    Document,
    Figure,
    Number,
    Publication,
    Record,
)
from pipeline.sop.case import Case, case_of
from pipeline.sop.master.versions import master_on_file
from pipeline.sop.printout.printout import final_rows

from .desk import Desk, DeskOffice
from .under_way import KASUBAG, SECRETARY


@dataclass
class Holding:
    """An office with what was seen of it before: numbers given, print-outs filed."""

    desk: Desk
    numbers: dict[str, str] = field(default_factory=dict)
    filed: dict[str, bytes] = field(default_factory=dict)

    @property
    def office(self) -> DeskOffice:
        """The office."""
        return self.desk.office

    def check(self) -> None:
        """Everything."""
        self.one_state_per_document()
        self.each_number_once()
        self.no_figure_without_its_source()
        self.established_figures_are_those_of_the_latest_record()
        self.what_is_filed_never_changes()
        self.chains_hold_and_nothing_is_left_over()
        self.decisions_are_by_whom_the_procedure_names()

    def one_state_per_document(self) -> None:
        """Each document is in one state, and lies before whoever acts in it, once."""
        for document in self.everything():
            state = State(document.state)
            with self.office.ledger.read() as session:
                lying = session.scalars(
                    select(Publication).where(
                        Publication.document_id == document.id,
                        Publication.role == "main",
                        Publication.state == "placed",
                    )
                ).all()
            expected = {
                (Kind.FORM, State.ISSUED): 1,
                (Kind.DRAFT, State.WAITING): 1,
                (Kind.PRINTOUT, State.WAITING): 1,
                (Kind.FORM, State.FILED): 0,
                (Kind.FORM, State.VERIFIED): 0,
                (Kind.FORM, State.WITHDRAWN): 0,
                (Kind.PRINTOUT, State.FILED): 0,
            }.get((Kind(document.kind), state))
            if expected is not None:
                assert len(lying) == expected, f"{document.name}: {state}, lies {len(lying)} times"
        for collection in self.collections():
            assert collection.stage in STAGES

    def each_number_once(self) -> None:
        """No gap, no reuse; a document keeps its number; a cancelled one says why."""
        with self.office.ledger.read() as session:
            rows = list(session.scalars(select(Number).order_by(Number.seq)))
        assert len({n.text for n in rows}) == len(rows)
        assert [n.seq for n in rows] == list(range(1, len(rows) + 1))
        for number in rows:
            assert self.numbers.setdefault(number.document_id, number.text) == number.text
            assert number.cancelled is None or number.cancelled.strip()

    def no_figure_without_its_source(self) -> None:
        """Every figure of a print-out is a form's, an explained change, or the sum of such."""
        for collection in self.collections():
            if collection.stage not in {Verb.INITIAL, Verb.SIGN, FILED}:
                continue
            with self.office.ledger.read() as session:
                case = case_of(session, self.office, collection.id)
                workbook = case.require(session, Kind.WORKBOOK)
                forms = {f.code: f for f in case.forms(session)}
                for line in final_rows(session, case, workbook):
                    shares = [s for s in line.shares if s.actual is not None]
                    if line.filled.actual is None:
                        continue
                    assert shares, f"{line.indicator.code}: a figure from nowhere"
                    figures = [s.actual for s in shares if s.actual is not None]
                    total = sum(figures, Decimal(0))
                    assert {line.filled.actual} == ({total} if line.summed else set(figures))
                    for share in shares:
                        known = reported(session, case, forms[share.code])
                        assert (line.indicator.code, share.actual) in known

    def established_figures_are_those_of_the_latest_record(self) -> None:
        """What later quarters build on is what the last filed print-out says."""
        with self.office.ledger.read() as session:
            records = session.scalars(select(Record).order_by(Record.edition)).all()
            done = [r for r in records if r.filed_at is not None]
            figures = session.scalars(select(Figure)).all()
            if not done:
                assert not figures
                return
            case = case_of(session, self.office, done[-1].collection_id)
            lines = final_rows(session, case, case.require(session, Kind.WORKBOOK))
            assert {(f.indicator, Decimal(f.actual)) for f in figures} == {
                (e.indicator.code, e.filled.actual) for e in lines if e.filled.actual is not None
            }

    def what_is_filed_never_changes(self) -> None:
        """Every signed print-out in the archive stays byte for byte."""
        for path in self.office.archive.glob("*/*/*/data/dokumen/*.pdf"):
            key = str(path.relative_to(self.office.archive))
            assert self.filed.setdefault(key, path.read_bytes()) == path.read_bytes()
        assert all((self.office.archive / key).exists() for key in self.filed)

    def chains_hold_and_nothing_is_left_over(self) -> None:
        """The events are chained, every file is judged, and no command folder holds one."""
        with self.office.ledger.read() as session:
            assert list(check_chains(session, self.office.id)) == []
            assert not session.scalars(select(Arrival).where(Arrival.outcome.is_(None))).all()
        assert not self.desk.waiting()
        commands = set(CommandFolder)
        assert not [p for p in self.desk.files("**/*") if p.parent.name in commands]

    def decisions_are_by_whom_the_procedure_names(self) -> None:
        """No decision bears the name of somebody who may not take it."""
        zone = self.office.settings.office.zone
        with self.office.ledger.read() as session:
            master = master_on_file(session, self.office)
            rows = session.execute(
                select(Decision, Document).join(Document, Document.id == Decision.document_id)
            )
            for decision, document in rows:
                post = post_of(decision.actor)
                assert post in {KASUBAG, SECRETARY, "Kepala Dinas"}
                if document.kind != Kind.FORM:
                    assert post == KASUBAG
                    continue
                day = decision.decided_at.astimezone(zone).date()
                judge, party = master.holder(post, day), master.holder(document.post, day)
                assert document.post != post, f"{decision.actor} on his own {document.name}"
                assert judge is None or party is None or judge.nip != party.nip

    def collections(self) -> list[Collection]:
        """All collections, by edition."""
        with self.office.ledger.read() as session:
            return list(session.scalars(select(Collection).order_by(Collection.edition)))

    def everything(self) -> list[Document]:
        """Every document."""
        with self.office.ledger.read() as session:
            return list(session.scalars(select(Document)))

    def documents(self, kind: Kind) -> list[Document]:
        """The documents of a kind, those of the latest collection last."""
        with self.office.ledger.read() as session:
            query = (
                select(Document)
                .join(Collection, Collection.id == Document.collection_id)
                .where(Document.kind == kind)
                .order_by(Collection.edition, Document.post)
            )
            return list(session.scalars(query))


def reported(session: Session, case: Case, form: Document) -> set[tuple[str, Decimal]]:
    """What a form's official reported, its verifier corrected, or entry changed with reason."""
    found = {
        (row["indicator"], Decimal(row["actual"]))
        for row in form.data.get("rows", [])
        if row["actual"] is not None
    }
    for collection in case.lineage(session):
        workbook = session.scalar(
            select(Document).where(
                Document.collection_id == collection.id, Document.kind == Kind.WORKBOOK
            )
        )
        changes = (workbook.data if workbook else {}).get("changes", {}).get(form.code, [])
        changed = {c["indicator"] for c in changes if c["reason"].strip()}
        entered = (workbook.data if workbook else {}).get("rows", {}).get(form.code, [])
        found |= {
            (row["indicator"], Decimal(row["actual"]))
            for row in entered
            if row["indicator"] in changed and row["actual"] is not None
        }
    return found


def count(session: Session, table: type[Any], *conditions: Any) -> int:
    """How many rows there are."""
    return int(session.scalar(select(func.count()).select_from(table).where(*conditions)) or 0)
