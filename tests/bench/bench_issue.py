"""A roster of 1 000 officials, from the file in ``kirim`` to a form in everybody's folder.

The real step, as the service does it: the file is claimed, its chain is run, the folders are laid
out. Every form is rendered apart with a QR of its own and entered with its event; all is durable at
the end. Each official has two or three indicators. The floor is what any careful program must do
with the same forms: write each into its folder and sync it, one after the other.
"""

import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pipeline.domain.document import Kind, State
from pipeline.domain.duty import duties_of
from pipeline.domain.roster import Assignment, Part, Roster, Statements
from pipeline.forms.package import open_word
from pipeline.forms.readback import read_identity
from pipeline.intake.claim import TAKE, Claimer
from pipeline.ledger.events import check_chains
from pipeline.sop.case import case_of
from pipeline.sop.official_form import Blank, approved_template, render_blanks
from pipeline.sop.publish import RESULT, publish, withdraw
from pipeline.sop.runner import run as run_chain
from pipeline.tasks.demo.data import sample_roster, sample_statements
from tests.sop.desk import PROCEDURE, Clock, Desk, DeskOffice
from tests.sop.under_way import MONDAY, PERIOD, UnderWay, practice_office

OFFICIALS, INDICATORS, ROUNDS = 1000, 40, 10
BUDGET_S = 8.0
TICKS, PAGE_BYTES = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Cost:
    """Seconds on the wall, and of CPU with the processes that render."""

    wall_s: float
    cpu_s: float


def run() -> dict[str, dict[str, Any]]:
    """Seconds until all forms lie there; the ratio is ours over the floor."""
    with _roster_sent(OFFICIALS) as at:
        cost = issue(at)
        _require_issued(at)
        floor = _floor(at)
    return {
        "issue/1000_forms": {
            "ratio": cost.wall_s / floor,
            "ours": cost.wall_s,
            "peer": floor,
            "unit": "s wall, peer = files alone",
            "budget": BUDGET_S,
            "cpu_s": cost.cpu_s,
        }
    }


def run_memory() -> dict[str, dict[str, Any]]:
    """MB that we and the process which renders ever hold, after each hundred; peer = the first.

    The forms are rendered, kept, laid out, and taken away again, a hundred at a time.
    """
    held = []
    with _roster_sent(OFFICIALS // ROUNDS) as at:
        issue(at)
        for number in range(ROUNDS):
            _lay_and_take_away(at, number)
            held.append(_held_mb(at))
    return {
        "issue/memory_growth": {
            "ratio": max(held) / held[0],
            "ours": max(held),
            "peer": held[0],
            "unit": "MB at most, peer = after 100",
            "held": [round(mb) for mb in held],
        }
    }


def _lay_and_take_away(at: UnderWay, number: int) -> None:
    office, forms = at.office, [d for d in at.papers() if d.kind == Kind.FORM]
    with office.ledger.read() as session:
        case = case_of(session, office, at.collection.id)
        template = approved_template(session, case)
        people = [(case.official(session, form.post), form.code) for form in forms]
    blanks = [
        Blank(one, duties_of(at.roster, one.post, at.statements), code) for one, code in people
    ]
    files = render_blanks(case, template, blanks, forms[0].data)
    kept = office.store.put_many([file for file in files if isinstance(file, bytes)])
    if len(kept) != len(forms):
        raise RuntimeError("not all could be rendered")
    with office.ledger.write() as tx:
        for form, sha256 in zip(forms, kept, strict=True):
            folder = f"{PROCEDURE}/hasil/{number}/{form.code}"
            publish(tx, folder, form.name, sha256, role=RESULT, document=form)
    office.outbox.lay_out()
    with office.ledger.write() as tx:
        withdraw(tx.session, forms, [RESULT])
    office.outbox.lay_out()


def assigned(statements: Statements, officials: int) -> Roster:
    """Officials with two or three indicators each: the first ones report, the others contribute."""
    roster = sample_roster(PERIOD, statements, officials)
    codes = [indicator.code for indicator in statements.indicators]
    owed = []
    for number, official in enumerate(roster.officials):
        for step in (0, 7, 13)[: 2 + number % 2]:
            part = Part.REPORTS if number < len(codes) and step == 0 else Part.CONTRIBUTES
            owed.append(Assignment(official.post, codes[(number + step) % len(codes)], part))
    return replace(roster, assignments=tuple(owed))


@contextmanager
def _roster_sent(officials: int) -> Iterator[UnderWay]:
    """An office whose draft is approved; the roster lies in ``kirim``."""
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as folder:
        resting = practice_office(Path(folder) / "kantor")
        clock = Clock(MONDAY)
        office = DeskOffice(resting.root, clock)
        statements = sample_statements(PERIOD, INDICATORS - 3)
        roster = assigned(statements, officials)
        try:
            at = UnderWay(Desk(office, clock), resting.pins, PERIOD, statements, roster)
            at.to_distribution()
            at.staff.send_roster(roster, statements)
            office.reader.protection()  # it is ready, as in a service that has been running
            yield at
        finally:
            office.close()


def issue(at: UnderWay) -> Cost:
    """Take the roster, and run the chain that it sets off."""
    office = at.office
    claimer = Claimer(
        office.inbox, office.work, office.store, office.ledger, patience_s=1, mark=office.mark
    )
    cpu, start = _cpu_s(at), time.perf_counter()
    claimer.sweep(office.procedures)
    for _, chain, key in at.desk.waiting():
        if chain == TAKE:
            run_chain(office, chain, key)
    return Cost(time.perf_counter() - start, _cpu_s(at) - cpu)


def _require_issued(at: UnderWay) -> None:
    """Everybody has one form, which says whose it is, and the ledger has all of it."""
    forms = {d.code for d in at.papers() if d.kind == Kind.FORM and d.state == State.ISSUED}
    lying = at.desk.files("4-pengisian/*/*.docx")
    read = {read_identity(open_word(file.read_bytes())).code for file in lying}
    with at.office.ledger.read() as session:
        faults = list(check_chains(session, at.office.id))
    issued = [event for event in at.events() if event.kind == "form.issued"]
    if not (len(lying) == len(issued) == len(forms) == OFFICIALS and read == forms) or faults:
        raise RuntimeError(f"not all were issued once: {len(lying)} files, {faults[:3]}")


def _floor(at: UnderWay) -> float:
    """Seconds to write the forms into folders of their own, each synced."""
    forms = [file.read_bytes() for file in at.desk.files("4-pengisian/*/*.docx")]
    start = time.perf_counter()
    for number, form in enumerate(forms):
        folder = at.office.root / "lantai" / str(number)
        folder.mkdir(parents=True)
        with (folder / "formulir.docx").open("xb") as out:
            out.write(form)
            out.flush()
            os.fsync(out.fileno())
    return time.perf_counter() - start


def _held_mb(at: UnderWay) -> float:
    """Resident memory of this process and of the one that renders."""
    pages = 0
    for pid in ("self", at.office.reader.zygote_pid):
        pages += int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * PAGE_BYTES / (1 << 20)


def _cpu_s(at: UnderWay) -> float:
    """CPU seconds of this process and, with all its children, of the one that renders."""
    pid = at.office.reader.zygote_pid
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return time.process_time() + sum(int(fields[n]) for n in (11, 12, 13, 14)) / TICKS
