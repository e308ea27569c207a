"""A chain that runs twice: its process was frozen, or killed between two of its transactions.

Whoever comes second finds it done and changes nothing, even where people have acted since.
"""

from typing import Any

import pytest

from pipeline.domain.document import Kind, State
from pipeline.domain.procedure import CommandFolder, Verb
from pipeline.sop.decisions import DECIDE
from pipeline.sop.entry.editions import OPEN_ENTRY
from pipeline.sop.printout.printout import COMPILE
from pipeline.sop.runner import run

from .at_once import take_in
from .under_way import HEAD, KASUBAG, SECRETARY, UnderWay

pytestmark = pytest.mark.slow

WORKBOOK, PRINTOUT = "Entri Data Kinerja TW III 2026.xlsx", "Print Out Data Kinerja TW III 2026.pdf"


def return_printout(at: UnderWay) -> None:
    """The Kasubag moves the print-out to kembalikan, with the reason."""
    at.folders.put("7-paraf/kembalikan", "alasan.txt", b"Satu angka perlu dilihat lagi.")
    at.folders.move(at.folders.wait("7-paraf/Print Out*.pdf"), CommandFolder.RETURN)


def run_one(at: UnderWay, chain: str) -> str:
    """Run the one chain of this name that waits, and leave it waiting; its key."""
    ((_, _, key),) = [w for w in at.desk.waiting() if w[1] == chain]
    run(at.office, chain, key)
    return key


def test_who_was_frozen_over_a_printout_does_not_lay_it_out_after_its_return(
    filling: UnderWay, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = filling
    at.verify(KASUBAG, SECRETARY, HEAD)
    print_it, frozen = at.office.pdf_from, [True]

    def pdf_from(procedure: Any, template: str, context: Any, **more: Any) -> bytes:
        printed = print_it(procedure, template, context, **more)
        if template == "cetak" and frozen:
            frozen.clear()
            run(at.office, COMPILE, at.collection.id)  # taken over by another
            return_printout(at)
            at.desk.work()
        return printed

    monkeypatch.setattr(at.office, "pdf_from", pdf_from)
    at.staff.send_entry()
    at.desk.work()
    assert frozen == []
    assert at.collection.stage == Verb.ENTER
    assert PRINTOUT not in at.names("7-paraf")
    printout = at.document(Kind.PRINTOUT)
    assert (printout.state, printout.returns) == (State.RETURNED, 1)
    assert WORKBOOK in at.names("6-entri")
    made = [e for e in at.events() if e.kind == "printout.made"]
    assert len(made) == 1


def test_who_was_killed_after_a_return_was_committed_still_opens_entry_again(
    filling: UnderWay,
) -> None:
    at = filling
    at.verify(KASUBAG, SECRETARY, HEAD)
    at.to_initial()
    return_printout(at)
    take_in(at)
    while DECIDE not in {chain for _, chain, _ in at.desk.waiting()}:
        workflow, chain, key = at.desk.waiting()[0]
        run(at.office, chain, key)
        at.desk._done(workflow)
    run_one(at, DECIDE)
    assert WORKBOOK not in at.names("6-entri")
    assert OPEN_ENTRY in {chain for _, chain, _ in at.desk.waiting()}
    key = run_one(at, OPEN_ENTRY)
    assert WORKBOOK in at.names("6-entri")

    at.desk.work()  # both once more, as after a kill
    assert at.names("6-entri").count(WORKBOOK) == 1
    at.staff.send_entry()
    at.desk.work()
    assert PRINTOUT in at.names("7-paraf")
    run(at.office, OPEN_ENTRY, key)
    assert at.document(Kind.WORKBOOK).state == State.RECEIVED
    assert WORKBOOK not in at.names("6-entri")
    assert at.collection.stage == Verb.INITIAL
