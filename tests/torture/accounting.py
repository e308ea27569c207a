"""The books after the torture, kept by the hands, the ledger and the folders, compared.

What the hands dropped is known from the hands alone (`tests.torture.hands.Drop`); what should have
come of it, from the plan. Nothing here asks the code that it judges, but for `kinerja audit`.
"""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import bagit
import pikepdf

from pipeline.domain.document import Kind, State
from pipeline.intake.mark import IN_INBOX
from pipeline.ledger.events import check_chains
from pipeline.ledger.tables import Arrival, Decision, Document, Event, Number, Publication, Record
from pipeline.sop.case import RECEIPT
from pipeline.sop.publish import ANSWER, NOTICE, RESULT
from pipeline.tasks.audit.audit import audit
from tests.torture.hands import Drop, Ordeal
from tests.torture.ordeal import Plan

TOLD_ONCE = frozenset({NOTICE, ANSWER, RECEIPT, RESULT})
"""Slips, receipts and results; the recap says the same again where things stand so again."""


@dataclass(frozen=True)
class Account:
    """What came in and what was made of it."""

    arrivals: int
    documents: int
    publications: int
    events: int


def assert_all_accounted_for(ordeal: Ordeal, plan: Plan) -> Account:
    """Everything that was sent has one outcome, everything was made once, nothing is left over."""
    assert_drops_became_arrivals(ordeal)
    assert_nothing_is_left_over(ordeal)
    assert_states(ordeal, plan)
    assert_numbers_and_signatures(ordeal)
    assert_events(ordeal, plan)
    assert_delivered_once(ordeal, plan)
    assert_archive(ordeal)
    assert audit(ordeal.office).findings == ()
    return Account(
        len(ordeal.rows(Arrival)),
        len(ordeal.rows(Document)),
        len(ordeal.rows(Publication)),
        len(ordeal.rows(Event)),
    )


def assert_drops_became_arrivals(ordeal: Ordeal) -> None:
    """Each dropped file was taken once, judged once, and its bytes are kept."""
    arrivals = ordeal.rows(Arrival)
    taken = Counter(Drop(a.folder, a.name, a.sha256) for a in arrivals)
    dropped = Counter(ordeal.drops)
    assert taken == dropped, (taken - dropped, dropped - taken)
    assert [a.name for a in arrivals if a.outcome is None] == []
    for arrival in arrivals:
        data = ordeal.office.store.path(arrival.sha256).read_bytes()
        assert hashlib.sha256(data).hexdigest() == arrival.sha256, arrival.name
        assert len(data) == arrival.size, arrival.name


def assert_nothing_is_left_over(ordeal: Ordeal) -> None:
    """No claim, no half-written file, nothing in command folders; the folders are the ledger's."""
    assert ordeal.sent() == set()
    assert list((ordeal.root / ".kinerja" / "work").iterdir()) == []
    trees = (ordeal.office.inbox, ordeal.office.archive, ordeal.office.store.folder)
    hidden = re.compile(r"^\..+\.(tmp|lama)(-[0-9a-f]{8})?$|^~\$")
    left = [p for tree in trees for p in tree.rglob("*") if hidden.match(p.name)]
    kept = [p for p in left if ordeal.office.store.folder not in p.parents]
    assert kept == []
    live = ordeal.rows(Publication, Publication.state == "placed")
    wanted = {row.path for row in live}
    assert len(wanted) == len(live), "two publications share a file"
    found = {p.relative_to(ordeal.office.inbox).as_posix(): p for p in _files(ordeal.office.inbox)}
    assert found.pop(IN_INBOX, None), "the inbox has lost its mark"
    assert wanted - found.keys() == set(), "something was pulled away"
    assert found.keys() - wanted == set(), "nobody knows where this comes from"
    for row in live:
        digest = hashlib.sha256(found[row.path].read_bytes()).hexdigest()
        assert digest == row.sha256, row.path
    assert [n for n in found if re.search(r" \(\d+\)\.", n)] == []
    states = Counter(row.state for row in ordeal.rows(Publication))
    assert set(states) <= {"placed", "gone"}


def assert_states(ordeal: Ordeal, plan: Plan) -> None:
    """Every document is in exactly one state, at the end of its way."""
    documents = ordeal.rows(Document)
    kinds = Counter(Kind(d.kind) for d in documents)
    assert kinds == {
        Kind.DRAFT: 1,
        Kind.STATEMENTS: 1,
        Kind.ROSTER: 1,
        Kind.FORM: len(ordeal.people),
        Kind.WORKBOOK: 1,
        Kind.PRINTOUT: 1,
    }
    assert len({d.code for d in documents}) == len(documents)
    filed = [d for d in documents if d.state == State.FILED]
    assert Counter(d.kind for d in filed) == {Kind.FORM: len(ordeal.people), Kind.PRINTOUT: 1}
    assert ordeal.stage == "filed"
    forms = {d.post: d for d in documents if d.kind == Kind.FORM}
    for number, person in enumerate(ordeal.people):
        form = forms[person.official.post]
        bounced, returned = plan.badly(number), plan.strictly(number)
        assert form.returns == bounced + returned, form.post
        assert len(form.data.get("evidence", [])) == plan.evidence, form.post
        assert len({e["name"] for e in form.data.get("evidence", [])}) == plan.evidence


def assert_numbers_and_signatures(ordeal: Ordeal) -> None:
    """One number, borne once; one paraf and one signature on the print-out that is filed."""
    (record,) = ordeal.rows(Record)
    (number,) = ordeal.rows(Number)
    assert (number.seq, number.cancelled) == (1, None)
    assert record.document_number == number.text
    assert record.filed_at is not None
    (signed,) = (ordeal.office.inbox).glob(f"*/hasil/{ordeal.period}/Data Kinerja*.pdf")
    assert hashlib.sha256(signed.read_bytes()).hexdigest() == record.printout_sha256
    with pikepdf.open(signed) as pdf:
        fields = [f for f in pdf.Root.AcroForm.Fields if f.get("/FT") == "/Sig"]
        assert len([f for f in fields if "/V" in f]) == 2
    decisions = ordeal.rows(Decision)
    assert len({(d.document_id, d.revision) for d in decisions}) == len(decisions)
    assert all(d.done for d in decisions)


def assert_events(ordeal: Ordeal, plan: Plan) -> None:
    """The chains hold, and each thing happened as often as somebody did it."""
    with ordeal.office.ledger.read() as session:
        assert list(check_chains(session, ordeal.office.id)) == []
    people = list(range(len(ordeal.people)))
    bad, strict = sum(map(plan.badly, people)), sum(map(plan.strictly, people))
    back = len(plan.printout_returns)
    kinds = Counter(e.kind for e in ordeal.rows(Event))
    expected = {
        "collection.opened": 1,
        "draft.received": 2,
        "pernyataan.received": 1,
        "draft.laid-before": 2,
        "draft.setujui": 1,
        "draft.kembalikan": 1,
        "roster.received": 1,
        "form.issued": len(people),
        "form.bounced": bad,
        "form.received": len(people) + strict,
        "evidence.received": len(people) * plan.evidence,
        "formulir.setujui": len(people),
        "formulir.kembalikan": strict,
        "form.verified": len(people),
        "entry.opened": 1 + back,
        "entry.received": 1 + back,
        "printout.made": 1 + back,
        "cetak.kembalikan": back,
        "printout.initialled": 1 + ("8-tanda-tangan" in plan.printout_returns),
        "printout.signed": 1,
        "collection.filed": 1,
        "decision.carried-out": 2 + len(people) + strict + back,
        "arrival.dikembalikan": 1,
    }
    different = {k: (n, kinds[k]) for k, n in expected.items() if kinds[k] != n}
    assert different == {}, kinds
    for once in ("form.issued", "form.verified"):
        told = Counter(e.document_id for e in ordeal.rows(Event, Event.kind == once))
        assert set(told.values()) == {1}, once


def assert_delivered_once(ordeal: Ordeal, plan: Plan) -> None:
    """Every slip, receipt and result that was to come was laid out, and once."""
    rows = ordeal.rows(Publication)
    told = (r for r in rows if r.role in TOLD_ONCE)
    slips = Counter((r.path, r.document_id, r.revision, r.role, r.sha256) for r in told)
    assert {k: n for k, n in slips.items() if n > 1} == {}
    names = Counter((Path(r.path).name, Path(r.path).parent.name) for r in rows)
    by_post = {d.post: d.code for d in ordeal.rows(Document, Document.kind == Kind.FORM)}
    for number, person in enumerate(ordeal.people):
        folder, code = Path(person.folder).name, by_post[person.official.post]
        for item in range(plan.evidence):
            assert names[f"DATA DUKUNG DITERIMA - bukti {item}.pdf", folder] == 1, person.folder
        returns = plan.badly(number) + plan.strictly(number)
        for time in range(1, returns + 1):
            assert names[f"SLIP {time} - {code}.pdf", folder] == 1, person.folder
        received = (n for n, f in names.elements() if f == folder)  # two may bear one minute
        receipts = [n for n in received if re.match(r"DITERIMA .* - \w+\.pdf", n)]
        assert len(receipts) == 1 + plan.strictly(number), receipts
    copies = [r for r in rows if "/formulir/" in r.path and r.role == "result"]
    assert len({r.document_id for r in copies}) == len(copies) == len(ordeal.people)


def assert_archive(ordeal: Ordeal) -> None:
    """One valid bag."""
    (record,) = ordeal.rows(Record)
    bag = ordeal.office.archive / record.path
    bagit.Bag(str(bag)).validate()
    assert [p.name for p in bag.parent.iterdir() if not p.name.startswith(".")] == [bag.name]


def _files(folder: Path) -> list[Path]:
    return [p for p in folder.rglob("*") if p.is_file()]
