"""The changes of a print-out, ticked with its first seal or before it."""

from collections.abc import Mapping, Sequence

from pipeline.domain.authority import Act
from pipeline.domain.document import State
from pipeline.errors import ConflictError
from pipeline.ledger.tables import Document
from pipeline.office import Office
from pipeline.sop.printout.changes import ListedChange, accept, require_accepted, to_accept, told
from pipeline.tasks.account import acting_as
from pipeline.tasks.seal import Sealed


def to_tick(documents: Sequence[Document]) -> dict[str, list[ListedChange]]:
    """What still has to be ticked before these are sealed, by the print-out's id."""
    return {d.id: listed for d in documents if (listed := to_accept(d))}


def sort_out_unticked(
    documents: Sequence[Document], accepts: Mapping[str, Sequence[int]]
) -> tuple[list[Document], list[Sealed]]:
    """Those whose changes are all ticked with ``accepts``, and what the others still lack."""
    ready, refused = [], []
    for document in documents:
        try:
            require_accepted(document, accepts.get(document.id, ()))
            ready.append(document)
        except ConflictError as no:
            left = [told(change) for change in to_accept(document)]
            refused.append(Sealed(document.code, document.name, error=str(no), changes=left))
    return ready, refused


def tick_only(
    office: Office, documents: Sequence[Document], accepts: Mapping[str, Sequence[int]]
) -> list[Sealed]:
    """Tick changes for a seal that is put in another program, as whoever owns this account.

    Raises:
        AuthorityError: the account may not decide on one of them.
    """
    results = []
    for document in documents:
        actor, via = acting_as(office, Act.DECIDE, document=document)
        with office.ledger.write() as tx:
            printout = tx.session.get_one(Document, document.id)
            done: list[int] = []
            if (printout.state, printout.pdf) == (State.WAITING, document.pdf):
                done = accept(tx, printout, accepts.get(document.id, ()), actor=actor, via=via)
            left = [told(change) for change in to_accept(printout)]
        results.append(Sealed(document.code, document.name, accepted=done, changes=left))
    return results
